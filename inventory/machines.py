"""Hosts and self-service terminals (kiosks): machines that one logs in to."""

from dataclasses import dataclass, field
from typing import Literal

OperatingSystem = Literal["linux", "windows"]

ALWAYS = "24h"
"""The `hours` of a kiosk that is never closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSsh:
    """How a machine is asked over SSH."""

    credential: str
    port: int = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A server or virtual machine; `local` is the one that the agent runs on.

    Attributes:
        node: the cloud node it runs on.
        systems: business systems it serves, by id.
    """

    id: str
    addresses: tuple[str, ...]
    site: str
    name: str | None = None
    node: str | None = None
    department: str | None = None
    systems: tuple[str, ...] = ()
    ssh: HostSsh | None = None
    local: bool = False
    os: OperatingSystem = "linux"

    kind: Literal["host"] = field(default="host", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a kiosk shows: a process (comm, or the basename of argv[0]) and the page behind it."""

    process: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kiosk:
    """A self-service terminal.

    Attributes:
        hall: free text, for boards.
        department: who owns it.
        hours: `24h`, or the name of a calendar of agent.yaml.
        services: how many items can be handled at it.
    """

    id: str
    addresses: tuple[str, ...]
    site: str
    name: str | None = None
    hall: str | None = None
    department: str | None = None
    ssh: HostSsh | None = None
    local: bool = False
    os: OperatingSystem = "linux"
    hours: str = ALWAYS
    application: Application | None = None
    peripherals: tuple[str, ...] = ()
    services: int | None = None

    kind: Literal["kiosk"] = field(default="kiosk", init=False)
