"""What the recording of the Cisco Catalyst 3560 must come to, worked out from the raw walk."""

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

CISCO = "1.3.6.1.4.1.9.9"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.", "1.3.6.1.4.1.9.2.1.5", "1.3.6.1.4.1.9.3.6.3.",
            *(f"{CISCO}.{group}." for group in ("13.1", "43.1.1", "48.1", "91.1", "109.1.1",
                                                "117.1", "221.1", "500.1")))  # fmt: skip


def metrics(recording: str, seen_at: float) -> list[str]:
    walk = Walk(recording, SUBTREES)
    for group in ("91.1", "117.1", "221.1", "500.1"):  # no sensors, FRUs, enhanced pools, stack
        assert walk.column(f"{CISCO}.{group}") == {}
    parts = [_identity(walk), _memory(walk), _environment(walk), _config(walk, seen_at)]
    [minute] = walk.column(f"{CISCO}.109.1.1.1.1.7").values()
    cpu = line("egov_device_cpu_ratio", {"component": "cpu 1"}, int(minute) / 100)
    return sorted([cpu, *(one for part in parts for one in part)])


def _identity(walk: Walk) -> list[str]:
    [chassis] = [i for i, kind in walk.column(f"{ENTITY}.5").items() if kind == "3"]
    labels = {
        "vendor": "Cisco",
        "model": walk.column(f"{ENTITY}.13")[chassis],
        "version": walk.column(f"{ENTITY}.10")[chassis],
    }
    return [line("egov_device_info", labels, 1)]


def _memory(walk: Walk) -> list[str]:
    return [
        line(
            "egov_device_memory_ratio",
            {"component": row["name"]},
            int(row["used"]) / (int(row["used"]) + int(row["free"])),
        )
        for row in walk.rows(f"{CISCO}.48.1.1.1", {"name": 2, "used": 5, "free": 6}).values()
    ]


def _environment(walk: Walk) -> list[str]:
    """One sensor, fan and supply; the descriptions end in the state, but the fan's."""
    sensor, fan, supply = (
        next(iter(walk.rows(f"{CISCO}.13.1.{table}.1", columns).values()))
        for table, columns in (
            (3, {"text": 2, "celsius": 3, "state": 6}),
            (4, {"text": 2, "state": 3}),
            (5, {"text": 2, "state": 3}),
        )
    )
    assert (sensor["state"], fan["state"], supply["state"]) == ("2", "1", "1")
    place = sensor["text"].removesuffix(", YELLOW ")
    bay = supply["text"].removesuffix(" Normal, RPS NotExist")
    return [
        line("egov_device_temperature_celsius", {"component": place}, int(sensor["celsius"])),
        line("egov_device_fan_up", {"component": fan["text"]}, 1),
        line("egov_device_power_supply_up", {"component": bay}, 1),
    ]


def _config(walk: Walk, seen_at: float) -> list[str]:
    """It was loaded in the third minute after the boot and is as it was saved before."""
    changed, saved = (int(walk.scalar(f"{CISCO}.43.1.1.{n}")) for n in (1, 3))
    up = int(walk.scalar("1.3.6.1.2.1.1.3"))
    assert (saved, changed // 6000) == (0, 2)
    when = int(seen_at - up / 100) + changed // 100
    return [
        line("egov_device_config_changed_timestamp_seconds", {}, when),
        line("egov_device_config_unsaved", {}, 0),
    ]
