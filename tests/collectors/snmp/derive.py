"""What the interface table of a recording must come to, worked out from the raw walk.

Written beside the profile and sharing nothing with it, so that a mistake has to be made twice.
"""

from collections import Counter, defaultdict

from tests.collectors.snmp.agent import lines

IF = "1.3.6.1.2.1.2.2.1."
IFX = "1.3.6.1.2.1.31.1.1.1."
COUNTERS = {
    ("egov_interface_receive_bytes_total", ""): (IFX + "6", IF + "10", 20_000_000),
    ("egov_interface_transmit_bytes_total", ""): (IFX + "10", IF + "16", 20_000_000),
    ("egov_interface_receive_packets_total", "unicast"): (IFX + "7", IF + "11", 650_000_000),
    ("egov_interface_receive_packets_total", "multicast"): (IFX + "8", IFX + "2", 650_000_000),
    ("egov_interface_receive_packets_total", "broadcast"): (IFX + "9", IFX + "3", 650_000_000),
    ("egov_interface_transmit_packets_total", "unicast"): (IFX + "11", IF + "17", 650_000_000),
    ("egov_interface_transmit_packets_total", "multicast"): (IFX + "12", IFX + "4", 650_000_000),
    ("egov_interface_transmit_packets_total", "broadcast"): (IFX + "13", IFX + "5", 650_000_000),
    ("egov_interface_receive_errors_total", ""): (IF + "14", "", 0),
    ("egov_interface_transmit_errors_total", ""): (IF + "20", "", 0),
    ("egov_interface_receive_discards_total", ""): (IF + "13", "", 0),
    ("egov_interface_transmit_discards_total", ""): (IF + "19", "", 0),
}
Golden = dict[tuple[str, str], dict[str, int]]


def interfaces(recording: str) -> Golden:
    """Return {(family, cast): {interface: value}}."""
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for oid, tag, value in lines(recording):
        for base in (IF, IFX):
            if oid.startswith(base):
                column, index = oid[len(base) :].split(".", 1)
                cells[base + column][index] = _text(tag, value)
    names = _names(cells)
    golden: Golden = defaultdict(dict)
    for index, name in names.items():
        golden["egov_interface_up", ""][name] = int(cells[IF + "8"][index] == "1")
        golden["egov_interface_admin_up", ""][name] = int(cells[IF + "7"][index] == "1")
        speed = _speed(cells[IFX + "15"].get(index), cells[IF + "5"].get(index))
        if speed:
            golden["egov_interface_speed_bytes_per_second", ""][name] = speed
        for key, (wide, narrow, limit) in COUNTERS.items():
            value = cells[wide].get(index)
            if value is None and 0 < int(cells[IF + "5"].get(index, 0)) <= limit:
                value = cells[narrow].get(index)
            if value is not None:
                golden[key][name] = int(value)
    return dict(golden)


def _names(cells: dict[str, dict[str, str]]) -> dict[str, str]:
    plain = {
        index: (cells[IFX + "1"].get(index) or cells[IF + "2"].get(index) or index)
        for index in cells[IF + "8"]
    }
    seen = Counter(plain.values())
    return {index: f"{name}~{index}" if seen[name] > 1 else name for index, name in plain.items()}


def _speed(high: str | None, low: str | None) -> int | None:
    high_mbps, low_bps = int(high or 0), int(low or 0)
    if high_mbps >= 100:
        return high_mbps * 1_000_000 // 8
    if 0 < low_bps < 2**32 - 1:
        return low_bps // 8
    return high_mbps * 1_000_000 // 8 or None


def _text(tag: str, value: str) -> str:
    if tag == "4x":
        return bytes.fromhex(value).decode("utf-8", "replace").strip("\0 ")
    return value.strip()
