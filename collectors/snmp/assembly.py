"""Makes `contract.Table` of the rows of a table; what did not change is the former object."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from collectors.contract import Fact, Method, Samples, Table, Texts
from collectors.snmp.formula import Cells
from collectors.snmp.lanes import by_lane
from collectors.snmp.naming import Key
from collectors.snmp.profile import Info, Metric
from collectors.snmp.sharing import Names, Words
from collectors.snmp.summing import summed
from collectors.snmp.table import TableRows

Picks = tuple[int, ...] | None
"""The places of the rows that are exposed; None: all of them."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Texts, and the cells that they were made of."""

    columns: Sequence[Cells]
    picks: Picks
    texts: Texts
    version: int
    words: Words | None = None


class Assembly:
    """Assembles one table visit after visit."""

    _names: Sequence[Key | None]
    _keys: tuple[Key, ...]

    __slots__ = (
        "_keep", "_keys", "_lane_place", "_made", "_names", "_numbered", "_picks", "_profile",
        "_rows", "_texts",
    )  # fmt: skip

    def __init__(self, rows: TableRows, lane_place: int | None) -> None:
        """Have made nothing yet; `lane_place` is where the lane stands in a key, if it does."""
        self._rows = rows
        self._profile = rows.profile
        self._lane_place = lane_place
        self._names = ()
        self._keep: Cells | None = None
        self._keys = ()
        self._numbered: tuple[Sequence[Key | None], Sequence[bytes]] = ((), ())
        self._picks: Picks = None
        self._texts: dict[str, _Text] = {}
        self._made: dict[str, tuple[Cells, Picks, Samples]] = {}

    def table(self, *, complete: bool, lifetime_s: float) -> Table:
        """Make the table of this visit."""
        self._choose()
        pick = _picker(self._picks)
        samples = []
        # nothing is computed for a table of which no row is exposed
        for metric in self._profile.metrics if self._keys else ():
            cells = self._rows.sample(metric.key, metric.value)
            if cells is not None:
                samples.append(self._samples(metric, cells, pick))
        texts = tuple([self._text(info) for info in self._profile.infos])
        table = Table(
            name=self._profile.gives or self._profile.name,
            method=Method.SNMP,
            keys=self._keys,
            samples=tuple(samples),
            texts=texts,
            complete=complete,
            lifetime_s=lifetime_s,
        )
        if self._profile.merged:
            return summed(table)
        return table if self._lane_place is None else by_lane(table, self._lane_place)

    def facts(self, target: str) -> Iterable[Fact]:
        """Make the facts of this visit, one for each row that is exposed and says every field."""
        maker = self._profile.fact
        if maker is None:
            return
        self._choose()
        pick = _picker(self._picks)
        columns = {
            name: pick(self._rows.evaluate(f"fact {name}", one))
            for name, one in maker.fields.items()
        }
        for row in range(len(self._keys)):
            cells = {name: column[row] for name, column in columns.items()}
            if None not in cells.values():
                yield maker.type(target=target, **cells)  # type: ignore[call-arg]  # the compiler compared the fields

    def moved(self) -> int:
        """Count the keys that stand on another index than when this was last asked."""
        names, order = self._rows.names(), self._rows.intake.order
        if names is self._numbered[0] and order is self._numbered[1]:
            return 0
        former = dict(zip(*self._numbered, strict=True))
        self._numbered = names, order
        return sum(
            key is not None and former.get(key, index) != index
            for key, index in zip(names, order, strict=True)
        )

    def _samples(self, metric: Metric, cells: Cells, pick: Callable[[Cells], Cells]) -> Samples:
        """Make samples; computed ones are the former while the cells and the choice are the same.

        What a column says itself is not remembered: counters move, and would be held on to.
        """
        if metric.value.plain:
            return Samples(metric.family, pick(cells), metric.labels)  # type: ignore[arg-type]  # the compiler saw to numbers
        former = self._made.get(metric.key)
        if former is not None and former[0] is cells and former[1] is self._picks:
            return former[2]
        samples = Samples(metric.family, pick(cells), metric.labels)  # type: ignore[arg-type]  # same
        self._made[metric.key] = cells, self._picks, samples
        return samples

    def _choose(self) -> None:
        """Choose rows and keys; equal ones stay the very objects that the store knows."""
        names, keep = self._rows.names(), self._rows.keep()
        if names is self._names and (keep is self._keep or keep == self._keep):
            return
        self._names, self._keep = names, keep
        picks = tuple(
            row
            for row, key in enumerate(names)
            if key is not None and (keep is None or keep[row] is not False)
        )
        keys = tuple([key for row in picks if (key := names[row]) is not None])
        picked = None if len(picks) == len(names) else picks
        if isinstance(names, Names) and keys == names.keys:
            keys = names.keys
        self._picks = self._picks if picked == self._picks else picked
        self._keys = self._keys if keys == self._keys else keys

    def _text(self, info: Info) -> Texts:
        former = self._texts.get(info.family)
        if not info.names:  # all of its labels are the row's identity
            count = len(self._keys)
            if former is None or len(former.texts.values) != count:
                texts = Texts(info.family, (), [()] * count)
                former = self._texts[info.family] = _Text((), None, texts, -1)
            return former.texts
        current = former is not None and former.version == self._rows.version
        if former and current and not info.moving and former.picks is self._picks:
            return former.texts
        columns = [
            self._rows.evaluate(f"info {info.family} {name}", one)
            for name, one in zip(info.names, info.values, strict=True)
        ]
        if former and former.picks is self._picks and _same(former.columns, columns):
            self._texts[info.family] = replace(former, version=self._rows.version, columns=columns)
            return former.texts
        pick = _picker(self._picks)
        rows = zip(*map(pick, columns), strict=True)
        words = self._rows.pool.words(
            [tuple(["" if cell is None else str(cell) for cell in row]) for row in rows]
        )
        texts = Texts(info.family, info.names, words.rows)
        self._texts[info.family] = _Text(columns, self._picks, texts, self._rows.version, words)
        return texts


def _same(former: Sequence[Cells], columns: Sequence[Cells]) -> bool:
    return all(a is b for a, b in zip(former, columns, strict=True))


def _picker(picks: Picks) -> Callable[[Cells], Cells]:
    if picks is None:
        return _all
    if len(picks) > 1:
        return itemgetter(*picks)
    return lambda cells: [cells[place] for place in picks]


def _all(cells: Cells) -> Cells:
    return cells
