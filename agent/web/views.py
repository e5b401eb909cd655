"""What the web shows, and the one protocol through which it sees the rest of the service.

Ages and times to come are seconds from the moment of the call, taken from the monotonic clock: a
step of the wall clock never makes a value look fresh, and the web needs no clock of its own.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from texts import Language


class TargetState(StrEnum):
    """What egov_target_up says: 1, 0, or absent because no visit has ended yet."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Family(StrEnum):
    """The family of the address in use."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorView:
    """Why the last visit of a check failed, or was partial.

    Args:
        reason: member of the closed list of reasons (timeout, denied ...).
        text: one line for a person; never a secret.
        age_s: seconds since that visit ended.
    """

    reason: str
    text: str
    age_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check of a target.

    Args:
        name: `snmp`, `cli`, `host` ...
        last_success_age_s: None before the first success.
        error: what the last visit missed; None when it ended well or none has ended.
        next_due_s: seconds to the next visit, negative when it is late; None when none is planned.
    """

    name: str
    last_success_age_s: float | None = None
    error: ErrorView | None = None
    next_due_s: float | None = None


class ItemView(Protocol):
    """One item of a device's readiness for IPv6."""

    @property
    def state(self) -> str:
        """One of passed, failed, unknown, not_applicable."""

    @property
    def names(self) -> Sequence[str]:
        """What it failed on, or what is not known of: neighbours, addresses, probes."""


class Ipv6View(Protocol):
    """How ready a device is for IPv6."""

    @property
    def expected(self) -> bool:
        """Whether the inventory wants it to be ready."""

    @property
    def ready(self) -> bool:
        """Whether no item is failed or unknown."""

    @property
    def items(self) -> Mapping[str, ItemView]:
        """Every item by name, in the order in which a person would look."""

    @property
    def lacking(self) -> Mapping[str, ItemView]:
        """Those that are failed or unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteIpv6View:
    """How many devices of a site's whole subtree are ready for IPv6.

    Args:
        devices: ids of those at the site itself that are not, `more` of them left out.
    """

    expected: int
    ready: int
    devices: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """A target as the status page lists it.

    Args:
        address: the address in use, or the first one written when none has been used.
        family: of the address in use; None when none has been used yet.
        ipv6: of a device, once something was derived.
    """

    id: str
    kind: str
    name: str
    site: str
    address: str
    family: Family | None = None
    state: TargetState = TargetState.UNKNOWN
    checks: tuple[CheckView, ...] = ()
    ipv6: Ipv6View | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site with the targets of its whole subtree by state.

    Args:
        ipv6: None until it was counted.
    """

    id: str
    name: str
    level: str
    parent: str | None = None
    up: int = 0
    down: int = 0
    unknown: int = 0
    ipv6: SiteIpv6View | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link as LLDP shows it.

    Args:
        destination: a target's id; of a link to the outside the name that the neighbour gives.
        state: confirmed, one_sided, unidirectional or outside.
    """

    source: str
    source_interface: str
    destination: str
    destination_interface: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentView:
    """What a target hangs on, and who says so: inventory or lldp."""

    parent: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopologyView:
    """All links, sorted, and the parents by child."""

    links: tuple[LinkView, ...] = ()
    parents: Mapping[str, ParentView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether configuration, sockets and ledger are open; if not, what is missing."""

    ready: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadResult:
    """How a reload ended: the new generation, or every problem and the old one still running."""

    ok: bool
    generation: int
    problems: tuple[str, ...] = ()
    added: int = 0
    changed: int = 0
    removed: int = 0


class Views(Protocol):
    """Everything the web may ask for; the composition root implements it.

    Only `reload` changes anything. Methods that are not async return at once: a list of ten
    thousand ids is kept ready for a generation, the targets behind it are asked for one by one.
    """

    @property
    def generation(self) -> int:
        """The number of the running configuration; it grows with each reload that succeeded."""

    @property
    def language(self) -> Language:
        """The language of pages whose reader asks for none."""

    @property
    def external_url(self) -> str | None:
        """The agent's address as others reach it, or None."""

    @property
    def web_config(self) -> Path | None:
        """The web-config file; None: plain HTTP, and every client is a viewer."""

    @property
    def users(self) -> Mapping[str, str]:
        """Roles (viewer, operator, auditor, administrator) by the names of basic auth."""

    @property
    def version(self) -> str:
        """The agent's version, for the foot of the status page."""

    async def target_page(self, target_id: str, *, gzip: bool) -> bytes | None:
        """Return a target's exposition, compressed if asked; None for a target that is not there.

        A target without samples has an empty page, not None.
        """

    async def agent_page(self, *, gzip: bool) -> bytes:
        """Return the exposition of the agent and of what belongs to no target."""

    def stream(self, *, gzip: bool) -> AsyncGenerator[bytes, None]:
        """Yield the whole exposition in pieces; compressed ones make a single gzip member.

        curl stops silently after the first member, browsers and Prometheus do not.
        """

    def target_ids(self) -> Sequence[str]:
        """Return the ids of all targets of this generation, sorted."""

    def target(self, target_id: str) -> TargetView | None:
        """Return one target as it is now, or None when a reload took it away."""

    def sites(self) -> Sequence[SiteView]:
        """Return all sites, each after its parent."""

    def topology(self) -> TopologyView:
        """Return links and parents as they were derived last."""

    def ready(self) -> Readiness:
        """Say whether the service is ready; visits are not waited for."""

    async def reload(self) -> ReloadResult:
        """Read inventory and settings again: all or nothing."""
