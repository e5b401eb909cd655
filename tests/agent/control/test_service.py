"""The control socket of a whole service: what is asked of it is done, and nothing else."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from agent.clock import SystemClock
from agent.configuration import Configuration, Secrets, read_configuration
from agent.control.client import NotRunning, ask
from agent.control.commands import Commands
from agent.control.protocol import Progress, Refused
from agent.derive.engine import Engine
from agent.logins import CommandLogins
from agent.state import StateFile
from collectors.contract import Json
from inventory.models import Credential, Ssh
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import KnownHosts, Verdict
from protocols.ssh.pacer import Braked, LoginPacer
from tests.agent.test_app import District, device, reload

KEY = HostKey.of_blob(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"k" * 32)
OTHER = HostKey.of_blob(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + b"o" * 32)


@pytest.fixture
def district(tmp_path: Path) -> District:
    made = District(tmp_path, {"TEST_COMMUNITY": "public"})
    made.write(device("sw-1"))
    return made


async def asked(district: District, command: str, **arguments: Json) -> Json:
    path = district.folder / "control.sock"
    return await asyncio.to_thread(ask, path, command, arguments)


def pin(key: HostKey, host: str = "127.9.0.2") -> Mapping[str, Json]:
    return {"host": host, "port": 22, "keys": [f"{key.algorithm} {key.text}"]}


async def test_service_pins_forgets_and_refuses(district: District) -> None:
    file = district.folder / "known_hosts"
    hosts = KnownHosts(file)
    async with district.serving() as client:
        await asked(district, "trust", file=str(file), pins=[pin(KEY)], replace=False)
        assert hosts.verdict("127.9.0.2", 22, KEY) is Verdict.TRUSTED
        with pytest.raises(Refused, match="another key is pinned"):
            await asked(district, "trust", file=str(file), pins=[pin(OTHER)], replace=False)
        await asked(district, "trust", file=str(file), pins=[pin(OTHER)], replace=True)
        assert hosts.keys("127.9.0.2") == (OTHER,)
        gone = await asked(
            district, "forget-host-keys", file=str(file), hosts=[{"host": "127.9.0.2", "port": 22}]
        )
        assert isinstance(gone, dict)
        assert gone["removed"]
        assert hosts.verdict("127.9.0.2", 22, OTHER) is Verdict.UNKNOWN
        assert await asked(district, "forget-credential", credential="v2c") == []
        assert await asked(district, "forget-neighbors", neighbors=[["sw-1", "10.0.0.7"]]) == [[]]
        district.write(device("sw-1"), settings="control: elsewhere.sock\n")
        status, text = await reload(client)
        assert (status, "agent.yaml: control: " in text) == (422, True)
    with pytest.raises(NotRunning):
        await asked(district, "forget-credential", credential="v2c")


@pytest.mark.parametrize(
    ("command", "arguments", "why"),
    [
        ("trust", {"file": "/etc/passwd", "pins": []}, "/etc/passwd is neither known_hosts of"),
        ("trust", {"pins": []}, "expected file"),
        ("trust", {"file": "{file}", "pins": {}}, "expected a list"),
        ("trust", {"file": "{file}", "pins": [{"host": "a b", "port": 22, "keys": []}]}, "host"),
        ("trust", {"file": "{file}", "pins": [{"host": "*", "port": 22, "keys": []}]}, "host"),
        ("trust", {"file": "{file}", "pins": [{"host": "a", "port": 0, "keys": []}]}, "port"),
        (
            "trust",
            {"file": "{file}", "pins": [{"host": "a", "port": 22, "keys": ["ssh-rsa AAAA"]}]},
            "not a host key",
        ),
        ("trust", {"file": "{file}", "pins": [{"host": "a", "port": 22, "keys": [1]}]}, "a key"),
        ("forget-host-keys", {"file": "{file}", "hosts": [7]}, "expected a list of objects"),
        ("forget-credential", {"credential": "nett"}, "no such credential in the inventory: nett"),
        ("forget-credential", {}, "expected credential"),
        ("forget-neighbors", {"neighbors": [["sw-9", "x"]]}, "no such target"),
        ("forget-neighbors", {"neighbors": ["sw-1"]}, "expected pairs"),
        ("forget-neighbors", {}, "expected neighbors"),
        ("note-refusals", {"refused": [["v2c", "sw-9"]]}, "no such target or jump host"),
        ("note-refusals", {"doubted": [["v2c", "jump:gate"]]}, "no such target or jump host"),
        ("note-refusals", {"refused": [["v2c (other)", "sw-1"]]}, "no such credential"),
        ("note-refusals", {"refused": [["v2c", "sw-1"]], "doubted": [["v", "sw-1"]]}, "no such c"),
        ("note-refusals", {"refused": [["v2c", "sw-1"]] * 101}, "at most 100 pairs"),
    ],
)
async def test_bad_arguments_change_nothing(
    commands: Commands, command: str, arguments: Mapping[str, Json], why: str
) -> None:
    file = commands.running().settings.known_hosts
    filled = {key: str(file) if value == "{file}" else value for key, value in arguments.items()}
    (handler,) = (one for one in commands.all() if one.name == command)
    with pytest.raises(Refused, match=why):
        await handler.run(filled, _silent)
    assert not KnownHosts(file).keys("a")
    assert commands.pacer.brakes() == ()


async def _silent(_progress: Progress) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    made = District(tmp_path_factory.mktemp("district"), {"TEST_COMMUNITY": "public"})
    made.write(device("sw-1"))
    return read_configuration(made.config, Secrets(made.environ, None), made.checks)


@pytest.fixture
def commands(configuration: Configuration, tmp_path: Path) -> Commands:
    clock = SystemClock()
    state = StateFile(tmp_path / "state", lambda _trouble, _text: None)
    derivations = Engine((), state, clock, lambda _observation: None, lambda: None)
    pacer = LoginPacer(clock.monotonic, time.time)
    return Commands(lambda: configuration, pacer, derivations)


async def test_refusals_of_jump_hosts_and_of_enable_are_noted(commands: Commands) -> None:
    running = commands.running()
    ssh = Ssh(user="ops", jump="ops@Gate.example:2222")
    inventory = replace(running.inventory, credentials={"net": Credential(id="net", ssh=ssh)})
    behind = replace(commands, running=lambda: replace(running, inventory=inventory))
    told = {
        "refused": [["net", "jump:[gate.example]:2222"], ["net", "sw-1"]],
        "doubted": [["net (enable)", "sw-1"]],
    }
    assert await behind.note_refusals(told, _silent) == 3
    assert [(one.credential, one.device) for one in commands.pacer.brakes()] == [
        ("net", "jump:[gate.example]:2222"),
        ("net", "sw-1"),
        ("net (enable)", "sw-1"),
    ]


async def test_service_remembers_what_a_single_visit_was_refused(
    district: District, caplog: pytest.LogCaptureFixture
) -> None:
    folder = district.folder

    def visit() -> CommandLogins:
        return CommandLogins(SystemClock(), folder / "state", folder / "control.sock")

    async with district.serving():
        first = await asyncio.to_thread(visit)
        first.pacer.refused("v2c", "sw-1")
        first.pacer.doubted("v2c (enable)", "sw-1")
        await asyncio.to_thread(first.close)
        async with asyncio.timeout(10):
            while len((await asyncio.to_thread(visit)).pacer.brakes()) < 2:  # noqa: ASYNC110  a file has no event
                await asyncio.sleep(0.05)
        again = await asyncio.to_thread(visit)
        with pytest.raises(Braked, match="v2c: refused by sw-1"):
            again.pacer.check("v2c", "sw-1")
        await asyncio.to_thread(again.close)  # it has nothing to add
        lifted = await asked(district, "forget-credential", credential="v2c")
        assert isinstance(lifted, list)
        assert len(lifted) == 2
        again.pacer.refused("other", "sw-1")
        await asyncio.to_thread(again.close)
    assert "the service does not remember" in caplog.text
