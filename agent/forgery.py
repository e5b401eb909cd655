"""Replies that somebody may have forged: each is counted by the engine, here they become findings.

A forger sends as many as he likes, so a peer and reason make one finding in `EVERY_S`.
"""

import ipaddress
from collections.abc import Callable, Mapping
from types import MappingProxyType

from agent.clock import Clock
from collectors.contract import Finding, Severity
from inventory.inventory import Inventory

KIND = "snmp.forged"
EVERY_S = 60.0
MOST_PEERS = 4096
"""Sources may be invented as well."""


class Forgeries:
    """Tells which target a forged reply pretends to come from.

    Args:
        report: takes the findings.
    """

    def __init__(self, clock: Clock, report: Callable[[tuple[Finding, ...]], None]) -> None:
        """Know no target yet."""
        self._clock = clock
        self._report = report
        self._targets: Mapping[tuple[str, int], str] = {}
        self._told_s: dict[tuple[str, str], float] = {}

    def adopt(self, inventory: Inventory) -> None:
        """Know which device answers where; two may share an address and differ by the port."""
        found: dict[tuple[str, int], str] = {}
        for device in inventory.devices.values():
            if device.snmp is None:
                continue
            for address in filter(_is_numeric, device.addresses):
                place = str(ipaddress.ip_address(address)), device.snmp.port
                found.setdefault(place, device.id)
        self._targets = MappingProxyType(found)

    def seen(self, peer: str, port: int, reason: str, source: str = "") -> None:
        """Take note of one datagram that was not believed.

        Args:
            peer: in whose name it speaks, at `port`.
            source: where it came from, if that is another address.
        """
        now_s = self._clock.monotonic()
        key = peer, reason
        if now_s - self._told_s.get(key, float("-inf")) < EVERY_S:
            return
        if len(self._told_s) >= MOST_PEERS:
            self._told_s.clear()
        self._told_s[key] = now_s
        target = self._targets.get((peer, port), "")
        text = f"a reply from {source or peer} was not believed: {reason}"
        if source not in {"", peer}:
            text = f"a reply from {source} in the name of {peer} was not believed: {reason}"
        self._report((Finding(KIND, target, Severity.WARNING, text, self._clock.now()),))


def _is_numeric(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True
