"""What the recording of the Ruijie S5750 must come to, worked out from the raw walk."""

from tests.collectors.snmp.golden_lines import line
from tests.collectors.snmp.raw_walk import Walk

SUBTREES = ("1.3.6.1.2.1.1.", "1.3.6.1.2.1.47.", "1.3.6.1.4.1.4881.1.1.10.2.")
RUIJIE = "1.3.6.1.4.1.4881.1.1.10.2"


def metrics(recording: str) -> list[str]:
    walk = Walk(recording, SUBTREES)
    # one processor and one pool, each told a second time for the device as a whole
    [name] = walk.column(f"{RUIJIE}.36.1.2.1.2").values()
    [busy] = walk.column(f"{RUIJIE}.36.1.2.1.4").values()
    [pool] = walk.column(f"{RUIJIE}.35.1.2.1.2").values()
    [used] = walk.column(f"{RUIJIE}.35.1.2.1.3").values()
    # its one temperature sensor says that it is invalid
    [sensor] = walk.column(f"{RUIJIE}.1.1.23.1.2").values()
    assert sensor.endswith(":invalid")
    for table in ("1.1.18", "1.1.21", "1.1.41", "1.1.43", "1.1.44", "105.1.1.1", "102.1.2.2.1"):
        assert walk.column(f"{RUIJIE}.{table}") == {}
    return sorted(
        [
            _identity(walk),
            line("egov_device_cpu_ratio", {"component": name}, int(busy) / 100),
            line("egov_device_memory_ratio", {"component": pool}, int(used) / 100),
        ]
    )


def _identity(walk: Walk) -> str:
    labels = {
        "vendor": "Ruijie",
        "model": walk.column("1.3.6.1.2.1.47.1.1.1.1.13")["1"],
        "version": walk.scalar(f"{RUIJIE}.1.1.2"),
    }
    return line("egov_device_info", labels, 1)
