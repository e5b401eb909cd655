"""egov_target_up and egov_site_targets: unknown is neither up nor down, and nobody is left out."""

from datetime import UTC, datetime

import pytest

from agent.derive.derivation import Facts, Held, Scope, Subject
from agent.derive.site_rollup import SiteRollup, SiteTargets
from agent.derive.target_up import TargetUp, UpDerivation
from collectors.contract import Fact
from collectors.facts import CheckOutcome
from inventory.inventory import Inventory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DATA, NO_DATA, REFUSED, EXPIRED = "data", "no data", "refused", "expired"


def held(outcomes: dict[str, str]) -> Held:
    def one(check: str, how: str) -> tuple[Fact, ...] | None:
        if how == EXPIRED:
            return None
        return (CheckOutcome("sw", check, how == DATA, how == REFUSED),)

    return {"sw": {check: one(check, how) for check, how in outcomes.items()}}


@pytest.mark.parametrize(
    ("checks", "outcomes", "up"),
    [
        (["snmp"], {}, None),
        (["snmp"], {"snmp": DATA}, True),
        (["snmp"], {"snmp": NO_DATA}, False),
        (["snmp"], {"snmp": REFUSED}, False),
        (["snmp"], {"snmp": EXPIRED}, None),
        (["snmp", "cli"], {"snmp": NO_DATA, "cli": DATA}, True),
        (["snmp", "cli"], {"snmp": NO_DATA, "cli": REFUSED}, False),
        (["snmp", "cli"], {"snmp": NO_DATA}, None),
        (["snmp", "cli"], {"snmp": NO_DATA, "cli": EXPIRED}, None),
        (["snmp", "cli"], {"snmp": DATA, "cli": EXPIRED}, True),
        ([], {}, None),
    ],
)
def test_target_is_up_when_a_check_brought_data(
    checks: list[str], outcomes: dict[str, str], up: bool | None
) -> None:
    derivation = UpDerivation(lambda _target: checks)
    subject = Subject(Scope.TARGET, "sw", ("sw",))
    facts = Facts(("sw",), {CheckOutcome: held(outcomes)})
    derived = derivation.derive(subject, Inventory(), facts, None, NOW)
    (table,) = derived.observation.tables
    assert list(table.samples[0].values) == ([] if up is None else [int(up)])
    assert table.lifetime_s is None
    assert derived.observation.facts == (TargetUp("sw", up),)
    assert derived.observation.check == "derived.target_up"


def test_states_of_a_site_add_up_to_the_inventory() -> None:
    targets = ("a", "b", "c", "d", "silent")
    ups = {"a": True, "b": True, "c": False, "d": None}
    known: Held = {name: {"derived.target_up": (TargetUp(name, up),)} for name, up in ups.items()}
    subject = Subject(Scope.SITE, "hexi", targets)
    facts = Facts(targets, {TargetUp: known})
    derived = SiteRollup().derive(subject, Inventory(), facts, None, NOW)
    (table,) = derived.observation.tables
    counts = dict(zip(table.keys, table.samples[0].values, strict=True))
    assert counts == {("hexi", "up"): 2, ("hexi", "down"): 1, ("hexi", "unknown"): 2}
    assert derived.observation.target == ""
    assert derived.observation.facts == (SiteTargets("hexi", 2, 1, 2),)


def test_empty_site_says_0_in_each_state() -> None:
    derived = SiteRollup().derive(
        Subject(Scope.SITE, "hexi", ()), Inventory(), Facts((), {}), None, NOW
    )
    assert list(derived.observation.tables[0].samples[0].values) == [0, 0, 0]
