"""What stood in a column becomes a number or a label, or is refused."""

import pytest

from collectors.cli.profile import Form, Value
from collectors.cli.values import Unfit, made
from collectors.contract import Number


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        ("number", "17", 17),
        ("as_number", "635.66", "41615426"),
        ("as_number", "4259844162", "4259844162"),
        ("seconds", "00:17:49", 1069),
        ("seconds", "626h43m", 626 * 3600 + 43 * 60),
        ("seconds", "0286h47m", 286 * 3600 + 47 * 60),
        ("seconds", "1d02h", 93600),
        ("seconds", "3w2d", 1987200),
        ("seconds", "00h03m02s", 182),
        ("seconds", "2d03:00:00", 183600),
        ("seconds", "75", 75),
        ("seconds", "never", 0),
        ("address", "2001:DB8:1000::155:F0CA:A/127", "2001:db8:1000::155:f0ca:a"),
        ("address", "100.110.0.110", "100.110.0.110"),
        ("address", "::FFFF:192.0.2.1", "::ffff:192.0.2.1"),
        ("address", "FE80::1%7", "fe80::1%7"),
        ("scope", "FE80::1%7", "link_local"),
        ("scope", "FC00::2B7/127", "unique_local"),
        ("scope", "2001:DB8::1/128", "global"),
        ("scope", "::1", "other"),
        ("router_id", "6.6.6.1", "6.6.6.1"),
        ("joined", "RR-BD3515597G9-\n01H", "RR-BD3515597G9-01H"),
    ],
)
def test_forms_that_devices_print_are_read(form: Form, text: str, value: Number | str) -> None:
    assert made(Value(columns=("A",), form=form), {"A": text}, "huawei_vrp") == value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("number", "-"),
        ("number", "³"),
        ("as_number", "AS1"),
        ("seconds", "soon"),
        ("address", "2001::g"),
        ("scope", "192.0.2.1"),
        ("router_id", "6.6.6"),
    ],
)
def test_what_cannot_be_read_is_refused(form: Form, text: str) -> None:
    with pytest.raises(Unfit):
        made(Value(columns=("A",), form=form), {"A": text}, "huawei_vrp")


def test_a_word_that_the_profile_does_not_know_is_refused() -> None:
    value = Value(columns=("A",), map={"up": 1, "down": 0})
    assert made(value, {"A": "UP"}, "frr") == 1
    with pytest.raises(Unfit):
        made(value, {"A": "sideways"}, "frr")


def test_an_empty_column_is_no_value() -> None:
    assert made(Value(columns=("A",), form="number"), {"A": ""}, "frr") is None
