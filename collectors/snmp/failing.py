"""What an SNMP error means to those who do not know SNMP: reason and detail of the closed lists."""

from collections.abc import Mapping

from collectors.contract import Failure
from collectors.errors import (
    BadAnswer,
    CollectError,
    Denied,
    Detail,
    Reason,
    TimedOut,
    Unreachable,
)
from protocols.snmp.errors import (
    ClosedPort,
    ErrorStatus,
    NoAnswer,
    NoRoute,
    Refused,
    SnmpError,
    Status,
)
from protocols.snmp.progress import Column, Problem

_STATUSES: Mapping[int, tuple[type[CollectError], Detail]] = {
    Status.AUTHORIZATION_ERROR: (Denied, Detail.AUTHORIZATION),
    Status.NO_ACCESS: (Denied, Detail.AUTHORIZATION),
    Status.TOO_BIG: (BadAnswer, Detail.TOO_BIG),
}
_TIMEOUTS: Mapping[Problem, Detail] = {
    Problem.NO_ANSWER: Detail.NONE,
    Problem.DEADLINE: Detail.DEADLINE,
}
_CAPS = (Problem.TOO_MANY_ROWS, Problem.TOO_MANY_BYTES, Problem.TOO_MANY_REQUESTS)
_LIES = (Problem.NONINCREASING, Problem.TOO_BIG, Problem.GENERR, Problem.MALFORMED)
_ROUTES = (Problem.CLOSED_PORT, Problem.NO_ROUTE)


def translated(target: str, error: SnmpError) -> CollectError:
    """Translate the error that ended a visit; it names the target and goes on as the cause."""
    kind, detail = _kind(error)
    return kind(target, str(error), detail)


def _kind(error: SnmpError) -> tuple[type[CollectError], Detail]:
    match error:
        case ClosedPort():
            found: tuple[type[CollectError], Detail] = Unreachable, Detail.CLOSED_PORT
        case NoRoute():
            found = Unreachable, Detail.NO_ROUTE
        case Refused():
            found = Denied, Detail(error.detail.value)
        case NoAnswer():
            found = TimedOut, Detail.NONE
        case ErrorStatus():
            found = _STATUSES.get(error.status, (BadAnswer, Detail.GENERR))
        case _:
            found = BadAnswer, Detail.MALFORMED
    return found


def failure(table: str, column: str, walked: Column) -> Failure | None:
    """Say what a column that broke off means for its table."""
    problem = walked.problem
    if problem is None:
        return None
    text = f"{column}: {walked.text or problem}"
    if problem in _TIMEOUTS:
        return Failure(table, Reason.TIMEOUT, _TIMEOUTS[problem], text)
    detail = Detail(problem.value)
    if problem in _CAPS:
        return Failure(table, Reason.PARTIAL, detail, text)
    if problem in _LIES:
        return Failure(table, Reason.BAD_ANSWER, detail, text)
    reason = Reason.UNREACHABLE if problem in _ROUTES else Reason.DENIED
    return Failure(table, reason, detail, text)
