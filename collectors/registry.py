"""Which checks there are, which targets have them, and how their pollers are made.

A new collector adds one row to CHECKS. A **plan** is everything that a poller is made of, as one
comparable value: a reload that leaves it as it was leaves the poller alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, cast

from collectors.addressing import Family, Resolve
from collectors.catalogue import Catalogue
from collectors.cli import plan as cli_plan
from collectors.cli.collector import LEARNED_VERSION as CLI_LEARNED_VERSION
from collectors.cli.collector import CliPoller
from collectors.cli.profile import CliProfiles
from collectors.cli.target import CliTarget
from collectors.cli.transport import Transport as CliTransport
from collectors.contract import Json, Poller
from collectors.probe import target as probe_target
from collectors.probe.collector import LEARNED_VERSION as PROBE_LEARNED_VERSION
from collectors.probe.collector import ProbePoller
from collectors.probe.pinger import Pinger
from collectors.probe.target import ProbeTarget
from collectors.snmp.collector import LEARNED_VERSION, SnmpPoller
from collectors.snmp.profile import Profiles
from collectors.snmp.target import DeviceTarget, Interfaces
from inventory import models
from inventory.endpoints import Endpoint
from inventory.inventory import Inventory, Target
from inventory.models import Device, DeviceSnmp
from inventory.secrets import SecretReference, Vault
from protocols.snmp.credentials import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    User,
    Version,
)
from protocols.snmp.engine import Engine
from protocols.snmp.session import Limits

Plan: TypeAlias = DeviceTarget | CliTarget | ProbeTarget


@dataclass(frozen=True, slots=True)
class Pace:
    """How often and how hard targets are asked.

    Args:
        intervals_s: seconds by check (`snmp`) and by table of a check (`snmp.lldp`).
        requests_per_second: to one target.
    """

    intervals_s: Mapping[str, float]
    requests_per_second: float

    def of_tables(self, check: str) -> Mapping[str, float]:
        """Return the intervals of single tables of one check, by table."""
        prefix = f"{check}."
        return MappingProxyType(
            {
                key.removeprefix(prefix): seconds
                for key, seconds in self.intervals_s.items()
                if key.startswith(prefix)
            }
        )


@dataclass(frozen=True, slots=True)
class Resources:
    """What all pollers of the service share."""

    snmp: Engine
    profiles: Profiles
    catalogue: Catalogue
    resolve: Resolve
    pinger: Pinger
    cli: CliTransport
    cli_profiles: CliProfiles


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the registry.

    Args:
        learned_version: of the document that `Poller.learned` gives.
        plan: what to make the target's poller of; None: the target has no such check.
            SecretMissingError: a secret is not there.
        poller: makes it; asks nothing of the network.
    """

    name: str
    learned_version: int
    plan: Callable[[Target, Inventory, Vault, Pace], Plan | None]
    poller: Callable[[Plan, Resources, Json], Poller]


def _plan_snmp(
    target: Target, inventory: Inventory, vault: Vault, pace: Pace
) -> DeviceTarget | None:
    if not isinstance(target, Device) or target.snmp is None:
        return None
    wanted = target.interfaces
    return DeviceTarget(
        id=target.id,
        addresses=target.addresses,
        credential=_credential(inventory, target.snmp.credential, vault),
        port=target.snmp.port,
        profile=target.profile,
        interfaces=Interfaces(
            include=wanted.include, exclude=wanted.exclude, admin_down=wanted.admin_down
        ),
        uplinks=frozenset(one.interface for one in target.uplinks),
        interval_s=pace.intervals_s["snmp"],
        intervals_s=pace.of_tables("snmp"),
        limits=_limits(target.snmp, pace),
    )


def _limits(snmp: DeviceSnmp, pace: Pace) -> Limits:
    return Limits(
        requests_per_second=snmp.requests_per_second or pace.requests_per_second,
        max_repetitions=snmp.max_repetitions,
    )


def _credential(inventory: Inventory, name: str, vault: Vault) -> Credential:
    credential = inventory.credentials[name].snmp
    match credential:
        case models.Community():
            version = Version.V1 if credential.version == "v1" else Version.V2C
            return Community(version, _octets(vault, credential.community))
        case models.User():
            return User(
                name=credential.user,
                auth=AuthProtocol(credential.auth) if credential.auth else None,
                auth_key=_octets(vault, credential.auth_key),
                priv=PrivProtocol(credential.priv) if credential.priv else None,
                priv_key=_octets(vault, credential.priv_key),
                context=credential.context.encode(),
            )
        case None:
            message = f"credential {name} is not for SNMP"  # the loader has seen to that
            raise LookupError(message)


def _octets(vault: Vault, reference: SecretReference | None) -> bytes:
    return b"" if reference is None else vault.resolve(reference).reveal().encode()


def _poll_snmp(plan: Plan, resources: Resources, learned: Json) -> Poller:
    return SnmpPoller(
        cast("DeviceTarget", plan),  # made by the same row
        engine=resources.snmp,
        profiles=resources.profiles,
        catalogue=resources.catalogue,
        resolve=resources.resolve,
        learned=learned,
    )


def _plan_cli(target: Target, inventory: Inventory, vault: Vault, pace: Pace) -> CliTarget | None:
    if not isinstance(target, Device) or target.cli is None:
        return None
    return cli_plan.of_device(
        target, target.cli, inventory, vault, pace.intervals_s["cli"], pace.of_tables("cli")
    )


def _poll_cli(plan: Plan, resources: Resources, learned: Json) -> Poller:
    return CliPoller(
        cast("CliTarget", plan),  # made by the same row
        transport=resources.cli,
        profiles=resources.cli_profiles,
        catalogue=resources.catalogue,
        learned=learned,
    )


def _plan_probe(
    target: Target, _inventory: Inventory, _vault: Vault, pace: Pace
) -> ProbeTarget | None:
    interval_s = pace.intervals_s["probe"]
    match target:
        case models.Site():
            return probe_target.of_site(target, interval_s)
        case Endpoint():
            return probe_target.of_endpoint(target, interval_s)
        case _:
            return None


def _poll_probe(plan: Plan, resources: Resources, _learned: Json) -> Poller:
    target = cast("ProbeTarget", plan)  # made by the same row
    return ProbePoller(target, resources.pinger, resources.resolve)


def family_in_use(poller: Poller) -> Family | None:
    """Say over which address family a poller talks, once it does."""
    return poller.family if isinstance(poller, SnmpPoller) else None


CHECKS: tuple[Check, ...] = (
    Check("snmp", LEARNED_VERSION, _plan_snmp, _poll_snmp),
    Check("cli", CLI_LEARNED_VERSION, _plan_cli, _poll_cli),
    Check("probe", PROBE_LEARNED_VERSION, _plan_probe, _poll_probe),
)
