"""pysnmp as the second opinion: walks one column with another implementation of everything.

The one module of the product that imports pysnmp. It is slow and that is no matter: `visit
--cross-check` asks a device once, on an operator's word.
"""

from collections.abc import AsyncIterator
from types import MappingProxyType

from pysnmp.hlapi.v3arch import asyncio as pysnmp
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

from collectors.errors import BadAnswer
from collectors.snmp.cross_check import Value
from protocols.snmp.credentials import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    User,
    Version,
)

_AUTH = MappingProxyType(
    {
        None: pysnmp.USM_AUTH_NONE,
        AuthProtocol.MD5: pysnmp.USM_AUTH_HMAC96_MD5,
        AuthProtocol.SHA1: pysnmp.USM_AUTH_HMAC96_SHA,
        AuthProtocol.SHA224: pysnmp.USM_AUTH_HMAC128_SHA224,
        AuthProtocol.SHA256: pysnmp.USM_AUTH_HMAC192_SHA256,
        AuthProtocol.SHA384: pysnmp.USM_AUTH_HMAC256_SHA384,
        AuthProtocol.SHA512: pysnmp.USM_AUTH_HMAC384_SHA512,
    }
)
_PRIV = MappingProxyType(
    {
        None: pysnmp.USM_PRIV_NONE,
        PrivProtocol.DES: pysnmp.USM_PRIV_CBC56_DES,
        PrivProtocol.DES3: pysnmp.USM_PRIV_CBC168_3DES,
        PrivProtocol.AES128: pysnmp.USM_PRIV_CFB128_AES,
        PrivProtocol.AES192: pysnmp.USM_PRIV_CFB192_AES_BLUMENTHAL,
        PrivProtocol.AES256: pysnmp.USM_PRIV_CFB256_AES_BLUMENTHAL,
        PrivProtocol.AES192C: pysnmp.USM_PRIV_CFB192_AES,
        PrivProtocol.AES256C: pysnmp.USM_PRIV_CFB256_AES,
    }
)
_REPETITIONS = 20
_ABSENT = (NoSuchObject, NoSuchInstance, EndOfMibView)


class PysnmpPeer:
    """A device as pysnmp sees it, at one numeric address."""

    def __init__(self, target: str, address: str, port: int, credential: Credential) -> None:
        """Ask nothing yet."""
        self._target = target
        self._where = (address, port)
        self._credential = credential
        self._engine = pysnmp.SnmpEngine()

    async def column(self, dotted: str) -> AsyncIterator[tuple[str, Value]]:
        """Yield (instance OID, value) of a column; a scalar is given without its `.0`.

        Values are int, octets, or a dotted OID.

        Raises:
            BadAnswer: pysnmp could not get it.
        """
        walk = (
            pysnmp.walk_cmd(*await self._place(), self._object(dotted), **_PLAIN)
            if self._is_v1
            else pysnmp.bulk_walk_cmd(
                *await self._place(), 0, _REPETITIONS, self._object(dotted), **_PLAIN
            )
        )
        async for problem, status, _index, bindings in walk:
            if problem is not None or status:
                raise BadAnswer(self._target, f"pysnmp: {problem or status}")
            for name, value in bindings:
                if not isinstance(value, _ABSENT):
                    yield str(name), _plain(value)

    def close(self) -> None:
        """Close pysnmp's sockets."""
        self._engine.close_dispatcher()

    @property
    def _is_v1(self) -> bool:
        return isinstance(self._credential, Community) and self._credential.version is Version.V1

    def _object(self, dotted: str) -> pysnmp.ObjectType:
        return pysnmp.ObjectType(pysnmp.ObjectIdentity(dotted))

    async def _place(self) -> tuple[object, ...]:
        context = self._credential.context if isinstance(self._credential, User) else b""
        kind = pysnmp.Udp6TransportTarget if ":" in self._where[0] else pysnmp.UdpTransportTarget
        transport = await kind.create(self._where, timeout=3, retries=2)
        return (
            self._engine,
            _authentication(self._credential),
            transport,
            pysnmp.ContextData(contextName=context),
        )


_PLAIN = MappingProxyType({"lookupMib": False, "lexicographicMode": False})


def _authentication(credential: Credential) -> pysnmp.CommunityData | pysnmp.UsmUserData:
    if isinstance(credential, Community):
        model = 0 if credential.version is Version.V1 else 1
        return pysnmp.CommunityData(credential.name.decode("latin-1"), mpModel=model)
    return pysnmp.UsmUserData(
        credential.name,
        credential.auth_key.decode() or None,
        credential.priv_key.decode() or None,
        authProtocol=_AUTH[credential.auth],
        privProtocol=_PRIV[credential.priv],
    )


def _plain(value: object) -> Value:
    name = type(value).__name__
    if name in {"ObjectIdentifier", "ObjectIdentity"}:
        return str(value)
    if hasattr(value, "asOctets"):
        return bytes(value.asOctets())
    return int(value)  # type: ignore[call-overload,no-any-return]  # pyasn1's integers know __int__
