"""The configuration that watches the lab, written as a person would write it."""

from pathlib import Path

import yaml

from lab.access import AUTH_KEY, CLI_PASSWORD, COMMUNITY, PRIV_KEY
from lab.addresses import Addresses
from lab.cli.keys import known_host
from lab.district import District
from lab.watched import Plain, credentials, devices, sites

SECRETS = {
    "snmp-community": COMMUNITY,
    "snmp-auth-key": AUTH_KEY,
    "snmp-priv-key": PRIV_KEY,
    "cli-password": CLI_PASSWORD,
}


def write_config(
    folder: Path, district: District, addresses: Addresses, listen: str, seed: int = 1
) -> None:
    """Write agent.yaml, inventory/, known_hosts and secrets/ (mode 0600) into a folder.

    It is made if absent. The host keys are those of a lab with the same seed.
    """
    inventory, secrets = folder / "inventory", folder / "secrets"
    for path, mode in ((folder, 0o750), (inventory, 0o750), (secrets, 0o700)):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
    for name, value in SECRETS.items():
        _write(secrets / name, value + "\n", 0o600)
    known_hosts = folder.resolve() / "known_hosts"
    pinned = "".join(
        known_host(switch, seed, addresses.of(switch), addresses.cli_port)
        for switch in district.switches
    )
    _write(known_hosts, pinned, 0o600)
    parts: dict[str, list[Plain]] = {
        "sites": sites(district, addresses),
        "credentials": credentials(secrets.resolve(), known_hosts),
        "devices": devices(district, addresses),
    }
    for name, entries in parts.items():
        _write(inventory / f"{name}.yaml", _yaml({name: entries}), 0o640)
    _write(folder / "agent.yaml", _yaml(_agent(folder.resolve(), listen)), 0o640)


def _agent(folder: Path, listen: str) -> Plain:
    return {
        "inventory": str(folder / "inventory"),
        "listen": listen,
        "state": str(folder / "state"),
        "control": str(folder / "control.sock"),
        "ledger": {"path": str(folder / "ledger")},
        # what usually changes in hours breaks within minutes here
        "intervals": {
            "snmp": "10s",
            "snmp.optic": "10s",
            "snmp.lldp": "10s",
            "cli": "15s",
            "probe": "10s",
        },
    }


def _yaml(document: Plain) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that never had a wider mode than the one asked for."""
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")
