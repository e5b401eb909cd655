"""The configuration of an agent that watches fake switches."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.fake_agent import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, USER
from bench.side import addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the agent is to watch.

    Args:
        interval_s: between two visits of a switch; at least 1.
        core: the agent stays on it.
    """

    switches: int
    interval_s: int
    core: int
    agents_port: int
    listen_port: int
    secured: bool = False


def write_configuration(folder: Path, plan: Plan, targets: Sequence[str]) -> None:
    """Write agent.yaml, an inventory of fake switches and their secrets."""
    inventory, secrets = folder / "inventory", folder / "secrets"
    inventory.mkdir()
    secrets.mkdir(mode=0o700)
    for name, value in (("c", COMMUNITY), ("a", AUTH_PASSWORD), ("p", PRIV_PASSWORD)):
        path = secrets / name
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
    snmp: dict[str, object] = {"version": "v2c", "community": {"file": str(secrets / "c")}}
    if plan.secured:
        snmp = {
            "version": "v3",
            "user": USER,
            "auth": "sha256",
            "auth_key": {"file": str(secrets / "a")},
            "priv": "aes128",
            "priv_key": {"file": str(secrets / "p")},
        }
    devices = [
        {
            "id": target,
            "address": address,
            "site": "bench",
            "role": "access",
            "snmp": {"credential": "bench", "port": plan.agents_port},
        }
        for target, address in zip(targets, addresses(len(targets)), strict=True)
    ]
    document = {
        "sites": [{"id": "bench", "name": "bench", "level": "district"}],
        "credentials": [{"id": "bench", "snmp": snmp}],
        "devices": devices,
    }
    _write(inventory / "all.yaml", document)
    _write(folder / "agent.yaml", _settings(folder, plan))


def _settings(folder: Path, plan: Plan) -> dict[str, object]:
    return {
        "inventory": str(folder / "inventory"),
        "listen": f"127.0.0.1:{plan.listen_port}",
        "state": str(folder / "state"),
        "control": str(folder / "control.sock"),
        "ledger": {"path": str(folder / "ledger")},
        "intervals": {"snmp": f"{plan.interval_s}s"},
    }


def _write(path: Path, document: object) -> None:
    path.touch(mode=0o600)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    path.write_text(yaml.dump(document, Dumper=dumper, sort_keys=False), encoding="utf-8")
