"""The notations of single values: ids, addresses, durations, speeds, dates, secrets.

Each function takes the plain value of a YAML scalar and returns what the code works with, or
raises Mistake with a text for the writer. None of them shows a secret.
"""

import datetime as dt
import ipaddress
import re
from urllib.parse import urlsplit

from inventory.located import Plain, cut, shown
from inventory.secrets import SecretReference
from texts import gettext as _

ID = re.compile(r"[A-Za-z0-9._-]{1,63}")
_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)")
_DURATION_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPEED = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)([KMGT]?)")
_SPEED_BPS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_ENVIRONMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_CREDENTIAL = re.compile(r"[A-Za-z0-9._-]{1,128}")
MAX_TEXT = 1024


class Mistake(ValueError):
    """A value that is not what was expected; the text is translated and shows no secret."""


def text(value: Plain) -> str:
    """Take text; a whole number is taken as it was written (a code, a postal area)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Mistake(_("expected text, not {value}").format(value=shown(value)))
    if not value.strip():
        raise Mistake(_("expected text, found nothing in it"))
    if len(value) > MAX_TEXT:
        raise Mistake(_("longer than {limit} characters").format(limit=MAX_TEXT))
    if not value.isprintable():
        raise Mistake(_("holds a line break or another control character"))
    return value


class RelativePath(str):
    """A path as it was written; the loader makes it absolute from the file's folder."""

    __slots__ = ()


def file_path(value: Plain) -> RelativePath:
    """Take a path, relative to the folder of the file that it is written in."""
    return RelativePath(text(value))


def identifier(value: Plain) -> str:
    """Take an id: it stands in URLs and labels."""
    written = text(value)
    if not ID.fullmatch(written) or set(written) == {"."}:
        raise Mistake(
            _("{value} is not an id; expected 1 to 63 of A-Z a-z 0-9 . _ -").format(
                value=shown(written)
            )
        )
    return written


def address(value: Plain) -> str:
    """Take an IPv4 or IPv6 address (`%zone` allowed) or a host name; return its canonical form."""
    written = text(value)
    if re.fullmatch(r"[0-9.]+", written) or ":" in written:
        return _numeric(written)
    return _host_name(written)


def _numeric(written: str) -> str:
    try:
        found = ipaddress.ip_address(written)
    except ValueError:
        raise Mistake(
            _("{value} is not an address; expected IPv4, IPv6 or a host name").format(
                value=shown(written)
            )
        ) from None
    if found.is_multicast or found.is_unspecified:
        raise Mistake(_("{value} is not the address of one machine").format(value=shown(written)))
    return str(found)


def _host_name(written: str) -> str:
    if len(written) > 253 or not _HOST.fullmatch(written):  # noqa: PLR2004 - RFC 1035 section 2.3.4
        raise Mistake(
            _("{value} is not an address; expected IPv4, IPv6 or a host name").format(
                value=shown(written)
            )
        )
    return written.lower().rstrip(".")


def addresses(value: Plain) -> tuple[str, ...]:
    """Take one address or a list of them, the preferred one first."""
    written = value if isinstance(value, list) else [value]
    if not written:
        raise Mistake(_("expected an address or a list of them"))
    return tuple(address(one) for one in written)


def ipv4(value: Plain) -> str:
    """Take an IPv4 address."""
    try:
        return str(ipaddress.IPv4Address(text(value)))
    except ipaddress.AddressValueError:
        raise Mistake(_("{value} is not an IPv4 address").format(value=shown(value))) from None


def ipv6(value: Plain) -> str:
    """Take an IPv6 address."""
    try:
        return str(ipaddress.IPv6Address(text(value)))
    except ipaddress.AddressValueError:
        raise Mistake(_("{value} is not an IPv6 address").format(value=shown(value))) from None


def network(value: Plain) -> str:
    """Take a network in CIDR notation, or one address."""
    try:
        return str(ipaddress.ip_network(text(value)))
    except ValueError:
        raise Mistake(
            _("{value} is not a network; expected such as 10.1.0.0/16").format(value=shown(value))
        ) from None


