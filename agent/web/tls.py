"""TLS for the web: a context that follows its files, and the names a client may carry.

Certificates are renewed by others (ACME, an internal authority) while the service runs. The
context handed to asyncio makes each new connection with whatever the files hold at that moment,
as Prometheus exporters do; connections that exist keep what they have.
"""

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from typing_extensions import override

CIPHERS: Mapping[str, str] = {
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305": "ECDHE-RSA-CHACHA20-POLY1305",
}
"""TLS 1.2 suites by their name in web-config files and in OpenSSL: forward secret, authenticated.

The suites of TLS 1.3 are not chosen, neither there nor here.
"""

CURVES: Mapping[str, str] = {
    "X25519": "X25519",
    "CurveP256": "prime256v1",
    "CurveP384": "secp384r1",
    "CurveP521": "secp521r1",
}

VERSIONS: Mapping[str, ssl.TLSVersion] = {
    "TLS12": ssl.TLSVersion.TLSv1_2,
    "TLS13": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsConfig:
    """The tls_server_config of a web-config file.

    Args:
        client: whether a client certificate is not asked for, verified when given, or required.
        client_names: a client must carry one of these subject alternative names; empty: any.
    """

    certificate: Path
    key: Path
    client: ssl.VerifyMode = ssl.CERT_NONE
    client_ca: Path | None = None
    client_names: tuple[str, ...] = ()
    minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    maximum: ssl.TLSVersion | None = None
    ciphers: tuple[str, ...] = ()
    curve: str | None = None
    server_order: bool = True

    def files(self) -> tuple[Path, ...]:
        """Return the files whose change makes a new context."""
        ours = (self.certificate, self.key)
        return ours if self.client_ca is None else (*ours, self.client_ca)


def make_context(config: TlsConfig) -> ssl.SSLContext:
    """Build the context for new connections.

    Raises:
        OSError: a file cannot be read.
        ssl.SSLError: it holds no usable certificate or key (a subclass of OSError).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = config.minimum
    if config.maximum is not None:
        context.maximum_version = config.maximum
    context.set_ciphers(":".join(config.ciphers or dict.fromkeys(CIPHERS.values())))
    if config.curve is not None:
        context.set_ecdh_curve(config.curve)
    if not config.server_order:
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    # an encrypted key must fail and not ask for its password on the terminal
    context.load_cert_chain(config.certificate, config.key, password=lambda: b"")
    if config.client_ca is not None:
        context.load_verify_locations(config.client_ca)
    context.verify_mode = config.client
    return context


def expires_s(certificate: Path) -> float:
    """Return the end of a certificate's life as Unix time: the file's first one, which we show.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no certificate in PEM.
    """
    first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    return first.not_valid_after_utc.timestamp()


class CurrentContext(ssl.SSLContext):
    """An SSLContext that makes every connection with the context of that moment.

    asyncio and uvloop take one context when they start to listen and call `wrap_bio` on it for
    each connection; that call is all they use of it.
    """

    current: Callable[[], ssl.SSLContext]

    @classmethod
    def following(cls, current: Callable[[], ssl.SSLContext]) -> "CurrentContext":
        """Make one that asks `current` for the context of each new connection."""
        context = cls(ssl.PROTOCOL_TLS_SERVER)
        context.current = current
        return context

    @override
    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        """Begin a connection with the newest certificate."""
        return self.current().wrap_bio(incoming, outgoing, server_side, server_hostname, session)


def permits(certificate: Mapping[str, object] | None, names: Sequence[str]) -> bool:
    """Say whether a verified client certificate carries one of `names`; no names: any will do.

    Compared exactly (DNS, e-mail, IP address, URI): an allow list has no wildcards.
    """
    return not names or not set(names).isdisjoint(_alternative_names(certificate or {}))


def _alternative_names(certificate: Mapping[str, object]) -> Iterator[str]:
    entries = certificate.get("subjectAltName", ())
    if isinstance(entries, tuple):
        for entry in entries:
            if isinstance(entry, tuple) and len(entry) == 2:  # noqa: PLR2004  # (type, value), ssl.getpeercert
                yield str(entry[1])
