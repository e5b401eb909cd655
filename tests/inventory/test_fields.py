"""Notations of single values."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import fields
from inventory.fields import Mistake
from inventory.located import Plain
from inventory.secrets import SecretReference


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("30s", 30), ("5m", 300), ("1h", 3600), ("500ms", 0.5), ("7d", 604800), ("1.5m", 90)],
)
def test_durations(written: str, seconds: float) -> None:
    assert fields.duration_s(written) == seconds


@pytest.mark.parametrize("written", [30, "30", "s", "-1s", "1 h", "1w", "", None, True, "१s", [1]])
def test_what_is_no_duration(written: Plain) -> None:
    with pytest.raises(Mistake):
        fields.duration_s(written)


@pytest.mark.parametrize(
    ("written", "speed"), [("10G", 10**10), ("100M", 10**8), ("2.5G", 25 * 10**8), (64000, 64000)]
)
def test_speeds(written: Plain, speed: int) -> None:
    assert fields.speed_bps(written) == speed


@pytest.mark.parametrize("written", ["10", 0, "G", "10g", "10 G", "-1G", True, None])
def test_what_is_no_speed(written: Plain) -> None:
    if written == "10":  # a number in quotes is still a number
        assert fields.speed_bps(written) == 10
        return
    with pytest.raises(Mistake):
        fields.speed_bps(written)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("SW1.Wutong.Example.", "sw1.wutong.example"),
        ("sw_1", "sw_1"),
    ],
)
def test_addresses_have_one_form(written: str, canonical: str) -> None:
    assert fields.address(written) == canonical


@pytest.mark.parametrize(
    "written",
    ["10.0.0.256", "010.0.0.1", "10.0.0", "::g", "a b", "-a", "a..b", "0.0.0.0", "ff02::1",
     "h:80", "[::1]", "http://h", "", None, 1.5, "a" * 254],
)  # fmt: skip
def test_what_is_no_address(written: Plain) -> None:
    with pytest.raises(Mistake):
        fields.address(written)


def test_a_whole_number_is_text_where_text_is_wanted() -> None:
    assert fields.identifier(440803) == "440803"
    with pytest.raises(Mistake):
        fields.text(1.5)
    with pytest.raises(Mistake):
        fields.text(True)


@pytest.mark.parametrize("written", ["", ".", "..", "a/b", "a b", "区", "a" * 64, "a\n"])
def test_what_is_no_id(written: str) -> None:
    with pytest.raises(Mistake):
        fields.identifier(written)


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        ("[::]:0", ("::", 0)),
        ("h.example:443", ("h.example", 443)),
    ],
)
def test_host_and_port(written: str, split: tuple[str, int]) -> None:
    assert fields.split_port(written) == split


@pytest.mark.parametrize("written", ["::1:80", "h", "h:", "h:99999", "h:x", ":80", 80, "h:١"])
def test_what_is_no_host_and_port(written: Plain) -> None:
    with pytest.raises(Mistake):
        fields.split_port(written)


def test_dates() -> None:
    assert fields.date("2026-06-30") == dt.date(2026, 6, 30)
    for written in ("2026-6-30", "20260630", "2026-02-30", 2026, None, "2026-W01-1"):
        with pytest.raises(Mistake):
            fields.date(written)


def test_references_to_secrets() -> None:
    assert fields.secret({"env": "NAME"}) == SecretReference("env", "NAME")
    assert fields.secret({"file": "a/b"}) == SecretReference("file", "a/b")
    assert fields.secret({"credential": "x.y"}) == SecretReference("credential", "x.y")


@pytest.mark.parametrize(
    "written",
    ["CANARY", 47110815, ["CANARY"], {"CANARY": None}, {"env": "CAN ARY"}, {"file": ""}, {},
     {"credential": "../CANARY"}, {"env": "A", "file": "CANARY"}, {"env": 1}, None],
)  # fmt: skip
def test_what_is_no_reference_is_never_shown(written: Plain) -> None:
    with pytest.raises(Mistake) as found:
        fields.secret(written)
    assert "CANARY" not in str(found.value)
    assert "47110815" not in str(found.value)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip


@given(PLAIN)
def test_whatever_is_written_only_mistakes_come(value: Plain) -> None:
    for notation in (
        fields.text, fields.identifier, fields.address, fields.addresses, fields.ipv4, fields.ipv6,
        fields.network, fields.split_port, fields.host_port, fields.old_address, fields.url,
        fields.duration_s, fields.speed_bps, fields.date, fields.regex, fields.secret,
    ):  # fmt: skip
        with contextlib.suppress(Mistake):
            notation(value)
