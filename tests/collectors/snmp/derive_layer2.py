"""What neighbours, aggregates and table sizes of a recording must come to, from the raw walk alone.

Written beside the profiles and sharing nothing with them, so that a mistake has to be made twice.
"""

from collections import Counter, defaultdict

from tests.collectors.snmp.agent import RECORDINGS, lines

SUBTREES = (
    "1.0.8802.1.1.2.", "1.3.6.1.2.1.17.", "1.3.6.1.2.1.4.22.", "1.3.6.1.2.1.4.35.",
    "1.3.6.1.2.1.55.1.12.", "1.3.6.1.2.1.68.", "1.3.6.1.2.1.207.", "1.3.6.1.2.1.197.",
    "1.3.6.1.2.1.222.", "1.3.6.1.2.1.31.", "1.3.6.1.2.1.2.2.", "1.2.840.10006.300.43.1.2.",
    "1.3.6.1.4.1.25506.2.72.", "1.3.6.1.4.1.25506.8.22.", "1.3.6.1.4.1.2011.5.25.41.1.3.3.",
    "1.3.6.1.4.1.2011.5.25.41.1.4.", "1.3.6.1.4.1.2011.5.25.38.", "1.3.6.1.4.1.9.9.46.1.3.1.1.2.",
    "1.3.6.1.4.1.9.9.168.",
)  # fmt: skip
"""What is served of a recording besides the agent's own SUBTREES."""
Values = dict[tuple[str, ...], int]
FDB, DOT1D, NAMES = "1.3.6.1.2.1.17.7.1.2.", "1.3.6.1.2.1.17.4.3.1.3.", "1.3.6.1.2.1.31.1.1.1.1."
ND = ("reachable", "stale", "delay", "probe", "invalid", "unknown", "incomplete")


def golden(recording: str) -> dict[str, Values]:
    """Return {family: {labels: value}} of every family that is not empty."""
    cells = {oid: (tag, value) for oid, tag, value in lines(recording, SUBTREES)}
    found = {
        "egov_mac_addresses": _macs(cells),
        "egov_vlans": _vlans(cells),
        "egov_arp_entries": _count(_column(cells, "1.3.6.1.2.1.4.22.1.4."), without="2"),
        "egov_ipv6_neighbors": _neighbors(cells),
        "egov_stp_topology_changes_total": _scalar(cells, "1.3.6.1.2.1.17.2.4.0"),
        "egov_lag_members_up": _members(cells),
        "egov_bfd_session_up": _bfd(cells),
        "egov_ntp_synchronised": _ntp(cells),
    }
    return {family: values for family, values in found.items() if values}


def lldp_ports(recording: str) -> Counter[str]:
    """Count the neighbours of each local port, which is called by its ifName."""
    cells = {oid: (tag, value) for oid, tag, value in lines(recording, SUBTREES)}
    names = _column(cells, NAMES)
    ids = _column(cells, "1.0.8802.1.1.2.1.3.7.1.3.")
    indexes = _column(cells, "1.0.8802.1.1.2.1.4.1.1.4.")
    newest = {index.split(".", 1)[1] for index in indexes}
    ports = [rest.split(".")[0] for rest in newest]
    # all nine recordings name a port by its ifName, or number it by its ifIndex
    return Counter(
        ids[port] if ids.get(port) in names.values() else names.get(ids.get(port, port), port)
        for port in ports
    )


Cells = dict[str, tuple[str, str]]


def _column(cells: Cells, oid: str) -> dict[str, str]:
    return {
        key[len(oid) :]: bytes.fromhex(value).decode("latin-1") if tag == "4x" else value
        for key, (tag, value) in cells.items()
        if key.startswith(oid)
    }


def _scalar(cells: Cells, oid: str) -> Values:
    return {(): int(cells[oid][1])} if oid in cells else {}


def _count(column: dict[str, str], *, without: str = "", only: str = "") -> Values:
    kept = [value for value in column.values() if value != without and only in ("", value)]
    return {(): len(kept)} if kept else {}


def _macs(cells: Cells) -> Values:
    counts = _column(cells, FDB + "1.1.2.")
    if counts:
        return {(): sum(map(int, counts.values()))}
    return _count(_column(cells, FDB + "2.1.3."), only="3") or _count(
        _column(cells, DOT1D), only="3"
    )


def _vlans(cells: Cells) -> Values:
    return _scalar(cells, "1.3.6.1.2.1.17.7.1.1.4.0") or _count(
        _column(cells, "1.3.6.1.4.1.9.9.46.1.3.1.1.2."), only="1"
    )


def _neighbors(cells: Cells) -> Values:
    """Count by name of the interface and by state; an address type of 2 or 4 is IPv6."""
    names = _column(cells, NAMES)
    found: Counter[tuple[str, ...]] = Counter()
    new = _column(cells, "1.3.6.1.2.1.4.35.1.7.")
    for index, state in new.items():
        interface, kind = index.split(".")[:2]
        if kind in "24":
            found[names.get(interface, interface), ND[int(state) - 1]] += 1
    if not new:
        for index, state in _column(cells, "1.3.6.1.2.1.55.1.12.1.4.").items():
            interface = index.split(".")[0]
            found[names.get(interface, interface), ND[int(state) - 1]] += 1
    return dict(found)


def _members(cells: Cells) -> Values:
    """Of a static aggregate (no bits at all) a member counts when the port is up."""
    names = _column(cells, NAMES)
    up = _column(cells, "1.3.6.1.2.1.2.2.1.8.")
    states = _column(cells, "1.2.840.10006.300.43.1.2.1.1.21.")
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for index, kind in _column(cells, "1.3.6.1.2.1.2.2.1.3.").items():
        if kind == "161" and up.get(index) != "1":
            found[names[index],] = 0
    for port, aggregate in _column(cells, "1.2.840.10006.300.43.1.2.1.1.13.").items():
        if aggregate not in ("0", port):
            octet = ord(states[port][:1] or "\0")
            found[names[aggregate],] += bool(octet & 0x04) if octet & 0x20 else up[port] == "1"
    return dict(found)


def _bfd(cells: Cells) -> Values:
    base = "1.3.6.1.4.1.25506.2.72.1.3.1."
    names, remote = _column(cells, NAMES), _column(cells, base + "10.")
    ports, states = _column(cells, base + "2."), _column(cells, base + "12.")
    return {
        (".".join(str(ord(octet)) for octet in remote[row]), names[ports[row]]): int(state == "3")
        for row, state in states.items()
    }


def _ntp(cells: Cells) -> Values:
    state = _scalar(cells, "1.3.6.1.4.1.25506.8.22.1.1.10.0")
    return {(): int(state[()] == 4)} if state else {}


if __name__ == "__main__":
    for name in RECORDINGS:
        print(name, golden(name), dict(lldp_ports(name)))  # noqa: T201 - run by hand
