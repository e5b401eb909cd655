"""`trust` and `forget`, with real servers, a known_hosts file and a service that may be down."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import texts
from agent import configuration
from agent.cli import trust
from agent.cli.main import build
from agent.control.commands import FORGET_CREDENTIAL, FORGET_HOST_KEYS, FORGET_NEIGHBORS, TRUST
from agent.control.server import Command, ControlServer, Tell
from agent.logins import KEY
from agent.state import StateFile
from collectors.contract import Json
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import KnownHosts, Pin, Verdict
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION
from tests.peers import free_port
from tests.protocols.ssh.servers import Sshd, sshd

pytestmark = pytest.mark.peer

EVERYBODY = frozenset(("administrator",))


class Site:
    """A configuration with devices reached over SSH, and its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts = KnownHosts(folder / "known_hosts")
        folder.joinpath("agent.yaml").write_text(
            "inventory: inventory.yaml\nlisten: 127.0.0.1:0\nledger: {path: ledger}\n"
            "state: state\nknown_hosts: known_hosts\n"
        )

    def write(self, jump: str = "", **ports: tuple[str, int]) -> None:
        devices = "".join(
            f"  - {{id: {name}, address: '{host}', site: {name[:2]}, "
            f"cli: {{credential: net, platform: frr, port: {port}}}}}\n"
            for name, (host, port) in ports.items()
        )
        self.folder.joinpath("inventory.yaml").write_text(
            "sites:\n  - {id: city, name: City, level: city}\n"
            "  - {id: hx, name: Hexi, level: district, parent: city}\n"
            "  - {id: hd, name: Hedong, level: district, parent: city}\n"
            "credentials:\n  - {id: net, ssh: {user: reader, password: {env: TEST_PASSWORD}"
            + (f", jump: '{jump}'}}}}\n" if jump else "}}\n")
            + f"devices:\n{devices}"
        )
        for path in self.folder.glob("*.yaml"):
            path.chmod(0o600)

    def run(self, command: str, *words: str, answer: str = "") -> Result:
        texts.speak("en")
        environ = {"TEST_PASSWORD": "canary", "COLUMNS": "240", "NO_COLOR": "1"}
        line = [command, *words, "--config", str(self.folder / "agent.yaml")]
        return CliRunner().invoke(build(), line, input=answer, env=environ)

    def is_trusted(self, server: Sshd) -> bool:
        return all(
            self.hosts.verdict(server.host, server.port, key) is Verdict.TRUSTED
            for key in server.keys
        )


@pytest.fixture(scope="module", autouse=True)
def profiles_loaded_once() -> Iterator[None]:
    """Every command reads the profiles, two seconds each time; no test here has any of its own."""
    loaded = configuration._devices(None, None)  # reading them is not what is tested
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(configuration, "_devices", lambda _folder, _former: loaded)
        yield


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("TEST_PASSWORD", "canary")
    return Site(tmp_path)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    with sshd(tmp_path / "sshd", ("rsa", "ed25519")) as running:
        yield running


