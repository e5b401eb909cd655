"""The node of the government cloud, the business systems, and their migration to it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Basis = Literal["allocated", "used"]
Formula = Literal["mean", "min", "weighted"]
SystemState = Literal[
    "planned", "provisioned", "migrating", "trial", "migrated", "retired", "exempt"
]  # fmt: skip
Origin = Literal["existing", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Resources; None is unknown, not zero."""

    vcpus: float | None = None
    memory_gib: float | None = None
    storage_tib: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Declared figures of a node, as of a date; `departments` are allocated amounts by name."""

    physical: Amount | None = None
    allocatable: Amount | None = None
    allocated: Amount | None = None
    used: Amount | None = None
    departments: Mapping[str, Amount] = field(default_factory=lambda: MappingProxyType({}))
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overcommit:
    """How many virtual CPUs one physical thread stands for."""

    vcpus: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOpenStack:
    """A node's API; `departments` maps projects to departments."""

    credential: str
    departments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Of the formula `weighted`; only their proportion counts."""

    vcpus: float = 0.4
    memory: float = 0.4
    storage: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The utilisation asked for (a ratio), and how it is reckoned."""

    utilisation: float = 0.60
    basis: Basis = "allocated"
    formula: Formula = "mean"
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudNode:
    """A node of the provincial government cloud."""

    id: str
    name: str
    site: str
    capacity: Capacity = field(default_factory=Capacity)
    overcommit: Overcommit = field(default_factory=Overcommit)
    openstack: NodeOpenStack | None = None
    goal: Goal = field(default_factory=Goal)

    kind: Literal["cloud_node"] = field(default="cloud_node", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A business system; no target, its hosts are.

    Attributes:
        room: the old server room.
        node: the cloud node it runs on or goes to.
        old_address: must be silent once it has moved; host or host:port.
    """

    id: str
    name: str
    department: str
    state: SystemState
    origin: Origin = "existing"
    planned: dt.date | None = None
    migrated: dt.date | None = None
    room: str | None = None
    node: str | None = None
    hosts: tuple[str, ...] = ()
    url: str | None = None
    old_address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The goal of one node: the share of existing systems (a ratio) by the deadline."""

    node: str
    go_live: dt.date
    goal: float
    deadline: dt.date
