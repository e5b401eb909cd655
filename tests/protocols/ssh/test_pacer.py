"""Log-ins are paced so that no account is locked."""

import asyncio
import json

import pytest

from protocols.ssh.pacer import LOGINS_PER_SECOND, PROVEN_S, UNANSWERED_S, Braked, LoginPacer
from protocols.ssh.refusals import Json

HOUR_S = 3600.0


class Times:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.monotonic_s = 1000.0
        self.wall_s = 1_800_000_000.0

    def monotonic(self) -> float:
        return self.monotonic_s

    def wall(self) -> float:
        return self.wall_s

    def pass_by(self, seconds: float) -> None:
        self.monotonic_s += seconds
        self.wall_s += seconds

    def boot(self, *, after_s: float) -> None:
        self.wall_s += after_s
        self.monotonic_s = 5.0


class Memory:
    """What the state file would hold, as JSON."""

    def __init__(self, text: str = "null") -> None:
        self.text = text

    def load(self) -> Json:
        document: Json = json.loads(self.text)
        return document

    def save(self, document: Json) -> None:
        self.text = json.dumps(document)


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def pacer(times: Times, memory: Memory) -> LoginPacer:
    return LoginPacer(times.monotonic, times.wall, memory.load, memory.save)


def is_braked(pacer: LoginPacer, credential: str, device: str) -> bool:
    try:
        pacer.check(credential, device)
    except Braked:
        return True
    return False


def test_device_that_refused_is_not_asked_again_for_an_hour(
    pacer: LoginPacer, times: Times
) -> None:
    pacer.refused("net", "sw-1")
    with pytest.raises(Braked, match=r"net: refused by sw-1; no log-in for 60 min") as caught:
        pacer.check("net", "sw-1")
    assert (caught.value.until_s, caught.value.everywhere) == (times.monotonic_s + HOUR_S, False)
    times.pass_by(HOUR_S - 1)
    assert is_braked(pacer, "net", "sw-1")
    times.pass_by(1)
    assert not is_braked(pacer, "net", "sw-1")


def test_refusal_concerns_neither_other_devices_nor_other_credentials(pacer: LoginPacer) -> None:
    pacer.refused("net", "sw-1")
    assert not is_braked(pacer, "net", "sw-2")
    assert not is_braked(pacer, "core", "sw-1")


