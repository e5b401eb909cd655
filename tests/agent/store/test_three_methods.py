"""A table that SNMP, the CLI and a derivation have rows of: the preferred one's row is shown."""

from itertools import permutations

import pytest

from collectors.contract import Method, Samples, Table
from tests.agent.store.observations import WALL_S, exposed, observed, page, store

UP = "egov_ospfv3_neighbor_up"
STATE = "egov_ospfv3_neighbor_state"


def neighbors(method: Method, *rows: str, up: int, lifetime_s: float | None = 60) -> Table:
    keys = [(row, "GE1") for row in rows]
    samples = [Samples(UP, [up] * len(rows))]
    if method is not Method.AGENT:
        samples.append(Samples(STATE, [8] * len(rows)))
    return Table("ospfv3_neighbor", method, keys, tuple(samples), lifetime_s=lifetime_s)


TOLD = {
    "snmp": neighbors(Method.SNMP, "1.1.1.1", up=1),
    "cli": neighbors(Method.CLI, "1.1.1.1", "2.2.2.2", "3.3.3.3", up=1, lifetime_s=600),
    "derived.ipv6_neighbors": neighbors(Method.AGENT, "3.3.3.3", "4.4.4.4", up=0, lifetime_s=None),
}


@pytest.mark.parametrize("order", list(permutations(TOLD)))
def test_lost_neighbour_is_0_whatever_the_cli_said_and_snmp_is_before_the_cli(
    order: tuple[str, ...],
) -> None:
    held = store()
    for check in order:
        held.put(observed(TOLD[check], check=check), 0.0, WALL_S)
    text = page(held)
    assert exposed(text, UP, "neighbor") == {"1.1.1.1": 1, "2.2.2.2": 1, "3.3.3.3": 0, "4.4.4.4": 0}
    assert exposed(text, STATE, "neighbor") == {"1.1.1.1": 8, "2.2.2.2": 8}
    assert 'table="ospfv3_neighbor",method="agent"' not in text


def test_when_a_method_falls_silent_the_next_one_that_knows_the_row_takes_over() -> None:
    held = store()
    for check, table in TOLD.items():
        held.put(observed(table, check=check), 0.0, WALL_S)
    later = page(held, monotonic_s=100.0)
    assert exposed(later, STATE, "neighbor") == {"1.1.1.1": 8, "2.2.2.2": 8}
    last = page(held, monotonic_s=1000.0)
    assert exposed(last, UP, "neighbor") == {"3.3.3.3": 0, "4.4.4.4": 0}


def test_row_that_is_taken_back_leaves_the_others_word() -> None:
    held = store()
    for check, table in TOLD.items():
        held.put(observed(table, check=check), 0.0, WALL_S)
    empty = neighbors(Method.AGENT, up=0, lifetime_s=None)
    held.put(observed(empty, check="derived.ipv6_neighbors"), 0.0, WALL_S)
    assert exposed(page(held), UP, "neighbor") == {"1.1.1.1": 1, "2.2.2.2": 1, "3.3.3.3": 1}
