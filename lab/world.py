"""The district at a moment: counters, states, temperatures, from its plan, its schedule and a seed.

A port counts what its streams have carried less what they had carried when its switch booted, so
no counter can go back except by a reboot.
"""

import math
import random
from collections.abc import Mapping
from functools import partial

from lab.backbone import Backbone
from lab.district import District, End, Port, Switch
from lab.faults import bad_frames, climbs, outage, routing_faults, strength
from lab.flows import Outage, route
from lab.optics import Optic, fibres
from lab.scenario import Kind, Occurrence, Schedule
from lab.state import Counts, PortState, SwitchState
from lab.streams import Conditions, Streams
from lab.traffic import DAY_S, EPOCH_S, load

TREE_SETTLED_S = 33.0
"""A bridge that booted forwards, after its first topology change."""
CONVERGED_S = 45.0
"""Routing has settled this long after the last switch has booted."""
MAINTENANCE_S = 120 * DAY_S
"""A switch is rebooted for maintenance this often, on a day of its own."""


class World:
    """All switches at any moment from the schedule's start on; moments never go back."""

    def __init__(self, district: District, schedule: Schedule, seed: int = 1) -> None:
        """Begin at the schedule's start; `seed` shifts boots and phases, not the plan."""
        self.district = district
        self.schedule = schedule
        self._seed = seed
        self._links = {
            end: link for link in district.every_link() for end in (link.low, link.high) if end
        }
        self._streams = Streams(district, seed)
        self._since = schedule.start_s
        self._outage = Outage()
        self._routes = route(district, self._outage)
        self._occurrences: tuple[Occurrence, ...] = ()
        self._boots = {switch.id: self._first_boot(switch) for switch in district.switches}
        self._totals = self._carried(EPOCH_S, self._since)
        self._zero = {s.id: self._carried(EPOCH_S, self._boots[s.id]) for s in district.switches}
        self._changed: dict[End, float] = {}
        self._tree = {switch: _first_tree(boot) for switch, boot in self._boots.items()}
        self._fibres = fibres(district, seed)
        self._backbone = Backbone(district, max(self._boots.values()) + CONVERGED_S)
        self._now: tuple[float, list[Counts]] = (self._since, self._totals)

    def state(self, switch: str, at_s: float) -> SwitchState:
        """Return a switch at a moment; an earlier one than was asked before counts as that one."""
        at_s = self.advance(at_s)
        plan = self.district.switch(switch)
        cpu = self._cpu(plan, at_s)
        totals = self._totals_at(at_s)
        zero = self._zero[switch]
        temperature = self._temperature(plan, at_s, cpu)
        return SwitchState(
            switch=plan,
            at_s=at_s,
            boot_s=self._boots[switch],
            cpu=cpu,
            memory=0.41 + 0.01 * (plan.number % 7) + 0.06 * load(at_s),
            temperature=temperature,
            ports=tuple(self._port(plan, port, totals, zero) for port in plan.ports),
            optics=self._optics(switch, at_s, temperature),
            tree_changes=self._tree[switch],
            routing=self._backbone.of(switch),
        )

    def reached(self, site: str, at_s: float) -> bool:
        """Whether IPv6 reaches a place at a moment."""
        return not any(
            one.event.kind is Kind.IPV6_PATH_DOWN and one.event.site == site
            for one in self.schedule.active(at_s)
        )

    def dark(self, switch: str, at_s: float) -> bool:
        """Whether a switch is without power at a moment."""
        return any(
            one.event.switch == switch and one.event.kind is Kind.REBOOT
            for one in self.schedule.active(at_s)
        )

    def silent(self, switch: str, at_s: float) -> bool:
        """Whether a switch answers nothing at a moment."""
        return any(
            occurrence.event.switch == switch
            and occurrence.event.kind in (Kind.SILENT, Kind.REBOOT)
            for occurrence in self.schedule.active(at_s)
        )

    def advance(self, at_s: float) -> float:
        """Live through everything until a moment; return it, or the latest one lived through."""
        for turn in self.schedule.turns(self._since, at_s):
            self._totals = self._totals_at(turn)
            self._since = turn
            self._turn(turn)
        return max(at_s, self._since)

    def _turn(self, at_s: float) -> None:
        """Take in what begins or ends at a moment to which the totals have just been brought."""
        before = {end: self._lit(end) for end in self._streams.into}
        lasting = self.schedule.active(at_s)
        for old in self._occurrences:
            if old.event.kind is Kind.REBOOT and old.end_s <= at_s:
                self._boots[old.event.switch] = at_s
                self._zero[old.event.switch] = self._totals
                self._tree[old.event.switch] = _first_tree(at_s)
        self._occurrences = lasting
        self._outage = outage(lasting, self._links)
        self._routes = route(self.district, self._outage)
        faults = routing_faults(lasting, self._links)
        self._backbone.turn(at_s, self._outage, faults)
        self._now = (at_s, self._totals)
        turned = [end for end, lit in before.items() if lit != self._lit(end)]
        self._changed |= dict.fromkeys(turned, at_s)
        if any(end in self._links for end in turned):
            self._turn_tree(at_s)

    def _turn_tree(self, at_s: float) -> None:
        """Let every bridge that is awake hear of a topology change."""
        for switch, (changes, last_s) in self._tree.items():
            if last_s < at_s and switch not in self._outage.dark:
                self._tree[switch] = changes + 1, at_s

    def _first_boot(self, switch: Switch) -> float:
        """Say when a switch booted before the lab began.

        One that the scenario reboots boots with the lab: otherwise a lab started anew would show
        it with fewer boots than before, and every v3 manager would be right to distrust it.
        """
        if switch.id in self.schedule.scenario.rebooted():
            return self.schedule.start_s
        offset = random.Random(f"{self._seed} boot {switch.id}").uniform(0, MAINTENANCE_S)
        age = (self.schedule.start_s - EPOCH_S - offset) % MAINTENANCE_S
        return self.schedule.start_s - age

    def _lit(self, end: End) -> bool:
        link = self._links.get(end)
        return self._outage.alive(link) if link else end.switch not in self._outage.dark

    def _totals_at(self, at_s: float) -> list[Counts]:
        if self._now[0] != at_s:
            step = self._carried(self._since, at_s)
            self._now = (at_s, [a.plus(b) for a, b in zip(self._totals, step, strict=True)])
        return self._now[1]

    def _carried(self, from_s: float, to_s: float) -> list[Counts]:
        spoils = partial(bad_frames, self._occurrences)
        return self._streams.carried(from_s, to_s, Conditions(self._outage, self._routes, spoils))

    def _optics(self, switch: str, at_s: float, chassis: float) -> Mapping[str, Optic]:
        return {
            end.port: fibre.optic(
                at_s,
                dirt_db=strength(self._occurrences, Kind.DIRTY_FIBRE, end),
                lit=self._outage.alive(fibre.link),
                chassis=chassis,
            )
            for end, fibre in self._fibres.items()
            if end.switch == switch
        }

    def _port(
        self, plan: Switch, port: Port, totals: list[Counts], zero: list[Counts]
    ) -> PortState:
        end = End(plan.id, port.name)
        into, out = self._streams.into.get(end), self._streams.out_of.get(end)
        plugged = into is not None or out is not None
        return PortState(
            port=port,
            up=not port.shut and (self._lit(end) if plugged else not port.physical),
            changed_s=max(self._changed.get(end, 0.0), self._boots[plan.id] + 18),
            received=totals[into].minus(zero[into]) if into is not None else Counts(),
            sent=totals[out].minus(zero[out]) if out is not None else Counts(),
        )

    def _cpu(self, switch: Switch, at_s: float) -> float:
        calm = 0.08 + 0.01 * (switch.number % 5) + 0.22 * load(at_s)
        calm += 0.02 * math.sin(at_s / 7 + switch.number)
        rises = climbs(self._occurrences, Kind.CPU, switch.id, at_s)
        return max((calm + part * (peak - calm) for part, peak in rises), default=calm)

    def _temperature(self, switch: Switch, at_s: float, cpu: float) -> float:
        rises = climbs(self._occurrences, Kind.HOT, switch.id, at_s)
        return 31 + switch.number % 6 + 5 * load(at_s) + 9 * cpu + sum(p * d for p, d in rises)


def _first_tree(boot_s: float) -> tuple[int, float]:
    return 1, boot_s + TREE_SETTLED_S
