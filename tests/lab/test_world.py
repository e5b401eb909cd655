"""The district at any moment, broken and whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.district import End
from lab.qinglan import qinglan
from lab.scenario import QUIET, Event, Kind, Scenario, Schedule
from lab.scenario_file import FOLDER, load_scenario
from lab.state import PortState, SwitchState
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
DEMO = load_scenario(FOLDER / "demo.yaml", DISTRICT)


def world(*events: Event, period_s: float = 0.0) -> World:
    return World(DISTRICT, Schedule(Scenario("test", period_s, events), START))


def port(state: SwitchState, name: str) -> PortState:
    return next(found for found in state.ports if found.port.name == name)


def counted(state: SwitchState) -> list[int]:
    """Every counter of a switch."""
    return [int(count) for port in state.ports for count in (*port.received, *port.sent)]


def grown(one: World, end: End, from_s: float, to_s: float) -> float:
    """Octets received and sent by a port between two moments."""
    first = port(one.state(end.switch, from_s), end.port)
    last = port(one.state(end.switch, to_s), end.port)
    return last.received.octets + last.sent.octets - first.received.octets - first.sent.octets


def test_the_same_seed_and_moment_give_the_same_state() -> None:
    one, two = (World(DISTRICT, Schedule(DEMO, START), seed=7) for _ in range(2))
    two.state("ql-agg-1", START + 77)  # somebody looked in between
    assert one.state("ql-agg-1", START + 1234) == two.state("ql-agg-1", START + 1234)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 1500), min_size=2, max_size=12).map(sorted))
def test_no_counter_goes_back_between_reboots(moments: list[float]) -> None:
    one = World(DISTRICT, Schedule(DEMO, START))
    before: dict[str, SwitchState] = {}
    for moment in moments:
        for switch in DISTRICT.switches:
            state = one.state(switch.id, START + moment)
            old = before.get(switch.id, state)
            if old.boots == state.boots:
                assert all(a <= b for a, b in zip(counted(old), counted(state), strict=True))
            before[switch.id] = state


CABLES = [(link.low, link.high) for link in DISTRICT.every_link() if link.high]


@pytest.mark.parametrize(("low_end", "high_end"), CABLES, ids=str)
def test_both_ends_of_a_link_count_the_same_traffic(low_end: End, high_end: End) -> None:
    one = World(DISTRICT, Schedule(DEMO, START))
    low_was = port(one.state(low_end.switch, START + 5), low_end.port)
    high_was = port(one.state(high_end.switch, START + 5), high_end.port)
    low = port(one.state(low_end.switch, START + 170), low_end.port)
    high = port(one.state(high_end.switch, START + 170), high_end.port)
    sent, received = low.sent.minus(low_was.sent), high.received.minus(high_was.received)
    assert sent == pytest.approx(received, abs=2)
    back, taken = high.sent.minus(high_was.sent), low.received.minus(low_was.received)
    assert back == pytest.approx(taken, abs=2)


CUT = Event(
    Kind.LINK_DOWN, at_s=100, for_s=50, switch="ql-agg-2", interface="Ten-GigabitEthernet1/0/21"
)
LOW, HIGH = End("ql-agg-2", CUT.interface), End("ql-core-1", "XGigabitEthernet0/0/2")
OTHER = End("ql-agg-2", "Ten-GigabitEthernet1/0/22")


def test_a_cut_link_is_down_at_both_ends_and_says_since_when() -> None:
    one = world(CUT)
    for end in (LOW, HIGH):
        assert port(one.state(end.switch, START + 99), end.port).up
        broken = port(one.state(end.switch, START + 120), end.port)
        assert (broken.up, broken.changed_s) == (False, START + 100)
        healed = port(one.state(end.switch, START + 151), end.port)
        assert (healed.up, healed.changed_s) == (True, START + 150)
        one = world(CUT)


def test_traffic_of_a_cut_link_takes_the_other_uplink() -> None:
    one = world(CUT)
    assert grown(one, LOW, START + 101, START + 149) == 0
    cut, whole = world(CUT), world()
    assert grown(cut, OTHER, START + 101, START + 149) > 1.8 * grown(
        whole, OTHER, START + 101, START + 149
    )


def test_without_its_way_out_a_core_hands_its_traffic_to_the_other_core() -> None:
    out = Event(Kind.LINK_DOWN, 10, 50, "ql-core-1", "XGigabitEthernet0/0/12")
    between = End("ql-core-1", "XGigabitEthernet0/0/4")
    quiet = grown(world(), between, START + 20, START + 50)
    assert grown(world(out), between, START + 20, START + 50) > 100 * quiet


def test_a_reboot_starts_counters_and_uptime_from_nothing_with_more_boots() -> None:
    one = world(Event(Kind.REBOOT, at_s=20, for_s=10, switch="ql-acc-songting"))
    name = "TenGigabitEthernet 0/25"
    before = one.state("ql-acc-songting", START + 19)
    assert one.silent("ql-acc-songting", START + 25)
    after = one.state("ql-acc-songting", START + 31)
    assert not one.silent("ql-acc-songting", START + 31)
    assert after.boots > before.boots
    assert after.ticks(after.at_s) == 100
    assert port(after, name).received.octets < port(before, name).received.octets
    assert port(after, name).up


def test_a_switch_that_reboots_darkens_its_neighbours_port() -> None:
    one = world(Event(Kind.REBOOT, at_s=20, for_s=10, switch="ql-acc-songting"))
    neighbour = "XGigabitEthernet0/0/3"
    assert not port(one.state("ql-agg-1", START + 25), neighbour).up
    assert port(one.state("ql-agg-1", START + 31), neighbour).up


def test_a_silent_switch_goes_on_forwarding() -> None:
    one = world(Event(Kind.SILENT, at_s=10, for_s=60, switch="ql-acc-shitang"))
    uplink = End("ql-acc-shitang", "Ten-GigabitEthernet1/0/11")
    assert one.silent("ql-acc-shitang", START + 30)
    assert grown(one, uplink, START + 20, START + 40) > 0


def test_a_cpu_climbs_by_its_ramp_and_calms_down() -> None:
    one = world(Event(Kind.CPU, at_s=10, for_s=60, switch="ql-agg-1", value=0.96, ramp_s=20))
    calm, half, full, after = (
        one.state("ql-agg-1", START + second).cpu for second in (9, 20, 45, 71)
    )
    assert calm < 0.5 < half < full == pytest.approx(0.96)
    assert after < 0.5


def test_bad_frames_are_counted_where_they_arrive() -> None:
    port_name = "TenGigabitEthernet 0/26"
    one = world(Event(Kind.ERRORS, 10, 20, "ql-acc-hall", port_name, value=35))
    before = port(one.state("ql-acc-hall", START + 10), port_name)
    after = port(one.state("ql-acc-hall", START + 100), port_name)
    assert after.received.errors - before.received.errors == pytest.approx(700, abs=1)
    assert after.sent.errors - before.sent.errors < 1


def test_time_does_not_go_back_for_who_asks_with_an_old_clock() -> None:
    one = world(CUT)
    late = one.state("ql-agg-2", START + 160)
    assert port(one.state("ql-agg-2", START + 90), LOW.port).received.octets <= (
        port(late, LOW.port).received.octets
    )
    assert one.state("ql-agg-2", START + 90).at_s >= START + 150


def test_boots_do_not_fall_when_the_lab_is_started_again() -> None:
    first = World(DISTRICT, Schedule(DEMO, START))
    again = World(DISTRICT, Schedule(DEMO, START + 1000))
    for switch in DISTRICT.switches:
        assert (
            first.state(switch.id, START + 999).boots <= again.state(switch.id, START + 1000).boots
        )


def test_a_restarted_lab_goes_on_counting_where_no_reboot_is_planned() -> None:
    first, again = (World(DISTRICT, Schedule(QUIET, START + later)) for later in (0, 500))
    one, two = first.state("ql-core-1", START + 500), again.state("ql-core-1", START + 500)
    assert one.boots == two.boots
    assert port(one, HIGH.port).received.octets == pytest.approx(
        port(two, HIGH.port).received.octets, rel=1e-9
    )
