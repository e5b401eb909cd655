"""Profiles are judged when they are read: every mistake, with file and line."""

from pathlib import Path

import pytest

from collectors.catalogue import Catalogue
from collectors.cli.load import load_cli_profiles
from collectors.cli.profile import CliProfiles
from inventory.located import Problems

GOOD = """\
farewell: quit
idle: 10m
prompt: '<[^<>]+>'
recognise: {command: display version, pattern: Acme}
commands:
  ospfv3_neighbor:
    command: display ospfv3 peer
    template: acme
    labels: {neighbor: {from: ID, as: router_id}, interface: IFACE}
    metrics: {egov_ospfv3_neighbor_up: {from: STATE, map: {full: 1}, otherwise: 0}}
"""
TEMPLATE = r"""Value ID (\S+)
Value STATE (\S+)
Value IFACE (\S+)

Start
  ^${ID}\s+${STATE}\s+${IFACE}$$ -> Record
  ^. -> Error
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.textfsm").write_text(TEMPLATE)
    return tmp_path


def test_a_platform_of_ones_own_needs_no_python(catalogue: Catalogue, folder: Path) -> None:
    (folder / "acme.yaml").write_text(GOOD)
    found = load_cli_profiles(catalogue, folder).platforms["acme"]
    assert found.commands[0].command == "display ospfv3 peer"
    assert found.idle_s == 600


def test_every_platform_of_the_inventory_has_a_profile(profiles: CliProfiles) -> None:
    names = {"huawei_vrp", "hp_comware", "ruijie_os", "zte_zxros", "cisco_ios", "frr"}
    assert profiles.platforms.keys() == names


NAMES = (
    "    template: acme\n    names: {command: display names, column: STATE, pattern: '(a) (b)'}\n"
)
NAMES_MISTAKES = [
    ("    template: acme\n", NAMES.replace(right, wrong), says)
    for right, wrong, says in (
        ("(a) (b)", "(a)", "names.pattern: expected a pattern of two groups"),
        ("column: STATE", "column: STAT", 'no column STAT; did you mean "STATE"?'),
        ("display names", "reset names", "names.command: 'reset names' is not a read-only"),
    )
]


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("display ospfv3 peer", "reset ospfv3 1", "7: commands.ospfv3_neighbor.command: "),
        ("farewell: quit", "farewell: save", "1: farewell: 'save' is not a read-only command"),
        ("display version", "display version; x", "4: recognise.command: "),
        ("ospfv3_neighbor:\n", "ospfv3_neighbour:\n", 'did you mean "ospfv3_neighbor"?'),
        ("egov_ospfv3_neighbor_up", "egov_bgp_peer_up", "belongs to table bgp_peer"),
        ("egov_ospfv3_neighbor_up", "egov_ospf_neighbor_up", "unknown family"),
        ("from: STATE", "from: STAT", 'no column STAT; did you mean "STATE"?'),
        ("interface: IFACE", "port: IFACE", "missing: interface"),
        ("template: acme", "template: acne", "acne.textfsm: not found"),
        ("template: acme", "ntc: acme", "acme.textfsm: not found"),
        ("    template: acme\n", "", "expected exactly one of template, ntc, json, present"),
        ("idle: 10m", "idle: soon", '2: idle: "soon" is not a duration'),
        *NAMES_MISTAKES,
        ("farewell", "farwell", 'did you mean "farewell"?'),
        ("as: router_id", "as: router", "expected one of text, number, router_id"),
        ("pattern: Acme", "pattern: '('", "is not a regular expression"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    catalogue: Catalogue, folder: Path, right: str, wrong: str, says: str
) -> None:
    assert right in GOOD
    (folder / "acme.yaml").write_text(GOOD.replace(right, wrong, 1))
    with pytest.raises(Problems) as caught:
        load_cli_profiles(catalogue, folder)
    assert says in str(caught.value)
    assert "acme.yaml:" in str(caught.value)


def test_a_template_that_is_none_is_told(catalogue: Catalogue, folder: Path) -> None:
    (folder / "acme.yaml").write_text(GOOD)
    (folder / "acme.textfsm").write_text("Value ID\n")
    with pytest.raises(Problems, match=r"acme\.textfsm"):
        load_cli_profiles(catalogue, folder)
