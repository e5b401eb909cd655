"""The shape of agent.yaml, key by key; `agent.settings` says what each means."""

import zoneinfo
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator
from typing_extensions import override

from agent import calendars, notation, settings
from inventory import fields
from inventory.kinds import Date, Id, Positive, Secret, Text, Url
from inventory.located import Plain, shown
from inventory.shape import Shape
from texts import Language
from texts import gettext as _

ConfigPath = Annotated[Path, PlainValidator(lambda value: Path(fields.file_path(value)))]
Listen = Annotated[tuple[settings.Address, ...], PlainValidator(notation.listening)]
Bound = Annotated[settings.Address, PlainValidator(notation.bound)]
Remote = Annotated[settings.Address, PlainValidator(notation.remote)]
Accept = Annotated[object, PlainValidator(notation.accepted)]
Hours = Annotated[calendars.Hours, PlainValidator(notation.hours)]
IntervalName = Annotated[str, PlainValidator(notation.interval_name)]
IntervalSeconds = Annotated[float, PlainValidator(notation.interval_s)]

TRANSPORTS = ("udp", "tcp", "tls", "relp")


def _timezone(value: Plain) -> str:
    name = fields.text(value)
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        text = _("{name} is not a time zone; expected such as Asia/Shanghai")
        raise fields.Mistake(text.format(name=shown(name))) from None
    return name


def _witness(value: Plain) -> str:
    if value == "forward" or (isinstance(value, str) and value.startswith("https://")):
        return str(value) if value == "forward" else fields.url(value)
    raise fields.Mistake(_("expected forward or a URL of https"))


def _nats(value: Plain) -> str:
    written = fields.text(value)
    scheme, _sep, place = written.partition("://")
    if scheme not in ("nats", "tls") or "@" in place:
        raise fields.Mistake(_("expected such as nats://192.0.2.1:4222, without a password"))
    host, port = fields.split_port(place)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class User(Shape):
    """One of `users`."""

    makes: ClassVar[type] = settings.User
    name: Text
    role: settings.UserRole


class Limits(Shape):
    """`limits`."""

    makes: ClassVar[type] = settings.Limits
    concurrency: Annotated[int, Field(ge=1, le=100_000)] = 512
    requests_per_second: Positive = 50.0


class Exposition(Shape):
    """`exposition`."""

    makes: ClassVar[type] = settings.ExpositionSettings
    timestamps: bool = False
    max_series_per_target: Annotated[int, Field(ge=100, le=10_000_000)] = 20_000


class _OneTransport(Shape):
    udp: Bound | None = None
    tcp: Bound | None = None
    tls: Bound | None = None
    relp: Bound | None = None


class Syslog(_OneTransport):
    """One of `events.syslog`."""

    certificate: ConfigPath | None = None
    key: ConfigPath | None = None
    client_ca: ConfigPath | None = None

    @override
    def parts(self) -> tuple[type, dict[str, object]]:
        """Put the one transport that is written beside its files."""
        files = {name: getattr(self, name) for name in ("certificate", "key", "client_ca")}
        return settings.SyslogListener, {**_transport(self), **files}


class Traps(Shape):
    """One of `events.traps`."""

    udp: Bound
    credentials: list[Id] | None = None

    @override
    def parts(self) -> tuple[type, dict[str, object]]:
        """Call the socket an address."""
        return settings.TrapListener, {"address": self.udp, "credentials": self.credentials}


class Forward(Shape):
    """One of `events.forward`."""

    udp: Remote | None = None
    tcp: Remote | None = None
    tls: Remote | None = None
    relp: Remote | None = None
    ca: ConfigPath | None = None

    @override
    def parts(self) -> tuple[type, dict[str, object]]:
        """Put the one transport that is written beside its file."""
        return settings.Forward, {**_transport(self), "ca": self.ca}


def _transport(shape: Shape) -> dict[str, object]:
    for transport in TRANSPORTS:
        address = getattr(shape, transport)
        if address is not None:
            return {"transport": transport, "address": address}
    return {}


class Events(Shape):
    """`events`."""

    makes: ClassVar[type] = settings.Events
    accept: Accept = "inventory"
    syslog: list[Syslog] = Field(default=[])
    traps: list[Traps] = Field(default=[])
    detectors: ConfigPath | None = None
    forward: list[Forward] = Field(default=[])


class Ledger(Shape):
    """`ledger`."""

    makes: ClassVar[type] = settings.Ledger
    path: ConfigPath
    retention_days: Annotated[int, Field(ge=1, le=36_500)] = 190
    retention_override: bool = False
    witness: Annotated[str, PlainValidator(_witness)] | None = None


class Push(Shape):
    """`push`."""

    makes: ClassVar[type] = settings.Push
    url: Url
    token: Secret
    ca: ConfigPath | None = None


class AcceptPush(Shape):
    """One of `accept_push`."""

    makes: ClassVar[type] = settings.AcceptPush
    token: Secret
    targets: list[Id] = Field(min_length=1)


class Cluster(Shape):
    """`cluster`."""

    makes: ClassVar[type] = settings.Cluster
    servers: list[Annotated[str, PlainValidator(_nats)]] = Field(min_length=1)
    member: Id
    zone: Id | None = None


class Calendar(Shape):
    """One calendar; its name is its key."""

    timezone: Annotated[str, PlainValidator(_timezone)] = "Asia/Shanghai"
    hours: list[Hours] = Field(min_length=1)
    holidays: list[Date] = Field(default=[])
    workdays: list[Date] = Field(default=[])


class ChangeWindow(Shape):
    """One of `calendars.change_windows`."""

    makes: ClassVar[type] = calendars.ChangeWindow
    sites: list[Id] = Field(default=[])
    hours: list[Hours] = Field(min_length=1)


class Period(Shape):
    """One of `calendars.periods`: its kind is the key that holds its name."""

    guard: Text | None = None
    drill: Text | None = None
    freeze: Text | None = None
    first: Date = Field(alias="from")
    last: Date = Field(alias="to")


class Settings(Shape):
    """The whole file; `calendars` is checked apart, its keys are names."""

    inventory: ConfigPath
    listen: Listen
    ledger: Ledger
    state: ConfigPath | None = None
    control: ConfigPath | None = None
    link: ConfigPath | None = None
    known_hosts: ConfigPath | None = None
    profiles: ConfigPath | None = None
    web_config: ConfigPath | None = None
    external_url: Url | None = None
    users: list[User] = Field(default=[])
    language: Language = "zh"
    roles: list[Literal["poll", "events"]] = Field(default=["poll", "events"], min_length=1)
    intervals: dict[IntervalName, IntervalSeconds] = Field(default={})
    limits: Limits = Limits()
    exposition: Exposition = Exposition()
    events: Events | None = None
    alertmanagers: list[Url] = Field(default=[])
    prometheus: Url | None = None
    calendars: dict[str, object] = Field(default={})
    push: Push | None = None
    accept_push: list[AcceptPush] = Field(default=[])
    cluster: Cluster | None = None
