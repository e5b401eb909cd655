"""Prompts, pagers and questions are recognised, and ordinary output is none of them."""

import pytest

from collectors.cli import prompt as forms


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("<SW-HX-01>", "<SW-HX-01>"),
        ("HRP_M<FW-01>", "<FW-01>"),
        ("RBM_P<FW-01>", "<FW-01>"),
        ("<青岚-核心-01>", "<青岚-核心-01>"),
        ("Ruijie#", "Ruijie#"),
        ("河西_接入>", "河西_接入>"),
        ("r1#", "r1#"),
        ("egov@r1:~$ ", "egov@r1:~$"),
        ("[egov@r1 ~]$", "[egov@r1 ~]$"),
        ("$ ", "$"),
    ],
)
def test_a_prompt_is_recognised(line: str, text: str) -> None:
    found = forms.candidate(line)
    assert found is not None
    assert found.text == text
    assert found.ends(line)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Password:",
        "---- More ----",
        "Change now? [Y/N]:",
        "The password needs to be changed. Change now? [Y/N]:",
        "Full/DR          00:00:31    GE0/2/0",
        "<a> and <b>",
    ],
)
def test_what_is_no_prompt_is_not_taken_for_one(line: str) -> None:
    assert forms.candidate(line) is None


def test_a_pair_of_firewalls_may_swap_roles_under_the_same_prompt() -> None:
    found = forms.candidate("HRP_M<FW-01>")
    assert found is not None
    assert found.ends("HRP_S<FW-01>")
    assert not found.ends("HRP_S<FW-02>")


@pytest.mark.parametrize(
    "line", ["  ---- More ----", "--More--", " -- More -- ", "<--- More --->", "--more--"]
)
def test_a_pager_is_recognised(line: str) -> None:
    assert forms.wants_more(line)


@pytest.mark.parametrize("line", ["More than 5 peers", "description -- More bandwidth -- x"])
def test_a_row_with_the_word_more_is_no_pager(line: str) -> None:
    assert not forms.wants_more(line)


@pytest.mark.parametrize(
    "text",
    [
        "All user interfaces are used, please try later!",
        "The number of users on VTY has reached the upper limit.",
        "% The maximum number of sessions has been reached",
        "Too many users",
        "当前用户数已达上限",
    ],
)
def test_a_full_device_is_recognised(text: str) -> None:
    assert forms.is_full(text)
