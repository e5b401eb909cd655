"""The shape of every list of the inventory (design of the file, key by key)."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PlainValidator
from typing_extensions import override

from inventory import cloud, endpoints, fields, machines, models
from inventory.fields import Mistake
from inventory.kinds import (
    Addresses,
    Count,
    Date,
    FilePath,
    HostPort,
    Id,
    Ip4,
    Ip6,
    OldAddress,
    OneAddress,
    Port,
    Positive,
    Quantity,
    Ratio,
    Regex,
    Secret,
    Speed,
    Text,
    Url,
)
from inventory.located import Plain, shown
from inventory.shape import Shape
from texts import gettext as _

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,62}")
_TAKEN_LABELS = frozenset(
    {"target", "site", "instance", "job", "kind", "name", "role", "department", "hall"}
    | {"parent", "source"}
)


class Location(Shape):
    """WGS 84."""

    makes: ClassVar[type] = models.Location
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]


class SiteAddress(Shape):
    """What a path probe reaches."""

    makes: ClassVar[type] = models.SiteAddress
    v4: Ip4 | None = None
    v6: Ip6 | None = None
    tcp: Port | None = None


class Site(Shape):
    """One of `sites`."""

    makes: ClassVar[type] = models.Site
    id: Id
    name: Text
    level: models.Level
    parent: Id | None = None
    location: Location | None = None
    address: SiteAddress | None = None
    officers: Text | None = None
    boundary: FilePath | None = None


class Snmp(Shape):
    """v1, v2c and v3 in one; `inventory.credential_rules` says what each needs."""

    version: Literal["v1", "v2c", "v3"]
    community: Secret | None = None
    user: Text | None = None
    auth: models.AuthName | None = None
    auth_key: Secret | None = None
    priv: models.PrivName | None = None
    priv_key: Secret | None = None
    context: Text | None = None

    @override
    def parts(self) -> tuple[type, dict[str, object]]:
        """Tell v3 from the others."""
        if self.version != "v3":
            return models.Community, {"version": self.version, "community": self.community}
        names = ("version", "user", "auth", "auth_key", "priv", "priv_key")
        fields_of_v3: dict[str, object] = {name: getattr(self, name) for name in names}
        return models.User, {**fields_of_v3, "context": self.context or ""}


class Ssh(Shape):
    """A log-in."""

    makes: ClassVar[type] = models.Ssh
    user: Text
    key: Secret | None = None
    password: Secret | None = None
    known_hosts: FilePath | None = None
    jump: Text | None = None
    enable: Secret | None = None
    legacy: bool = False


class OpenStack(Shape):
    """A cloud's API."""

    makes: ClassVar[type] = models.OpenStack
    cloud: Text | None = None
    auth_url: Url | None = None
    application_credential_id: Text | None = None
    application_credential_secret: Secret | None = None
    ca: FilePath | None = None


class Credential(Shape):
    """One of `credentials`."""

    makes: ClassVar[type] = models.Credential
    id: Id
    snmp: Snmp | None = None
    ssh: Ssh | None = None
    openstack: OpenStack | None = None


class DeviceSnmp(Shape):
    """How a device is asked over SNMP."""

    makes: ClassVar[type] = models.DeviceSnmp
    credential: Id
    port: Port = 161
    max_repetitions: Annotated[int, Field(ge=1, le=1000)] | None = None
    requests_per_second: Positive | None = None


class DeviceCli(Shape):
    """How a device is asked over SSH."""

    makes: ClassVar[type] = models.DeviceCli
    credential: Id
    platform: models.Platform | None = None
    port: Port = 22
    config_credential: Id | None = None


class Uplink(Shape):
    """An interface towards the core."""

    makes: ClassVar[type] = models.Uplink
    interface: Text
    design_speed_bps: Speed | None = Field(default=None, alias="design_speed")


class InterfaceFilter(Shape):
    """Which interfaces are exposed."""

    makes: ClassVar[type] = models.InterfaceFilter
    include: list[Text] = Field(default=[])
    exclude: list[Text] = Field(default=[])
    admin_down: Literal["keep", "drop"] = "keep"


def _neighbors(value: Plain) -> tuple[str, ...] | int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if isinstance(value, list):
        return tuple(fields.ipv4(one) for one in value)
    raise Mistake(
        _("expected router ids ([10.0.0.1, ...]) or how many (at least 1); found {value}").format(
            value=shown(value)
        )
    )


class Expectation(Shape):
    """Neighbours that must be there."""

    makes: ClassVar[type] = models.Expectation
    ospfv3_neighbors: Annotated[tuple[str, ...] | int, PlainValidator(_neighbors)] | None = None
    bgp_ipv6_peers: list[Ip6] | None = None


def _label_name(value: Plain) -> str:
    name = fields.text(value)
    if not _LABEL.fullmatch(name) or name.startswith("__") or name in _TAKEN_LABELS:
        text = _("{name} cannot be a label of one's own; expected a-z A-Z 0-9 _ and not one of")
        raise Mistake(text.format(name=shown(name)) + " " + ", ".join(sorted(_TAKEN_LABELS)))
    return name


