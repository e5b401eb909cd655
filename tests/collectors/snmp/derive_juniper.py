"""What the recording of the Juniper MX960 must come to, worked out from the raw walk."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from tests.collectors.snmp.agent import lines
from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

JUNIPER = "1.3.6.1.4.1.2636.3"
PARTS, FRUS, DOM = f"{JUNIPER}.1.13.1", f"{JUNIPER}.1.15.1", f"{JUNIPER}.60.1.1.1.1"
SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.47.",
            *(f"{JUNIPER}.{group}." for group in ("1", "18.1.2", "18.1.3", "40.1.4", "60")),
            )  # fmt: skip


def metrics(recording: str) -> list[str]:
    walk = Walk(recording, SUBTREES)
    assert walk.column(f"{JUNIPER}.40.1.4") == {}  # no virtual chassis
    assert walk.column(f"{JUNIPER}.60.1.2") == {}  # no module has several lanes
    octets = {
        oid: bytes.fromhex(value)
        for oid, tag, value in lines(recording, (f"{DOM}.1.", f"{JUNIPER}.18.1.3."))
        if tag == "4x"
    }
    parts = [_identity(walk), _parts(walk), _frus(walk), _optics(walk, octets), _config(octets)]
    return sorted(one for part in parts for one in part)


def _identity(walk: Walk) -> list[str]:
    words = walk.scalar("1.3.6.1.2.1.1.1").replace(",", "").split()
    labels = {
        "vendor": words[0],
        "model": words[words.index("Inc.") + 1],
        "version": words[words.index("JUNOS") + 1],
    }
    return [line("egov_device_info", labels, 1)]


def _parts(walk: Walk) -> list[str]:
    """Routing engines and cards have memory; the twelve fans of a tray share one thermometer."""
    columns = {"name": 5, "celsius": 7, "cpu": 8, "used": 11, "size": 15}
    found, trays = [], dict[str, str]()
    for row in walk.rows(PARTS, columns).values():
        name = row["name"]
        label = {"component": name}
        if name.endswith("Fan Tray"):
            trays[name.removesuffix(" Fan Tray")] = row["celsius"]
        elif " Tray Fan " in name:
            assert row["celsius"] == trays[name.split(" Tray ")[0]]
            continue
        if row["celsius"] != "0":
            found.append(line("egov_device_temperature_celsius", label, int(row["celsius"])))
        if row["size"] != "0":
            found.append(line("egov_device_cpu_ratio", label, int(row["cpu"]) / 100))
            found.append(line("egov_device_memory_ratio", label, int(row["used"]) / 100))
    return found


def _frus(walk: Walk) -> list[str]:
    families = {"7": "egov_device_power_supply_up", "13": "egov_device_fan_up"}
    return [
        line(families[row["type"]], {"component": row["name"]}, int(row["state"] == "6"))
        for row in walk.rows(FRUS, {"name": 5, "type": 6, "state": 8}).values()
        if row["type"] in families and row["state"] != "2"
    ]


_MEASURES = {  # value, high and low limit, factor
    "egov_optic_receive_power{}_dbm": (5, 9, 10, 100),
    "egov_optic_bias{}_amperes": (6, 13, 14, 1_000_000),
    "egov_optic_transmit_power{}_dbm": (7, 17, 18, 100),
    "egov_optic_temperature{}_celsius": (8, 21, 22, 1),
}


def _optics(walk: Walk, octets: Mapping[str, bytes]) -> list[str]:
    """Two of eight ports have rows of zeros alone; two modules see no light and raise an alarm."""
    names = walk.column("1.3.6.1.2.1.31.1.1.1.1")
    rows = walk.rows(DOM, {str(n): n for n in range(5, 25)})
    found = []
    for index, row in rows.items():
        if set(row.values()) == {"0"}:
            continue
        labels = {"interface": names[index], "lane": "1"}
        for family, (*columns, divisor) in _MEASURES.items():
            for side, column in zip(("", "_high", "_low"), columns, strict=True):
                value = int(row[str(column)]) / divisor
                # domRxLossSignalAlarm
                dark = column == 5 and octets[f"{DOM}.1.{index}"][0] & 0x80
                found.append(line(family.format(side), labels, -40 if dark else value))
    return found


def _config(octets: Mapping[str, bytes]) -> list[str]:
    date = octets[f"{JUNIPER}.18.1.3.0"]
    month, day, hour, minute, second, _tenths, sign, ahead, _minutes = date[2:]
    zone = timezone(timedelta(hours=ahead if sign == ord("+") else -ahead))
    when = datetime(date[0] * 256 + date[1], month, day, hour, minute, second, tzinfo=zone)
    return [line("egov_device_config_changed_timestamp_seconds", {}, when.timestamp())]
