"""A hand-written stand-in for the service behind the web."""

import asyncio
import gzip as gzip_module
import zlib
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.web.views import (
    CheckView,
    ErrorView,
    Family,
    Readiness,
    ReloadResult,
    SiteView,
    TargetState,
    TargetView,
    TopologyView,
)
from texts import Language

PAGE = (
    b"# HELP egov_target_up One of its checks brought data.\n"
    b"# TYPE egov_target_up gauge\n"
    b'egov_target_up{target="%s",site="hall"} 1\n'
)


@dataclass
class FakeViews:
    """Shows what it is told to; `pieces` are the plain pieces of the stream."""

    shown: Sequence[TargetView] = ()
    tree: Sequence[SiteView] = ()
    pieces: Sequence[bytes] = (b"# TYPE a gauge\n", b"a 1\n")
    breaks_after: int | None = None
    network: TopologyView = field(default_factory=TopologyView)
    readiness: Readiness = field(default_factory=lambda: Readiness(ready=True))
    reloaded: ReloadResult = field(default_factory=lambda: ReloadResult(ok=True, generation=2))
    reload_waits: asyncio.Event | None = None
    generation: int = 1
    language: Language = "en"
    external_url: str | None = None
    web_config: Path | None = None
    users: Mapping[str, str] = field(default_factory=dict)
    version: str = "0.1.0"
    reloads: int = 0
    streams_open: int = 0

    async def target_page(self, target_id: str, *, gzip: bool) -> bytes | None:
        if self.target(target_id) is None:
            return None
        return _packed(PAGE % target_id.encode(), gzip=gzip)

    async def agent_page(self, *, gzip: bool) -> bytes:
        return _packed(b"# TYPE egov_agent_targets gauge\negov_agent_targets 3\n", gzip=gzip)

    async def stream(self, *, gzip: bool) -> AsyncGenerator[bytes, None]:
        self.streams_open += 1
        packer = zlib.compressobj(1, wbits=31)
        try:
            for number, piece in enumerate(self.pieces):
                if number == self.breaks_after:
                    raise RuntimeError("the store fell over")
                yield packer.compress(piece) if gzip else piece
            if gzip:
                yield packer.flush()
        finally:
            self.streams_open -= 1

    def target_ids(self) -> Sequence[str]:
        return sorted(target.id for target in self.shown)

    def target(self, target_id: str) -> TargetView | None:
        return next((target for target in self.shown if target.id == target_id), None)

    def sites(self) -> Sequence[SiteView]:
        return self.tree

    def topology(self) -> TopologyView:
        return self.network

    def ready(self) -> Readiness:
        return self.readiness

    async def reload(self) -> ReloadResult:
        self.reloads += 1
        if self.reload_waits is not None:
            await self.reload_waits.wait()
        return self.reloaded


@dataclass(frozen=True)
class FakeItem:
    """An item in a state."""

    state: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class FakeIpv6:
    """How ready a device is."""

    expected: bool = True
    items: Mapping[str, FakeItem] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        return self.expected and not self.lacking

    @property
    def lacking(self) -> Mapping[str, FakeItem]:
        return {
            name: item for name, item in self.items.items() if item.state in ("failed", "unknown")
        }


def readiness(**lacking: tuple[str, ...]) -> FakeIpv6:
    """Make one in which all else passed; an item is lacking by its state, then names."""
    passed = dict.fromkeys(("forwarding", "address", "routing", "path", "traffic"), ("passed",))
    states = {**passed, **lacking}
    return FakeIpv6(items={name: FakeItem(one[0], one[1:]) for name, one in states.items()})


def a_target(target_id: str, **changes: object) -> TargetView:
    target = TargetView(
        id=target_id,
        kind="device",
        name=f"Switch {target_id}",
        site="hall",
        address="192.0.2.1",
        family=Family.IPV4,
        state=TargetState.UP,
        checks=(CheckView(name="snmp", last_success_age_s=12.0, next_due_s=48.0),),
    )
    return replace(target, **changes)  # type: ignore[arg-type]  # any field may change


def a_silent_target(target_id: str, **changes: object) -> TargetView:
    error = ErrorView(reason="timeout", text="no answer in 5 s", age_s=20.0)
    check = CheckView(name="snmp", last_success_age_s=4000.0, error=error, next_due_s=40.0)
    return a_target(target_id, **{"state": TargetState.DOWN, "checks": (check,), **changes})


def district() -> FakeViews:
    """Return a small district with sixty targets, some of them in trouble."""
    names = ("政务服务中心", "行政审批局", "财政局", "人社局", "卫健委")
    sites = [
        SiteView(id="city", name="滨江市", level="city", up=48, down=7, unknown=5),
        SiteView(
            id="east", name="东城区", level="district", parent="city", up=30, down=7, unknown=3
        ),
        SiteView(id="west", name="西城区", level="district", parent="city", up=18, unknown=2),
    ]
    for number, name in enumerate(names):
        parent = "east" if number < 3 else "west"
        down = 3 if number == 0 else 2 if number < 3 else 0
        sites.append(
            SiteView(
                id=f"hall-{number}", name=name, level="hall", parent=parent,
                up=10 - down, down=down, unknown=number % 2,
            )
        )  # fmt: skip
    return FakeViews(shown=list(_sixty()), tree=sites, language="zh", generation=17)


def _sixty() -> Iterable[TargetView]:
    for number in range(60):
        site = f"hall-{number % 5}"
        changes = {"site": site, "name": f"{number % 5 + 1} 楼接入交换机 {number:02d}"}
        address = (
            f"2001:db8:10:{number % 5}::{number:x}"
            if number % 3
            else f"10.20.{number % 5}.{number}"
        )
        family = Family.IPV6 if number % 3 else Family.IPV4
        name = f"sw-{'core' if number < 2 else 'access'}-{number:02d}"
        if number % 9 == 4:
            yield a_silent_target(name, **changes, address=address, family=family)
        elif number % 13 == 7:
            unknown = TargetState.UNKNOWN
            due = (CheckView(name="snmp", next_due_s=3.0),)
            yield a_target(name, **changes, address=address, family=None, state=unknown, checks=due)
        elif number % 17 == 5:
            error = ErrorView(
                reason="partial", text="ifTable: genErr at row 500 of 1000", age_s=31.0
            )
            check = CheckView(name="snmp", last_success_age_s=31.0, error=error, next_due_s=29.0)
            cli = CheckView(name="cli", last_success_age_s=120.0, next_due_s=180.0)
            yield a_target(name, **changes, address=address, family=family, checks=(check, cli))
        else:
            yield a_target(name, **changes, address=address, family=family)


def _packed(octets: bytes, *, gzip: bool) -> bytes:
    return gzip_module.compress(octets, 1) if gzip else octets