def split_port(value: Plain) -> tuple[str, int]:
    """Take `host:port`, IPv6 in brackets; return both apart.

    The host is canonical; `[::]` and `0.0.0.0` are allowed, since one listens there.
    """
    written = text(value)
    host, colon, port = written.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not colon or not port.isascii() or not port.isdigit() or (":" in host and not bracketed):
        raise Mistake(
            _("{value} is not an address with a port; expected 192.0.2.1:80 or [::1]:80").format(
                value=shown(written)
            )
        )
    if int(port[:6]) > 65535:  # noqa: PLR2004 - the largest port
        raise Mistake(_("{value} is not a port; expected 0 to 65535").format(value=cut(port)))
    bare = host[1:-1] if bracketed else host
    if bare in ("::", "0.0.0.0"):  # noqa: S104 - compared, not bound
        return bare, int(port)
    return address(bare), int(port)


def host_port(value: Plain) -> str:
    """Take `host:port` and return its canonical form."""
    host, port = split_port(value)
    if not port:
        raise Mistake(_("{value} is not a port; expected 1 to 65535").format(value=port))
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def old_address(value: Plain) -> str:
    """Take an address with or without a port."""
    written = text(value)
    try:
        return address(written)
    except Mistake:
        return host_port(written)


def url(value: Plain) -> str:
    """Take a URL of http or https; one with a password in it is refused and not shown."""
    written = text(value)
    try:
        parts = urlsplit(written)
        port_is_fine = parts.port is None or parts.port > 0
        host = parts.hostname or ""
    except ValueError:
        raise Mistake(_("is not a URL; expected such as https://host/path")) from None
    if "@" in parts.netloc:
        raise Mistake(_("a user or password does not belong in a URL"))
    if parts.scheme not in ("http", "https") or not host or not port_is_fine or " " in written:
        raise Mistake(_("is not a URL; expected such as https://host/path"))
    return written


def duration_s(value: Plain) -> float:
    """Take `30s`, `5m`, `1h`, `500ms`, `7d`; return seconds."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Mistake(
            _("{value} is not a duration; expected such as 30s, 5m or 1h").format(
                value=shown(value)
            )
        )
    return round(float(match[1]) * _DURATION_S[match[2]], 6)


def speed_bps(value: Plain) -> int:
    """Take `10G`, `100M` or a number; return bits per second."""
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _SPEED.fullmatch(written) if isinstance(written, str) else None
    if match is None or not float(match[1]):
        raise Mistake(
            _("{value} is not a speed; expected such as 100M, 1G or 10G").format(value=shown(value))
        )
    return int(float(match[1]) * _SPEED_BPS[match[2]])


def date(value: Plain) -> dt.date:
    """Take `2026-06-30`."""
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):  # 3.11 would take 2026-W01-1 too
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise Mistake(
        _("{value} is not a date; expected such as 2026-06-30").format(value=shown(value))
    )


def regex(value: Plain) -> str:
    """Take a regular expression."""
    written = text(value)
    try:
        re.compile(written)
    except (re.error, RecursionError, OverflowError):
        raise Mistake(
            _("{value} is not a regular expression").format(value=shown(written))
        ) from None
    return written


def secret(value: Plain) -> SecretReference:
    """Take a reference to a secret; what was written instead is never shown, it may be one."""
    if isinstance(value, dict) and len(value) == 1:
        for kind in ("env", "file", "credential"):
            name = value.get(kind)
            if isinstance(name, str):
                return _reference(kind, name)
    raise Mistake(
        _(
            "expected a reference to a secret, never the secret itself: "
            "{{env: NAME}}, {{file: path}} or {{credential: name}}"
        ).format()
    )


def _reference(kind: str, name: str) -> SecretReference:
    if kind == "env" and _ENVIRONMENT.fullmatch(name):
        return SecretReference("env", name)
    if kind == "file" and name.strip() and name.isprintable() and len(name) <= MAX_TEXT:
        return SecretReference("file", name)
    if kind == "credential" and _CREDENTIAL.fullmatch(name) and name not in (".", ".."):
        return SecretReference("credential", name)
    raise Mistake(
        {
            "env": _("expected the name of an environment variable (A-Z a-z 0-9 _) in env"),
            "file": _("expected a path in file"),
        }.get(kind, _("expected the name of a systemd credential (A-Z a-z 0-9 . _ -)"))
    )
