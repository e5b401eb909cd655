"""The whole service on loopback, with pollers that need no network."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from typing_extensions import override

from agent import app
from collectors.contract import Json, Poller
from collectors.registry import CHECKS, Check, Plan, Resources
from inventory.located import Problems
from tests.agent.fakes import FakePoller

SITES = """\
sites:
  - {id: city, name: 临江市, level: city}
  - {id: hexi, name: 河西区, level: district, parent: city}
credentials:
  - {id: v2c, snmp: {version: v2c, community: {env: TEST_COMMUNITY}}}
"""


def device(name: str, community: str = "v2c", **more: str) -> str:
    extra = "".join(f", {key}: {text}" for key, text in more.items())
    number = int(name.rpartition("-")[2])
    return (
        f"  - {{id: {name}, address: 127.9.{number // 250}.{number % 250 + 1}, site: hexi, "
        f"snmp: {{credential: {community}}}{extra}}}\n"
    )


@dataclass
class District:
    """A configuration in a folder, and the fake pollers that were made for it."""

    folder: Path
    environ: dict[str, str]
    made: list[tuple[str, FakePoller]] = field(default_factory=list)
    on_made: Callable[[FakePoller], None] = lambda poller: None  # noqa: ARG005  a hook by its name
    urls: Sequence[str] = ()
    poller_class: type[FakePoller] = FakePoller

    @property
    def config(self) -> Path:
        return self.folder / "agent.yaml"

    def write(self, *devices: str, settings: str = "") -> None:
        self.folder.joinpath("inventory.yaml").write_text(SITES + "devices:\n" + "".join(devices))
        text = "inventory: inventory.yaml\nlisten: 127.0.0.1:0\nledger: {path: ledger}\n"
        self.config.write_text(text + "state: state\nintervals: {snmp: 1s}\n" + settings)
        for path in self.folder.glob("*.yaml"):
            path.chmod(0o600)

    def poller(self, plan: Plan, resources: Resources, learned: Json) -> Poller:
        del resources
        poller = self.poller_class(plan.id, document={"size": 25, "was": learned})
        self.made.append((plan.id, poller))
        self.on_made(poller)
        return poller

    def pollers_of(self, target: str) -> list[FakePoller]:
        return [poller for name, poller in self.made if name == target]

    @property
    def checks(self) -> tuple[Check, ...]:
        snmp = next(one for one in CHECKS if one.name == "snmp")
        return (Check("snmp", snmp.learned_version, snmp.plan, self.poller),)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Run the service; leave by SIGTERM, as systemd would."""
        ready = asyncio.Event()

        def on_ready(urls: Sequence[str]) -> None:
            self.urls = urls
            ready.set()

        async with asyncio.TaskGroup() as tasks:
            service = tasks.create_task(
                app.serve(self.config, environ=self.environ, checks=self.checks, on_ready=on_ready)
            )
            started = tasks.create_task(ready.wait())
            await asyncio.wait([service, started], return_when=asyncio.FIRST_COMPLETED)
            if service.done():
                started.cancel()
                return_early = service.exception()
                raise return_early or RuntimeError("ended")
            async with aiohttp.ClientSession(self.urls[0]) as client:
                yield client
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def district(tmp_path: Path) -> District:
    made = District(tmp_path, {"TEST_COMMUNITY": "public"})
    made.write(device("sw-1"), device("sw-2"))
    return made


async def text_of(client: aiohttp.ClientSession, path: str) -> str:
    async with client.get(path) as response:
        assert response.status == 200
        return await response.text()


async def shows(client: aiohttp.ClientSession, path: str, wanted: str) -> str:
    """Read a page until it holds `wanted`; the service visits on its own clock."""
    async with asyncio.timeout(10):
        while wanted not in (page := await text_of(client, path)):  # noqa: ASYNC110  another program's page
            await asyncio.sleep(0.05)
    return page


async def reload(client: aiohttp.ClientSession) -> tuple[int, str]:
    async with client.post("/-/reload") as response:
        return response.status, await response.text()


