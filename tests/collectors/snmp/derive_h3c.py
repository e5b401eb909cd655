"""What the recording of the H3C SR8808-X stack must come to, worked out from the raw walk."""

import math

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

SUBTREES = (
    "1.3.6.1.2.1.1.", "1.3.6.1.2.1.31.1.1.1.1.", "1.3.6.1.2.1.47.", "1.3.6.1.4.1.25506.2.4.",
    "1.3.6.1.4.1.25506.2.6.", "1.3.6.1.4.1.25506.2.70.", "1.3.6.1.4.1.25506.2.91.",
    "1.3.6.1.4.1.25506.8.35.9.",
)  # fmt: skip
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
STATE = "1.3.6.1.4.1.25506.2.6.1.1.1.1"
OPTIC = "1.3.6.1.4.1.25506.2.70.1.1.1"
DEVICE = "1.3.6.1.4.1.25506.8.35.9.1"
STACK = "1.3.6.1.4.1.25506.2.91"
CONFIG = "1.3.6.1.4.1.25506.2.4.1.1"
NOTHING = "2147483647"


def metrics(recording: str, seen_at: float) -> list[str]:
    walk = Walk(recording, SUBTREES)
    found = [_identity(walk), *_boards(walk), *_temperatures(walk), *_parts(walk)]
    return sorted([*found, *_stack(walk), *_config(walk, seen_at), *_optics(walk)])


def _identity(walk: Walk) -> str:
    version = walk.scalar("1.3.6.1.2.1.1.1").rpartition("Version ")[2].strip()
    model = {m for i, m in walk.column(f"{ENTITY}.13").items() if _class(walk, i) == "3"}
    labels = {"vendor": "H3C", "model": model.pop(), "version": version}
    return line("egov_device_info", labels, 1)


def _class(walk: Walk, index: str) -> str:
    return walk.column(f"{ENTITY}.5")[index]


def _boards(walk: Walk) -> list[str]:
    """Every board that has a memory has a processor, busy or not."""
    names, parents = walk.column(f"{ENTITY}.7"), walk.column(f"{ENTITY}.4")
    places = walk.column(f"{ENTITY}.6")
    found = []
    for index, row in walk.rows(STATE, {"cpu": 6, "memory": 8, "size": 10}).items():
        if row["size"] == "0":
            continue
        chassis = places[parents[parents[index]]]
        place = names[index].removeprefix("Master ").removeprefix("Standby ")
        label = {"component": f"chassis {chassis} {place}"}
        found.append(line("egov_device_cpu_ratio", label, int(row["cpu"]) / 100))
        found.append(line("egov_device_memory_ratio", label, int(row["memory"]) / 100))
    return found


def _temperatures(walk: Walk) -> list[str]:
    names = walk.column(f"{ENTITY}.7")
    return [
        line("egov_device_temperature_celsius", {"component": names[index]}, int(celsius))
        for index, celsius in walk.column(f"{STATE}.12").items()
        if celsius != "65535" and names[index].startswith("sensor")
    ]


def _parts(walk: Walk) -> list[str]:
    found = []
    for number, state in walk.column(f"{DEVICE}.1.1.2").items():
        label = {"component": f"fan {number}"}
        found.append(line("egov_device_fan_up", label, int(state == "1")))
    for number, state in walk.column(f"{DEVICE}.2.1.2").items():
        label = {"component": f"power supply {number}"}
        found.append(line("egov_device_power_supply_up", label, int(state == "1")))
    return found


def _stack(walk: Walk) -> list[str]:
    boards = walk.rows(f"{STACK}.3.1", {"role": 1, "member": 2})
    master = {row["member"] for row in boards.values() if row["role"] == "2"}
    found = []
    for member in walk.column(f"{STACK}.2.1.1").values():
        role = "master" if member in master else "member"
        found.append(line("egov_device_stack_member_up", {"member": member}, 1))
        labels = {"member": member, "role": role}
        found.append(line("egov_device_stack_member_info", labels, 1))
    return found


def _config(walk: Walk, seen_at: float) -> list[str]:
    booted_at = seen_at - int(walk.scalar("1.3.6.1.2.1.1.3")) / 100
    changed, saved = (int(walk.scalar(f"{CONFIG}.{n}")) for n in (1, 2))
    at = int(booted_at + changed / 100)
    return [
        line("egov_device_config_changed_timestamp_seconds", {}, at),
        line("egov_device_config_unsaved", {}, int(changed > saved)),
    ]


def _optics(walk: Walk) -> list[str]:
    names = walk.column(IF_NAME)
    columns = {"ddm": 8, "tx": 9, "rx": 12, "celsius": 15, "bias": 17}
    found = []
    for index, row in walk.rows(OPTIC, columns).items():
        if row["ddm"] != "1":
            assert row["rx"] == NOTHING
            continue
        label = {"interface": names[index], "lane": "1"}
        limits = [int(walk.column(f"{OPTIC}.{n}")[index]) for n in (18, 19, 26, 27, 30, 31, 34, 35)]
        hot, cold, most, least, *power = limits
        tx_high, tx_low, rx_high, rx_low = (round(10 * math.log10(n / 10_000), 2) for n in power)
        found += [
            line("egov_optic_receive_power_dbm", label, int(row["rx"]) / 100),
            line("egov_optic_transmit_power_dbm", label, int(row["tx"]) / 100),
            line("egov_optic_temperature_celsius", label, int(row["celsius"])),
            line("egov_optic_bias_amperes", label, int(row["bias"]) / 100 / 1000),
            line("egov_optic_temperature_high_celsius", label, hot / 1000),
            line("egov_optic_temperature_low_celsius", label, cold / 1000),
            line("egov_optic_bias_high_amperes", label, most / 1e6),
            line("egov_optic_bias_low_amperes", label, least / 1e6),
            line("egov_optic_transmit_power_high_dbm", label, tx_high),
            line("egov_optic_transmit_power_low_dbm", label, tx_low),
            line("egov_optic_receive_power_high_dbm", label, rx_high),
            line("egov_optic_receive_power_low_dbm", label, rx_low),
        ]
    return found
