"""Passwords: right, wrong, remembered, and guessed at."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from agent.web import passwords as passwords_module
from agent.web.passwords import PER_CLIENT, PER_NAME, Passwords, Throttled, client_of
from inventory.secrets import Secret
from tests.agent.web.conftest import HandClock, hashed

USERS = {"prometheus": Secret(hashed("scrape")), "wang": Secret(hashed("口令"))}


class Counted:
    """Counts what reaches bcrypt."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.original = passwords_module._check

    def __call__(self, password: str, hashed_password: str) -> bool:
        self.calls.append(hashed_password)
        return self.original(password, hashed_password)


@pytest.fixture
def bcrypt_calls(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted()
    monkeypatch.setattr(passwords_module, "_check", counted)
    return counted


@pytest.fixture
async def passwords(clock: HandClock) -> AsyncIterator[Passwords]:
    made = Passwords(clock)
    yield made
    made.close()


async def test_right_and_wrong_are_told_apart(passwords: Passwords) -> None:
    assert await passwords.verify(USERS, "192.0.2.1", "wang", "口令") is True
    assert await passwords.verify(USERS, "192.0.2.1", "wang", "口") is False
    assert await passwords.verify(USERS, "192.0.2.1", "nobody", "口令") is False
    assert await passwords.verify(USERS, "192.0.2.1", "", "") is False


async def test_a_right_password_is_hashed_once(passwords: Passwords, bcrypt_calls: Counted) -> None:
    for _scrape in range(20):
        assert await passwords.verify(USERS, "192.0.2.1", "prometheus", "scrape") is True
    assert len(bcrypt_calls.calls) == 1
    passwords.forget()
    assert await passwords.verify(USERS, "192.0.2.1", "prometheus", "scrape") is True
    assert len(bcrypt_calls.calls) == 2


async def test_a_password_remembered_is_not_right_for_a_new_hash(passwords: Passwords) -> None:
    assert await passwords.verify(USERS, "192.0.2.1", "prometheus", "scrape") is True
    changed = {"prometheus": Secret(hashed("other"))}
    assert await passwords.verify(changed, "192.0.2.1", "prometheus", "scrape") is False


async def test_a_hundred_scrapes_at_once_hash_once(
    passwords: Passwords, bcrypt_calls: Counted
) -> None:
    scrapes = (passwords.verify(USERS, "192.0.2.1", "prometheus", "scrape") for _ in range(100))
    assert set(await asyncio.gather(*scrapes)) == {True}
    assert len(bcrypt_calls.calls) == 1


async def test_a_storm_is_stopped_before_bcrypt(
    passwords: Passwords, bcrypt_calls: Counted, clock: HandClock
) -> None:
    guesses = (passwords.verify(USERS, "192.0.2.9", "wang", f"guess {n}") for n in range(500))
    answers = await asyncio.gather(*guesses)
    assert answers.count(False) == len(bcrypt_calls.calls) == PER_NAME.burst
    assert isinstance(answers[-1], Throttled)
    assert 0 < answers[-1].wait_s <= PER_NAME.refill_s
    clock.now_s += PER_NAME.refill_s
    assert await passwords.verify(USERS, "192.0.2.9", "wang", "one more") is False
    assert isinstance(await passwords.verify(USERS, "192.0.2.9", "wang", "two more"), Throttled)


async def test_the_right_password_does_not_get_through_a_storm(passwords: Passwords) -> None:
    """Or guessing would go on behind the limit."""
    assert await passwords.verify(USERS, "192.0.2.9", "wang", "口令") is True
    for number in range(PER_NAME.burst):
        await passwords.verify(USERS, "192.0.2.9", "wang", f"guess {number}")
    assert isinstance(await passwords.verify(USERS, "192.0.2.9", "wang", "口令"), Throttled)


async def test_a_storm_on_many_names_leaves_prometheus_alone(
    passwords: Passwords, bcrypt_calls: Counted
) -> None:
    """Behind one address (NAT, a proxy) an attacker locks out nobody who is known."""
    peer = "192.0.2.9"
    assert await passwords.verify(USERS, peer, "prometheus", "scrape") is True
    for number in range(200):
        await passwords.verify(USERS, peer, "wang", f"guess {number}")
    assert await passwords.verify(USERS, peer, "prometheus", "scrape") is True
    assert len(bcrypt_calls.calls) <= 1 + PER_CLIENT.burst


async def test_unknown_names_cost_as_much_as_known_ones(
    passwords: Passwords, bcrypt_calls: Counted
) -> None:
    costly = {"a": Secret(hashed("x", cost=4)), "b": Secret(hashed("x", cost=6))}
    await passwords.verify(costly, "192.0.2.1", "nobody", "x")
    assert [call[:7] for call in bcrypt_calls.calls] == ["$2b$06$"]


async def test_unknown_names_are_throttled_like_known_ones(
    passwords: Passwords, bcrypt_calls: Counted
) -> None:
    for number in range(10):
        await passwords.verify(USERS, "192.0.2.1", "nobody", f"guess {number}")
    assert len(bcrypt_calls.calls) == PER_NAME.burst


@pytest.mark.parametrize("password", ["", "x" * 10_000, "\0", "a\0b", "\udcff", "🙂" * 50])
async def test_no_password_breaks_bcrypt(passwords: Passwords, password: str) -> None:
    assert await passwords.verify(USERS, "192.0.2.1", "wang", password) is False


async def test_a_password_of_more_than_72_octets_works_as_with_other_exporters(
    passwords: Passwords,
) -> None:
    users = {"long": Secret(hashed("x" * 72))}
    assert await passwords.verify(users, "192.0.2.1", "long", "x" * 100) is True


def test_a_host_of_ipv6_is_one_client_whatever_address_it_takes() -> None:
    assert client_of("2001:db8:1:2::1") == client_of("2001:db8:1:2:ffff::9")
    assert client_of("2001:db8:1:2::1") != client_of("2001:db8:1:3::1")
    assert client_of("fe80::1%eth0") == client_of("fe80::2%eth0")
    assert client_of("192.0.2.1") == "192.0.2.1"
    assert client_of("") == ""
