"""What was refused is on disk before a minute has passed."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent import background
from agent.clock import SystemClock
from agent.control.client import is_served
from agent.control.socket_file import bound
from agent.logins import KEY, CommandLogins, remembering
from agent.pollers import Pollers
from agent.state import StateFile
from collectors.contract import Json
from protocols.ssh.pacer import Braked, LoginPacer
from protocols.ssh.refusals import VERSION


def ignore(*_arguments: object) -> None:
    """Troubles are not what is tested here."""


async def test_refusal_is_written_at_once_and_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state, urgent = StateFile(path, ignore), asyncio.Event()
    pacer = remembering(SystemClock(), state, urgent)
    keeping = asyncio.create_task(background.keep_state(Pollers((), state), state, urgent))
    await asyncio.to_thread(pacer.refused, "net", "sw-1")
    async with asyncio.timeout(10):
        while state.statistics().documents == 0 or state.statistics().unsaved:  # noqa: ASYNC110  another thread's work
            await asyncio.sleep(0.01)
    keeping.cancel()
    after = await asyncio.to_thread(StateFile, path, ignore)  # the former one was never closed
    with pytest.raises(Braked, match="net: refused by sw-1"):
        remembering(SystemClock(), after, urgent).check("net", "sw-1")
    after.close()
    state.close()


async def test_what_is_risked_is_on_disk_before_the_secret_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state, urgent = StateFile(path, ignore), asyncio.Event()  # and nobody keeps it
    pacer = remembering(SystemClock(), state, urgent)
    await asyncio.to_thread(pacer.risked, "net", "sw-1")
    after = await asyncio.to_thread(StateFile, path, ignore)  # as after a kill
    with pytest.raises(Braked, match="net: no verdict from sw-1"):
        remembering(SystemClock(), after, urgent).check("net", "sw-1")
    after.close()
    state.close()


def of_a_command(path: Path) -> CommandLogins:
    return CommandLogins(SystemClock(), path, path.with_name("control.sock"))


def test_single_visit_heeds_what_the_running_service_was_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    assert of_a_command(path).pacer.brakes() == ()
    assert not path.exists()
    state = StateFile(path, ignore)  # stays open, as that of a service
    refused = LoginPacer(time.monotonic, time.time, save=lambda one: state.save(KEY, VERSION, one))
    refused.refused("net", "sw-1")
    state.flush()
    with pytest.raises(Braked, match="net: refused by sw-1"):
        of_a_command(path).pacer.check("net", "sw-1")
    state.close()


@pytest.mark.parametrize("how", ["refused", "doubted", "risked"])
def test_each_further_visit_and_the_service_heed_what_a_visit_was_refused(
    tmp_path: Path, how: str
) -> None:
    path = tmp_path / "state"
    visit = of_a_command(path)
    getattr(visit.pacer, how)("net", "sw-1")  # and it is killed
    with pytest.raises(Braked, match="sw-1; no log-in"):
        of_a_command(path).pacer.check("net", "sw-1")
    state = StateFile(path, ignore)
    service = LoginPacer(time.monotonic, time.time, lambda: state.load(KEY, VERSION))
    with pytest.raises(Braked, match="sw-1; no log-in"):
        service.check("net", "sw-1")
    state.close()


def test_visit_that_cannot_remember_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"no database" * 100)
    of_a_command(path).pacer.refused("net", "sw-1")
    assert "what was refused is not remembered" in caplog.text
    assert path.read_bytes() == b"no database" * 100


def test_visit_leaves_the_file_to_a_service_that_runs(tmp_path: Path) -> None:
    path = tmp_path / "state"
    assert not is_served(tmp_path / "control.sock")
    with bound(tmp_path / "control.sock"):
        of_a_command(path).pacer.risked("net", "sw-1")
    assert not path.exists()


def test_state_that_cannot_be_read_is_no_brake(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"no database" * 100)
    assert of_a_command(path).pacer.brakes() == ()
    assert path.read_bytes() == b"no database" * 100


def test_visit_tells_the_service_of_a_refusal_that_it_knows_from_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told = tmp_path / "state", list[Json]()
    state = StateFile(path, ignore)
    ago = LoginPacer(
        time.monotonic, lambda: time.time() - 7200, save=lambda one: state.save(KEY, VERSION, one)
    )
    ago.refused("net", "sw-1")
    state.close()
    monkeypatch.setattr("agent.logins.ask", lambda _path, _command, one: told.append(one))
    with bound(tmp_path / "control.sock"):
        visit = of_a_command(path)
        visit.pacer.refused("net", "sw-1")
        visit.close()
        of_a_command(path).close()  # nothing came to it
    assert told == [{"refused": [["net", "sw-1"]], "doubted": []}]


@pytest.mark.parametrize("service_ends_meanwhile", [False, True])
def test_visits_side_by_side_keep_each_others_refusals_and_brake_together(
    tmp_path: Path, service_ends_meanwhile: bool
) -> None:
    path = tmp_path / "state"
    visits = [of_a_command(path) for _number in range(3)]
    if service_ends_meanwhile:
        with bound(tmp_path / "control.sock"):
            for number, visit in enumerate(visits):
                visit.pacer.refused("net", f"sw-{number}")
        assert not path.exists()
        for visit in visits:
            visit.close()
    else:
        for number, visit in enumerate(visits):
            visit.pacer.refused("net", f"sw-{number}")
    after = of_a_command(path).pacer
    assert [one.device for one in after.brakes()] == [None, "sw-0", "sw-1", "sw-2"]
    with pytest.raises(Braked, match="net: refused by 3 devices"):
        after.check("net", "sw-9")


def test_device_that_accepts_ends_its_own_refusal_alone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    visits = [of_a_command(path) for _number in range(2)]
    for number, visit in enumerate(visits):
        visit.pacer.refused("net", f"sw-{number}")
    visits[0].pacer.accepted("net", "sw-0")
    assert [one.device for one in of_a_command(path).pacer.brakes()] == ["sw-1"]


def test_first_visits_at_the_same_moment_lose_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, gate = tmp_path / "state", threading.Barrier(6)

    def refused(number: int) -> None:
        visit = of_a_command(path)
        gate.wait(10)
        visit.pacer.doubted("net", f"sw-{number}")

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(refused, range(6)))
    assert caplog.text == ""
    rest = {one.device for one in of_a_command(path).pacer.brakes()}
    assert rest == {f"sw-{number}" for number in range(6)}