def objects(result: Result) -> list[dict[str, Json]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_keys_are_shown_and_pinned(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    result = site.run("trust", "--yes")
    assert result.exit_code == 0, result.output
    for key in server.keys:
        assert key.fingerprint in result.stdout
    assert "Pinned in" in result.stdout
    assert "The service does not run" in result.stderr
    assert site.is_trusted(server)
    again = site.run("trust", "--yes")
    assert (again.exit_code, "All these keys are pinned." in again.stdout) == (0, True)


def test_ipv6_address_is_fetched_and_pinned(site: Site, tmp_path: Path) -> None:
    with sshd(tmp_path / "six", host="::1") as server:
        site.write(hx1=("::1", server.port))
        assert site.run("trust", "hx1", "--yes").exit_code == 0
        assert site.is_trusted(server)


def test_nothing_is_pinned_where_nobody_can_be_asked(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    result = site.run("trust", answer="y\n")
    assert result.exit_code == 1
    assert "nobody can be asked here" in result.stderr
    assert not site.hosts.path.exists()


def test_json_without_yes_only_shows(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    result = site.run("trust", "--json")
    assert result.exit_code == 1
    assert {(one["state"], one["pinned"]) for one in objects(result)} == {("new", False)}
    assert not site.hosts.path.exists()
    result = site.run("trust", "--json", "--yes")
    assert result.exit_code == 0
    assert {one["fingerprint"] for one in objects(result)} == {
        key.fingerprint for key in server.keys
    }
    assert all(one["pinned"] for one in objects(result))


def test_changed_key_is_said_loudly_and_needs_replace(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    former = HostKey.of_blob(server.keys[1].blob[:-32] + b"x" * 32)
    site.hosts.trust([Pin(server.host, server.port, (former,))])
    before = site.hosts.path.read_bytes()
    result = site.run("trust", "--yes")
    assert result.exit_code == 1
    assert "THE HOST KEY OF hx1 IS NOT THE PINNED ONE" in result.stderr
    assert "CHANGED" in result.stdout
    assert former.fingerprint in result.stdout
    assert site.hosts.path.read_bytes() == before
    result = site.run("trust", "--yes", "--replace")
    assert result.exit_code == 0, result.output
    assert site.hosts.keys(server.host, server.port) == tuple(
        sorted(server.keys, key=lambda key: key.algorithm)
    )


def test_further_key_of_a_known_server_needs_a_person_a_list_or_replace(
    site: Site, server: Sshd, tmp_path: Path
) -> None:
    """Somebody in between can pass on the first connection and answer the second himself."""
    site.write(hx1=(server.host, server.port))
    rsa, ed25519 = server.keys
    site.hosts.trust([Pin(server.host, server.port, (ed25519,))])
    for words in (("--yes",), ("--yes", "--json")):
        result = site.run("trust", *words)
        assert result.exit_code == 1
        assert "the further keys of hx1" in result.stderr
        assert "--file" in result.stderr
        assert "--replace" in result.stderr
        assert site.hosts.keys(server.host, server.port) == (ed25519,)
    assert {(one["algorithm"], one["pinned"]) for one in objects(result)} == {
        (rsa.algorithm, False),
        (ed25519.algorithm, True),
    }
    vendor = tmp_path / "vendor"
    vendor.write_text(f"hx1 ssh-rsa {rsa.text}\nhx1 ssh-ed25519 {ed25519.text}\n")
    result = site.run("trust", "hx1", "--file", str(vendor), "--yes")
    assert (result.exit_code, "further keys" in result.stderr) == (0, False), result.output
    assert site.is_trusted(server)


def test_further_key_is_pinned_by_replace_and_by_who_answers(
    site: Site, server: Sshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write(hx1=(server.host, server.port))
    pin = Pin(server.host, server.port, server.keys[:1])
    site.hosts.trust([pin])
    assert site.run("trust", "--yes", "--replace").exit_code == 0
    assert site.is_trusted(server)
    site.hosts.trust([pin], replace=True)
    monkeypatch.setattr(trust, "_agreed", lambda _wanted, choice: not choice.yes)
    result = site.run("trust")
    assert (result.exit_code, "Not pinned" in result.stderr) == (0, False), result.output
    assert site.is_trusted(server)


def test_yes_pins_what_is_new_beside_a_known_server(
    site: Site, server: Sshd, tmp_path: Path
) -> None:
    with sshd(tmp_path / "other") as other:
        site.write(hx1=(server.host, server.port), hx2=(other.host, other.port))
        site.hosts.trust([Pin(server.host, server.port, server.keys[:1])])
        assert site.run("trust", "--yes").exit_code == 1
        assert site.is_trusted(other)
    assert site.hosts.keys(server.host, server.port) == server.keys[:1]


def test_one_dead_device_does_not_keep_the_others_from_being_pinned(
    site: Site, server: Sshd
) -> None:
    site.write(hx1=(server.host, server.port), hx2=("127.0.0.1", free_port()))
    result = site.run("trust", "--site", "hx", "--yes")
    assert result.exit_code == 1
    assert "no key: Connection refused" in result.stdout
    assert site.is_trusted(server)


def test_a_site_means_its_devices_only(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port), hd1=("127.0.0.1", free_port()))
    assert site.run("trust", "--site", "hx", "--yes").exit_code == 0
    assert site.run("trust", "--site", "nowhere", "--yes").exit_code == 1


def test_keys_come_from_a_vendors_list_by_address_or_id(
    site: Site, server: Sshd, tmp_path: Path
) -> None:
    site.write(hx1=("192.0.2.1", 22), hx2=("192.0.2.2", 22), hd1=("192.0.2.3", 22))
    rsa, ed25519 = server.keys
    vendor = tmp_path / "vendor"
    vendor.write_text(
        f"192.0.2.1 ssh-rsa {rsa.text}\nhx2 ssh-ed25519 {ed25519.text}\nhx2 what-is-this\n"
    )
    result = site.run("trust", "--file", str(vendor), "--yes")
    assert result.exit_code == 0, result.output
    assert f"{vendor}:3: passed over" in result.stderr
    assert site.hosts.keys("192.0.2.1") == (rsa,)
    assert site.hosts.keys("192.0.2.2") == (ed25519,)
    assert site.hosts.keys("192.0.2.3") == ()
    result = site.run("trust", "hd1", "--file", str(vendor), "--yes")
    assert (result.exit_code, "not in" in result.stdout) == (1, True)
    result = site.run("trust", "--file", str(tmp_path / "none"))
    assert (result.exit_code, "no such file" in result.stderr) == (1, True)


def test_jump_host_is_pinned_and_what_is_behind_it_comes_from_a_list(
    site: Site, server: Sshd, tmp_path: Path
) -> None:
    site.write(jump=f"ops@{server.host}:{server.port}", hx1=("192.0.2.1", 22))
    result = site.run("trust", "--yes")
    assert result.exit_code == 1
    assert "behind the jump host" in result.stdout
    assert site.is_trusted(server)
    vendor = tmp_path / "vendor"
    vendor.write_text(f"hx1 ssh-rsa {server.keys[0].text}\n")
    assert site.run("trust", "hx1", "--file", str(vendor), "--yes").exit_code == 0
    assert site.hosts.keys("192.0.2.1") == server.keys[:1]
    assert site.run("forget", "--host-key", "hx1").exit_code == 0
    assert site.is_trusted(server)
    result = site.run("forget", "--host-key", f"jump:{server.host}")
    assert (result.exit_code, result.stdout.count("forgot the key")) == (0, len(server.keys))
    assert site.hosts.keys(server.host, server.port) == ()


def test_only_the_jump_host_that_was_named_is_forgotten(site: Site, server: Sshd) -> None:
    site.write(jump="ops@192.0.2.9", hx1=("192.0.2.1", 22))
    for host in ("192.0.2.1", "192.0.2.9"):
        site.hosts.trust([Pin(host, 22, server.keys)])
    result = site.run("forget", "--host-key", "jump:192.0.2.8")
    assert (result.exit_code, "jump:192.0.2.9" in result.stderr) == (1, True)
    result = site.run("forget", "--host-key", "jump:192.0.2.9", "--json")
    assert {one["host"] for one in objects(result)} == {"192.0.2.9"}
    assert site.hosts.keys("192.0.2.1") != ()
    assert site.hosts.keys("192.0.2.9") == ()


def test_device_without_ssh_is_a_clear_error(site: Site) -> None:
    site.write()
    result = site.run("trust")
    assert result.exit_code == 1
    assert "reached over SSH" in result.stderr


def test_file_that_cannot_be_written_is_an_error_with_its_name(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    site.hosts.path.mkdir()
    result = site.run("trust", "--yes")
    assert result.exit_code == 1
    assert "known_hosts: Is a directory" in result.output


def test_forgotten_host_key_is_unknown_again(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    site.run("trust", "--yes")
    result = site.run("forget", "--host-key", "hx1")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("forgot the key SHA256:") == len(server.keys)
    assert site.hosts.keys(server.host, server.port) == ()
    result = site.run("forget", "--host-key", "site:hx", "--json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No key of these was pinned" in result.stderr


def test_brake_is_lifted_in_the_state_of_a_service_that_is_down(site: Site) -> None:
    site.write(hx1=("192.0.2.1", 22))
    state = StateFile(site.folder / "state", lambda _trouble, _text: None)
    pacer = LoginPacer(
        time.monotonic, time.time, save=lambda document: state.save(KEY, VERSION, document)
    )
    for device in ("hx1", "hx2", "hx3"):
        pacer.refused("net", device)
    pacer.refused("other", "hx1")
    state.close()
    result = site.run("forget", "--credential", "net", "--json")
    assert result.exit_code == 0, result.output
    (said,) = objects(result)
    assert (said["devices"], said["everywhere"]) == (["hx1", "hx2", "hx3"], True)
    state = StateFile(site.folder / "state", lambda _trouble, _text: None)
    left = LoginPacer(time.monotonic, time.time, lambda: state.load(KEY, VERSION)).brakes()
    state.close()
    assert [(one.credential, one.device) for one in left] == [("other", "hx1")]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "Say what to forget"),
        (("--credential", "nett"), 1, "no such id in the inventory: nett"),
        (("--neighbor", "hx9:10.0.0.7"), 1, "no such id in the inventory: hx9"),
        (("--host-key", "hx9"), 1, "no target is meant by"),
        (("--neighbor", "hx1:10.0.0.7"), 1, "it does not run"),
    ],
)
def test_what_cannot_be_forgotten_is_said(
    site: Site, words: tuple[str, ...], code: int, why: str
) -> None:
    site.write(hx1=("192.0.2.1", 22))
    result = site.run("forget", *words)
    assert (result.exit_code, why in result.stderr) == (code, True), result.output


@contextmanager
def service(path: Path) -> Iterator[list[tuple[str, Mapping[str, Json]]]]:
    """Serve the control socket in a thread, and keep what was asked for."""
    asked: list[tuple[str, Mapping[str, Json]]] = []
    answers: dict[str, Json] = {
        TRUST: {"added": [], "removed": []},
        FORGET_HOST_KEYS: {
            "added": [],
            "removed": [{"host": "h", "algorithm": "a", "fingerprint": "SHA256:x"}],
        },
        FORGET_CREDENTIAL: [{"device": "hx1", "remaining_seconds": 10.0}],
        FORGET_NEIGHBORS: [["2001:db8::7"]],
    }

    def command(name: str) -> Command:
        async def run(arguments: Mapping[str, Json], _tell: Tell) -> Json:
            asked.append((name, arguments))
            return answers[name]

        return Command(name, EVERYBODY, run)

    async def serve() -> None:
        async with ControlServer(path, [command(name) for name in answers], lambda: ()):
            ready.set()
            await ending.wait()

    loop, ready = asyncio.new_event_loop(), threading.Event()
    ending = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait(10)
    try:
        yield asked
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(10)
        loop.close()


def test_running_service_writes_and_forgets_itself(site: Site, server: Sshd) -> None:
    site.write(hx1=(server.host, server.port))
    with service(site.folder / "control.sock") as asked:
        assert site.run("trust", "--yes").exit_code == 0
        line = ("--host-key", "hx1", "--credential", "net", "--neighbor", "hx1:2001:db8::7")
        result = site.run("forget", *line)
    assert result.exit_code == 0, result.output
    assert not site.hosts.path.exists()
    assert [name for name, _arguments in asked] == [
        TRUST,
        FORGET_HOST_KEYS,
        FORGET_CREDENTIAL,
        FORGET_NEIGHBORS,
    ]
    assert asked[0][1]["file"] == str(site.hosts.path)
    assert asked[3][1]["neighbors"] == [["hx1", "2001:db8::7"]]
    assert "h: forgot the key SHA256:x" in result.stdout
    assert "net: may log in again; 1 device had refused it." in result.stdout
    assert "hx1: forgot the neighbour 2001:db8::7" in result.stdout
