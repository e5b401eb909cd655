"""Links: what two ends agree on, and how the others are called."""

import pytest

from agent.derive.adjacency import Adjacency
from agent.derive.links import Link, LinkState, links_of, same_port
from tests.agent.derive.network import end, tells, up

CORE, ACCESS = "core", "access"
BOTH = up(CORE, ACCESS)


def test_two_switches_that_see_each_other_have_one_confirmed_link() -> None:
    seen = tells(core=(end("Te1/0/1", ACCESS, "Gi0/24"),), access=(end("Gi0/24", CORE, "Te1/0/1"),))
    link = Link(ACCESS, "Gi0/24", CORE, "Te1/0/1", LinkState.CONFIRMED)
    assert links_of(seen, BOTH) == [link]


def test_a_neighbour_that_cannot_say_what_it_sees_makes_the_link_one_sided() -> None:
    one_sided = [Link(ACCESS, "Gi0/24", CORE, "Te1/0/1", LinkState.ONE_SIDED)]
    ends = (end("Gi0/24", CORE, "Te1/0/1"),)
    assert links_of(tells(access=ends), BOTH) == one_sided
    assert links_of(tells(access=ends, core=None), BOTH) == one_sided
    mute = {**tells(access=ends), CORE: Adjacency(CORE, (), speaks=False)}
    assert links_of(mute, BOTH) == one_sided


def test_a_neighbour_that_sees_nothing_there_makes_the_link_unidirectional() -> None:
    seen = tells(access=(end("Gi0/24", CORE, "Te1/0/1"),), core=())
    assert [link.state for link in links_of(seen, BOTH)] == [LinkState.UNIDIRECTIONAL]


@pytest.mark.parametrize("dead", [{CORE: False, ACCESS: True}, {CORE: True, ACCESS: False}, {}])
def test_what_a_dead_device_told_last_is_no_disagreement(dead: dict[str, bool | None]) -> None:
    seen = tells(access=(end("Gi0/24", CORE, "Te1/0/1"),), core=())
    assert [link.state for link in links_of(seen, dead)] == [LinkState.ONE_SIDED]


def test_of_two_cables_the_broken_one_is_named() -> None:
    seen = tells(
        access=(end("Gi0/23", CORE, "Te1/0/1"), end("Gi0/24", CORE, "Te1/0/2")),
        core=(end("Te1/0/2", ACCESS, "Gi0/24"),),
    )
    assert links_of(seen, BOTH) == [
        Link(ACCESS, "Gi0/23", CORE, "Te1/0/1", LinkState.UNIDIRECTIONAL),
        Link(ACCESS, "Gi0/24", CORE, "Te1/0/2", LinkState.CONFIRMED),
    ]


def test_a_port_that_is_called_otherwise_by_its_neighbour_is_the_same_port() -> None:
    seen = tells(
        access=(end("GigabitEthernet0/24", CORE, "513", port_description="xe-0/0/1"),),
        core=(end("xe-0/0/1", ACCESS, "Gi0/24"),),
    )
    found = Link(ACCESS, "GigabitEthernet0/24", CORE, "xe-0/0/1", LinkState.CONFIRMED)
    assert links_of(seen, BOTH) == [found]
    only = tells(access=(end("ge1", CORE, "7"),), core=(end("xe0", ACCESS, "4"),))
    assert links_of(only, BOTH) == [Link(ACCESS, "ge1", CORE, "xe0", LinkState.CONFIRMED)]


def test_a_neighbour_that_is_not_in_the_inventory_is_outside() -> None:
    seen = tells(access=(end("Gi0/1", None, "eth0", name="kiosk of a stranger"),))
    outside = Link(ACCESS, "Gi0/1", "kiosk of a stranger", "eth0", LinkState.OUTSIDE)
    assert links_of(seen, BOTH) == [outside]


def test_the_chassis_tells_who_it_is_where_the_name_does_not() -> None:
    seen = {
        ACCESS: Adjacency(ACCESS, (end("Gi0/24", None, "Te1", name="HUAWEI", chassis="00:1a"),)),
        CORE: Adjacency(CORE, None, chassis="00:1a"),
    }
    assert [link.destination for link in links_of(seen, BOTH)] == [CORE]
    twins = {**seen, "other": Adjacency("other", None, chassis="00:1a")}
    assert [link.state for link in links_of(twins, BOTH)] == [LinkState.OUTSIDE]


def test_a_cable_back_to_the_same_switch_is_one_link() -> None:
    seen = tells(access=(end("Gi0/1", ACCESS, "Gi0/2"), end("Gi0/2", ACCESS, "Gi0/1")))
    assert links_of(seen, BOTH) == [Link(ACCESS, "Gi0/1", ACCESS, "Gi0/2", LinkState.CONFIRMED)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("GigabitEthernet0/0/1", "GigabitEthernet0/0/1", True),
        ("Gi0/1", "GigabitEthernet0/1", True),
        ("XGE1/0/1", "XGE1/0/2", False),
        ("Gi0/1", "Te0/1", False),
        ("ge-0/0/1", "ge-0/0/1.0", False),
        ("", "", False),
        ("12", "12", True),
        ("12", "Gi12", False),
    ],
)
def test_names_of_one_port(one: str, other: str, same: bool) -> None:
    assert same_port(one, other) is same
    assert same_port(other, one) is same
