"""The last observation of everything, joined over methods; what exposition and pages read."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from agent.store.building import Builder
from agent.store.cap import capped
from agent.store.content import Account, Content, Part
from agent.store.shape import label_head
from collectors.catalogue import Catalogue
from collectors.contract import Labels, Method, Observation, Table

AGENT = ""
"""The target of what belongs to none; it is exposed with the agent."""

_SWEPT = 250

_METHOD_OF_CHECK = {
    "snmp": Method.SNMP,
    "cli": Method.CLI,
    "host": Method.SSH,
    "cloud": Method.API,
    "probe": Method.PROBE,
}


Source = tuple[str, Method]
"""A table and the method that brought it."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much the store holds and what it refused.

    Args:
        series: held now, expired ones included until the next sweep.
        series_cut: of them, kept from the exposition by the cap now.
        series_cut_total: cut since the start, counted at each observation.
        duplicates_total: rows dropped because their key came twice.
        orphans_total: observations of targets that a reload had removed.
    """

    targets: int
    series: int
    series_cut: int
    series_cut_total: int
    duplicates_total: int
    orphans_total: int


class Store:
    """One content for each target, replaced as a whole by each observation.

    Nothing here waits or reads a clock; times are arguments, in seconds: `monotonic_s` decides
    what is fresh, `wall_s` (Unix) is shown.
    """

    def __init__(self, catalogue: Catalogue, max_series_per_target: int) -> None:
        """Hold nothing yet but the place of what is exposed with the agent."""
        self.catalogue = catalogue
        self._cap = max_series_per_target
        self._builder = Builder(catalogue, max_series_per_target)
        self._contents: dict[str, Content] = {AGENT: Content(b"")}
        self._unreviewed: list[str] = []
        self._orphans = self._cut_total = self._series = self._cut = 0

    @property
    def contents(self) -> Mapping[str, Content]:
        """What is known about each target, by its id; `AGENT` is there too."""
        return self._contents

    def adopt(self, catalogue: Catalogue, max_series_per_target: int) -> int:
        """Go on with another catalogue and cap (reload); tables it does not know are dropped.

        Return for how many targets `review` is still to do that.
        """
        if (catalogue, max_series_per_target) == (self.catalogue, self._cap):
            return 0
        self.catalogue = catalogue
        self._cap = max_series_per_target
        self._builder.adopt(catalogue, max_series_per_target)
        self._unreviewed = list(self._contents)
        return self.review()

    def review(self) -> int:
        """Drop what the catalogue does not know of 250 more targets; return how many are left."""
        some, self._unreviewed = self._unreviewed[:_SWEPT], self._unreviewed[_SWEPT:]
        for target in some:
            content = self._contents.get(target)
            if content is not None:
                parts = {
                    name: tuple(map(_reread, parts))
                    for name, parts in content.parts.items()
                    if _has(self.catalogue, parts)
                }
                self._keep(target, replace(content, parts=parts))
        return len(self._unreviewed)

    def place(self, target: str, labels: Labels) -> None:
        """Make room for a target, or change the labels that stand before all others."""
        content = self._contents.get(target, Content(b""))
        self._contents[target] = replace(content, head=label_head(labels))

    def remove(self, target: str) -> None:
        """Forget a target; what still arrives for it is dropped and counted."""
        gone = self._contents.pop(target, Content(b""))
        self._series -= gone.series
        self._cut -= gone.cut

    def put(self, observation: Observation, monotonic_s: float, wall_s: float) -> None:
        """Replace the tables that the observation brought; all of them or none.

        Raises:
            ValueError: the tables contradict the catalogue or themselves.
        """
        content = self._contents.get(observation.target)
        if content is None:
            self._orphans += 1
            return
        parts, accounts = dict(content.parts), dict(content.accounts)
        for table in observation.tables:
            formers = content.parts.get(table.name, ())
            former = _of_method(formers, table.method)
            part = self._builder.part(observation.target, table, former, monotonic_s, wall_s)
            parts[table.name] = self._ranked(part, parts.get(table.name, ()))
            if table.method is not Method.AGENT:
                key = table.name, table.method
                accounts[key] = _account(part, table, accounts.get(key))
        if observation.failures:
            accounts |= self._missed(observation, accounts, monotonic_s)
        self._cut_total += self._keep(observation.target, Content(content.head, parts, accounts))

    def sweep(self, monotonic_s: float) -> int:
        """Give back the memory of expired rows; return for how many targets it is still to do.

        One call does 250 targets, 5 ms: when a whole city falls silent, all end at once.
        """
        ended = [
            target
            for target, content in self._contents.items()
            if content.first_end_s <= monotonic_s
        ]
        for target in ended[:_SWEPT]:
            content = self._contents[target]
            fresh = {name: _fresh(some, monotonic_s) for name, some in content.parts.items()}
            parts = {name: some for name, some in fresh.items() if some}
            self._keep(target, replace(content, parts=parts))
        return len(ended[_SWEPT:])

    def statistics(self) -> Statistics:
        """Say how much is held and what was refused."""
        return Statistics(
            targets=len(self._contents) - 1,
            series=self._series,
            series_cut=self._cut,
            series_cut_total=self._cut_total,
            duplicates_total=self._builder.duplicates,
            orphans_total=self._orphans,
        )

    def _missed(
        self, observation: Observation, accounts: Mapping[Source, Account], monotonic_s: float
    ) -> dict[Source, Account]:
        """Say of each table that was missed that it is not complete, even if it never came."""
        method = _METHOD_OF_CHECK.get(observation.check)
        lifetimes = [one.lifetime_s for one in observation.tables if one.lifetime_s is not None]
        if method is None or not lifetimes:
            return {}
        missed = {one.table for one in observation.failures} & self.catalogue.tables.keys()
        expires_s = monotonic_s + max(lifetimes)
        unknown = Account(False, None, None)
        return {
            source: replace(accounts.get(source, unknown), complete=False, expires_s=expires_s)
            for source in ((table, method) for table in missed)
        }

    def _ranked(self, part: Part, former: Iterable[Part]) -> tuple[Part, ...]:
        """Put the preferred method first, the others in the order of the contract."""
        others = [one for one in former if one.method is not part.method]
        if not others:
            return (part,)
        preferred = self.catalogue.tables[part.table].preferred
        order = [preferred, *Method]
        return tuple(sorted([part, *others], key=lambda one: order.index(one.method)))

    def _keep(self, target: str, content: Content) -> int:
        """Put a content in the place of the former one; return how many series of it are cut."""
        former, counted = self._contents[target], self._counted(content)
        self._contents[target] = counted
        self._series += counted.series - former.series
        self._cut += counted.cut - former.cut
        return counted.cut

    def _counted(self, content: Content) -> Content:
        parts, cut = content.parts, 0
        series, was_cut, first_end_s = _measured(parts.values())
        if series > self._cap or was_cut:
            parts, cut = capped(parts, self._cap)
        return Content(content.head, parts, content.accounts, series, cut, first_end_s)


def _measured(tables: Iterable[Iterable[Part]]) -> tuple[int, bool, float]:
    """Count the series, say whether some are cut, and when the first part expires."""
    series, was_cut, first_end_s = 0, False, math.inf
    for parts in tables:
        for part in parts:
            series += part.series
            was_cut = was_cut or part.is_cut
            if part.expires_s is not None and part.expires_s < first_end_s:
                first_end_s = part.expires_s
    return series, was_cut, first_end_s


def _of_method(parts: Iterable[Part], method: Method) -> Part | None:
    for part in parts:
        if part.method is method:
            return part
    return None


def _fresh(parts: tuple[Part, ...], monotonic_s: float) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.is_fresh(monotonic_s))


def _reread(part: Part) -> Part:
    """Let the next observation lay out all rows anew, of which another cap may keep more."""
    return part if part.kept is None else replace(part, source=())


def _has(catalogue: Catalogue, parts: tuple[Part, ...]) -> bool:
    """Tell whether the catalogue still declares a table and its columns as they are held."""
    for part in parts:
        spec = catalogue.tables.get(part.table)
        if spec is None or spec.identity != part.layout.identity:
            return False
        names = [name for name, _rest in (*part.shape.samples, *part.shape.texts)]
        if not {family.name for family in catalogue.columns[part.table]}.issuperset(names):
            return False
    return True


def _account(part: Part, table: Table, former: Account | None) -> Account:
    complete = table.complete and part.kept is None
    success_s = part.wall_s if complete else former.success_s if former else None
    return Account(complete, success_s, part.expires_s)
