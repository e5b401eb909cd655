"""What agent.yaml says: frozen values, checked, every path absolute, every default filled in.

`agent.settings_load` makes them. The names are the keys of the file; a docstring gives the unit
and why the default is what it is. Secrets are references here, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from typing_extensions import override

from agent.calendars import Calendars
from inventory.secrets import SecretReference
from texts import Language

UserRole = Literal["viewer", "operator", "auditor", "administrator"]
AgentRole = Literal["poll", "events"]
Check = Literal["snmp", "cli", "host", "cloud", "probe"]
SyslogTransport = Literal["udp", "tcp", "tls", "relp"]
Network = str  # "192.0.2.0/24" or "2001:db8::/32", already checked

LEGAL_RETENTION_DAYS = 184
"""Six calendar months are 181 to 184 days (Cybersecurity Law)."""

DEFAULT_INTERVALS_S: Mapping[str, float] = MappingProxyType(
    {"snmp": 60.0, "cli": 300.0, "host": 60.0, "cloud": 300.0, "probe": 30.0}
)


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where to listen or to connect: a numeric address (a name only for connecting) and a port."""

    host: str
    port: int

    @override
    def __str__(self) -> str:
        """Write it as the file does, IPv6 in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person known to web_config, or to the system for the control socket."""

    name: str
    role: UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Seconds between visits, per check (`snmp`) or per table of a check (`snmp.lldp`)."""

    seconds: Mapping[str, float] = field(default_factory=lambda: DEFAULT_INTERVALS_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the agent may do at once.

    Attributes:
        concurrency: visits under way at the same time; 512 bounds memory, not speed.
        requests_per_second: to one target; 50 keeps an access switch's CPU out of the picture.
    """

    concurrency: int = 512
    requests_per_second: float = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpositionSettings:
    """How samples are shown.

    Attributes:
        timestamps: explicit timestamps; Prometheus then needs track_timestamps_staleness.
        max_series_per_target: beyond it rows are cut and counted; a chassis has about 10 000.
    """

    timestamps: bool = False
    max_series_per_target: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SyslogListener:
    """One socket for syslog; certificate and key only with tls."""

    transport: SyslogTransport
    address: Address
    certificate: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapListener:
    """One UDP socket for traps; `credentials` None takes every snmp credential."""

    address: Address
    credentials: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Where stored events are handed on, in syslog format."""

    transport: SyslogTransport
    address: Address
    ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The listeners, as written; a list that is not written is empty.

    Attributes:
        accept: whose messages are taken: the inventory's addresses, any, or some networks.
        detectors: thresholds; None: the built-in ones.
    """

    accept: Literal["inventory", "any"] | tuple[Network, ...] = "inventory"
    syslog: tuple[SyslogListener, ...] = ()
    traps: tuple[TrapListener, ...] = ()
    detectors: Path | None = None
    forward: tuple[Forward, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The folder of stored events.

    Attributes:
        retention_days: 190 leaves room above the legal 184.
        retention_override: said explicitly to keep less; itself a finding.
        witness: where the day's head hash goes: `forward` or a URL of https.
    """

    path: Path
    retention_days: int = 190
    retention_override: bool = False
    witness: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Where a kiosk or host behind NAT hands its observations on."""

    url: str
    token: SecretReference
    ca: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptPush:
    """A token, and the ids of the targets that may push with it."""

    token: SecretReference
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The NATS engine that several agents share."""

    servers: tuple[str, ...]
    member: str
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole of agent.yaml.

    Attributes:
        config: the file itself; relative paths inside it start at its folder.
        inventory: a folder of YAML files, or one file.
        listen: of HTTP; port 0 takes a free one.
        state: the SQLite file; beside the ledger's folder unless written.
        control: the operators' socket; systemd's runtime folder, else beside the state.
        link: the socket between the roles when they are two processes; same folder as control.
        known_hosts: pinned SSH host keys; in the state's folder unless written.
        profiles: the user's own; None when the default folder does not exist.
        web_config: TLS and passwords; None: plain HTTP, every client a viewer.
        external_url: as others reach the agent; None: made of `listen`.
        events: None: one listener for each socket that systemd passed.
    """

    config: Path
    inventory: Path
    listen: tuple[Address, ...]
    ledger: Ledger
    state: Path
    control: Path
    link: Path
    known_hosts: Path
    profiles: Path | None = None
    web_config: Path | None = None
    external_url: str | None = None
    users: tuple[User, ...] = ()
    language: Language = "zh"
    roles: frozenset[AgentRole] = frozenset(("poll", "events"))
    intervals: Intervals = field(default_factory=Intervals)
    limits: Limits = field(default_factory=Limits)
    exposition: ExpositionSettings = field(default_factory=ExpositionSettings)
    events: Events | None = None
    alertmanagers: tuple[str, ...] = ()
    prometheus: str | None = None
    calendars: Calendars = field(default_factory=Calendars)
    push: Push | None = None
    accept_push: tuple[AcceptPush, ...] = ()
    cluster: Cluster | None = None


_FIXED = ("listen", "ledger", "state", "roles", "control", "link")


def needs_restart(old: Settings, new: Settings) -> tuple[str, ...]:
    """Name the keys that differ and that a reload refuses to change, in the file's order."""
    changed = [
        key.name
        for key in fields(Settings)
        if key.name in _FIXED and getattr(old, key.name) != getattr(new, key.name)
    ]
    if _sockets(old.events) != _sockets(new.events):
        changed.append("events")
    return tuple(changed)


def _sockets(events: Events | None) -> tuple[frozenset[object], frozenset[Address]] | None:
    if events is None:
        return None
    syslog = frozenset((one.transport, one.address) for one in events.syslog)
    return syslog, frozenset(one.address for one in events.traps)
