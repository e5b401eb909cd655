"""Pollers get what was learned, and are closed whatever happens."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from typing_extensions import override

from agent.pollers import Pollers, close
from agent.scheduler import Entry
from collectors.catalogue import load_catalogue
from collectors.cli.profile import CliProfiles
from collectors.cli.transport import Transport
from collectors.contract import Json, Poller
from collectors.probe.pinger import Pinger
from collectors.registry import Check, Plan, Resources
from collectors.snmp.profile import Profiles
from collectors.snmp.target import DeviceTarget
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.ssh.known_hosts import KnownHosts
from protocols.ssh.pacer import LoginPacer
from tests.agent.fakes import DictState, FakePoller
from tests.agent.virtual import run

PLAN = DeviceTarget(
    id="sw", addresses=("192.0.2.1",), credential=Community(Version.V2C, b"public"), interval_s=30.0
)


async def _resolve(_name: str) -> tuple[str, ...]:
    return ()


RESOURCES = Resources(
    Engine(),
    Profiles({}),
    load_catalogue(),
    _resolve,
    Pinger(time.monotonic),
    Transport(LoginPacer(time.monotonic, time.time), KnownHosts(Path("none")), _resolve),
    CliProfiles({}),
)


@dataclass
class HangingPoller(FakePoller):
    """Never gets closed."""

    @override
    async def close(self) -> None:
        await asyncio.sleep(10_000)


@dataclass
class ForgetfulPoller(FakePoller):
    """Fails to say what it learned."""

    @override
    def learned(self) -> Json:
        raise KeyError("size")


@dataclass
class FailingPoller(FakePoller):
    """Fails to close."""

    @override
    async def close(self) -> None:
        raise OSError("no such socket")


def remembering(plan: Plan, resources: Resources, learned: Json) -> Poller:
    del resources
    return FakePoller(plan.id, document={"was": learned})


def made(state: DictState, version: int = 1) -> Pollers:
    return Pollers([Check("snmp", version, lambda *_some: None, remembering)], state)


def test_learned_document_goes_round_by_version() -> None:
    async def main() -> None:
        state = DictState()
        pollers = made(state)
        entries = pollers.made({("sw", "snmp"): PLAN}, RESOURCES)
        assert entries[0].interval_s == 30.0
        pollers.take(entries)
        await pollers.save([("sw", "snmp"), ("unknown", "snmp")])
        assert state.documents == {"learned/snmp/sw": (1, {"was": None})}
        (again,) = made(state).made({("sw", "snmp"): PLAN}, RESOURCES)
        assert again.poller.learned() == {"was": {"was": None}}
        (newer,) = made(state, version=2).made({("sw", "snmp"): PLAN}, RESOURCES)
        assert newer.poller.learned() == {"was": None}

    run(main())


def test_poller_that_cannot_say_what_it_learned_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        state = DictState()
        pollers = made(state)
        entries = pollers.made({("sw", "snmp"): PLAN}, RESOURCES)
        pollers.take([Entry("odd", "snmp", 30.0, ForgetfulPoller()), *entries])
        await pollers.save([("odd", "snmp"), ("sw", "snmp")])
        assert list(state.documents) == ["learned/snmp/sw"]

    run(main())
    assert "odd: what snmp learned cannot be kept" in caplog.text


def test_dropped_poller_is_closed_once() -> None:
    async def main() -> None:
        pollers = made(DictState())
        entries = pollers.made({("sw", "snmp"): PLAN}, RESOURCES)
        pollers.take(entries)
        await pollers.drop([("sw", "snmp")])
        await pollers.drop([("sw", "snmp")])
        (entry,) = entries
        assert isinstance(entry.poller, FakePoller)
        assert entry.poller.closed == 1
        assert not pollers.entries

    run(main())


def test_poller_that_hangs_or_fails_does_not_keep_the_others_open(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        sound = FakePoller()
        await close([HangingPoller(), FailingPoller(), sound])
        assert sound.closed == 1
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    run(main())
    assert "no such socket" in caplog.text