async def test_targets_are_visited_and_exposed(district: District) -> None:
    async with district.serving() as client:
        page = await shows(client, "/metrics/target/sw-1", "egov_interface_up")
        assert 'egov_interface_up{target="sw-1",site="hexi",interface="ge0"} 1' in page
        assert 'egov_check_success{target="sw-1",site="hexi",check="snmp"} 1' in page
        assert 'egov_target_info{target="sw-1",site="hexi",kind="device"' in page
        await shows(client, "/metrics/target/sw-1", 'egov_target_up{target="sw-1",site="hexi"} 1')
        agent = await shows(client, "/metrics/agent", 'site_targets{site="city",state="up"} 2')
        assert 'egov_site_info{site="hexi",name="河西区"' in agent
        assert "egov_agent_config_last_reload_successful 1" in agent
        assert "egov_agent_snmp_unauthenticated_replies_total 0" in agent
        assert "_created" not in agent
    for _name, poller in district.made:
        assert poller.closed == 1


async def test_what_was_learned_is_there_after_a_restart(district: District) -> None:
    async with district.serving() as client:
        await shows(client, "/metrics/target/sw-1", "egov_interface_up")
    district.made.clear()
    async with district.serving():
        pass
    (poller,) = district.pollers_of("sw-1")
    assert poller.document == {"size": 25, "was": {"size": 25, "was": None}}


async def test_reload_changes_what_changed_and_leaves_the_others_alone(district: District) -> None:
    async with district.serving() as client:
        await shows(client, "/metrics/target/sw-1", "egov_interface_up")
        district.write(device("sw-1"), device("sw-2", role="core"), device("sw-3"))
        status, answer = await reload(client)
        assert status == 200, answer
        assert len(district.pollers_of("sw-1")) == 1
        assert district.pollers_of("sw-1")[0].closed == 0
        old, new = district.pollers_of("sw-2")
        assert (old.closed, new.closed) == (1, 0)
        assert new.document == {"size": 25, "was": {"size": 25, "was": None}}
        await shows(client, "/metrics/target/sw-3", "egov_interface_up")
        agent = await text_of(client, "/metrics/agent")
        assert "egov_agent_config_generation 2" in agent
        assert 'role="core"' in await text_of(client, "/metrics/target/sw-2")
        await shows(client, "/metrics/agent", 'site_targets{site="hexi",state="up"} 3')


async def test_removed_target_is_gone_everywhere(district: District) -> None:
    async with district.serving() as client:
        await shows(client, "/metrics", 'egov_interface_up{target="sw-2"')
        district.write(device("sw-1"))
        assert (await reload(client))[0] == 200
        async with client.get("/metrics/target/sw-2") as response:
            assert response.status == 404
        assert "sw-2" not in await text_of(client, "/metrics")
        await shows(client, "/metrics/agent", 'site_targets{site="hexi",state="up"} 1')
        assert district.pollers_of("sw-2")[0].closed == 1


@pytest.mark.parametrize(
    ("devices", "settings", "says"),
    [
        ([device("sw-1"), device("sw-1")], "", "sw-1"),
        ([device("sw-1", community="v2")], "", "v2c"),
        ([device("sw-1")], "unknown_key: 1\n", "unknown_key"),
        ([device("sw-1")], "roles: [poll]\n", "roles"),
    ],
)
async def test_mistake_or_a_key_that_needs_a_restart_leaves_everything_as_it_was(
    district: District, devices: list[str], settings: str, says: str
) -> None:
    async with district.serving() as client:
        await shows(client, "/metrics/target/sw-2", "egov_interface_up")
        district.write(*devices, settings=settings)
        status, answer = await reload(client)
        assert status != 200
        assert says in answer
        agent = await text_of(client, "/metrics/agent")
        assert "egov_agent_config_last_reload_successful 0" in agent
        assert "egov_agent_config_generation 1" in agent
        assert len(district.made) == 2
        await shows(client, "/metrics/target/sw-2", "egov_interface_up")
        district.write(device("sw-1"), device("sw-2"))
        assert (await reload(client))[0] == 200
        agent = await text_of(client, "/metrics/agent")
        assert "egov_agent_config_last_reload_successful 1" in agent


async def test_hangup_reloads_as_well(district: District) -> None:
    async with district.serving() as client:
        district.write(device("sw-1"), device("sw-7"))
        os.kill(os.getpid(), signal.SIGHUP)
        await shows(client, "/metrics/agent", "egov_agent_config_generation 2")
        await shows(client, "/metrics/target/sw-7", "egov_interface_up")


