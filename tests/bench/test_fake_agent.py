"""The fake agent as real managers see it, and what it is made of."""

import subprocess

import pytest

from bench.fake_agent import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, USER, FakeAgent
from bench.processes import fake_agent
from bench.template import (
    COUNTER64,
    END_OF_VIEW,
    IFX,
    INDEXES,
    INTEGER,
    NO_INSTANCE,
    SAMPLES,
    SYSTEM,
    VALUE_COLUMNS,
    Template,
    encode_number,
    encode_oid,
    tlv,
)
from bench.wire import localized, master_key
from tests.peers import program

V2C = ("-v2c", "-c", COMMUNITY)
V3 = ("-v3", "-l", "authPriv", "-u", USER, "-a", "SHA-256", "-A", AUTH_PASSWORD, "-x", "AES",
      "-X", PRIV_PASSWORD)  # fmt: skip


def request(kind: int, oid: tuple[int, ...], repetitions: int, request_id: int = 7) -> bytes:
    binds = tlv(0x30, tlv(0x30, tlv(0x06, encode_oid(oid)) + b"\x05\x00"))
    numbers = encode_number(INTEGER, request_id) + b"\x02\x01\x00" + encode_number(2, repetitions)
    return tlv(0x30, b"\x02\x01\x01" + tlv(0x04, b"public") + tlv(kind, numbers + binds))


def test_the_interface_family_is_about_nine_hundred_series() -> None:
    assert len(VALUE_COLUMNS) == 16
    assert len(INDEXES) == 56
    assert SAMPLES == 896


def test_an_answer_bears_the_request_id_and_comes_from_the_same_template() -> None:
    agent = FakeAgent()
    first = agent.answer(request(0xA5, (*IFX, 6), 57, 7), b"\x7f\x1f\x00\x01", 0.0)
    other = agent.answer(request(0xA5, (*IFX, 6), 57, 8), b"\x7f\x1f\x00\x41", 0.0)
    assert first is not None
    assert other is not None
    assert first != other
    assert first.replace(b"\x02\x01\x07\x02\x01\x00", b"\x02\x01\x08\x02\x01\x00", 1) == other


def test_counters_move_from_epoch_to_epoch() -> None:
    agent = FakeAgent()
    ask = request(0xA5, (*IFX, 6), 57)
    first = agent.answer(ask, b"\x7f\x1f\x00\x01", 1.0)
    assert agent.answer(ask, b"\x7f\x1f\x00\x01", 1.4) == first
    assert agent.answer(ask, b"\x7f\x1f\x00\x01", 1.6) != first


def test_another_switch_has_numbers_of_other_lengths() -> None:
    agent = FakeAgent()
    ask = request(0xA5, (*IFX, 6), 57)
    first = agent.answer(ask, b"\x7f\x1f\x00\x01", 0.0)
    other = agent.answer(ask, b"\x7f\x1f\x00\x04", 0.0)
    assert first is not None
    assert other is not None
    assert len(first) != len(other)


def test_every_fifth_address_can_be_silent() -> None:
    agent = FakeAgent(silent_every=5)
    ask = request(0xA0, (*SYSTEM, 5, 0), 0)
    heard = [agent.answer(ask, bytes((127, 31, 0, last)), 0.0) for last in range(1, 11)]
    assert heard.count(None) == 2


def test_what_is_behind_the_last_row_is_the_end_of_the_view() -> None:
    found = Template().bulk([(1, 3, 6, 1, 7)], 0, 3, 0)
    assert found.endswith(END_OF_VIEW)
    assert Template().get([(*SYSTEM, 5, 9)], 0).endswith(NO_INSTANCE)


def test_numbers_are_encoded_in_the_fewest_octets_and_never_negative() -> None:
    assert encode_number(INTEGER, 127) == b"\x02\x01\x7f"
    assert encode_number(INTEGER, 128) == b"\x02\x02\x00\x80"
    assert encode_number(COUNTER64, 2**64 - 1) == b"\x46\x09\x00" + b"\xff" * 8


def test_a_password_is_turned_into_a_key_as_the_standard_shows() -> None:
    """RFC 3414 section A.3 shows it for MD5 and SHA-1; the lengths are those of SHA-256."""
    master = master_key("maplesyrup")
    assert len(master) == 32
    assert localized(master, bytes(11) + b"\x02") != localized(master, bytes(11) + b"\x03")


@pytest.mark.peer
@pytest.mark.parametrize("credential", [V2C, V3], ids=["v2c", "v3"])
def test_net_snmp_walks_the_whole_template(credential: tuple[str, ...]) -> None:
    walk = [program("snmpbulkwalk"), "-On", "-Cr60", *credential]
    with fake_agent() as port:
        found = subprocess.run(
            [*walk, f"127.31.7.9:{port}", "1.3.6.1.2.1.31.1.1.1.6"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert found.stdout.count("Counter64: ") == len(INDEXES)
