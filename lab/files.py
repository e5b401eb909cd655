"""The configuration that watches the lab, written as a person would write it."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from lab.access import AUTH_KEY, COMMUNITY, PRIV_KEY, USER
from lab.district import District, Place, Switch

SECRETS = {"snmp-community": COMMUNITY, "snmp-auth-key": AUTH_KEY, "snmp-priv-key": PRIV_KEY}

Plain = None | str | int | float | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the lab listens: a prefix of 127.0.0.0/8 that ends in a dot, and a first port.

    SNMP listens on the first port + 61 (161 in miniature); +22 is kept for the command line.
    """

    prefix: str = "127.20.0."
    base_port: int = 16100

    @property
    def snmp_port(self) -> int:
        """The UDP port of every switch's SNMP agent."""
        return self.base_port + 61

    def of(self, switch: Switch) -> str:
        """Return a switch's address."""
        return f"{self.prefix}{switch.number}"


def write_config(folder: Path, district: District, addresses: Addresses, listen: str) -> None:
    """Write agent.yaml, inventory/ and secrets/ (mode 0600) into a folder, made if absent."""
    inventory, secrets = folder / "inventory", folder / "secrets"
    for path, mode in ((folder, 0o750), (inventory, 0o750), (secrets, 0o700)):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
    for name, value in SECRETS.items():
        _write(secrets / name, value + "\n", 0o600)
    devices = [_device(switch, district, addresses) for switch in district.switches]
    parts: dict[str, list[Plain]] = {
        "sites": [_site(place) for place in district.places],
        "credentials": _credentials(secrets.resolve()),
        "devices": devices,
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
        "intervals": {"snmp": "10s", "snmp.optic": "10s", "snmp.lldp": "10s"},
    }


def _site(place: Place) -> Plain:
    entry: dict[str, Plain] = {"id": place.id, "name": place.name, "level": place.level}
    if place.parent:
        entry["parent"] = place.parent
    entry["location"] = {"lat": place.location[0], "lon": place.location[1]}
    return entry


def _credentials(secrets: Path) -> list[Plain]:
    def file(name: str) -> Plain:
        return {"file": str(secrets / name)}

    user: dict[str, Plain] = {"version": "v3", "user": USER, "auth": "sha256", "priv": "aes128"}
    user |= {"auth_key": file("snmp-auth-key"), "priv_key": file("snmp-priv-key")}
    community: dict[str, Plain] = {"version": "v2c", "community": file("snmp-community")}
    return [{"id": "lab-v2c", "snmp": community}, {"id": "lab-v3", "snmp": user}]


def _device(switch: Switch, district: District, addresses: Addresses) -> Plain:
    entry: dict[str, Plain] = {
        "id": switch.id,
        "name": switch.name,
        "address": addresses.of(switch),
        "site": switch.site,
        "role": switch.role,
    }
    if switch.department:
        entry["department"] = switch.department
    if switch.parent:
        entry["parent"] = switch.parent
    credential = "lab-v3" if switch.secured else "lab-v2c"
    entry["snmp"] = {"credential": credential, "port": addresses.snmp_port}
    uplinks: list[Plain] = [
        {"interface": link.low.port, "design_speed": "10G"} for link in district.uplinks(switch.id)
    ]
    return entry | {"uplinks": uplinks}


def _yaml(document: Plain) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file that never had a wider mode than the one asked for."""
    path.touch(mode=mode)
    path.chmod(mode)
    path.write_text(text, encoding="utf-8")
