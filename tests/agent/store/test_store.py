"""What methods bring is joined by key, expires with them, and is never dressed up."""

import pytest

from agent.store import AGENT
from collectors.catalogue import load_catalogue
from collectors.contract import Failure, Method, Samples, Table, Texts
from collectors.errors import Detail, Reason
from inventory.located import parse
from tests.agent.store.observations import (
    CATALOGUE,
    LIFETIME_S,
    WALL_S,
    exposed,
    labels,
    observed,
    page,
    ports,
    store,
)

ROWS, COMPLETE = "egov_table_rows", "egov_table_complete"
SUCCESS = "egov_table_last_success_timestamp_seconds"
INFO = "egov_interface_info"


def missed(table: str = "interface") -> tuple[Failure, ...]:
    return (Failure(table, Reason.TIMEOUT, Detail.DEADLINE),)


class TestJoin:
    """Two methods know rows of one table."""

    def test_row_of_the_preferred_method_wins_whole(self) -> None:
        held = store()
        cli = ports(["GE1"], [0], Method.CLI, aliases=["from cli"])
        held.put(observed(cli, check="cli"), 0.0, WALL_S)
        held.put(observed(ports(["GE1"], [1])), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1}
        assert INFO not in page(held)

    def test_row_that_only_the_other_knows_is_added(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE2"], [1, 1])), 0.0, WALL_S)
        held.put(observed(ports(["GE2", "GE3"], [0, 0], Method.CLI), check="cli"), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1, "GE2": 1, "GE3": 0}

    def test_rows_expire_with_their_method_and_the_other_takes_over(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"], [1], lifetime_s=60)), 0.0, WALL_S)
        cli = ports(["GE1", "GE2"], [0, 0], Method.CLI, lifetime_s=600)
        held.put(observed(cli, check="cli"), 0.0, WALL_S)
        assert exposed(page(held, monotonic_s=59.9)) == {"GE1": 1, "GE2": 0}
        assert exposed(page(held, monotonic_s=60)) == {"GE1": 0, "GE2": 0}
        assert exposed(page(held, monotonic_s=600)) == {}

    def test_catalogue_may_prefer_another_method(self) -> None:
        declared = b"""
tables: {x_t: {identity: [name], preferred: cli, help: t}}
families: {egov_x_t: {table: x_t, help: t}}
"""
        held = store()
        held.adopt(CATALOGUE.extended(parse(declared, "p.yaml")), 20_000)
        for method, value in ((Method.SNMP, 1), (Method.CLI, 2)):
            table = Table("x_t", method, (("a",),), (Samples("egov_x_t", [value]),))
            held.put(observed(table), 0.0, WALL_S)
        assert exposed(page(held), "egov_x_t", "name") == {"a": 2}

    def test_account_stays_per_method(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        held.put(observed(ports(["GE1", "GE2"], method=Method.CLI), check="cli"), 0.0, WALL_S)
        assert exposed(page(held), ROWS, "method") == {"snmp": 1, "cli": 2}


class TestHonesty:
    """Missing is not zero, short is not complete, old is not fresh."""

    def test_hole_has_no_sample(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE2"], [None, 0])), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE2": 0}

    def test_hole_of_a_text_leaves_the_row(self) -> None:
        names = ("alias", "type", "index", "mac", "role", "lag")
        texts = (Texts(INFO, names, (None, ("a", "", "", "", "", ""))),)
        samples = (Samples("egov_interface_up", [1, 1]),)
        table = Table("interface", Method.SNMP, (("GE1",), ("GE2",)), samples, texts)
        held = store()
        held.put(observed(table), 0.0, WALL_S)
        assert exposed(page(held), INFO) == {"GE2": 1}
        assert exposed(page(held)) == {"GE1": 1, "GE2": 1}

    def test_sample_older_than_its_lifetime_is_gone_and_its_age_is_not(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        text = page(held, monotonic_s=LIFETIME_S)
        assert exposed(text) == {}
        assert ROWS not in text
        assert COMPLETE not in text
        assert exposed(text, SUCCESS, "table") == {"interface": WALL_S}

    def test_table_without_lifetime_never_ages(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"], lifetime_s=None)), 0.0, WALL_S)
        assert exposed(page(held, monotonic_s=1e9)) == {"GE1": 1}

    def test_partial_table_replaces_what_it_was(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE2"])), 0.0, WALL_S)
        held.put(observed(ports(["GE1"], complete=False)), 60.0, WALL_S + 60)
        text = page(held, monotonic_s=60.0)
        assert exposed(text) == {"GE1": 1}
        assert exposed(text, ROWS, "table") == {"interface": 1}
        assert exposed(text, COMPLETE, "table") == {"interface": 0}
        assert exposed(text, SUCCESS, "table") == {"interface": WALL_S}

    def test_empty_table_is_a_success_and_an_unknown_one_is_absent(self) -> None:
        held = store()
        assert ROWS not in page(held)
        held.put(observed(ports([])), 0.0, WALL_S)
        text = page(held)
        assert exposed(text, ROWS, "table") == {"interface": 0}
        assert exposed(text, COMPLETE, "table") == {"interface": 1}

    def test_table_that_was_missed_is_not_complete_even_if_it_never_came(self) -> None:
        held = store()
        cpu = Table("cpu", Method.SNMP, (), lifetime_s=LIFETIME_S)
        held.put(observed(cpu, failures=missed()), 0.0, WALL_S)
        text = page(held)
        assert exposed(text, COMPLETE, "table") == {"cpu": 1, "interface": 0}
        assert exposed(text, ROWS, "table") == {"cpu": 0}
        assert exposed(page(held, monotonic_s=LIFETIME_S), COMPLETE, "table") == {}

    def test_missed_table_keeps_its_rows_until_they_expire(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        cpu = Table("cpu", Method.SNMP, (), lifetime_s=LIFETIME_S)
        held.put(observed(cpu, failures=missed()), 60.0, WALL_S)
        text = page(held, monotonic_s=60.0)
        assert exposed(text) == {"GE1": 1}
        assert exposed(text, COMPLETE, "table") == {"interface": 0, "cpu": 1}
        late = page(held, monotonic_s=LIFETIME_S)
        assert exposed(late) == {}
        assert exposed(late, COMPLETE, "table") == {"interface": 0, "cpu": 1}
        held.put(observed(ports(["GE1"])), 121.0, WALL_S)
        assert exposed(page(held, monotonic_s=121), COMPLETE, "table")["interface"] == 1

    def test_table_not_named_stays(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        held.put(observed(Table("cpu", Method.SNMP, ())), 1.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1}

    def test_tables_of_the_agent_have_no_account(self) -> None:
        held = store()
        up = Table("target_up", Method.AGENT, ((),), (Samples("egov_target_up", [1]),))
        held.put(observed(up, check="derived.target_up"), 0.0, WALL_S)
        assert exposed(page(held), "egov_target_up", "target") == {"sw-1": 1}
        assert "egov_table" not in page(held)


class TestUniqueness:
    """Prometheus refuses a whole page for one series written twice."""

    def test_second_row_of_one_key_is_dropped_and_counted(self) -> None:
        held = store()
        table = ports(["GE1", "GE2", "GE1"], [1, None, 0], aliases=["a", "b", "c"])
        held.put(observed(table), 0.0, WALL_S)
        text = page(held)
        assert exposed(text) == {"GE1": 1}
        assert exposed(text, INFO) == {"GE1": 1, "GE2": 1}
        assert exposed(text, COMPLETE, "table") == {"interface": 0}
        assert held.statistics().duplicates_total == 1

    def test_same_duplicates_are_dropped_at_every_visit(self) -> None:
        held = store()
        for visit in range(3):
            table = ports(["GE1", "GE1"], [visit, 9], aliases=[f"a{visit}", "b"])
            held.put(observed(table), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 2}
        assert 'alias="a2"' in page(held)
        assert held.statistics().duplicates_total == 3

    def test_keys_that_differ_only_in_what_cleaning_removes_are_one(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE1\u202e\n"], [1, 0])), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1}

    def test_column_written_twice_is_refused(self) -> None:
        column = Samples("egov_interface_up", [1])
        table = Table("interface", Method.SNMP, (("GE1",),), (column, column))
        with pytest.raises(ValueError, match="a column twice"):
            store().put(observed(table), 0.0, WALL_S)


class TestMistakes:
    """A collector's mistake is refused whole and leaves what was there."""

    @pytest.mark.parametrize(
        ("table", "text"),
        [
            (Table("nothing", Method.SNMP, ()), "no table nothing in the catalogue"),
            (
                Table("site_targets", Method.AGENT, ()),
                "table site_targets is exposed with its agent",
            ),
            (Table("interface", Method.SNMP, (("a", "b"),)), "a key that has not 1 values"),
            (
                Table("interface", Method.SNMP, (("a",),), (Samples("egov_interface_up", []),)),
                "egov_interface_up: 0 values for 1 rows",
            ),
            (
                Table("interface", Method.SNMP, (), (Samples("egov_device_cpu_ratio", []),)),
                "table interface: no family egov_device_cpu_ratio",
            ),
            (
                Table(
                    "interface",
                    Method.SNMP,
                    (),
                    (Samples("egov_interface_receive_packets_total", []),),
                ),
                r"labels \(\), the catalogue says \('cast',\)",
            ),
            (
                Table("interface", Method.SNMP, (), (), (Texts(INFO, ("alias",), ()),)),
                "labels .* the catalogue says",
            ),
        ],
    )
    def test_table_that_contradicts_the_catalogue(self, table: Table, text: str) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        cpu = Table("cpu", Method.SNMP, (("0",),), (Samples("egov_device_cpu_ratio", [0.5]),))
        with pytest.raises(ValueError, match=text):
            held.put(observed(cpu, table), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1}
        assert "cpu" not in page(held)


class TestCap:
    """max_series_per_target."""

    def test_largest_table_is_cut_and_the_others_are_whole(self) -> None:
        held = store(cap=100)
        cpu = Table("cpu", Method.SNMP, (("0",),), (Samples("egov_device_cpu_ratio", [0.5]),))
        held.put(observed(cpu, ports([f"GE{port}" for port in range(1000)])), 0.0, WALL_S)
        text = page(held)
        assert list(exposed(text)) == [f"GE{port}" for port in range(99)]
        assert exposed(text, "egov_device_cpu_ratio", "component") == {"0": 0.5}
        assert exposed(text, COMPLETE, "table") == {"cpu": 1, "interface": 0}
        assert exposed(text, ROWS, "table") == {"cpu": 1, "interface": 1000}
        statistics = held.statistics()
        assert (statistics.series, statistics.series_cut) == (1001, 901)
        assert statistics.series_cut_total == 901

    def test_rows_come_back_when_there_is_room_again(self) -> None:
        held = store(cap=10)
        held.put(observed(ports([f"GE{port}" for port in range(20)])), 0.0, WALL_S)
        assert len(exposed(page(held))) == 10
        held.put(observed(ports([f"GE{port}" for port in range(8)])), 0.0, WALL_S)
        assert len(exposed(page(held))) == 8
        assert held.statistics().series_cut == 0
        assert held.statistics().series_cut_total == 10

    def test_table_that_is_endless_is_kept_no_longer_than_the_cap(self) -> None:
        held = store(cap=100)
        names = [f"GE{port}" for port in range(5000)]
        up = [None if port % 2 else 1 for port in range(5000)]
        for _visit in range(2):
            held.put(observed(ports(names, up)), 0.0, WALL_S)
        (part,) = held.contents["sw-1"].parts["interface"]
        assert len(part.layout.keys) == 100
        text = page(held)
        assert list(exposed(text)) == names[:100:2]
        assert exposed(text, ROWS, "table") == {"interface": 5000}
        assert exposed(text, COMPLETE, "table") == {"interface": 0}
        statistics = held.statistics()
        assert (statistics.series, statistics.series_cut) == (2500, 2450)
        assert statistics.duplicates_total == 0

    def test_rows_beyond_the_cap_are_cut_even_if_they_are_holes(self) -> None:
        held = store(cap=2)
        held.put(observed(ports(["GE1", "GE2", "GE3"], [1, None, None])), 0.0, WALL_S)
        assert exposed(page(held)) == {"GE1": 1}
        assert exposed(page(held), COMPLETE, "table") == {"interface": 0}
        assert held.statistics().series_cut == 0

    def test_holes_do_not_count_and_are_not_shown_by_a_cut(self) -> None:
        held = store(cap=3)
        up = [None, 1, 1, None, 1, 1]
        held.put(observed(ports([f"GE{port}" for port in range(6)], up)), 0.0, WALL_S)
        assert held.statistics().series == 4
        assert exposed(page(held)) == {"GE1": 1, "GE2": 1}
        assert held.statistics().series_cut == 2

    def test_other_targets_and_the_agents_own_tables_are_never_cut(self) -> None:
        held = store("sw-1", "sw-2", cap=1)
        up = Table("target_up", Method.AGENT, ((),), (Samples("egov_target_up", [1]),))
        for target in ("sw-1", "sw-2"):
            held.put(observed(up, ports(["GE1"]), target=target), 0.0, WALL_S)
        held.put(observed(ports(["GE1", "GE2", "GE3"])), 0.0, WALL_S)
        assert len(exposed(page(held))) == 1
        assert exposed(page(held, "sw-2")) == {"GE1": 1}
        assert exposed(page(held), "egov_target_up", "target") == {"sw-1": 1}


class TestReload:
    """Targets come and go."""

    def test_observation_of_a_removed_target_is_dropped_and_counted(self) -> None:
        held = store()
        held.remove("sw-1")
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        assert held.statistics().orphans_total == 1
        assert held.statistics().targets == 0

    def test_target_that_goes_takes_its_series_out_of_the_count(self) -> None:
        held = store("sw-1", "sw-2", cap=2)
        for target in ("sw-1", "sw-2"):
            held.put(observed(ports(["GE1", "GE2", "GE3"]), target=target), 0.0, WALL_S)
        assert (held.statistics().series, held.statistics().series_cut) == (6, 2)
        held.remove("sw-1")
        held.remove("sw-1")
        assert (held.statistics().series, held.statistics().series_cut) == (3, 1)

    def test_target_that_moved_keeps_its_rows_under_the_new_site(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        held.place("sw-1", labels("sw-1", "street-7"))
        assert 'egov_interface_up{target="sw-1",site="street-7",interface="GE1"} 1\n' in page(held)

    def test_catalogue_that_no_longer_has_a_table_drops_it(self) -> None:
        declared = b"""
tables: {x_t: {identity: [name], help: t}}
families: {egov_x_t: {table: x_t, help: t}}
"""
        held = store()
        held.adopt(CATALOGUE.extended(parse(declared, "p.yaml")), 20_000)
        table = Table("x_t", Method.SNMP, (("a",),), (Samples("egov_x_t", [1]),))
        held.put(observed(table, ports(["GE1"])), 0.0, WALL_S)
        held.adopt(CATALOGUE, 20_000)
        assert exposed(page(held)) == {"GE1": 1}
        assert "egov_x_t" not in page(held)
        assert held.statistics().series == 1

    def test_reload_of_a_city_takes_several_turns(self) -> None:
        targets = [f"sw-{number}" for number in range(400)]
        held = store(*targets)
        for target in targets:
            held.put(observed(ports(["GE1", "GE2"]), target=target), 0.0, WALL_S)
        assert held.adopt(CATALOGUE, 1) == 151  # the agent's own content is one more
        held.remove("sw-399")
        held.put(observed(ports(["GE1"]), target="sw-398"), 0.0, WALL_S)
        assert held.review() == 0
        assert all(len(exposed(page(held, one))) == 1 for one in targets[:399])

    def test_lower_cap_of_a_reload_holds_at_once(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE2"])), 0.0, WALL_S)
        held.adopt(CATALOGUE, 1)
        assert len(exposed(page(held))) == 1

    def test_higher_cap_of_a_reload_holds_from_the_next_observation(self) -> None:
        held = store(cap=1)
        for cap in (1, 20_000):
            held.adopt(CATALOGUE, cap)
            held.put(observed(ports(["GE1", "GE2"])), 0.0, WALL_S)
        assert len(exposed(page(held))) == 2


def test_what_belongs_to_no_target_is_put_with_the_agent() -> None:
    held = store()
    keys = tuple(("hq", state) for state in ("up", "down", "unknown"))
    table = Table("site_targets", Method.AGENT, keys, (Samples("egov_site_targets", [3, 0, 1]),))
    held.put(observed(table, target=AGENT, check="derived.site_rollup"), 0.0, WALL_S)
    assert 'egov_site_targets{site="hq",state="up"} 3\n' in page(held, AGENT)


def test_sweep_gives_back_what_expired_and_nothing_else() -> None:
    held = store()
    cpu = Table("cpu", Method.SNMP, (("0",),), (Samples("egov_device_cpu_ratio", [0.5]),))
    held.put(observed(ports(["GE1"]), cpu), 0.0, WALL_S)
    before = held.contents["sw-1"]
    held.sweep(1.0)
    assert held.contents["sw-1"] is before
    text = page(held, monotonic_s=LIFETIME_S)
    assert held.sweep(LIFETIME_S) == 0
    assert page(held, monotonic_s=LIFETIME_S) == text
    assert held.statistics().series == 1
    assert set(held.contents["sw-1"].parts) == {"cpu"}


def test_sweep_of_a_city_that_fell_silent_takes_several_turns() -> None:
    targets = [f"sw-{number}" for number in range(400)]
    held = store(*targets)
    for target in targets:
        held.put(observed(ports(["GE1"]), target=target), 0.0, WALL_S)
    assert held.sweep(LIFETIME_S) == 150
    assert held.sweep(LIFETIME_S) == 0
    assert held.statistics().series == 0


def test_checks_of_derivations_stand_with_the_agent() -> None:
    held = store()
    samples = (Samples("egov_check_success", [1]),)
    check = Table("check", Method.AGENT, (("derived.target_up",),), samples)
    held.put(observed(check, target=AGENT), 0.0, WALL_S)
    assert 'egov_check_success{check="derived.target_up"} 1\n' in page(held, AGENT)


def test_reload_that_changes_nothing_leaves_everything_alone() -> None:
    held = store()
    held.put(observed(ports(["GE1"])), 0.0, WALL_S)
    before, catalogue = held.contents["sw-1"], held.catalogue
    held.adopt(load_catalogue(), 20_000)
    assert held.contents["sw-1"] is before
    assert held.catalogue is catalogue


def test_rows_and_texts_of_the_next_visit_reuse_what_is_there() -> None:
    held = store("sw-1", "sw-2")
    for target in ("sw-1", "sw-2"):
        table = ports(["GE1", "GE2"], aliases=["a", "b"])
        held.put(observed(table, target=target), 0.0, WALL_S)
    (first,) = held.contents["sw-1"].parts["interface"]
    (other,) = held.contents["sw-2"].parts["interface"]
    assert first.layout is other.layout
    assert first.shape is other.shape
    held.put(observed(ports(["GE1", "GE2"], aliases=["a", "b"])), 60.0, WALL_S)
    (second,) = held.contents["sw-1"].parts["interface"]
    assert second.source is first.source
    assert second.texts[0] is first.texts[0]


def test_renumbered_port_takes_its_values_along() -> None:
    held = store()
    held.put(observed(ports(["GE1", "GE2"], [1, 0])), 0.0, WALL_S)
    held.put(observed(ports(["GE2", "GE1"], [0, 1])), 60.0, WALL_S)
    assert exposed(page(held, monotonic_s=60.0)) == {"GE1": 1, "GE2": 0}
