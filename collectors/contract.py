"""What crosses between a collector and the rest: questions, observations, findings.

    scheduler ──Question──▶ Poller.visit ──Observation──▶ store ──▶ exposition
                                  │              └─ facts ──▶ derivations
                                  └─ Finding ──▶ Sink

Everything here is a frozen value or a protocol; nothing here reads a clock, a file or a socket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from collectors.errors import Detail, Reason

Labels = tuple[tuple[str, str], ...]
"""Label names with their values, in the order of the exposition."""

Number = int | float
"""A sample: integers stay integers (a Counter64 does not fit a float), ratios are floats."""

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""What the state file keeps."""


class Method(StrEnum):
    """How a table was obtained; the `method` label of egov_table_*."""

    SNMP = "snmp"
    CLI = "cli"
    SSH = "ssh"
    API = "api"
    PROBE = "probe"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Samples:
    """One family's values down the rows of a table.

    `values[i]` belongs to `Table.keys[i]`; None is a hole: no sample, never a zero.
    `labels` are constant for the column, such as cast="unicast".
    Who hands values over never changes them: the same object again says that nothing moved.
    """

    family: str
    values: Sequence[Number | None]
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class Texts:
    """One `_info` family: further label values down the rows of a table; its sample is always 1."""

    family: str
    names: tuple[str, ...]
    values: Sequence[tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table as one method saw them.

    Args:
        name: the table's name in the catalogue.
        keys: the identity label values of each row, in the catalogue's order; unique.
        complete: every row and column that the device has was seen; a short table never is.
        lifetime_s: a row older than this is not exposed; None: replaced by the next one only.
    """

    name: str
    method: Method
    keys: Sequence[tuple[str, ...]]
    samples: tuple[Samples, ...] = ()
    texts: tuple[Texts, ...] = ()
    complete: bool = True
    lifetime_s: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a visit that failed while the rest succeeded."""

    table: str
    reason: Reason
    detail: Detail
    text: str = ""


class Severity(StrEnum):
    """The one severity scale of rules, events and incidents."""

    CRITICAL = "critical"
    WARNING = "warning"
    NOTICE = "notice"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """A security fact seen while polling: a forged reply, a changed host key, a weak credential.

    `kind` is one of the closed list of event kinds; `text` never holds a secret.
    """

    kind: str
    target: str
    severity: Severity
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What a listener took from the wire, before anyone understood it."""

    peer: str
    at: datetime
    octets: bytes
    listener: str = ""


class Sink(Protocol):
    """Where findings and received messages go to be durable."""

    async def store(self, batch: Sequence[Finding | Received]) -> None:
        """Return when the batch is durable."""


class State(Protocol):
    """Versioned documents by key, kept over restarts."""

    def load(self, key: str, version: int) -> Json:
        """Return the document, or None when there is none of that version."""

    def save(self, key: str, version: int, document: Json) -> None:
        """Keep the document; it is on disk when the state is next flushed."""


class Fact(Protocol):
    """A typed value a derivation reads; every fact is a frozen dataclass in `collectors.facts`."""

    @property
    def target(self) -> str:
        """The id of the target it is about."""


@dataclass(frozen=True, slots=True)
class Known:
    """A type of which an observation holds every fact; that there is none is knowledge too.

    Args:
        lifetime_s: the facts are unknown after this.
    """

    type: type[Fact]
    lifetime_s: float


@dataclass(frozen=True, slots=True)
class Effort:
    """What one visit asked of a target, and the budget that it kept to.

    Args:
        requests: datagrams sent, retries included.
        octets: of payload that came back.
        pace: 1 at full pace, less while the target is spared because it is busy.
        requests_per_second: at most.
        in_flight: requests without an answer at once, at most.
    """

    requests: int
    retries: int
    octets: int
    pace: float
    requests_per_second: float
    in_flight: int


@dataclass(frozen=True, slots=True)
class Observation:
    """What one visit of one target by one check brought.

    Args:
        target: the target's id; "" for what belongs to no target and is exposed with the agent.
        check: `snmp`, `cli`, `host`, `cloud`, `probe` or `derived.<name>`.
        tables: each replaces the former one of the same (table, method); a table not named stays.
        facts: replace the former facts of the same (target, check, type).
        known: types of facts that come from a table which was seen complete; a table that broke off
            tells nothing of its rows' absence, so it leaves the former facts as they are.
        failures: what was missed; with at least one table the visit is partial, not failed.
        failed: the target gave nothing, though the tables say something: that it was tried.
        effort: what the visit cost the target, where the method counts it.
        notices: what a reader of the log should know; a line when something begins or ends, not
            while it lasts.
    """

    target: str
    check: str
    tables: tuple[Table, ...] = ()
    facts: tuple[Fact, ...] = ()
    failures: tuple[Failure, ...] = ()
    failed: Failure | None = None
    findings: tuple[Finding, ...] = ()
    known: tuple[Known, ...] = ()
    effort: Effort | None = None
    notices: tuple[str, ...] = ()


class Transcript(Protocol):
    """What a visit said and heard, for `visit`; the service passes one that drops everything."""

    def note(self, line: str) -> None:
        """Keep one line; never a secret."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the scheduler hands to a poller.

    Args:
        now: the wall clock, aware UTC.
        monotonic_s: the monotonic clock, which intervals and deadlines are judged by.
        deadline_s: on the monotonic clock; covers the whole visit.
        everything: also fetch what is not due yet (`visit`, first visit, after a reboot).
    """

    now: datetime
    monotonic_s: float
    deadline_s: float
    everything: bool = False
    transcript: Transcript | None = field(default=None, compare=False)


class Poller(Protocol):
    """What one check knows about one target between visits: session, learned sizes, row names.

    It asks once, returns an observation or raises a CollectError; retries of single datagrams are
    the protocol's. It does not log failures, sleep or read a clock.
    """

    async def visit(self, question: Question) -> Observation:
        """Collect everything that is due."""

    async def knock(self, question: Question) -> None:
        """Ask one cheap question; return when the target answered it, raise CollectError if not."""

    def learned(self) -> Json:
        """Say what is worth keeping over a restart (sizes, absent columns), or None."""

    async def close(self) -> None:
        """Close what the poller holds; it is not used after that."""
