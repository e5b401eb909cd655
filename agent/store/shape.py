"""Which columns a table has: one immutable value shared by every target polled in the same way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.store.layout import label_text
from collectors.catalogue import Catalogue, Scope
from collectors.contract import Labels, Samples, Table, Texts
from collectors.text import clean_text

ColumnKey = tuple[str, Labels]
TextKey = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The columns of a table in the order that its values have; `Shapes` has each only once.

    Args:
        samples: family and constant labels of each column.
        texts: family and label names of each `_info` family.
        heads: the constant labels of each column as octets, each with a comma behind it.
        positions: the columns of each family.
        text_positions: the same for `_info` families.
    """

    samples: tuple[ColumnKey, ...]
    texts: tuple[TextKey, ...]
    heads: tuple[bytes, ...] = field(init=False)
    positions: Mapping[str, tuple[int, ...]] = field(init=False)
    text_positions: Mapping[str, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Write the labels and find the columns of each family."""
        object.__setattr__(self, "heads", tuple(label_head(labels) for _f, labels in self.samples))
        object.__setattr__(self, "positions", _positions(name for name, _l in self.samples))
        object.__setattr__(self, "text_positions", _positions(name for name, _n in self.texts))


class Shapes:
    """Every shape in use, checked against the catalogue when it is first seen."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Know the families that columns may have."""
        self._catalogue = catalogue
        self._known: dict[tuple[str, tuple[ColumnKey, ...], tuple[TextKey, ...]], Shape] = {}
        self._made: set[Shape] = set()

    def of(self, table: Table, former: Shape | None = None) -> Shape:
        """Give the shape of a table, which is mostly what its `former` one was.

        Raises:
            ValueError: a family that the catalogue does not have in this table, labels that it
                does not declare, or one column twice; a mistake of the collector's author.
        """
        samples = tuple([(column.family, column.labels) for column in table.samples])
        texts = tuple([(column.family, column.names) for column in table.texts])
        if (
            former is not None
            and former in self._made
            and former.samples == samples
            and former.texts == texts
        ):
            return former
        found = self._known.get((table.name, samples, texts))
        if found is None:
            self._check(table)
            found = self._known[table.name, samples, texts] = Shape(samples, texts)
            self._made.add(found)
        return found

    def _check(self, table: Table) -> None:
        for samples in table.samples:
            names = tuple(name for name, _value in samples.labels)
            self._check_labels(table, samples, names)
        for texts in table.texts:
            self._check_labels(table, texts, texts.names)
        columns: list[object] = [(one.family, one.labels) for one in table.samples]
        columns += [(one.family, ()) for one in table.texts]
        if len(set(columns)) < len(columns):
            raise ValueError(f"table {table.name}: a column twice")

    def _check_labels(self, table: Table, column: Samples | Texts, names: tuple[str, ...]) -> None:
        family = self._catalogue.families.get(column.family)
        if family is None or family.table != table.name:
            raise ValueError(f"table {table.name}: no family {column.family} in the catalogue")
        if names != family.extra:
            raise ValueError(f"{family.name}: labels {names}, the catalogue says {family.extra}")


def check_scope(catalogue: Catalogue, table: str, target: str) -> None:
    """Refuse what belongs to no target on the page of one.

    The other way round is fine: the checks `derived.<name>` stand with the agent.

    Raises:
        ValueError: the scope is wrong, or the catalogue has no such table.
    """
    spec = catalogue.tables.get(table)
    if spec is None:
        raise ValueError(f"no table {table} in the catalogue")
    if spec.scope is Scope.AGENT and target:
        raise ValueError(f"table {table} is exposed with its {spec.scope}, not with {target!r}")


def label_head(labels: Labels) -> bytes:
    """Write labels as octets, a comma behind each."""
    return "".join(f"{label_text(name, clean_text(value))}," for name, value in labels).encode()


def _positions(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    positions: dict[str, tuple[int, ...]] = {}
    for index, name in enumerate(names):
        positions[name] = (*positions.get(name, ()), index)
    return positions
