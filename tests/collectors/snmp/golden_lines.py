"""Golden metrics files: what a visit of a recording comes to, one sample a line, sorted.

Serial numbers are left out: a recording is of somebody's network.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from collectors.catalogue import Catalogue
from collectors.contract import Number, Observation

FOLDER = Path(__file__).with_name("golden")
HEALTH = (
    "cpu", "memory", "temperature", "fan", "power_supply", "optic", "device_config", "stack_member",
)  # fmt: skip
"""The tables that vendors differ in; interfaces have a test of their own."""
_HIDDEN = ("serial",)


def line(family: str, labels: Mapping[str, str], value: Number) -> str:
    inside = ",".join(f'{name}="{text}"' for name, text in labels.items())
    return f"{family}{{{inside}}} {value:.10g}"


def observed(observation: Observation, catalogue: Catalogue, tables: Iterable[str]) -> list[str]:
    """Write the samples of some tables, and what the device says it is."""
    found = []
    for table in observation.tables:
        if table.name not in (*tables, "device"):
            continue
        names = catalogue.tables[table.name].identity
        for texts in table.texts:
            for key, row in zip(table.keys, texts.values, strict=True):
                if row is not None:
                    shown = dict(zip((*names, *texts.names), (*key, *row), strict=True))
                    kept = {k: v for k, v in shown.items() if k not in _HIDDEN}
                    found.append(line(texts.family, kept, 1))
        for samples in table.samples if table.name != "device" else ():
            for key, value in zip(table.keys, samples.values, strict=True):
                if value is not None:
                    labels = dict(zip(names, key, strict=True)) | dict(samples.labels)
                    found.append(line(samples.family, labels, value))
    return sorted(found)


def golden(recording: str) -> list[str]:
    """Read the file of a recording."""
    return (FOLDER / f"{recording}.metrics").read_text(encoding="utf-8").splitlines()
