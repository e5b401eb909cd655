"""What the recording of the Huawei S5720 must come to, worked out from the raw walk."""

import re

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.", "1.3.6.1.4.1.2011.")
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
STATE = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1"
OPTIC = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"
FAN = "1.3.6.1.4.1.2011.5.25.31.1.1.10.1"
STACK = "1.3.6.1.4.1.2011.5.25.183.1.20.1.3"
CONFIG = "1.3.6.1.4.1.2011.6.10.1.1"


def metrics(recording: str, seen_at: float) -> list[str]:
    walk = Walk(recording, SUBTREES)
    found = [_identity(walk), *_boards(walk), *_fans(walk), *_stack(walk), *_config(walk, seen_at)]
    # no module in any port: each says noValue and the sentinels
    assert set(walk.column(f"{OPTIC}.1").values()) == {"5"}
    assert set(walk.column(f"{OPTIC}.8").values()) == {"-1"}
    return sorted(found)


def _identity(walk: Walk) -> str:
    description = walk.scalar("1.3.6.1.2.1.1.1")
    version = re.findall(r"\(S5720 (V\w+)\)", description)[0]
    model = description.split("\r")[0].strip()
    return line("egov_device_info", {"vendor": "Huawei", "model": model, "version": version}, 1)


def _boards(walk: Walk) -> list[str]:
    names = walk.column(f"{ENTITY}.7")
    rows = walk.rows(STATE, {"cpu": 5, "threshold": 6, "memory": 7, "celsius": 11})
    [(board, row)] = [(i, row) for i, row in rows.items() if row["threshold"] != "0"]
    label = {"component": names[board]}
    assert all(row["celsius"] == "0" for i, row in rows.items() if i != board)
    return [
        line("egov_device_cpu_ratio", label, int(row["cpu"]) / 100),
        line("egov_device_memory_ratio", label, int(row["memory"]) / 100),
        line("egov_device_temperature_celsius", label, int(row["celsius"])),
    ]


def _fans(walk: Walk) -> list[str]:
    found = []
    for index, row in walk.rows(FAN, {"present": 6, "state": 7}).items():
        slot, number = index.split(".")
        label = {"component": f"slot {slot} fan {number}"}
        if row["present"] == "1":
            found.append(line("egov_device_fan_up", label, int(row["state"] == "1")))
    return found


def _stack(walk: Walk) -> list[str]:
    roles = {"1": "master", "2": "standby", "3": "member"}
    found = []
    for member, role in walk.column(STACK).items():
        found.append(line("egov_device_stack_member_up", {"member": member}, 1))
        info = {"member": member, "role": roles[role]}
        found.append(line("egov_device_stack_member_info", info, 1))
    return found


def _config(walk: Walk, seen_at: float) -> list[str]:
    booted_at = seen_at - int(walk.scalar("1.3.6.1.2.1.1.3")) / 100
    changed, saved = (int(walk.scalar(f"{CONFIG}.{n}")) for n in (1, 2))
    at = int(booted_at + changed / 100)
    return [
        line("egov_device_config_changed_timestamp_seconds", {}, at),
        line("egov_device_config_unsaved", {}, int(changed > saved)),
    ]