async def test_hundred_hangups_at_once_are_one_reload_and_one_more(district: District) -> None:
    async with district.serving() as client:
        district.on_made = hang_up
        district.write(device("sw-1"), device("sw-7"), device("sw-8"))
        os.kill(os.getpid(), signal.SIGHUP)
        await shows(client, "/metrics/agent", "egov_agent_config_generation 3")
        await shows(client, "/metrics/target/sw-8", "egov_interface_up")
        await asyncio.sleep(0)
        assert 'reloads_total{result="success"} 2' in await text_of(client, "/metrics/agent")


def hang_up(poller: FakePoller) -> None:
    """Ask for reloads while one is under way, the very moment that its pollers are made."""
    del poller
    for _number in range(50):
        os.kill(os.getpid(), signal.SIGHUP)


async def test_hangup_during_the_start_is_followed_after_it(district: District) -> None:
    district.on_made = hang_up
    async with district.serving() as client:
        await shows(client, "/metrics/agent", "egov_agent_config_generation 2")


async def test_signals_do_not_kill_a_service_that_is_closing(district: District) -> None:
    heard: list[bool] = []

    @dataclass
    class Closing(FakePoller):
        @override
        async def close(self) -> None:
            numbers = signal.SIGHUP, signal.SIGTERM, signal.SIGINT
            heard.extend(signal.getsignal(one) is not signal.SIG_DFL for one in numbers)

    district.poller_class = Closing
    async with district.serving() as client:
        await shows(client, "/metrics/target/sw-1", "egov_interface_up")
    assert heard == [True] * 6


async def test_changed_secret_changes_its_targets(district: District) -> None:
    async with district.serving() as client:
        district.environ["TEST_COMMUNITY"] = "other"
        assert (await reload(client))[0] == 200
        assert len(district.pollers_of("sw-1")) == 2


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  names alone are wanted


@pytest.mark.slow
async def test_hundred_reloads_under_load_leak_neither_files_nor_tasks(district: District) -> None:
    async with district.serving() as client:
        await shows(client, "/metrics/target/sw-1", "egov_interface_up")
        await reload(client)
        files, tasks = open_files(), len(asyncio.all_tasks())
        for number in range(100):
            others = [device(f"sw-{2 + (number + step) % 5}") for step in range(3)]
            district.write(device("sw-1"), *others)
            status, answer = await reload(client)
            assert status == 200, answer
        district.write(device("sw-1"), device("sw-2"))
        assert (await reload(client))[0] == 200
        await asyncio.sleep(0)
        assert open_files() <= files + 2
        assert len(asyncio.all_tasks()) <= tasks + 2
        assert len(district.pollers_of("sw-1")) == 1
    assert all(poller.closed == 1 for _name, poller in district.made)


async def test_configuration_with_mistakes_does_not_start(district: District) -> None:
    district.write(device("sw-1", community="nobody"))
    with pytest.raises(Problems, match="nobody"):
        await app.serve(district.config, environ=district.environ, checks=district.checks)


async def test_damaged_state_does_not_keep_the_service_from_starting(district: District) -> None:
    (district.folder / "state").write_text("not a database at all" * 100)
    async with district.serving() as client:
        agent = await text_of(client, "/metrics/agent")
    assert 'egov_agent_state_problems_total{problem="damaged"} 1' in agent


async def test_a_service_that_ends_is_not_ready_and_says_why(district: District) -> None:
    """Visits under way get a few seconds, and so does whoever asks meanwhile."""

    def slow(poller: FakePoller) -> None:
        poller.visit_s = 30.0

    district.on_made = slow
    async with district.serving() as client:
        assert await text_of(client, "/-/ready") == "ready\n"
        async with asyncio.timeout(10):
            while not any(poller.running for _name, poller in district.made):  # noqa: ASYNC110  the service's own clock
                await asyncio.sleep(0.05)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            while (answer := await ready(client)) == (200, "ready\n"):  # noqa: ASYNC110  another task
                await asyncio.sleep(0.01)
        assert answer == (503, "not ready\nthe service is ending\n")


async def ready(client: aiohttp.ClientSession) -> tuple[int, str]:
    async with client.get("/-/ready") as response:
        return response.status, await response.text()
