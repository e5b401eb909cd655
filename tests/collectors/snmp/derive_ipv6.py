"""What IPv6 of a recording must come to, from the raw walk alone.

Written beside the profiles and sharing nothing with them, so that a mistake has to be made twice.
"""

import ipaddress
from collections import Counter

from tests.collectors.snmp.agent import RECORDINGS, lines

SUBTREES = (
    "1.3.6.1.2.1.4.24.", "1.3.6.1.2.1.4.25.", "1.3.6.1.2.1.4.31.", "1.3.6.1.2.1.4.34.",
    "1.3.6.1.2.1.15.", "1.3.6.1.2.1.55.", "1.3.6.1.2.1.138.", "1.3.6.1.2.1.191.",
    "1.3.6.1.2.1.31.1.1.1.1.",
)  # fmt: skip
"""What is served of a recording besides the agent's own SUBTREES."""
NAMES = "1.3.6.1.2.1.31.1.1.1.1."
NEW = (
    "",
    "other",
    "connected",
    "static",
    *["other"] * 4,
    "rip",
    "isis",
    *["other"] * 3,
    "ospf",
    "bgp",
)
OLD = ("", "other", "connected", "static", "other", "rip", "ospf", "bgp", "other", "other")
STATUS = ("", "preferred", "deprecated", "invalid", "inaccessible", "unknown", "tentative")
Values = dict[tuple[str, ...], object]


def golden(recording: str) -> dict[str, Values]:
    """Return {family: {labels: value}} of every family that is not empty."""
    cells = {oid: (tag, value) for oid, tag, value in lines(recording, SUBTREES)}
    found = {
        "egov_ipv6_forwarding": _forwarding(cells),
        "egov_ipv6_address_info": _addresses(cells),
        "egov_ipv6_routes": _routes(cells),
        "egov_ipv6_default_route": _default(cells),
        "egov_ospfv3_neighbor_state": _neighbors(cells),
        "egov_ospfv3_interface_state": _ospf(cells, "1.3.6.1.2.1.191.1.7.1.12."),
    }
    return {family: values for family, values in found.items() if values}


Cells = dict[str, tuple[str, str]]


def _column(cells: Cells, oid: str) -> dict[str, str]:
    return {
        key[len(oid) :]: bytes.fromhex(value).decode("latin-1") if tag == "4x" else value
        for key, (tag, value) in cells.items()
        if key.startswith(oid)
    }


def _forwarding(cells: Cells) -> Values:
    for oid in ("1.3.6.1.2.1.4.25.0", "1.3.6.1.2.1.55.1.1.0"):
        if oid in cells:
            return {(): int(cells[oid][1] == "1")}
    return {}


def _addresses(cells: Cells) -> Values:
    """Return (interface, address) with the status; 16 octets follow what tells the interface."""
    names = _column(cells, NAMES)
    found: Values = {}
    ports = _column(cells, "1.3.6.1.2.1.4.34.1.3.")
    for index, status in _column(cells, "1.3.6.1.2.1.4.34.1.7.").items():
        parts = [int(part) for part in index.split(".")]
        kind, rest = parts[0], parts[1:]
        if kind in (2, 4):
            octets = rest[1:17] if rest[0] in (16, 20) else rest[:16]
            key = names[ports[index]], str(ipaddress.IPv6Address(bytes(octets)))
            found[key] = STATUS[int(status)]
    if ports:
        return found
    for index, status in _column(cells, "1.3.6.1.2.1.55.1.8.1.5.").items():
        port, *rest_of = index.split(".")
        address = str(ipaddress.IPv6Address(bytes(map(int, rest_of[-16:]))))
        found[names.get(port, port), address] = STATUS[int(status)]
    return found


def _routes(cells: Cells) -> Values:
    new = _column(cells, "1.3.6.1.2.1.4.24.7.1.9.2.")
    old = _column(cells, "1.3.6.1.2.1.55.1.11.1.7.")
    words = [NEW[int(one)] if int(one) < len(NEW) else "other" for one in new.values()]
    return dict(Counter((one, "") for one in words or [OLD[int(one)] for one in old.values()]))


def _default(cells: Cells) -> Values:
    zeros = "0." * 16
    new = [one for one in cells if one.startswith(f"1.3.6.1.2.1.4.24.7.1.9.2.16.{zeros}0.")]
    old = [one for one in cells if one.startswith(f"1.3.6.1.2.1.55.1.11.1.4.{zeros}0.")]
    none = cells.get("1.3.6.1.2.1.55.1.9.0", ("", ""))[1] == "0"
    routes = none or _column(cells, "1.3.6.1.2.1.4.24.7.1.9.2.")
    routes = routes or _column(cells, "1.3.6.1.2.1.55.1.11.1.7.")
    return {(): int(bool(new or old))} if routes else {}


def _neighbors(cells: Cells) -> Values:
    """Key by router id and interface; the one recording that has any is a Juniper."""
    return {
        (str(ipaddress.IPv4Address(int(index.split(".")[2]))), f"ospfv3 {index.split('.')[0]}"):
            int(state)
        for index, state in _column(cells, "1.3.6.1.2.1.191.1.9.1.8.").items()
    }  # fmt: skip


def _ospf(cells: Cells, oid: str) -> Values:
    return {
        (f"ospfv3 {index.split('.')[0]}",): int(state)
        for index, state in _column(cells, oid).items()
    }


if __name__ == "__main__":
    for name in RECORDINGS:
        print(name, golden(name))  # noqa: T201 - run by hand
