"""Refusals that others than the reader of a log must tell apart."""

from collectors.errors import Denied


class NotAccepted(Denied):
    """User and password (or key) are refused: this counts as a failed log-in."""


class EnableRefused(Denied):
    """The password of `enable` is wrong, or nothing says that it is right: counts as well."""


class NoVerdict(Denied):
    """The password of `enable` was sent, and the device reset or fell silent."""


class KeyDenied(Denied):
    """The host key is unknown, another one, or revoked; no password was sent."""
