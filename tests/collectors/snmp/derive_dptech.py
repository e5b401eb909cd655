"""What the recording of the DPtech DPX8000 must come to, worked out from the raw walk."""

import math

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

DPTECH, OTHER = "1.3.6.1.4.1.31648", "1.3.6.1.4.1.1000"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.47.",
            *(f"{DPTECH}.{group}." for group in ("3", "4.2", "6")), f"{OTHER}.2.")  # fmt: skip


def metrics(recording: str) -> list[str]:
    walk = Walk(recording, SUBTREES)
    parts = (_identity, _slots, _power_and_fans, _members, _optics)
    return sorted(one for part in parts for one in part(walk))


def _identity(walk: Walk) -> list[str]:
    """The first chassis is named by its model; its software is the last word of the release."""
    chassis = next(i for i, kind in walk.column(f"{ENTITY}.5").items() if kind == "3")
    labels = {
        "vendor": "DPtech",
        "model": walk.column(f"{ENTITY}.7")[chassis],
        "version": walk.column(f"{ENTITY}.10")[chassis].split()[-1],
    }
    return [line("egov_device_info", labels, 1)]


def _slots(walk: Walk) -> list[str]:
    columns = {"cpu": 6, "memory": 7, "cpu heat": 16, "heat": 17, "chassis": 18, "number": 19}
    found = []
    for row in walk.rows(f"{DPTECH}.6.1.1", columns).values():
        name = f"slot {row['chassis']}/{row['number']}"
        label = {"component": name}
        heat = "egov_device_temperature_celsius"
        found.append(line(heat, label, int(row["heat"])))
        if row["memory"] == "0":
            assert row["cpu"] == "0"
            assert row["cpu heat"] == row["heat"]
            continue
        found.append(line("egov_device_cpu_ratio", label, int(row["cpu"]) / 100))
        found.append(line("egov_device_memory_ratio", label, int(row["memory"]) / 100))
        found.append(line(heat, {"component": name + " cpu"}, int(row["cpu heat"])))
    return found


def _power_and_fans(walk: Walk) -> list[str]:
    """Everything in this chassis works, as ENTITY-MIB lists four supplies without an alarm."""
    found = []
    for table, family, part in (
        ("11", "egov_device_power_supply_up", "power supply"),
        ("12", "egov_device_fan_up", "fan"),
    ):
        for index, status in walk.column(f"{DPTECH}.3.15.{table}.1.3").items():
            assert status == "0"
            chassis, number = index.split(".")
            found.append(line(family, {"component": f"chassis {chassis} {part} {number}"}, 1))
    supplies = [one for one in found if "power supply" in one]
    assert len(supplies) == list(walk.column(f"{ENTITY}.5").values()).count("6")
    return found


def _members(walk: Walk) -> list[str]:
    """There is a chassis entity for each."""
    chassis = list(walk.column(f"{ENTITY}.5").values()).count("3")
    return [line("egov_device_stack_member_up", {"member": str(n)}, 1) for n in range(chassis)]


def _optics(walk: Walk) -> list[str]:
    """Microwatts; a second tree has texts in dBm, which differ by what rounding does."""
    names = walk.column("1.3.6.1.2.1.31.1.1.1.1")
    power = walk.rows(f"{DPTECH}.4.2.1", {"receive": 2, "transmit": 3})
    texts = walk.rows(f"{OTHER}.2.2.1", {"receive": 2, "transmit": 3})
    found = []
    for index, row in power.items():
        if texts[index] == {"receive": "0 dBm", "transmit": "0 dBm"}:
            assert row == {"receive": "0", "transmit": "0"}
            continue
        for way, microwatts in row.items():
            dbm = round(10 * math.log10(int(microwatts) / 1000), 2) if microwatts != "0" else -40
            told = float(texts[index][way].split()[0])
            assert math.isinf(told) if dbm == -40 else abs(told - dbm) < 0.03
            labels = {"interface": names[index], "lane": "1"}
            found.append(line(f"egov_optic_{way}_power_dbm", labels, dbm))
    return found
