"""Root that keeps a state in another user's folder does there what that user could, and no more."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from agent.cli.door import CannotChange, Door
from agent.clock import SystemClock
from agent.logins import CommandLogins
from agent.ownership import acting_as_owner

if TYPE_CHECKING:
    from agent.settings import Settings

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")

SERVICE = 65534


@pytest.fixture
def state() -> Iterator[Path]:
    """The place of a state file in the service's folder, which everybody may look into."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    folder = top / "service"
    folder.mkdir(mode=0o755)
    os.chown(folder, SERVICE, SERVICE)
    yield folder / "state"
    shutil.rmtree(top)


def visit(state: Path) -> CommandLogins:
    return CommandLogins(SystemClock(), state, state.with_name("control.sock"))


def devices(state: Path) -> list[str | None]:
    return [one.device for one in visit(state).pacer.brakes()]


def test_what_root_makes_belongs_to_the_owner_of_the_folder(state: Path) -> None:
    visit(state).pacer.refused("net", "sw-1")
    assert devices(state) == ["sw-1"]
    found = state.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (SERVICE, SERVICE, 0o600)


@pytest.mark.parametrize("name", ["state", "state-journal"])
def test_root_makes_no_file_where_a_link_of_the_service_points(
    state: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    victim = state.parent.parent / "made"
    visit(state).pacer.refused("net", "sw-1")
    state.with_name(name).unlink(missing_ok=True)
    state.with_name(name).symlink_to(victim)
    visit(state).pacer.refused("net", "sw-2")
    assert not victim.exists()
    assert "what was refused is not remembered" in caplog.text


def test_root_that_forgets_a_credential_makes_none_either(state: Path) -> None:
    victim = state.parent.parent / "made"
    visit(state).pacer.refused("net", "sw-1")
    state.with_name("state-journal").symlink_to(victim)
    places = SimpleNamespace(state=state, control=state.with_name("control.sock"))
    door = Door(cast("Settings", places), lambda _why: None)
    with contextlib.suppress(CannotChange):
        door.forget_credential("net")
    assert not victim.exists()


@pytest.mark.parametrize("name", ["state", "state-journal", "state-wal"])
def test_root_neither_changes_nor_gives_away_what_a_link_points_to(state: Path, name: str) -> None:
    victim = state.parent.parent / "secret"
    with sqlite3.connect(victim) as database:
        database.execute("CREATE TABLE mine (one)")
    database.close()
    victim.chmod(0o600)
    before = victim.read_bytes()
    visit(state).pacer.refused("net", "sw-1")
    state.with_name(name).unlink(missing_ok=True)
    state.with_name(name).symlink_to(victim)
    visit(state).pacer.refused("net", "sw-2")
    assert victim.read_bytes() == before
    assert victim.stat().st_uid == 0


def test_a_link_of_root_to_the_folder_leads_to_its_owner(state: Path) -> None:
    link = state.parent.parent / "link"
    link.symlink_to(state.parent)
    visit(link / "state").pacer.refused("net", "sw-1")
    assert state.stat().st_uid == SERVICE


def make_and_fail(state: Path) -> None:
    with acting_as_owner(state):
        state.write_text("")
        raise ZeroDivisionError


def test_root_is_root_again_afterwards(state: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        make_and_fail(state)
    mine = state.parent.parent / "mine"
    mine.write_text("")
    assert (state.stat().st_uid, mine.stat().st_uid) == (SERVICE, 0)


def test_in_its_own_folders_root_stays_root(tmp_path: Path) -> None:
    with acting_as_owner(tmp_path / "state"):
        (tmp_path / "state").write_text("")
    assert (tmp_path / "state").stat().st_uid == 0
