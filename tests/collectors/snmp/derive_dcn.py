"""What the recordings of Digital China's software, in a DCRS and in a Maipu, must come to."""

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

DCRS, MAIPU = "1.3.6.1.4.1.6339.100", "1.3.6.1.4.1.5651.6.7.2.100"
SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.47.", "1.3.6.1.4.1.5651.3.",
            *(f"{base}.{group}." for base in (DCRS, MAIPU) for group in ("1", "30")))  # fmt: skip


def metrics(recording: str, vendor: str, base: str) -> list[str]:
    walk = Walk(recording, SUBTREES)
    assert walk.column(f"{base}.1.7") == walk.column(f"{base}.1.8") == {}  # no chassis
    assert walk.column(f"{base}.1.23") == {}  # nothing of power supplies
    found = [*_identity(walk, vendor), *_switch(walk, f"{base}.1.11")]
    return sorted([*found, *_fans(walk, f"{base}.1.12.1"), *_optics(walk, f"{base}.30.1.1")])


def _identity(walk: Walk, vendor: str) -> list[str]:
    """The first word of sysDescr is the model, and a line of it ends in the version."""
    description = walk.scalar("1.3.6.1.2.1.1.1")
    [software] = [one for one in description.splitlines() if "SoftWare Version" in one]
    model = description.split()[0]
    version = software.split()[-1].removeprefix(f"{model}_")
    labels = {"vendor": vendor, "model": model, "version": version}
    return [line("egov_device_info", labels, 1)]


def _switch(walk: Walk, base: str) -> list[str]:
    idle, size, busy, celsius = (int(walk.scalar(f"{base}.{n}")) for n in (3, 6, 7, 9))
    return [
        line("egov_device_cpu_ratio", {"component": "cpu"}, (100 - idle) / 100),
        line("egov_device_memory_ratio", {"component": "memory"}, busy / size),
        line("egov_device_temperature_celsius", {"component": "switch"}, celsius),
    ]


def _fans(walk: Walk, base: str) -> list[str]:
    return [
        line("egov_device_fan_up", {"component": f"fan {fan}"}, int(row["status"] == "0"))
        for fan, row in walk.rows(base, {"inserted": 2, "status": 3}).items()
        if row["inserted"] == "1"
    ]


_MEASURES = {  # value and its limits: high, low
    "egov_optic_temperature{}_celsius": (2, 3, 4, 1),
    "egov_optic_bias{}_amperes": (12, 13, 14, 0.001),
    "egov_optic_receive_power{}_dbm": (17, 18, 19, 1),
    "egov_optic_transmit_power{}_dbm": (22, 23, 24, 1),
}


def _optics(walk: Walk, base: str) -> list[str]:
    names = walk.column("1.3.6.1.2.1.31.1.1.1.1")
    found = []
    for family, (*columns, factor) in _MEASURES.items():
        for side, column in zip(("", "_high", "_low"), columns, strict=True):
            for index, cell in walk.column(f"{base}.{column}").items():
                if cell != "NULL":
                    labels = {"interface": names[index], "lane": "1"}
                    value = float(cell.split("(")[0]) * factor
                    found.append(line(family.format(side), labels, value))
    return found
