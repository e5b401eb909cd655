"""The state file: whatever happened to it, the service starts and has what was committed."""

import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.state import StateFile
from agent.state_database import SCHEMA_VERSION, Trouble
from collectors.contract import Json

json_documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


class Opened:
    """A state file and what it said of its troubles."""

    def __init__(self, path: Path) -> None:
        self.said: list[tuple[Trouble, str]] = []
        self.state = StateFile(path, lambda trouble, text: self.said.append((trouble, text)))

    @property
    def troubles(self) -> list[Trouble]:
        return [trouble for trouble, _text in self.said]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "state"


def filled(path: Path) -> None:
    state = Opened(path).state
    for number in range(2000):
        state.save(f"learned/snmp/sw-{number}", 1, {"repetitions": number, "absent": ["x"] * 3})
    state.close()


def aside(path: Path) -> list[Path]:
    return [one for one in path.parent.iterdir() if ".aside-" in one.name]


def test_new_file_is_nobody_elses_to_read(path: Path) -> None:
    former = os.umask(0)
    try:
        filled(path)
    finally:
        os.umask(former)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o007 == 0


def test_trouble_says_where_the_damaged_file_is_now(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("no database")
    ((trouble, text),) = Opened(path).said
    assert trouble is Trouble.DAMAGED
    assert text.endswith(f"; moved aside to {aside(path)[0]}")


def test_full_disk_leaves_no_empty_file_that_would_pass_for_damaged(path: Path) -> None:
    with no_room():
        full = Opened(path)
        assert not full.state.flush()
    assert full.troubles == [Trouble.UNWRITABLE] * 2
    assert list(path.parent.iterdir()) == []
    full.state.save("learned/snmp/sw-1", 1, 25)
    assert full.state.flush()
    assert aside(path) == []


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """Let no file of this process grow, as on a full disk."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_document_is_there_after_a_restart(path: Path) -> None:
    first = Opened(path)
    first.state.save("learned/snmp/交换机", 3, {"size": 25, "text": "\ud800"})
    first.state.close()
    second = Opened(path)
    assert second.state.load("learned/snmp/交换机", 3) == {"size": 25, "text": "\ud800"}
    assert first.said == second.said == []
    second.state.close()


def test_document_of_another_version_is_not_handed_out(path: Path) -> None:
    state = Opened(path).state
    state.save("key", 1, [1])
    assert state.load("key", 2) is None
    assert state.load("other", 1) is None
    state.close()


def test_nothing_forgets_a_document(path: Path) -> None:
    state = Opened(path).state
    state.save("key", 1, [1])
    state.flush()
    state.save("key", 1, None)
    state.save("never there", 1, None)
    assert state.load("key", 1) is None
    state.close()
    assert Opened(path).state.load("key", 1) is None


def test_unchanged_document_is_not_written_again(path: Path) -> None:
    state = Opened(path).state
    state.save("key", 1, {"a": 1, "b": 2})
    state.flush()
    state.save("key", 1, {"b": 2, "a": 1})
    assert state.statistics().unsaved == 0
    state.close()


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_documents))
def test_any_json_survives(
    tmp_path_factory: pytest.TempPathFactory, documents: dict[str, Json]
) -> None:
    path = tmp_path_factory.mktemp("state") / "state"
    state = Opened(path).state
    for key, document in documents.items():
        state.save(key, 1, document)
    state.close()
    again = Opened(path)
    assert {key: again.state.load(key, 1) for key in documents} == documents
    assert again.said == []
    again.state.close()


def test_batches_larger_than_one_statement_are_written(path: Path) -> None:
    filled(path)
    state = Opened(path).state
    assert state.statistics().documents == 2000
    assert state.load("learned/snmp/sw-1999", 1) == {"repetitions": 1999, "absent": ["x"] * 3}
    state.close()


def damage_empty(path: Path) -> None:
    path.write_bytes(b"")


def damage_truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_header(path: Path) -> None:
    path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:])


def damage_text(path: Path) -> None:
    path.write_text("this is a log file\n" * 1000)


def damage_value(path: Path) -> None:
    content = path.read_bytes()
    at = content.index(b'"repetitions":1')
    path.write_bytes(content[: at + 14] + b"2" + content[at + 15 :])


def damage_foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        damage_empty,
        damage_truncate,
        damage_header,
        damage_text,
        damage_value,
        damage_foreign,
    ],
)
def test_damaged_file_is_moved_aside_and_a_new_one_begun(path: Path, damage: object) -> None:
    filled(path)
    damage(path)  # type: ignore[operator]  # one of the functions above
    opened = Opened(path)
    assert opened.troubles == [Trouble.DAMAGED]
    assert str(path) in opened.said[0][1]
    assert len(aside(path)) == 1
    assert opened.state.load("learned/snmp/sw-1", 1) is None
    opened.state.save("key", 1, [1])
    opened.state.close()
    assert Opened(path).state.load("key", 1) == [1]


def test_every_flipped_bit_is_harmless(path: Path) -> None:
    """A flip is found, or it lies where nothing stands and every document is whole."""
    state = Opened(path).state
    documents: dict[str, Json] = {f"key-{number}": {"value": number} for number in range(40)}
    for key, document in documents.items():
        state.save(key, 1, document)
    state.close()
    content = path.read_bytes()
    dice = random.Random(3)  # noqa: S311  not secret
    for _ in range(150):
        at = dice.randrange(len(content))
        flipped = bytes([content[at] ^ 1 << dice.randrange(8)])
        path.write_bytes(content[:at] + flipped + content[at + 1 :])
        opened = Opened(path)
        found = {key: opened.state.load(key, 1) for key in documents}
        assert found == documents or opened.said
        assert found == documents or not any(found.values())
        opened.state.close()
        for old in aside(path):
            old.unlink()


def test_file_of_a_newer_version_is_moved_aside(path: Path) -> None:
    filled(path)
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    opened = Opened(path)
    assert opened.troubles == [Trouble.NEWER]
    assert len(aside(path)) == 1
    opened.state.close()


def test_folder_in_its_place_is_moved_aside(path: Path) -> None:
    path.mkdir(parents=True)
    opened = Opened(path)
    assert opened.troubles == [Trouble.FORBIDDEN]
    opened.state.save("key", 1, 1)
    assert opened.state.flush()
    opened.state.close()


def test_missing_folder_that_cannot_be_made_leaves_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    opened = Opened(tmp_path / "file" / "state")
    opened.state.save("key", 1, [1])
    assert opened.state.load("key", 1) == [1]
    assert not opened.state.flush()
    assert set(opened.troubles) == {Trouble.UNWRITABLE}
    opened.state.close()


def test_file_that_can_be_written_again_gets_what_memory_holds(tmp_path: Path) -> None:
    blocker = tmp_path / "folder"
    blocker.write_text("")
    path = blocker / "state"
    opened = Opened(path)
    opened.state.save("key", 1, [1])
    assert not opened.state.flush()
    blocker.unlink()
    assert opened.state.flush()
    opened.state.close()
    assert Opened(path).state.load("key", 1) == [1]


def test_file_that_another_process_locks_is_left_alone(path: Path) -> None:
    filled(path)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        opened = Opened(path)
        assert opened.troubles == [Trouble.UNWRITABLE]
        other.execute("COMMIT")
    other.close()
    assert aside(path) == []
    opened.state.save("mine", 1, [2])
    assert opened.state.flush()
    opened.state.close()
    again = Opened(path).state
    assert again.load("mine", 1) == [2]
    assert again.load("learned/snmp/sw-7", 1) is not None


def test_disk_that_fills_up_loses_nothing_in_memory(path: Path) -> None:
    opened = Opened(path)
    database = opened.state._database
    assert database is not None
    assert database._connection is not None
    database._connection.execute("PRAGMA max_page_count = 8")
    opened.state.save("large", 1, "x" * 200_000)
    assert not opened.state.flush()
    assert opened.troubles == [Trouble.UNWRITABLE]
    assert opened.state.load("large", 1) == "x" * 200_000
    assert opened.state.flush()  # a new connection has no limit: the disk has room again
    opened.state.close()
    assert Opened(path).state.load("large", 1) == "x" * 200_000


OTHER_USER = """
import os, pathlib, sys
from agent.state import StateFile
os.setuid(65534)
said = []
state = StateFile(pathlib.Path(sys.argv[1]), lambda trouble, text: said.append(trouble.value))
state.save("key", 1, 1)
print(said, state.flush())
state.close()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a file to somebody else")
def test_file_of_another_owner_is_moved_aside() -> None:
    """The folder is the service's own (StateDirectory=), a file in it may be root's."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state"
        filled(path)
        path.chmod(0o600)
        os.chown(folder, 65534, -1)
        done = subprocess.run(
            [sys.executable, "-c", OTHER_USER, str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == "['forbidden'] True"
        assert len(aside(path)) == 1


WRITER = """
import os, pathlib, signal, sys, threading
from agent.state import StateFile
path, number, delay_s = pathlib.Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
state = StateFile(path, lambda trouble, text: print("TROUBLE", trouble, text, flush=True))
while True:
    for index in range(50):
        state.save(f"key-{index}", 1, {"round": number, "padding": "x" * (number % 700)})
    state.flush()
    print(number, flush=True)
    if delay_s:
        threading.Timer(delay_s, os.kill, (os.getpid(), signal.SIGKILL)).start()
        delay_s = 0
    number += 1
"""


def killed(path: Path, delay_s: float, start: int) -> list[str]:
    """Run the writer, which is killed `delay_s` after its first commit; return its lines."""
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(path), str(start), str(delay_s)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return [line.strip() for line in done.stdout.splitlines(keepends=True) if line.endswith("\n")]


def moments(number: int) -> Iterator[float]:
    dice = random.Random(42)  # noqa: S311  not secret
    return (dice.uniform(0.0001, 0.05) for _ in range(number))


@pytest.mark.slow
def test_killed_at_any_moment_it_starts_with_the_last_commit(path: Path) -> None:
    last = 0
    for delay_s in moments(40):
        announced = killed(path, delay_s, last + 1)
        last = int(announced[-1])  # and none of them is a trouble
        opened = Opened(path)
        documents = [opened.state.load(f"key-{index}", 1) for index in range(50)]
        rounds = {one["round"] for one in documents if isinstance(one, dict)}
        assert opened.said == []
        assert len(rounds) == 1  # never half a batch
        assert rounds <= {last, last + 1}  # the next one may be committed and not yet announced
        opened.state.close()