class Device(Shape):
    """One of `devices`."""

    makes: ClassVar[type] = models.Device
    id: Id
    name: Text | None = None
    addresses: Addresses = Field(alias="address")
    site: Id
    department: Text | None = None
    role: models.Role = "other"
    profile: Text = "auto"
    parent: Id | None = None
    ipv6: Literal["expected", "exempt"] = "expected"
    snmp: DeviceSnmp | None = None
    cli: DeviceCli | None = None
    uplinks: list[Uplink] = Field(default=[])
    interfaces: InterfaceFilter = InterfaceFilter()
    expect: Expectation = Expectation()
    labels: dict[Annotated[str, PlainValidator(_label_name)], Text] = Field(default={})


class HostSsh(Shape):
    """How a machine is asked over SSH."""

    makes: ClassVar[type] = machines.HostSsh
    credential: Id
    port: Port = 22


class Host(Shape):
    """One of `hosts`."""

    makes: ClassVar[type] = machines.Host
    id: Id
    name: Text | None = None
    addresses: Addresses = Field(alias="address")
    site: Id
    node: Id | None = None
    department: Text | None = None
    systems: list[Id] = Field(default=[])
    ssh: HostSsh | None = None
    local: bool = False
    os: machines.OperatingSystem = "linux"


class Application(Shape):
    """What a kiosk shows."""

    makes: ClassVar[type] = machines.Application
    process: Text | None = None
    url: Url | None = None


class Kiosk(Shape):
    """One of `kiosks`."""

    makes: ClassVar[type] = machines.Kiosk
    id: Id
    name: Text | None = None
    addresses: Addresses = Field(alias="address")
    site: Id
    hall: Text | None = None
    department: Text | None = None
    ssh: HostSsh | None = None
    local: bool = False
    os: machines.OperatingSystem = "linux"
    hours: Text = machines.ALWAYS
    application: Application | None = None
    peripherals: list[Text] = Field(default=[])
    services: Annotated[int, Field(ge=0)] | None = None


class Amount(Shape):
    """Resources."""

    makes: ClassVar[type] = cloud.Amount
    vcpus: Quantity | None = None
    memory_gib: Quantity | None = None
    storage_tib: Quantity | None = None


class Capacity(Shape):
    """Declared figures of a node."""

    makes: ClassVar[type] = cloud.Capacity
    physical: Amount | None = None
    allocatable: Amount | None = None
    allocated: Amount | None = None
    used: Amount | None = None
    departments: dict[Text, Amount] = Field(default={})
    as_of: Date | None = None


class Overcommit(Shape):
    """Virtual over physical."""

    makes: ClassVar[type] = cloud.Overcommit
    vcpus: Positive | None = None


class NodeOpenStack(Shape):
    """A node's API."""

    makes: ClassVar[type] = cloud.NodeOpenStack
    credential: Id
    departments: dict[Text, Text] = Field(default={})


class Weights(Shape):
    """Of the formula `weighted`."""

    makes: ClassVar[type] = cloud.Weights
    vcpus: Quantity = 0.4
    memory: Quantity = 0.4
    storage: Quantity = 0.2


class Goal(Shape):
    """The utilisation asked for."""

    makes: ClassVar[type] = cloud.Goal
    utilisation: Ratio = 0.60
    basis: cloud.Basis = "allocated"
    formula: cloud.Formula = "mean"
    weights: Weights = Weights()


class CloudNode(Shape):
    """One of `cloud_nodes`."""

    makes: ClassVar[type] = cloud.CloudNode
    id: Id
    name: Text
    site: Id
    capacity: Capacity = Capacity()
    overcommit: Overcommit = Overcommit()
    openstack: NodeOpenStack | None = None
    goal: Goal = Goal()


class System(Shape):
    """One of `systems`."""

    makes: ClassVar[type] = cloud.System
    id: Id
    name: Text
    department: Text
    state: cloud.SystemState
    origin: cloud.Origin = "existing"
    planned: Date | None = None
    migrated: Date | None = None
    room: Text | None = None
    node: Id | None = None
    hosts: list[Id] = Field(default=[])
    url: Url | None = None
    old_address: OldAddress | None = None


class Migration(Shape):
    """One of `migrations`."""

    makes: ClassVar[type] = cloud.Migration
    node: Id
    go_live: Date
    goal: Ratio = 0.50
    deadline: Date


class EndpointExpectation(Shape):
    """What an answer must be."""

    makes: ClassVar[type] = endpoints.EndpointExpectation
    status: Annotated[int, Field(ge=100, le=599)] | None = None
    body: Regex | None = None
    tls_days: Count | None = None


class Endpoint(Shape):
    """One of `endpoints`."""

    makes: ClassVar[type] = endpoints.Endpoint
    id: Id
    site: Id
    url: Url | None = None
    tcp: HostPort | None = None
    dns: OneAddress | None = None
    ping: OneAddress | None = None
    families: list[endpoints.Family] = Field(default=["ipv4", "ipv6"], min_length=1)
    expect: EndpointExpectation = EndpointExpectation()


LISTS: dict[str, type[Shape]] = {
    "sites": Site,
    "credentials": Credential,
    "devices": Device,
    "hosts": Host,
    "kiosks": Kiosk,
    "cloud_nodes": CloudNode,
    "systems": System,
    "migrations": Migration,
    "endpoints": Endpoint,
}
