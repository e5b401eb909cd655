"""Coverage and share come from the same window, and no share is said that counters do not carry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.derive.derivation import Derived
from agent.derive.ipv6_items import State
from agent.derive.ipv6_readings import Reading, Window, read, written
from agent.derive.ipv6_traffic import Ipv6Traffic, Ipv6TrafficShare
from collectors.contract import Json, Number
from collectors.facts import IpTraffic
from inventory.inventory import Inventory
from inventory.models import Device
from tests.agent.derive.backbone import MINUTE, NOW, SNMP, inventory, run, samples, with_uplinks

COVERAGE, SHARE = "egov_ipv6_traffic_coverage_ratio", "egov_ipv6_traffic_ratio"

Octets = Mapping[str, tuple[int | None, int | None, int]]
"""IPv4, IPv6 and all octets by interface; None: no row of that family."""


def told(octets: Octets) -> list[IpTraffic]:
    return [
        IpTraffic("sw", interface, family, count, every)
        for interface, (v4, v6, every) in octets.items()
        for family, count in (("ipv4", v4), ("ipv6", v6))
        if count is not None
    ]


@dataclass
class Watch:
    """A device read again and again; what was said last holds until it is said anew."""

    device: Device = SNMP
    derivation: Ipv6TrafficShare = field(default_factory=Ipv6TrafficShare)
    memory: Json = None
    minutes: float = 0
    said: dict[str, Number | None] = field(default_factory=dict)
    last: Derived | None = None
    inventory: Inventory | None = None

    def reads(self, octets: Octets | None, minutes: float = 0) -> "Watch":
        self.minutes += minutes
        facts: Sequence[IpTraffic] | None = None if octets is None else told(octets)
        self.inventory = self.inventory or inventory(self.device)
        found = run(
            self.derivation,
            self.inventory,
            {IpTraffic: {"snmp": facts}},
            self.memory,
            NOW + self.minutes * MINUTE,
        )
        self.memory, self.last = found.memory, found
        for family in (COVERAGE, SHARE):
            values = samples(found.observation, family)
            if values is not None:
                self.said[family] = values[()]
        return self

    @property
    def ratios(self) -> tuple[Number | None, Number | None]:
        return self.said.get(COVERAGE), self.said.get(SHARE)

    @property
    def state(self) -> State:
        assert self.last is not None
        (fact,) = self.last.observation.facts
        assert isinstance(fact, Ipv6Traffic)
        return fact.item.state


def watch(first: Octets, then: Octets, minutes: float = 6, device: Device = SNMP) -> Watch:
    return Watch(device).reads(first).reads(then, minutes)


ZERO: Octets = {"GE1": (0, 0, 0)}


# --- coverage and share


def test_share_is_of_the_octets_of_ip_and_coverage_of_the_interface() -> None:
    assert watch({"GE1": (100, 50, 1000)}, {"GE1": (700, 250, 2000)}).ratios == (0.8, 0.25)


@pytest.mark.parametrize(
    ("then", "ratios"),
    [
        ({"GE1": (0, 0, 0)}, (None, None)),
        ({"GE1": (0, 0, 1000)}, (0.0, None)),
        ({"GE1": (100, 99, 1000)}, (0.199, None)),
        ({"GE1": (100, 100, 1000)}, (0.2, 0.5)),
        ({"GE1": (600, 420, 1000)}, (1.0, 0.412)),
        ({"GE1": (600, 600, 1000)}, (None, None)),
        ({"GE1": (600, 200, 0)}, (None, None)),
        ({"GE1": (1000, 0, 1000)}, (1.0, 0.0)),
    ],
)
def test_share_needs_a_coverage_that_can_be_believed(
    then: Octets, ratios: tuple[float | None, float | None]
) -> None:
    assert watch(ZERO, then).ratios == ratios


@pytest.mark.parametrize(
    ("first", "then", "ratios"),
    [
        ({"a": (None, 0, 0)}, {"a": (None, 400, 1000)}, (None, None)),
        ({"a": (0, None, 0)}, {"a": (400, None, 1000)}, (None, None)),
        (
            {"a": (0, 0, 0), "b": (0, None, 0)},
            {"a": (300, 300, 1000), "b": (600, None, 1000)},
            (0.6, 0.25),
        ),
        (
            {"a": (0, 0, 0), "b": (None, 0, 0)},
            {"a": (300, 300, 1000), "b": (None, 600, 1000)},
            (0.6, 0.75),
        ),
    ],
)
def test_device_that_counts_one_family_alone_has_no_share(
    first: Octets, then: Octets, ratios: tuple[float | None, float | None]
) -> None:
    assert watch(first, then).ratios == ratios


def test_uplinks_of_the_inventory_are_what_is_measured_where_they_count() -> None:
    first, then = {"GE1": (0, 0, 0), "GE9": (0, 0, 0)}, {"GE1": (500, 500, 1000), "GE9": (9, 0, 10)}
    assert watch(first, then, device=with_uplinks(SNMP, "GE1", "GE2")).ratios == (1.0, 0.5)
    assert watch(first, then, device=with_uplinks(SNMP, "XGE1")).ratios == (0.999, 0.496)


def test_nothing_is_said_before_a_few_visits() -> None:
    early = watch(ZERO, {"GE1": (500, 500, 1000)}, minutes=4)
    assert early.ratios == (None, None)
    assert early.last is not None
    assert early.last.again_at == NOW + 5 * MINUTE
    assert early.reads({"GE1": (500, 500, 1000)}, 1).ratios == (1.0, 0.5)


def test_window_moves_on_and_forgets_the_past() -> None:
    seen = watch(ZERO, {"GE1": (1000, 0, 1000)}, 30).reads({"GE1": (1000, 1000, 2000)}, 30)
    assert seen.ratios == (1.0, 1.0)


def test_counter_that_began_anew_counts_from_there_at_its_interface_alone() -> None:
    first = {"a": (5000, 5000, 20000), "b": (100, 100, 1000)}
    seen = watch(first, {"a": (10, 10, 40), "b": (200, 400, 2000)})
    assert seen.ratios == (0.4, 0.75)
    assert seen.reads({"a": (510, 510, 1040), "b": (200, 400, 2000)}, 1).ratios == (0.7, 0.571)


def test_interface_that_came_counts_from_there() -> None:
    seen = watch({"a": (0, 0, 0)}, {"a": (500, 0, 1000), "b": (10**9, 10**9, 10**10)})
    assert seen.ratios == (0.5, 0.0)


def test_interface_that_went_takes_its_octets_along() -> None:
    seen = watch({"a": (0, 0, 0), "b": (0, 0, 0)}, {"a": (500, 0, 1000)})
    assert seen.ratios == (0.5, 0.0)


@pytest.mark.parametrize("gap", [61, -1])
def test_gap_or_a_clock_that_went_back_begins_anew(gap: float) -> None:
    seen = Watch().reads(ZERO).reads({"GE1": (500, 500, 1000)}, gap)
    assert (seen.ratios, seen.state) == ((None, None), State.UNKNOWN)


def test_expired_input_takes_the_ratios_back() -> None:
    seen = watch(ZERO, {"GE1": (500, 500, 1000)})
    assert seen.reads(None, 2).ratios == (None, None)
    assert seen.state is State.UNKNOWN
    assert seen.reads({"GE1": (500, 500, 1000)}, 1).ratios == (1.0, 0.5)


def test_what_did_not_move_is_not_said_again_until_a_reload() -> None:
    seen = watch(ZERO, {"GE1": (500, 500, 1000)})
    seen.reads({"GE1": (5000, 5000, 10000)}, 1)
    assert seen.last is not None
    assert seen.last.observation.tables == ()
    seen.inventory = None
    seen.reads({"GE1": (5000, 5000, 10000)})
    assert samples(seen.last.observation, SHARE) == {(): 0.5}


def test_ratios_that_are_not_known_any_more_after_a_reload_are_taken_back() -> None:
    seen = watch(ZERO, {"GE1": (500, 500, 1000)})
    seen.inventory = None
    assert seen.reads(None).ratios == (None, None)
    assert seen.said == {COVERAGE: None, SHARE: None}


def test_window_outlives_a_restart() -> None:
    seen = watch(ZERO, {"GE1": (500, 500, 1000)}, minutes=4)
    later = Watch(memory=seen.memory, minutes=seen.minutes).reads({"GE1": (600, 600, 1200)}, 2)
    assert (later.ratios, later.state) == ((1.0, 0.5), State.PASSED)


def test_methods_are_not_mixed_and_snmp_is_first() -> None:
    by_cli = [IpTraffic("sw", "GE9", "ipv6", 7, 9)]
    derivation = Ipv6TrafficShare()
    both = run(derivation, SNMP, {IpTraffic: {"cli": by_cli, "snmp": told(ZERO)}})
    window = read(both.memory)
    assert window is not None
    assert list(window.older.counters) == ["GE1"]
    alone = run(derivation, SNMP, {IpTraffic: {"cli": by_cli, "snmp": []}})
    window = read(alone.memory)
    assert window is not None
    assert list(window.older.counters) == ["GE9"]


# --- the item


def test_any_octet_of_ipv6_on_any_interface_passes_at_once() -> None:
    first, then = {"a": (0, 5, 9), "b": (0, 5, 9)}, {"a": (9, 5, 99), "b": (9, 6, 99)}
    assert watch(first, then, 1, with_uplinks(SNMP, "a")).state is State.PASSED


def test_none_fails_only_after_the_whole_window() -> None:
    idle = watch(ZERO, {"GE1": (100, 0, 100)}, 29)
    assert idle.state is State.UNKNOWN
    assert idle.last is not None
    assert idle.last.again_at == NOW + 30 * MINUTE
    assert idle.reads({"GE1": (100, 0, 100)}, 1).state is State.FAILED
    assert idle.reads({"GE1": (100, 1, 100)}, 1).state is State.PASSED


def test_what_moved_an_hour_ago_is_not_traffic_now() -> None:
    seen = watch(ZERO, {"GE1": (9, 9, 20)}, 1)
    for _quarter in range(3):
        assert seen.state is State.PASSED
        seen.reads({"GE1": (9, 9, 20)}, 15)
    for _quarter in range(2):
        seen.reads({"GE1": (9, 9, 20)}, 15)
    assert seen.state is State.FAILED


@pytest.mark.parametrize("octets", [{}, {"GE1": (5, None, 9)}])
def test_device_that_does_not_count_ipv6_stays_unknown(octets: Octets) -> None:
    seen = Watch().reads(octets)
    for _quarter in range(5):
        assert seen.reads(octets, 15).state is State.UNKNOWN


def test_nothing_told_is_unknown_and_remembers_nothing() -> None:
    found = run(Ipv6TrafficShare(), SNMP, {})
    assert (found.memory, found.again_at, found.observation.tables) == (None, None, ())


# --- the memory


def test_ports_without_ipv6_are_not_remembered_where_uplinks_count() -> None:
    idle = {f"GE{number}": (0, 0, 500) for number in range(2, 50)}
    seen = Watch(with_uplinks(SNMP, "GE1")).reads({"GE1": (0, 0, 0), **idle})
    window = read(seen.memory)
    assert window is not None
    assert list(window.older.counters) == ["GE1"]
    assert seen.reads({"GE1": (0, 0, 0), **idle, "GE7": (0, 5, 505)}, 1).state is State.UNKNOWN
    assert seen.reads({"GE1": (0, 0, 0), **idle, "GE7": (0, 6, 506)}, 1).state is State.PASSED


counters = st.dictionaries(
    st.text(max_size=5),
    st.lists(st.none() | st.integers(0, 2**64 - 1), min_size=3, max_size=3),
    max_size=4,
)


@given(counters, counters)
def test_window_that_was_written_is_read_again(
    one: dict[str, list[int | None]], two: dict[str, list[int | None]]
) -> None:
    window = Window(Reading(NOW, one), Reading(NOW + MINUTE, two))
    assert read(written(window)) == window


@pytest.mark.parametrize(
    "document",
    [
        None, 3, [], [None, None], [[], []], [["x", {}], ["y", {}]],
        [["2026-03-02T08:00:00", {}], ["2026-03-02T08:00:00", {}]],
        [["2026-03-02T09:00:00+00:00", {}], ["2026-03-02T08:00:00+00:00", {}]],
        [["2026-03-02T08:00:00+00:00", {"a": [1, 2]}], ["2026-03-02T08:00:00+00:00", {}]],
        [["2026-03-02T08:00:00+00:00", {"a": [1, 2, "3"]}], ["2026-03-02T08:00:00+00:00", {}]],
        [["2026-03-02T08:00:00+00:00", {"a": [True, 2, 3]}], ["2026-03-02T08:00:00+00:00", {}]],
    ],
)  # fmt: skip
def test_memory_of_another_form_is_forgotten(document: Json) -> None:
    assert read(document) is None
    assert Watch(memory=document).reads(ZERO).state is State.UNKNOWN


row = st.tuples(
    st.none() | st.integers(0, 2**40), st.none() | st.integers(0, 2**40), st.integers(0, 2**40)
)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.dictionaries(st.sampled_from("abc"), row, max_size=3)),
        max_size=12,
    )
)
def test_whatever_counters_do_a_share_stands_beside_a_coverage_and_both_are_ratios(
    visits: list[tuple[int, Octets]],
) -> None:
    seen = Watch()
    for minutes, octets in visits:
        coverage, share = seen.reads(octets, minutes).ratios
        assert coverage is None or 0 <= coverage <= 1
        assert share is None or (coverage is not None and coverage >= 0.2 and 0 <= share <= 1)


def test_memory_is_written_once_a_window_and_not_with_each_visit() -> None:
    seen = Watch().reads(ZERO)
    documents = []
    for minute in range(1, 91):
        seen.reads({"GE1": (minute * 50, minute * 10, minute * 70)}, 1)
        documents.append(seen.memory)
    assert len({str(one) for one in documents}) == 4
