"""What a derivation is: a pure function of inventory, facts, memory and the wall clock.

    f(subject, inventory, facts, memory, now) -> Derived(observation, memory, again_at)

It names the types of facts it reads and its scope, and runs for the subjects touched.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar, cast, runtime_checkable

from collectors.contract import Fact, Json, Observation
from inventory.inventory import Inventory

F = TypeVar("F", bound=Fact)

Held = Mapping[str, Mapping[str, tuple[Fact, ...] | None]]
"""Facts of one type by target and check; None: an input that expired."""


class Scope(StrEnum):
    """What one run of a derivation is about; for ALL there is one subject, "".

    DEVICE is a device with its site's address, which probes reach over the device.
    """

    TARGET = "target"
    DEVICE = "device"
    SITE = "site"
    NODE = "node"
    SYSTEM = "system"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Subject:
    """One target, device, site (with its subtree), node or system, with the targets of it.

    `targets` come from the inventory: they are the denominator, whether anything is known of them
    or not.
    """

    scope: Scope
    id: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input(Generic[F]):
    """What one check said last; `facts` is None when that is too old to be believed."""

    target: str
    check: str
    facts: tuple[F, ...] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The inputs of one run: those of the subject's targets."""

    targets: tuple[str, ...]
    held: Mapping[type[Fact], Held]

    def of(self, kind: type[F]) -> Iterator[Input[F]]:
        """Go through all inputs of one type, in the order of the subject's targets."""
        of_kind = self.held.get(kind, {})
        for target in self.targets:
            for check, facts in of_kind.get(target, {}).items():
                yield Input(target, check, cast("tuple[F, ...] | None", facts))


@dataclass(frozen=True, slots=True)
class Derived:
    """What a run brought.

    Args:
        observation: replaces the former one of the same subject and does not age; with target ""
            its tables are put together with those of the other subjects.
        others: observations of single targets; each replaces the former one of its target.
        memory: handed to the next run, kept over restarts.
        again_at: run again then even if nothing changed; aware UTC.
    """

    observation: Observation
    memory: Json = None
    again_at: datetime | None = None
    others: tuple[Observation, ...] = ()


Steps = Generator[Observation | None, None, Derived]
"""A run in steps: it may be interrupted at each, and hand on the observation of a single target."""


@runtime_checkable
class Forgetful(Protocol):
    """A derivation whose memory an operator may take things out of."""

    def forget(self, memory: Json, what: str) -> tuple[Json, tuple[str, ...]]:
        """Return the memory without `what` ("": without anything), and what that took away."""


class Derivation(Protocol):
    """One file in `agent/derive`."""

    @property
    def name(self) -> str:
        """Its name; the check of its observations is `derived.<name>`."""

    @property
    def version(self) -> int:
        """The version of its memory."""

    @property
    def scope(self) -> Scope:
        """What one run is about."""

    @property
    def reads(self) -> frozenset[type[Fact]]:
        """The types of facts that touch it."""

    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived | Steps:
        """Work out the subject's observation; reads nothing but its arguments."""
