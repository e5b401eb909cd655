"""A poller of a device on loopback, with everything that the service would share."""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.catalogue import Catalogue, load_catalogue
from collectors.cli.collector import CliPoller
from collectors.cli.load import load_cli_profiles
from collectors.cli.login import Login
from collectors.cli.profile import CliProfiles
from collectors.cli.shell import Patience
from collectors.cli.target import CliTarget
from collectors.cli.transport import Transport
from collectors.contract import Json, Question
from inventory.secrets import Secret
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import KnownHosts, Pin
from protocols.ssh.pacer import LoginPacer
from tests.collectors.cli.device import PASSWORD, USER, Device

LOGIN = Login(credential="switch-ssh", user=USER, password=Secret(PASSWORD))
QUICK = Patience(idle_s=1.0, command_s=5.0, prompt_s=3.0)


@dataclass
class Lines:
    """A transcript."""

    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        self.lines.append(line)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Bench:
    """Makes pollers; clocks of its own where a test turns them."""

    catalogue: Catalogue
    profiles: CliProfiles
    known_hosts: KnownHosts
    pacer: LoginPacer
    transport: Transport
    shift_s: float = 0.0
    pollers: list[CliPoller] = field(default_factory=list)

    def monotonic(self) -> float:
        return time.monotonic() + self.shift_s

    def trust(self, device: Device, *, host: str = "127.0.0.1") -> None:
        key = HostKey.of_blob(device.key.public_data)
        self.known_hosts.trust([Pin(host, device.port, (key,))], replace=True)

    def poller(  # noqa: PLR0913  each test changes one
        self,
        device: Device,
        platform: str | None = "huawei_vrp",
        *,
        login: Login = LOGIN,
        addresses: Sequence[str] = ("127.0.0.1",),
        interval_s: float = 300.0,
        learned: Json = None,
        trust: bool = True,
        target: str = "SW-HX-01",
    ) -> CliPoller:
        if trust:
            self.trust(device)
        plan = CliTarget(
            id=target,
            addresses=tuple(addresses),
            login=login,
            port=device.port,
            platform=platform,
            interval_s=interval_s,
        )
        made = CliPoller(
            plan,
            transport=self.transport,
            profiles=self.profiles,
            catalogue=self.catalogue,
            learned=learned,
        )
        self.pollers.append(made)
        return made

    def question(self, allowed_s: float = 20.0, transcript: Lines | None = None) -> Question:
        now_s = self.monotonic()
        return Question(datetime.now(UTC), now_s, now_s + allowed_s, transcript=transcript)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def profiles(catalogue: Catalogue) -> CliProfiles:
    return load_cli_profiles(catalogue)


@pytest.fixture
async def bench(
    catalogue: Catalogue, profiles: CliProfiles, tmp_path: Path
) -> AsyncIterator[Bench]:
    known_hosts = KnownHosts(tmp_path / "known_hosts")

    async def resolve(name: str) -> Sequence[str]:
        return ["127.0.0.1"] if name == "switch.test" else []

    made: list[Bench] = []

    def monotonic() -> float:
        return made[0].monotonic() if made else time.monotonic()

    pacer = LoginPacer(monotonic, time.time)
    transport = Transport(
        pacer=pacer,
        known_hosts=known_hosts,
        resolve=resolve,
        monotonic=monotonic,
        patience=QUICK,
    )
    made.append(Bench(catalogue, profiles, known_hosts, pacer, transport))
    yield made[0]
    for poller in made[0].pollers:
        await poller.close()


def with_login(**changes: object) -> Login:
    return replace(LOGIN, **changes)  # type: ignore[arg-type]  # fields by name
