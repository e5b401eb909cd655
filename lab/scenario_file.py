"""Scenario files: YAML with a name, a period and a list of events, checked against the district.

All mistakes are told in one run, each with its file and line; docs/lab.md shows the format.
"""

from pathlib import Path

from inventory.located import Node, Problem, Problems, did_you_mean, read, shown
from lab.district import District
from lab.numbering import reachable_places, routed_links, session_names
from lab.scenario import Event, Kind, Scenario
from texts import gettext as _

FOLDER = Path(__file__).parent / "scenarios"

_TOP_KEYS = ("name", "period", "events")
_EVENT_KEYS = ("kind", "at", "for", "switch", "interface", "peer", "site", "value", "ramp")
_ON_INTERFACE = frozenset(
    {Kind.LINK_DOWN, Kind.ERRORS, Kind.DIRTY_FIBRE, Kind.OSPFV3_NEIGHBOR_LOST}
)
_WITH_VALUE = frozenset({Kind.CPU, Kind.ERRORS, Kind.DIRTY_FIBRE, Kind.HOT})
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def load_scenario(path: Path, district: District) -> Scenario:
    """Read a scenario that is to break `district`.

    Raises:
        Problems: every mistake of the file.
    """
    root = read(path)
    loader = _Loader(root, district)
    scenario = loader.scenario(path.stem)
    if loader.problems:
        raise Problems(loader.problems)
    return scenario


class _Loader:
    """Collects the mistakes of one file."""

    def __init__(self, root: Node, district: District) -> None:
        self.root = root
        self.district = district
        self.problems: list[Problem] = []

    def scenario(self, name: str) -> Scenario:
        self._known(self.root, _TOP_KEYS)
        period = self._duration("period", missing=0.0)
        events = self.root.get("events")
        if events is None or not isinstance(events.value, list) or not events.value:
            self._wrong(_("expected a list of events"), "events")
            return Scenario(name, period, ())
        numbers = range(len(events.value))
        title = self.root.get("name")
        return Scenario(
            str(title.value) if title else name,
            period,
            tuple(self._event(number, period) for number in numbers),
        )

    def _event(self, number: int, period_s: float) -> Event:
        at = ("events", number)
        self._known(self.root.at(*at), _EVENT_KEYS, *at)
        kind = self._kind(*at)
        event = Event(
            kind=kind,
            at_s=self._duration(*at, "at"),
            for_s=self._duration(*at, "for"),
            switch="" if kind is Kind.IPV6_PATH_DOWN else self._switch(*at),
            interface=self._text(*at, "interface"),
            value=self._number(*at, "value") if kind in _WITH_VALUE else 0.0,
            ramp_s=self._duration(*at, "ramp", missing=0.0),
            peer=self._text(*at, "peer"),
            site=self._site(*at) if kind is Kind.IPV6_PATH_DOWN else "",
        )
        if kind is Kind.BGP_IPV6_IDLE:
            self._check_peer(event, *at)
        if kind in _ON_INTERFACE:
            self._check_interface(event, *at)
        if period_s and event.at_s + event.for_s > period_s:
            self._wrong(_("ends after the period, so it would meet itself"), *at)
        return event

    def _kind(self, *at: str | int) -> Kind:
        name = self._text(*at, "kind")
        if name in list(Kind):
            return Kind(name)
        self._wrong(
            _("expected one of {names}{hint}").format(
                names=", ".join(Kind), hint=did_you_mean(name, Kind)
            ),
            *at,
            "kind",
        )
        return Kind.SILENT

    def _switch(self, *at: str | int) -> str:
        name = self._text(*at, "switch")
        names = [switch.id for switch in self.district.switches]
        if name not in names:
            self._wrong(
                _("no such switch in the lab{hint}").format(hint=did_you_mean(name, names)),
                *at,
                "switch",
            )
        return name

    def _check_interface(self, event: Event, *at: str | int) -> None:
        names = [
            port.name
            for switch in self.district.switches
            if switch.id == event.switch
            for port in switch.ports
        ]
        if names and event.interface not in names:
            self._wrong(
                _("{switch} has no such interface{hint}").format(
                    switch=event.switch, hint=did_you_mean(event.interface, names)
                ),
                *at,
                "interface",
            )
        elif names and event.kind is Kind.DIRTY_FIBRE and self.district.link_at(event.end) is None:
            self._wrong(_("no fibre ends there"), *at, "interface")
        elif names and event.kind is Kind.OSPFV3_NEIGHBOR_LOST and not self._adjacent(event):
            self._wrong(_("there is no OSPFv3 neighbour"), *at, "interface")

    def _adjacent(self, event: Event) -> bool:
        switch = self.district.switch(event.switch)
        return any(
            port.name == event.interface and link.high is not None
            for port, link, _high in routed_links(self.district, switch)
        )

    def _check_peer(self, event: Event, *at: str | int) -> None:
        names = session_names(self.district, event.switch)
        if event.peer not in names:
            self._wrong(
                _("{switch} has no such BGP peer{hint}").format(
                    switch=event.switch, hint=did_you_mean(event.peer, names)
                ),
                *at,
                "peer",
            )

    def _site(self, *at: str | int) -> str:
        name = self._text(*at, "site")
        names = [place.id for place in reachable_places(self.district)]
        if name not in names:
            self._wrong(
                _("no such site with an IPv6 address in the lab{hint}").format(
                    hint=did_you_mean(name, names)
                ),
                *at,
                "site",
            )
        return name

    def _known(self, node: Node, keys: tuple[str, ...], *at: str | int) -> None:
        for key in [name for name, _value in node.items() if name not in keys]:
            self._wrong(_("unknown key{hint}").format(hint=did_you_mean(key, keys)), *at, key)

    def _text(self, *at: str | int) -> str:
        value = self._value(*at)
        return "" if value is None else str(value)

    def _duration(self, *at: str | int, missing: float | None = None) -> float:
        """Read `30s`, `5m`, `1h` or a bare number of seconds."""
        value = self._value(*at)
        if value is None and missing is not None:
            return missing
        if isinstance(value, str) and value[-1:] in _UNITS:
            return self._amount(value[:-1], *at) * _UNITS[value[-1]]
        return self._amount(value, *at)

    def _number(self, *at: str | int) -> float:
        return self._amount(self._value(*at), *at)

    def _amount(self, value: object, *at: str | int) -> float:
        try:
            amount = float(str(value))
        except ValueError:
            amount = -1.0
        if 0 <= amount < 1e9:
            return amount
        text = _("expected a number or a duration such as 30s, 5m, 1h; found {value}")
        self._wrong(text.format(value=shown(self._value(*at))), *at)
        return 0.0

    def _value(self, *at: str | int) -> bool | float | str | None:
        node = self.root.at(*at[:-1]).get(at[-1])
        value = node.value if node else None
        return None if isinstance(value, (list, dict)) else value

    def _wrong(self, text: str, *at: str | int) -> None:
        self.problems.append(self.root.problem(text, *at))
