"""What a capture keeps of a text, and what stands instead of the rest."""

import pytest

from collectors.snmp.disclosure import Disclosure, Role
from collectors.snmp.hiding import Hiding
from collectors.snmp.load import Loaded
from collectors.snmp.pseudonyms import Pseudonyms
from collectors.snmp.snmprec import Name
from collectors.snmp.subidentifiers import Indexes
from tests.collectors.snmp.agent import dotted


@pytest.fixture
def hiding() -> Hiding:
    return Hiding(Pseudonyms("a salt of a test"))


@pytest.mark.parametrize(
    "kept",
    [
        "GigabitEthernet0/0/1", "Ten-GigabitEthernet1/0/25", "Eth-Trunk12", "Vlanif100",
        "VLAN 1800", "GigabitEthernet 0/1", "xgei-0/1/0/2", "ge-1/0/0.100", "lo", "eth0",
        "Bridge-Aggregation1", "GigabitEthernet1/0/25 Interface", "Physical memory", "/boot", "565",
    ],
)  # fmt: skip
def test_names_that_makers_give_stay(hiding: Hiding, kept: str) -> None:
    assert hiding.map_text(kept, Role.INTERFACE) == kept


@pytest.mark.parametrize("name", ["to-Hexi-Street", "br-finance", "区政府上联", "tun-zhangsan0"])
def test_names_that_people_give_go(hiding: Hiding, name: str) -> None:
    assert hiding.map_text(name, Role.INTERFACE).startswith("anon-")
    assert hiding.ports_mapped == {name}


def test_a_port_stays_where_an_operator_wrote_behind_it(hiding: Hiding) -> None:
    mapped = hiding.map_text("gei-0/6/0/1 Street-Office-5F", Role.INTERFACE)
    assert mapped.startswith("gei-0/6/0/1 anon-")


def test_a_pattern_of_the_operator_keeps_a_name() -> None:
    hiding = Hiding(Pseudonyms("a salt of a test"), ["quux*"])
    assert hiding.map_text("quux-0/1", Role.INTERFACE) == "quux-0/1"


def test_a_description_keeps_model_and_version_and_nothing_else(hiding: Hiding) -> None:
    hiding.meet("Hexi-Core")
    text = (
        "Example OS Software, Version 5.170.12.1 (X1-48T V200R019C10SPC500) on HEXI-CORE "
        "at 10.1.2.3, 00:00:5e:00:53:01, 2001:db8::5, S/N 2102350DLR0123456789, admin@example.org"
    )
    cleaned = hiding.map_text(text, Role.DESCRIPTION)
    assert "Version 5.170.12.1 (X1-48T V200R019C10SPC500)" in cleaned
    for gone in ("HEXI", "10.1.2.3", "5e:00:53", "2001:db8", "2102350", "example.org"):
        assert gone not in cleaned


def test_what_an_operator_wrote_as_a_description_goes(hiding: Hiding) -> None:
    mapped = hiding.map_text("Street office Hexi, call Li", Role.DESCRIPTION)
    assert mapped.startswith("anon-")
    assert "Hexi" not in mapped


def test_the_node_of_a_kernel_goes(hiding: Hiding) -> None:
    text = "Linux hexi-gw 6.1.0-17-amd64 #1 SMP x86_64"
    mapped = hiding.map_text(text, Role.DESCRIPTION)
    assert "hexi" not in mapped
    assert mapped.startswith("Linux anon-")
    assert mapped.endswith(" 6.1.0-17-amd64 #1 SMP x86_64")


def test_labels_of_a_dotted_name_are_known_alone(hiding: Hiding) -> None:
    long = hiding.map_text("sw-hexi.gov.example", Role.IDENTITY)
    assert long.split(".")[0] == hiding.map_text("sw-hexi", Role.IDENTITY)


@pytest.mark.parametrize("number", ["123456", "1234", "13800138000", "2102350"])
def test_numbers_of_unknown_columns_may_be_anything(hiding: Hiding, number: str) -> None:
    """A password is often a number."""
    assert number not in hiding.map_text(number, Role.UNKNOWN)


@pytest.mark.parametrize("reading", ["-5.61(W+)", "0.15", "-2.1,-2.4,,-2.2", "45 C", "NULL", "--"])
def test_readings_stay(hiding: Hiding, reading: str) -> None:
    assert hiding.map_text(reading, Role.NUMBER) == reading


