"""How one probe over one address family ended, and why one failed.

ProbeFailed            a reason and a detail for the metric labels, a text for the reader
├── NotTried           this machine cannot do it; nothing is known of the target
└── TooBig             a router, or our own link, passes only packets of so many octets
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from collectors.addressing import Family
from collectors.errors import Detail, Reason

Note = Callable[[str], None]
"""Keeps one line of the transcript."""

Monotonic = Callable[[], float]


class Probe(StrEnum):
    """The `probe` label: echo requests, a TCP connection, packets of 1500 octets."""

    ICMP = "icmp"
    TCP = "tcp"
    MTU = "mtu"


class ProbeFailed(Exception):
    """A probe was tried and failed."""

    def __init__(self, reason: Reason, detail: Detail, text: str) -> None:
        """Say why; the text names neither target nor family."""
        super().__init__(text)
        self.reason = reason
        self.detail = detail


class NotTried(ProbeFailed):
    """Nothing was asked, so nothing is known: no permission, family, resources, name server."""

    def __init__(self, detail: Detail, text: str) -> None:
        """Every reason on our side is `unsupported`."""
        super().__init__(Reason.UNSUPPORTED, detail, text)


class TooBig(ProbeFailed):
    """ICMPv6 Packet Too Big (RFC 4443 section 3.2), or a link of ours that is no larger."""

    def __init__(self, mtu: int, by: str) -> None:
        """Keep the largest packet that `by` passes, in octets."""
        text = f"{by} passes packets of at most {mtu} octets"
        super().__init__(Reason.UNREACHABLE, Detail.PACKET_TOO_BIG, text)
        self.mtu = mtu


@dataclass(frozen=True, slots=True)
class Way:
    """What a probe takes.

    Args:
        address: numeric, of that family.
        deadline_s: on the monotonic clock; what has not come by then is lost.
    """

    family: Family
    address: str
    deadline_s: float
    note: Note


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one probe ended.

    Args:
        failed: why, when it failed or could not be tried.
        rtt_s: mean round trip of what was answered, or the time to connect.
        loss: share of the packets without an answer.
        mtu: the largest packet that passed, in octets.
    """

    probe: Probe
    family: Family
    failed: ProbeFailed | None = None
    rtt_s: float | None = None
    loss: float | None = None
    mtu: int | None = None

    @property
    def tried(self) -> bool:
        """Whether it says anything of the target."""
        return not isinstance(self.failed, NotTried)

    @property
    def success(self) -> bool:
        """Whether the answer came."""
        return self.failed is None
