"""Writes the agent's own metrics, which prometheus_client keeps.

Its own writer adds a `_created` series to each counter unless a global switch is thrown, and
writes 5 as 5.0; both are against our format (design section 4), and a library's global switch is
not ours to throw.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.samples import Sample

from agent.exposition.lines import family_head, number_text
from agent.store.layout import label_text
from collectors.text import clean_text

_SUFFIX = {"counter": "_total", "info": "_info"}
_TYPE = {"info": "gauge", "stateset": "gauge", "gaugehistogram": "histogram", "unknown": "untyped"}


def registry_page(registry: CollectorRegistry) -> bytes:
    """Write every metric of a registry, grouped by family."""
    return b"".join(piece for metric in registry.collect() for piece in _metric(metric))


def _metric(metric: Metric) -> Iterator[bytes]:
    samples = [sample for sample in metric.samples if sample.name != f"{metric.name}_created"]
    if samples:
        name = metric.name + _SUFFIX.get(metric.type, "")
        yield family_head(name, _TYPE.get(metric.type, metric.type), metric.documentation)
        yield from map(_line, samples)


def _line(sample: Sample) -> bytes:
    labels = ",".join(label_text(name, clean_text(text)) for name, text in sample.labels.items())
    value = float(sample.value)  # a custom collector may give an int
    number = int(value) if value.is_integer() else value
    written = f"{{{labels}}}" if labels else ""
    return f"{sample.name}{written} ".encode() + number_text(number) + b"\n"