def test_credential_refused_by_three_devices_rests_everywhere(
    pacer: LoginPacer, times: Times
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        assert not is_braked(pacer, "net", "sw-9")
        pacer.refused("net", device)
        times.pass_by(100)
    with pytest.raises(Braked, match=r"net: refused by 3 devices; .* forget --credential net") as e:
        pacer.check("net", "sw-9")
    assert e.value.everywhere
    times.pass_by(HOUR_S - 100)
    assert not is_braked(pacer, "net", "sw-9")


def test_three_refusals_by_one_device_are_one(pacer: LoginPacer) -> None:
    for _ in range(3):
        pacer.refused("net", "sw-1")
    assert not is_braked(pacer, "net", "sw-2")


def test_refusals_further_apart_than_five_minutes_brake_nothing_else(
    pacer: LoginPacer, times: Times
) -> None:
    for device in ("sw-1", "sw-2", "sw-3", "sw-4"):
        pacer.refused("net", device)
        times.pass_by(151)
    assert not is_braked(pacer, "net", "sw-9")


def test_accepted_log_in_ends_the_refusal_of_that_device(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    pacer.refused("net", "sw-1")
    pacer.accepted("net", "sw-1")
    assert not is_braked(pacer, "net", "sw-1")
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    assert not is_braked(after, "net", "sw-1")


def test_refusals_outlive_a_restart_and_a_boot(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.refused("net", device)
    pacer.refused("core", "sw-7")
    times.boot(after_s=1200)
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    assert is_braked(after, "net", "sw-9")
    assert is_braked(after, "core", "sw-7")
    times.pass_by(HOUR_S - 1200)
    assert not is_braked(after, "net", "sw-9")
    assert not is_braked(after, "core", "sw-7")


def test_wall_clock_set_back_makes_no_brake_longer_than_an_hour(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.refused("net", device)
    times.boot(after_s=-10 * HOUR_S)
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    times.pass_by(HOUR_S)
    assert not is_braked(after, "net", "sw-1")


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "17",
        '"refused"',
        '{"refused": 3}',
        '{"refused": [[1, "sw", 2], ["net"], ["net", "sw-1", "x"]], "braked": {"net": 1}}',
    ],
)
def test_memory_that_is_not_as_written_brakes_nothing(times: Times, text: str) -> None:
    memory = Memory(text)
    pacer = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    assert pacer.brakes() == ()


def test_forgetting_a_credential_lifts_its_brakes_and_names_them(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.refused("net", device)
    pacer.refused("core", "sw-1")
    lifted = pacer.forget("net")
    assert [one.device for one in lifted] == [None, "sw-1", "sw-2", "sw-3"]
    assert not is_braked(pacer, "net", "sw-1")
    assert is_braked(pacer, "core", "sw-1")
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    assert [(one.credential, one.device) for one in after.brakes()] == [("core", "sw-1")]


def test_second_secret_of_a_credential_is_braked_alone_and_forgotten_together(
    pacer: LoginPacer,
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.refused("net (enable)", device)
    with pytest.raises(Braked, match=r"forget --credential net\)"):
        pacer.check("net (enable)", "sw-9")
    assert not is_braked(pacer, "net", "sw-1")
    pacer.refused("net2", "sw-1")
    assert len(pacer.forget("net")) == 4
    assert not is_braked(pacer, "net (enable)", "sw-1")
    assert is_braked(pacer, "net2", "sw-1")


def test_log_ins_of_a_credential_are_spaced(pacer: LoginPacer, times: Times) -> None:
    assert pacer.turn("net", "sw-1") == 0
    assert pacer.turn("net", "sw-2") == pytest.approx(1 / LOGINS_PER_SECOND)
    assert pacer.turn("core", "sw-3") == 0
    times.pass_by(1 / LOGINS_PER_SECOND)
    assert pacer.turn("net", "sw-2") == 0


def test_credential_that_nobody_accepted_is_tried_on_three_devices_at_once_at_most(
    pacer: LoginPacer, times: Times
) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        assert pacer.turn("net", device) == 0
        times.pass_by(1)
    assert pacer.turn("net", "sw-4") > 0
    pacer.accepted("net", "sw-1")
    for number in range(4, 40):
        assert pacer.turn("net", f"sw-{number}") == 0
        times.pass_by(1)


def test_log_in_without_a_verdict_makes_room_for_the_next(pacer: LoginPacer, times: Times) -> None:
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.turn("net", device)
        times.pass_by(1)
    pacer.unanswered("net", "sw-2")
    assert pacer.turn("net", "sw-4") == 0
    times.pass_by(1)
    assert pacer.turn("net", "sw-5") > 0
    times.pass_by(UNANSWERED_S)
    assert pacer.turn("net", "sw-5") == 0


def test_wrong_password_on_a_thousand_devices_fails_three_times(
    pacer: LoginPacer, times: Times
) -> None:
    """The AAA server takes 15 s for each refusal, and everybody asks as often as they like."""
    under_way: dict[str, float] = {}
    failed = 0
    waiting = [f"sw-{number}" for number in range(1000)]
    for _ in range(200):
        for device in [one for one, at_s in under_way.items() if times.monotonic_s - at_s >= 15]:
            del under_way[device]
            pacer.refused("net", device)
            failed += 1
        for device in waiting:
            if not is_braked(pacer, "net", device) and not pacer.turn("net", device):
                under_way[device] = times.monotonic_s
        times.pass_by(0.5)
    assert failed == 3


def test_device_has_one_log_in_at_a_time(pacer: LoginPacer, times: Times) -> None:
    pacer.accepted("net", "sw-9")
    assert pacer.turn("net", "sw-1") == 0
    times.pass_by(1)
    assert pacer.turn("net", "sw-1") > 0
    pacer.unanswered("net", "sw-1")
    assert pacer.turn("net", "sw-1") == 0


async def test_waiting_log_ins_are_braked_as_soon_as_others_were_refused(times: Times) -> None:
    pacer = LoginPacer(times.monotonic, times.wall)
    for device in ("sw-1", "sw-2", "sw-3"):
        assert pacer.turn("net", device) == 0
        times.pass_by(1)
    waiting = asyncio.create_task(pacer.admit("net", "sw-4", times.monotonic_s + 60))
    await asyncio.sleep(0)
    for device in ("sw-1", "sw-2", "sw-3"):
        pacer.refused("net", device)
    with pytest.raises(Braked):
        await waiting


async def test_turn_that_cannot_come_before_the_deadline_is_not_waited_for(times: Times) -> None:
    pacer = LoginPacer(times.monotonic, times.wall)
    await pacer.admit("net", "sw-1", times.monotonic_s + 10)
    with pytest.raises(TimeoutError, match="net: no turn"):
        await pacer.admit("net", "sw-2", times.monotonic_s + 0.1)


def test_log_in_that_the_device_never_judged_is_not_repeated_for_an_hour(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    pacer.doubted("net", "sw-1")
    times.boot(after_s=HOUR_S / 2)
    again = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    with pytest.raises(Braked, match=r"net: no verdict from sw-1; no log-in for 30 min"):
        again.check("net", "sw-1")
    times.pass_by(HOUR_S / 2)
    assert not is_braked(again, "net", "sw-1")


def test_devices_that_judge_nothing_say_nothing_about_the_credential(pacer: LoginPacer) -> None:
    pacer.accepted("net", "sw-0")
    for number in range(1, 6):
        pacer.doubted("net", f"sw-{number}")
    assert not is_braked(pacer, "net", "sw-9")
    assert pacer.is_proven("net")
    assert {one.device for one in pacer.forget("net")} == {f"sw-{n}" for n in range(1, 6)}
    assert not is_braked(pacer, "net", "sw-1")


def test_secret_that_a_killed_process_sent_counts_as_a_failed_log_in(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    assert pacer.turn("net", "sw-1") == 0
    pacer.risked("net", "sw-1")
    times.boot(after_s=60)
    after = LoginPacer(times.monotonic, times.wall, memory.load)
    with pytest.raises(Braked, match=r"net: no verdict from sw-1; no log-in for 59 min"):
        after.check("net", "sw-1")
    after.check("net", "sw-2")


def test_risk_is_on_disk_before_the_secret_is_sent_and_hinders_nobody_meanwhile(
    times: Times, memory: Memory
) -> None:
    flushed: list[str] = []
    pacer = LoginPacer(
        times.monotonic, times.wall, save=memory.save, flush=lambda: flushed.append(memory.text)
    )
    pacer.risked("net", "jump:gate")
    pacer.risked("net", "jump:gate")
    assert [json.loads(text)["doubted"][0][:2] for text in flushed] == [["net", "jump:gate"]]
    pacer.check("net", "jump:gate")
    assert pacer.brakes() == ()


@pytest.mark.parametrize("how", ["accepted", "unanswered"])
def test_risk_ends_with_the_log_in(pacer: LoginPacer, memory: Memory, how: str) -> None:
    pacer.risked("net", "sw-1")
    getattr(pacer, how)("net", "sw-1")
    assert memory.load() is None


def test_proven_credential_costs_no_write(pacer: LoginPacer, times: Times, memory: Memory) -> None:
    pacer.accepted("net", "sw-1")
    pacer.risked("net", "sw-2")
    assert memory.load() is None
    times.pass_by(PROVEN_S + 1)
    pacer.risked("net", "sw-2")
    assert memory.load() is not None


def test_thread_that_waits_gets_no_turn_after_its_deadline(pacer: LoginPacer, times: Times) -> None:
    assert pacer.turn("net", "sw-1") == 0
    with pytest.raises(TimeoutError, match="no turn"):
        pacer.wait("net", "sw-1", times.monotonic_s + 0.1)


def test_refusals_of_another_process_count_and_end_no_log_in_of_ours(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    assert pacer.turn("net", "sw-1") == 0
    times.pass_by(1)
    pacer.noted([("net", "sw-1")], [("net", "sw-2")])
    assert pacer.turn("net", "sw-1") > 0
    assert is_braked(pacer, "net", "sw-2")
    pacer.unanswered("net", "sw-1")
    assert pacer.turn("net", "sw-1") == 0
    pacer.noted([("net", "sw-3"), ("net", "sw-4")], [])
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    assert is_braked(after, "net", "sw-9")


def test_refusal_that_is_over_does_not_outlive_a_restart(
    pacer: LoginPacer, times: Times, memory: Memory
) -> None:
    pacer.refused("net", "sw-1")
    times.boot(after_s=2 * HOUR_S)
    after = LoginPacer(times.monotonic, times.wall, memory.load, memory.save)
    after.risked("net", "sw-2")
    document = memory.load()
    assert isinstance(document, dict)
    assert document["refused"] == []
