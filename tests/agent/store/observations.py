"""Small observations for the tests of store and exposition."""

from collections.abc import Sequence

from prometheus_client.parser import text_string_to_metric_families

from agent.exposition.page import writer
from agent.store import Store
from collectors.catalogue import load_catalogue
from collectors.contract import Failure, Labels, Method, Number, Observation, Samples, Table, Texts

CATALOGUE = load_catalogue()
WALL_S = 1_700_000_000.0
LIFETIME_S = 120.0


def ports(  # noqa: PLR0913 - the knobs of a test
    names: Sequence[str],
    up: Sequence[Number | None] | None = None,
    method: Method = Method.SNMP,
    *,
    complete: bool = True,
    lifetime_s: float | None = LIFETIME_S,
    aliases: Sequence[str] | None = None,
) -> Table:
    """Make an interface table of one column, and of an `_info` when aliases are given."""
    keys = tuple((name,) for name in names)
    samples = (Samples("egov_interface_up", up if up is not None else [1] * len(names)),)
    texts: tuple[Texts, ...] = ()
    if aliases is not None:
        words = tuple((alias, "t", "1", "m", "r", "") for alias in aliases)
        texts = (
            Texts("egov_interface_info", ("alias", "type", "index", "mac", "role", "lag"), words),
        )
    return Table("interface", method, keys, samples, texts, complete, lifetime_s)


def observed(
    *tables: Table, target: str = "sw-1", check: str = "snmp", failures: tuple[Failure, ...] = ()
) -> Observation:
    """Make an observation of the tables."""
    return Observation(target, check, tables, failures=failures)


def labels(target: str, site: str = "hq") -> Labels:
    """Make the labels that stand before all others."""
    return (("target", target), ("site", site))


def store(*targets: str, cap: int = 20_000) -> Store:
    """Make a store with the targets in place."""
    made = Store(CATALOGUE, cap)
    for target in targets or ("sw-1",):
        made.place(target, labels(target))
    return made


def page(held: Store, target: str = "sw-1", monotonic_s: float = 1.0) -> str:
    """Write a target's page."""
    written = writer(held.catalogue, timestamps=False)
    return written.page(held.contents[target], monotonic_s).decode()


def exposed(
    text: str, family: str = "egov_interface_up", label: str = "interface"
) -> dict[str, float]:
    """Read one family of a page by one of its labels; each series must be there once."""
    found: dict[str, float] = {}
    for metric in text_string_to_metric_families(text):
        for sample in metric.samples:
            if sample.name == family:
                assert sample.labels[label] not in found
                found[sample.labels[label]] = sample.value
    return found
