"""What the inventory says: frozen values, already checked, with every reference known to exist.

The loader (`inventory.load`) makes them from YAML and is the only place that raises about them.
Unless a docstring says otherwise a mapping is keyed by id and a tuple keeps the file's order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from inventory.secrets import SecretReference

Level = Literal[
    "province", "city", "district", "county", "town", "street", "village", "community", "park",
    "hall", "room",
]  # fmt: skip
Role = Literal["core", "aggregation", "access", "edge", "firewall", "other"]
AuthName = Literal["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
PrivName = Literal["des", "3des", "aes128", "aes192", "aes256", "aes192c", "aes256c"]
Platform = Literal["huawei_vrp", "hp_comware", "ruijie_os", "zte_zxros", "cisco_ios", "frr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """WGS 84, degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAddress:
    """What a path probe reaches at a site; `tcp` is a port that accepts connections on each."""

    v4: str | None = None
    v6: str | None = None
    tcp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place in the tree from the province down to a room; a target when it has an address."""

    id: str
    name: str
    level: Level
    parent: str | None = None
    location: Location | None = None
    address: SiteAddress | None = None
    officers: str | None = None
    boundary: str | None = None

    kind: Literal["site"] = field(default="site", init=False)

    @property
    def site(self) -> str:
        """The site that a target belongs to: itself."""
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """SNMP v1 or v2c."""

    version: Literal["v1", "v2c"]
    community: SecretReference


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """SNMPv3 USM; a `c` at the end of `priv` is the Reeder/Cisco key extension."""

    version: Literal["v3"] = "v3"
    user: str
    auth: AuthName | None = None
    auth_key: SecretReference | None = None
    priv: PrivName | None = None
    priv_key: SecretReference | None = None
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ssh:
    """A log-in over SSH: a key or a password."""

    user: str
    key: SecretReference | None = None
    password: SecretReference | None = None
    known_hosts: str | None = None
    jump: str | None = None
    enable: SecretReference | None = None
    legacy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStack:
    """A cloud's API: an entry of clouds.yaml, or an application credential."""

    cloud: str | None = None
    auth_url: str | None = None
    application_credential_id: str | None = None
    application_credential_secret: SecretReference | None = None
    ca: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One of the four; the loader sees to it."""

    id: str
    snmp: Community | User | None = None
    ssh: Ssh | None = None
    openstack: OpenStack | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSnmp:
    """How a device is asked over SNMP."""

    credential: str
    port: int = 161
    max_repetitions: int | None = None
    requests_per_second: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCli:
    """How a device is asked over SSH."""

    credential: str
    platform: Platform | None = None
    port: int = 22
    config_credential: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """An interface (ifName) towards the core, and the speed it was built for."""

    interface: str
    design_speed_bps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceFilter:
    """Which rows of ifTable are exposed: ifName patterns (shell style), and shut ports."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    admin_down: Literal["keep", "drop"] = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Neighbours that must be there: their ids or how many."""

    ospfv3_neighbors: tuple[str, ...] | int | None = None
    bgp_ipv6_peers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A switch, router or firewall."""

    id: str
    addresses: tuple[str, ...]
    site: str
    name: str | None = None
    department: str | None = None
    role: Role = "other"
    profile: str = "auto"
    parent: str | None = None
    ipv6: Literal["expected", "exempt"] = "expected"
    snmp: DeviceSnmp | None = None
    cli: DeviceCli | None = None
    uplinks: tuple[Uplink, ...] = ()
    interfaces: InterfaceFilter = field(default_factory=InterfaceFilter)
    expect: Expectation = field(default_factory=Expectation)
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    kind: Literal["device"] = field(default="device", init=False)
