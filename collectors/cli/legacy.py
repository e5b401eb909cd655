"""Algorithms of SSH: which are offered by default, and which only to a credential with `legacy`.

Old VRP and Comware know nothing newer than `diffie-hellman-group1-sha1`, `ssh-rsa` and 3DES. The
library has given up SHA-1 altogether, so those exchanges are defined here (RFC 4253, sections 6.6,
8.1 and 8.2); nobody is offered them who was not written down for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha1
from typing import ClassVar

from cryptography.hazmat.primitives.hashes import SHA1
from paramiko import (
    AuthenticationException,
    BadAuthenticationType,
    Message,
    PKey,
    RSAKey,
    SSHException,
    Transport,
)
from paramiko.kex_group14 import KexGroup14SHA256
from typing_extensions import override

from collectors.cli.prompt import demands_new_password

_OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22"
    "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6"
    "F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381"
    "FFFFFFFFFFFFFFFF",
    16,
)

WEAK = frozenset(
    {
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "ssh-rsa",
        "aes128-cbc",
        "aes192-cbc",
        "aes256-cbc",
        "3des-cbc",
        "hmac-md5",
        "hmac-md5-96",
        "hmac-sha1-96",
    }
)
"""What `legacy` allows beside the rest; its use is a finding."""


class _Group14(KexGroup14SHA256):
    name = "diffie-hellman-group14-sha1"
    hash_algo = sha1


class _Group1(_Group14):
    name = "diffie-hellman-group1-sha1"
    P = _OAKLEY_2


class _Rsa(RSAKey):
    HASHES: ClassVar[Mapping[str, object]] = {**RSAKey.HASHES, "ssh-rsa": SHA1}


_Handler = Callable[[str, str, Sequence[tuple[str, bool]]], Sequence[str]]


class PinnedTransport(Transport):
    """Remembers what the library forgets, and gives a password once.

    Attributes:
        before_secret: called, in the thread that logs in, before each time one is sent.
        agreed_kex: the key exchange.
        asked, accepted: a password or key was sent, and let in.
        answered: a question was answered with the password.
        expired: the server wants another password first.
    """

    before_secret: Callable[[], None] = staticmethod(lambda: None)
    agreed_kex = ""
    asked = False
    accepted = False
    answered = False
    expired = False
    _why: SSHException | None = None

    @override
    def auth_password(self, *args: object, **options: object) -> list[str]:
        self._secret()
        try:
            return self._ended(super().auth_password(*args, **options))
        except BadAuthenticationType as error:
            # the library keeps what became of its questions to itself
            raise (self._why or error if self.answered else error) from None
        except SSHException as error:
            # RFC 4252, section 8: the server's demand for another password has the number of a
            # question, which the library did not ask for
            self.expired = self.expired or "info request" in str(error)
            raise

    @override
    def auth_publickey(self, username: str, key: PKey, *args: object) -> list[str]:
        self._secret()
        return self._ended(super().auth_publickey(username, key, *args))

    @override
    def auth_interactive(self, username: str, handler: _Handler, submethods: str = "") -> list[str]:
        """Answer one question (RFC 4256); a second one means that the answer was wrong.

        Some devices ask three times in one go, and each counts as a failed log-in.
        """

        def once(title: str, text: str, fields: Sequence[tuple[str, bool]]) -> Sequence[str]:
            if fields and self.answered:
                self.expired = any(demands_new_password(one) for one, _ in fields)
                message = "it asks again"
                raise AuthenticationException(message)
            self.answered = self.answered or bool(fields)
            return handler(title, text, fields)

        try:
            further: list[str] = super().auth_interactive(username, once, submethods)
        except SSHException as error:
            self._why = error
            raise
        return further

    def _secret(self) -> None:
        self.before_secret()
        self.asked = True

    def _ended(self, further: list[str]) -> list[str]:
        self.accepted = not further
        return further

    def _parse_kex_init(self, m: Message) -> None:
        super()._parse_kex_init(m)
        self.agreed_kex = getattr(self.kex_engine, "name", "")


class ModernTransport(PinnedTransport):
    """Offers nothing that is weak."""

    _preferred_ciphers = tuple(one for one in Transport._preferred_ciphers if one not in WEAK)  # noqa: SLF001 - the library has no other way
    _preferred_macs = tuple(one for one in Transport._preferred_macs if one not in WEAK)  # noqa: SLF001 - same


class LegacyTransport(PinnedTransport):
    """Offers what is weak last."""

    _kex_info: ClassVar[Mapping[str, object]] = {
        **Transport._kex_info,  # noqa: SLF001 - same
        _Group14.name: _Group14,
        _Group1.name: _Group1,
    }
    _key_info: ClassVar[Mapping[str, object]] = {**Transport._key_info, "ssh-rsa": _Rsa}  # noqa: SLF001 - same
    _preferred_kex = (*Transport._preferred_kex, _Group14.name, _Group1.name)  # noqa: SLF001 - same
    _preferred_keys = (*Transport._preferred_keys, "ssh-rsa")  # noqa: SLF001 - same
    _preferred_ciphers = (
        *ModernTransport._preferred_ciphers,  # noqa: SLF001 - same
        *(one for one in Transport._preferred_ciphers if one in WEAK),  # noqa: SLF001 - same
    )


def transport_class(*, legacy: bool) -> type[PinnedTransport]:
    """Return the class of connections."""
    return LegacyTransport if legacy else ModernTransport


def prefer(transport: Transport, pinned: Iterable[str]) -> None:
    """Ask for a host key of a type that is pinned, so as to be shown one that can be compared."""
    options = transport.get_security_options()
    first = [one for one in options.key_types if _type_of(one) in set(pinned)]
    options.key_types = (*first, *(one for one in options.key_types if one not in first))


def weak_ones(transport: PinnedTransport) -> tuple[str, ...]:
    """Name what was agreed on and is weak."""
    agreed = (
        transport.agreed_kex,
        transport.host_key_type,
        transport.local_cipher,
        transport.remote_cipher,
        transport.local_mac,
        transport.remote_mac,
    )
    return tuple(dict.fromkeys(one for one in agreed if one in WEAK))


def _type_of(algorithm: str) -> str:
    return "ssh-rsa" if algorithm.startswith("rsa-sha2-") else algorithm
