"""Two refusals that others than the reader of a log must tell apart."""

from collectors.errors import Denied


class NotAccepted(Denied):
    """User and password (or key) are refused: this counts as a failed log-in."""


class KeyDenied(Denied):
    """The host key is unknown, another one, or revoked; no password was sent."""