@pytest.mark.parametrize(
    ("octets", "kept"),
    [
        ("", 0), ("0000", 2), ("80", 1), ("07ea0b180c000000", 8), ("ffff00ff", 4),
        ("00005e005301", 0), ("800000005e005301", 2), ("0101020304", 1),
    ],
)  # fmt: skip
def test_octets_are_mapped_by_what_they_can_be(hiding: Hiding, octets: str, kept: int) -> None:
    given = bytes.fromhex(octets)
    mapped = hiding.map_octets(given, Role.UNKNOWN)
    assert len(mapped) == len(given)
    assert mapped[:kept] == given[:kept]
    assert (mapped == given) is (kept == len(given))


@pytest.mark.parametrize(
    "octets", ["80001f8803001122334455", "80001f8801c0a80701", "80001f888012345678ab"]
)
def test_an_engine_id_keeps_its_maker_and_its_form(hiding: Hiding, octets: str) -> None:
    given = bytes.fromhex(octets)
    mapped = hiding.map_octets(given, Role.ENGINE)
    assert mapped[:5] == given[:5]
    assert mapped[5:] != given[5:]
    assert len(mapped) == len(given)


# --- indexes

OF_OTHERS = "1.3.6.1.4.1.99999.7.3.1"


def mapped(loaded: Loaded, hiding: Hiding, *names: str) -> list[Name]:
    disclosure = Disclosure(loaded.profiles, loaded.catalogue)
    given = [dotted(name) for name in names]
    indexes = Indexes(hiding, [one for one in given if disclosure.place(one) is None])
    return [indexes.map(one, disclosure.place(one)) for one in given]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("1.3.6.1.2.1.4.22.1.2.7.10.1.2.3", 11),
        ("1.3.6.1.2.1.4.34.1.3.1.4.10.1.2.3", 12),
        ("1.3.6.1.2.1.17.4.3.1.2.0.0.94.0.83.1", 11),
        ("1.0.8802.1.1.2.1.4.2.1.3.0.3.1.1.4.10.1.2.3", 16),
    ],
)
def test_addresses_in_indexes_of_the_standards_go(
    loaded: Loaded, hiding: Hiding, name: str, kept: int
) -> None:
    [found] = mapped(loaded, hiding, name)
    assert found[:kept] == dotted(name)[:kept]
    assert found[kept:] != dotted(name)[kept:]
    assert len(found) == len(dotted(name))


def test_an_index_that_does_not_fit_is_looked_through(loaded: Loaded, hiding: Hiding) -> None:
    [found] = mapped(loaded, hiding, "1.3.6.1.2.1.4.22.1.2.7.192.168.2")
    assert found[:10] == dotted("1.3.6.1.2.1.4.22.1.2")
    assert "192.168.2" not in ".".join(map(str, found))


@pytest.mark.parametrize("index", ["10.1.2.3", "5.10.1.2.3.8", "1.4.61.1.2.3", "192.168.7.1"])
def test_addresses_in_tables_of_others_go(loaded: Loaded, hiding: Hiding, index: str) -> None:
    """Two columns show where the index begins."""
    names = [f"{OF_OTHERS}.{column}.{index}" for column in (2, 3)]
    one, other = mapped(loaded, hiding, *names)
    assert index not in ".".join(map(str, one))
    assert one[11:] == other[11:]
    assert one[:11] == dotted(names[0])[:11]


@pytest.mark.parametrize(
    "text", ["5.97.100.109.105.110", "97.100.109.105.110", "1.97.100.109.105.110"]
)
def test_names_in_indexes_of_others_go(loaded: Loaded, hiding: Hiding, text: str) -> None:
    """`admin`, with its length before it and without."""
    found = mapped(loaded, hiding, f"{OF_OTHERS}.2.{text}", f"{OF_OTHERS}.3.{text}")
    assert all("97.100.109.105.110" not in ".".join(map(str, one)) for one in found)


@pytest.mark.parametrize(
    "name", [f"{OF_OTHERS}.2.7", "1.3.6.1.4.1.2021.10.1.3.1", f"{OF_OTHERS}.2.0.0.0"]
)
def test_plain_indexes_stay(loaded: Loaded, hiding: Hiding, name: str) -> None:
    assert mapped(loaded, hiding, name) == [dotted(name)]


def test_an_address_that_was_met_is_found_anywhere(loaded: Loaded, hiding: Hiding) -> None:
    hiding.map_ipv4(bytes((202, 96, 1, 7)))
    [found] = mapped(loaded, hiding, "1.3.6.1.4.1.99999.9.9.9.9.202.96.1.7.2")
    assert found[-5:-1] == tuple(hiding.map_ipv4(bytes((202, 96, 1, 7))))
