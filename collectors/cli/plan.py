"""Makes what a poller needs of a device's entry in the inventory, secrets resolved."""

from collections.abc import Mapping

from collectors.cli.login import Jump, Login
from collectors.cli.target import CliTarget
from inventory.inventory import Inventory
from inventory.models import Device, DeviceCli
from inventory.secrets import Secret, SecretReference, Vault
from protocols.ssh.place import place_of


def of_device(  # noqa: PLR0913, PLR0917  what a plan is made of
    device: Device,
    cli: DeviceCli,
    inventory: Inventory,
    vault: Vault,
    interval_s: float,
    intervals_s: Mapping[str, float],
) -> CliTarget:
    """Return the plan of a device.

    Raises:
        SecretMissingError: a secret is not there.
    """
    return CliTarget(
        id=device.id,
        addresses=device.addresses,
        login=_login(inventory, cli.credential, vault),
        port=cli.port,
        platform=cli.platform,
        interval_s=interval_s,
        intervals_s=intervals_s,
    )


def _login(inventory: Inventory, name: str, vault: Vault) -> Login:
    ssh = inventory.credentials[name].ssh
    if ssh is None:
        message = f"credential {name} is not for SSH"  # the loader has seen to that
        raise LookupError(message)
    return Login(
        credential=name,
        user=ssh.user,
        password=_secret(ssh.password, vault),
        key=_secret(ssh.key, vault),
        enable=_secret(ssh.enable, vault),
        legacy=ssh.legacy,
        jump=jump_of(ssh.jump) if ssh.jump is not None else None,
        known_hosts=ssh.known_hosts,
    )


def _secret(reference: SecretReference | None, vault: Vault) -> Secret | None:
    return None if reference is None else vault.resolve(reference)


def jump_of(written: str) -> Jump:
    """Read `[user@]host[:port]`, an IPv6 address with a port in brackets.

    >>> jump_of("ops@[2001:db8::1]:2222")
    Jump(host='2001:db8::1', port=2222, user='ops')
    """
    place = place_of(written)
    return Jump(host=place.host, port=place.port, user=place.user)
