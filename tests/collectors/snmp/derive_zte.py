"""What the recording of the ZTE ZXR10 9908 must come to, worked out from the raw walk."""

from calendar import timegm

from tests.collectors.snmp.agent import lines
from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

ZTE = "1.3.6.1.4.1.3902.3"
HARDWARE = f"{ZTE}.600.2"
MODULES = f"{ZTE}.103.11.1.1"
SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.", f"{ZTE}.3.1.", f"{ZTE}.103.11.", f"{ZTE}.126.",
            f"{ZTE}.600.", f"{ZTE}.6000.90.", "1.3.6.1.4.1.3902.15.")  # fmt: skip


def metrics(recording: str) -> list[str]:
    walk = Walk(recording, SUBTREES)
    assert walk.column(f"{ZTE}.126") == {}
    # 158 modules are plugged in, and none tells anything: texts are empty, flags are 0
    assert list(walk.column(f"{MODULES}.3").values()).count("1") == 158
    for flag in (19, 21, 23, 25, *range(35, 66, 2)):
        assert set(walk.column(f"{MODULES}.{flag}").values()) == {"0"}
    parts = (_identity, _units, _temperatures, _fans, _power)
    return sorted([*(one for part in parts for one in part(walk)), *_config(recording)])


def _identity(walk: Walk) -> list[str]:
    words = walk.scalar("1.3.6.1.2.1.1.1").split()
    labels = {"vendor": words[0], "model": " ".join(words[1:3])}
    return [line("egov_device_info", labels | {"version": walk.scalar(f"{ZTE}.600.3.2")}, 1)]


def _units(walk: Walk) -> list[str]:
    """Each slot has two rows, whose descriptions say the same memory; two slots have none."""
    columns = {"text": 2, "size": 3, "memory": 4, "five": 5, "minute": 6, "peak": 8}
    found = []
    for index, row in walk.rows(f"{HARDWARE}.1.1", columns).items():
        slot, unit = index.replace(".", "/").rsplit("/", 1)
        if "Mem 0" in row["text"]:
            assert row["size"] == row["memory"] == row["peak"] == "0"
            continue
        label = {"component": f"slot {slot} unit {unit}"}
        found.append(line("egov_device_cpu_ratio", label, int(row["minute"]) / 100))
        if unit == "0":
            memory = int(row["memory"]) / 100
            found.append(line("egov_device_memory_ratio", {"component": f"slot {slot}"}, memory))
    return found


def _temperatures(walk: Walk) -> list[str]:
    """Three readings a card, each before its limit of 85 degrees."""
    found = []
    for name, reading, limit in (("", 3, 4), (" second", 5, 6), (" third", 7, 8)):
        assert set(walk.column(f"{HARDWARE}.4.1.{limit}").values()) == {"85"}
        for card, celsius in walk.column(f"{HARDWARE}.4.1.{reading}").items():
            label = {"component": f"card {card}{name}"}
            found.append(line("egov_device_temperature_celsius", label, int(celsius)))
    return found


def _fans(walk: Walk) -> list[str]:
    """All of them turn, and the second tree of the firmware calls them well (1)."""
    found = []
    for index, speed in walk.column(f"{HARDWARE}.3.1.4").items():
        _rack, _shelf, tray, fan = index.split(".")
        assert int(speed) > 1000
        assert walk.column(f"{ZTE}.600.1100.3.1.7")[index] == "1"
        found.append(line("egov_device_fan_up", {"component": f"tray {tray} fan {fan}"}, 1))
    return found


def _power(walk: Walk) -> list[str]:
    """A supply that is there has a serial number; one that works gives volts."""
    found = []
    for index, serial in walk.column(f"{HARDWARE}.2.1.11").items():
        _rack, _shelf, group, module = index.split(".")
        millivolts = int(walk.column(f"{ZTE}.600.1100.2.1.15")[index])
        assert (serial == "N/A") == (millivolts == 0)
        if millivolts:
            label = {"component": f"group {group} module {module}"}
            found.append(line("egov_device_power_supply_up", label, 1))
    return found


def _config(recording: str) -> list[str]:
    """Two dates: when the running configuration changed, and when it was saved."""
    octets = {oid: value for oid, _tag, value in lines(recording, (f"{ZTE}.6000.90.1.",))}
    changed, saved = (_date(bytes.fromhex(octets[f"{ZTE}.6000.90.1.{n}.0"])) for n in (1, 2))
    return [
        line("egov_device_config_changed_timestamp_seconds", {}, changed),
        line("egov_device_config_unsaved", {}, int(changed > saved)),
    ]


def _date(octets: bytes) -> int:
    high, low, month, day, hour, minute, second, _tenths = octets
    return timegm((high * 256 + low, month, day, hour, minute, second))
