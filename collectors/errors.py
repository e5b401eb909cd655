"""Why a visit or a table brought nothing: one small family with a closed list of reasons.

    CollectError                 the target, a reason for the metric label, a detail for the reader
    ├── Unreachable              nothing listens there: ICMP error, refused, no route, no such name
    ├── TimedOut                 silence until the deadline
    ├── Denied                   the device refuses us: wrong user, wrong key, no view
    ├── Unsupported              the device lacks what was asked
    └── BadAnswer                it answered, and the answer cannot be believed

A `reason` and a `detail` are values of metric labels, so both are closed lists. Text for the reader
stands in `args` and may say anything except a secret.
"""

from enum import StrEnum
from typing import ClassVar


class Reason(StrEnum):
    """`reason` of egov_check_failures_total; every value exists from the start."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    DENIED = "denied"
    UNSUPPORTED = "unsupported"
    BAD_ANSWER = "bad_answer"
    PARTIAL = "partial"


class Detail(StrEnum):
    """`detail` of egov_check_failure_detail_total; a value exists from its first time."""

    NONE = ""
    CLOSED_PORT = "closed_port"
    NO_ROUTE = "no_route"
    NAME = "name"
    DEADLINE = "deadline"
    NO_ANSWER = "no_answer"
    WRONG_USER = "wrong_user"
    WRONG_KEY = "wrong_key"
    WRONG_PRIVACY = "wrong_privacy"
    SECURITY_LEVEL = "security_level"
    TIME_WINDOW = "time_window"
    UNKNOWN_ENGINE = "unknown_engine"
    UNKNOWN_CONTEXT = "unknown_context"
    HOST_KEY = "host_key"
    UNKNOWN_HOST_KEY = "unknown_host_key"
    WRONG_LOGIN = "wrong_login"
    BRAKED = "braked"
    PASSWORD_EXPIRED = "password_expired"  # noqa: S105  a word, not a password
    SESSION_LIMIT = "session_limit"
    PRIVILEGE = "privilege"
    LEGACY_ALGORITHMS = "legacy_algorithms"
    PROMPT = "prompt"
    STALLED = "stalled"
    RESET = "reset"
    AUTHORIZATION = "authorization"
    NO_SUCH_OBJECT = "no_such_object"
    NONINCREASING = "nonincreasing"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_REQUESTS = "too_many_requests"
    GENERR = "generr"
    MALFORMED = "malformed"
    UNEXPECTED_TYPE = "unexpected_type"
    UNEXPECTED_INDEX = "unexpected_index"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    PROHIBITED = "prohibited"
    PACKET_TOO_BIG = "packet_too_big"
    BLACK_HOLE = "black_hole"
    NOT_PERMITTED = "not_permitted"
    LOCAL = "local"
    INTERNAL = "internal"


class CollectError(Exception):
    """A visit ended with nothing; `reason` and `detail` are values of metric labels."""

    reason: ClassVar[Reason]

    def __init__(self, target: str, text: str, detail: Detail = Detail.NONE) -> None:
        """Name the target in the text, so that a log line needs no more context."""
        super().__init__(f"{target}: {text}")
        self.target = target
        self.detail = detail


class Unreachable(CollectError):
    """Nothing listens there."""

    reason = Reason.UNREACHABLE


class TimedOut(CollectError):
    """Silence until the deadline."""

    reason = Reason.TIMEOUT


class Denied(CollectError):
    """The device refuses us."""

    reason = Reason.DENIED


class Unsupported(CollectError):
    """The device lacks what was asked."""

    reason = Reason.UNSUPPORTED


class BadAnswer(CollectError):
    """The answer cannot be believed."""

    reason = Reason.BAD_ANSWER
