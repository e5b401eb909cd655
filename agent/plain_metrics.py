"""Metric families of plain numbers, for the agent's own metrics."""

from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)

from agent.distribution import Distribution


def gauge(name: str, text: str, value: float) -> Metric:
    """Make a gauge without labels."""
    return GaugeMetricFamily(name, text, value=value)


def counter(name: str, text: str, value: float) -> Metric:
    """Make a counter without labels; `name` is without `_total`."""
    return CounterMetricFamily(name, text, value=value)


def gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a gauge with one label and a member for each of its values."""
    family = GaugeMetricFamily(name, text, labels=(label,))
    for word, value in values.items():
        family.add_metric((word,), value)
    return family


def counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a counter with one label; `name` is without `_total`."""
    family = CounterMetricFamily(name, text, labels=(label,))
    for word, value in values.items():
        family.add_metric((word,), value)
    return family


def histogram(name: str, text: str, seen: Distribution) -> Metric:
    """Make a histogram of seconds."""
    return HistogramMetricFamily(
        name, text, buckets=list(seen.cumulative()), sum_value=seen.total_s
    )
