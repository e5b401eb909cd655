"""What can go wrong between us and an SNMP agent.

    SnmpError                    the peer stands in the text
    ├── NoAnswer                 silence until the last retry or the deadline
    ├── ClosedPort               an ICMP error says that nothing listens there
    ├── NoRoute                  an ICMP error or our own kernel says that it cannot be reached
    ├── Refused                  the agent answered that it will not serve us
    ├── ErrorStatus              a response whose error-status is not noError
    └── Malformed                octets that are no message, or none that we accept

`Malformed` is the only exception that decoding raises, whatever the octets are.
"""

from enum import IntEnum, StrEnum


class Status(IntEnum):
    """error-status of a response PDU (RFC 3416 section 3)."""

    NO_ERROR = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    BAD_VALUE = 3
    READ_ONLY = 4
    GEN_ERR = 5
    NO_ACCESS = 6
    RESOURCE_UNAVAILABLE = 13
    AUTHORIZATION_ERROR = 16


class Refusal(StrEnum):
    """Why an agent refuses us; the values are those of `collectors.errors.Detail`."""

    AUTHORIZATION = "authorization"
    WRONG_USER = "wrong_user"
    WRONG_KEY = "wrong_key"
    WRONG_PRIVACY = "wrong_privacy"
    SECURITY_LEVEL = "security_level"
    TIME_WINDOW = "time_window"
    UNKNOWN_ENGINE = "unknown_engine"
    UNKNOWN_CONTEXT = "unknown_context"


class SnmpError(Exception):
    """An exchange ended without a usable response."""


class NoAnswer(SnmpError):
    """Nothing acceptable came until the last retry or the deadline."""


class ClosedPort(SnmpError):
    """An ICMP port unreachable answered: the host is up, nothing listens on the port."""


class NoRoute(SnmpError):
    """An ICMP host or network unreachable answered, or our kernel has no route."""


class Refused(SnmpError):
    """The agent says that it will not serve us."""

    def __init__(self, text: str, detail: Refusal) -> None:
        """Keep the closed-list detail beside the text for the reader."""
        super().__init__(text)
        self.detail = detail


class ErrorStatus(SnmpError):
    """A response carried an error-status; `index` counts varbinds from 1, 0 means none of them."""

    def __init__(self, text: str, status: int, index: int) -> None:
        """Keep the numbers as they came: agents invent statuses of their own."""
        super().__init__(text)
        self.status = status
        self.index = index


class Malformed(SnmpError):
    """Octets that are no message of the subset that we accept."""
