"""Prometheus' web-config format: TLS, client certificates, basic auth and headers.

The format is that of the exporter-toolkit of Prometheus (docs/web-configuration.md there), so that
one file serves the exporters of a host and the agent. What it allows and we do not is refused with
its line: TLS below 1.2, secrets written into the file, client certificates that nobody verifies.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from agent.web.tls import CIPHERS, CURVES, VERSIONS, TlsConfig, make_context
from agent.web.web_config_reader import WebConfigReader
from inventory.located import Problems, read, shown
from inventory.permissions import others_can_read
from inventory.secrets import Secret
from texts import gettext as _

HEADERS = (
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "X-XSS-Protection",
)
"""What http_server_config.headers may set."""

_TOP = ("tls_server_config", "http_server_config", "basic_auth_users", "rate_limit")
_TLS = (
    "cert_file", "key_file", "client_auth_type", "client_ca_file", "client_allowed_sans",
    "min_version", "max_version", "cipher_suites", "prefer_server_cipher_suites",
    "curve_preferences", "cert", "key", "client_ca",
)  # fmt: skip
_CLIENT: Mapping[str, ssl.VerifyMode] = {
    "NoClientCert": ssl.CERT_NONE,
    "RequestClientCert": ssl.CERT_NONE,  # there it is asked for and not looked at: the same
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_BCRYPT = re.compile(r"\$2[aby]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")
_NAME = re.compile(r"[^\x00-\x1f\x7f:]{1,128}")  # a colon ends the name (RFC 7617 section 2)
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{1,2048}")
_SUFFIXES = {"cert": "cert_file", "key": "key_file", "client_ca": "client_ca_file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """What a web-config file says; `users` maps names to bcrypt hashes and never prints them."""

    tls: TlsConfig | None = None
    users: Mapping[str, Secret] = field(default_factory=lambda: MappingProxyType({}))
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def load_web_config(path: Path) -> WebConfig:
    """Read and check a web-config file with the certificates it names; no network.

    Relative paths in it start at its own folder.

    Raises:
        Problems: every mistake as `file:line: path: what, what was expected`.
    """
    root = read(path)
    reader = WebConfigReader(root, path.parent)
    reader.private(path)
    config = WebConfig(
        tls=_tls(reader) if root.get("tls_server_config") else None,
        users=_users(reader),
        headers=_headers(reader),
    )
    if not isinstance(root.value, dict | None):
        reader.refuse(_("expected a mapping, found {value}"), value=shown(root.value))
    reader.known(_TOP)
    _rate_limit(reader)
    if reader.problems:
        raise Problems(reader.problems)
    return config


def _tls(reader: WebConfigReader) -> TlsConfig | None:
    section = "tls_server_config"
    reader.of(dict, _("a mapping"), section)
    reader.known(_TLS, section)
    _no_inline_secrets(reader, section)
    certificate, key = (_needed_file(reader, section, name) for name in ("cert_file", "key_file"))
    if key is not None and others_can_read(key):
        reader.refuse(_("a private key that others can read; chmod o-r"), section, "key_file")
    if certificate is None or key is None:
        return None
    config = TlsConfig(
        certificate=certificate,
        key=key,
        client=_client(reader, section),
        client_ca=reader.file(section, "client_ca_file"),
        client_names=reader.list_of(_("a name of a client"), section, "client_allowed_sans"),
        minimum=_version(reader, section, "min_version") or ssl.TLSVersion.TLSv1_2,
        maximum=_version(reader, section, "max_version"),
        ciphers=_ciphers(reader, section),
        curve=_curve(reader, section),
        server_order=reader.of(bool, _("true or false"), section, "prefer_server_cipher_suites")
        is not False,
    )
    _check_clients(reader, section, config)
    _try(reader, section, config)
    return config


def _no_inline_secrets(reader: WebConfigReader, section: str) -> None:
    for key, instead in _SUFFIXES.items():
        if reader.node(section, key) is not None:
            reader.refuse(_("write it to a file and name it by {key}"), section, key, key=instead)


def _needed_file(reader: WebConfigReader, section: str, key: str) -> Path | None:
    if reader.node(section, key) is None:
        reader.refuse(_("is missing"), section, key)
    return reader.file(section, key)


def _client(reader: WebConfigReader, section: str) -> ssl.VerifyMode:
    steps = (section, "client_auth_type")
    if reader.of(str, _("text"), *steps) == "RequireAnyClientCert":
        text = _("a certificate that nobody verifies proves nothing; use {name}")
        reader.refuse(text, *steps, name="RequireAndVerifyClientCert")
        return ssl.CERT_NONE
    return reader.one_of(_CLIENT, *steps) or ssl.CERT_NONE


def _version(reader: WebConfigReader, section: str, key: str) -> ssl.TLSVersion | None:
    if reader.of(str, _("text"), section, key) in ("TLS10", "TLS11"):
        reader.refuse(_("TLS 1.2 is the least that is spoken; use TLS12 or TLS13"), section, key)
        return None
    return reader.one_of(VERSIONS, section, key)


def _ciphers(reader: WebConfigReader, section: str) -> tuple[str, ...]:
    steps = (section, "cipher_suites")
    names = reader.list_of(_("a name of a cipher suite"), *steps)
    found = (reader.one_of(CIPHERS, *steps, index) for index in range(len(names)))
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _curve(reader: WebConfigReader, section: str) -> str | None:
    steps = (section, "curve_preferences")
    names = reader.list_of(_("a name of a curve"), *steps)
    if len(names) > 1:
        reader.refuse(_("name one curve, or leave it out for the usual ones"), *steps)
    return reader.one_of(CURVES, *steps, 0) if names else None


def _check_clients(reader: WebConfigReader, section: str, config: TlsConfig) -> None:
    """Refuse what would look like protection and be none."""
    if config.client is not ssl.CERT_NONE and config.client_ca is None:
        reader.refuse(_("client certificates need client_ca_file"), section, "client_auth_type")
    if config.client is ssl.CERT_NONE and config.client_ca is not None:
        text = _("client_ca_file without client_auth_type verifies nobody; use {name}")
        reader.refuse(text, section, "client_ca_file", name="RequireAndVerifyClientCert")
    if config.client_names and config.client is not ssl.CERT_REQUIRED:
        text = _("client_allowed_sans needs client_auth_type: {name}")
        reader.refuse(text, section, "client_allowed_sans", name="RequireAndVerifyClientCert")
    if config.maximum is not None and config.maximum < config.minimum:
        reader.refuse(_("is below min_version"), section, "max_version")


def _try(reader: WebConfigReader, section: str, config: TlsConfig) -> None:
    try:
        make_context(config)
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "?"
        text = _("certificate, key and client_ca_file make no TLS server: {why}")
        reader.refuse(text, section, "cert_file", why=why)


def _users(reader: WebConfigReader) -> Mapping[str, Secret]:
    section = "basic_auth_users"
    users: dict[str, Secret] = {}
    for name in reader.of(dict, _("a mapping"), section) or {}:
        hashed = reader.root.at(section, name).value
        if not _NAME.fullmatch(name):
            reader.refuse(_("a name has 1 to 128 characters, none of them a colon"), section, name)
        elif not isinstance(hashed, str) or not _BCRYPT.fullmatch(hashed):
            # the value is not shown: it may be the password itself
            text = _("expected a bcrypt hash ($2b$...), as `htpasswd -nBC 10 NAME` prints it")
            reader.refuse(text, section, name)
        else:
            users[name] = Secret(hashed)
    return MappingProxyType(users)


def _headers(reader: WebConfigReader) -> Mapping[str, str]:
    section = "http_server_config"
    reader.of(dict, _("a mapping"), section)
    reader.known(("http2", "headers"), section)
    reader.of(bool, _("true or false"), section, "http2")  # accepted; HTTP/1.1 is spoken
    reader.of(dict, _("a mapping"), section, "headers")
    reader.known(HEADERS, section, "headers")
    found: dict[str, str] = {}
    for name in HEADERS:
        value = reader.of(str, _("text"), section, "headers", name)
        if value is not None and not _HEADER_VALUE.fullmatch(value):
            reader.refuse(_("is not one line of ASCII text"), section, "headers", name)
        elif value is not None:
            found[name] = value
    return MappingProxyType(found)


def _rate_limit(reader: WebConfigReader) -> None:
    """Refuse a limit that would not be kept: log-ins have their own, scrapes need none."""
    if reader.root.get("rate_limit") is not None:
        reader.refuse(_("is not offered; failed log-ins are limited always"), "rate_limit")
