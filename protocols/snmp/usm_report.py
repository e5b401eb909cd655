"""What the counters in a Report tell (RFC 3414 section 5, RFC 3412 section 5, RFC 3413)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from protocols.snmp import ber
from protocols.snmp.errors import Malformed, Refusal, Refused

_USM_STATS: Final = bytes((43, 6, 1, 6, 3, 15, 1, 1))
_MPD_STATS: Final = bytes((43, 6, 1, 6, 3, 11, 2, 1))
_TARGET: Final = bytes((43, 6, 1, 6, 3, 12, 1))

_MEANINGS: Final[Mapping[bytes, tuple[str, Refusal]]] = MappingProxyType(
    {
        _USM_STATS + b"\x01": ("usmStatsUnsupportedSecLevels", Refusal.SECURITY_LEVEL),
        _USM_STATS + b"\x02": ("usmStatsNotInTimeWindows", Refusal.TIME_WINDOW),
        _USM_STATS + b"\x03": ("usmStatsUnknownUserNames", Refusal.WRONG_USER),
        _USM_STATS + b"\x04": ("usmStatsUnknownEngineIDs", Refusal.UNKNOWN_ENGINE),
        _USM_STATS + b"\x05": ("usmStatsWrongDigests", Refusal.WRONG_KEY),
        _USM_STATS + b"\x06": ("usmStatsDecryptionErrors", Refusal.WRONG_PRIVACY),
        _MPD_STATS + b"\x01": ("snmpUnknownSecurityModels", Refusal.SECURITY_LEVEL),
        _MPD_STATS + b"\x02": ("snmpInvalidMsgs", Refusal.SECURITY_LEVEL),
        _MPD_STATS + b"\x03": ("snmpUnknownPDUHandlers", Refusal.UNKNOWN_CONTEXT),
        _TARGET + b"\x04": ("snmpUnavailableContexts", Refusal.UNKNOWN_CONTEXT),
        _TARGET + b"\x05": ("snmpUnknownContexts", Refusal.UNKNOWN_CONTEXT),
    }
)


def refusal(varbinds: bytes) -> Refused:
    """Return the refusal that a Report stands for, from the contents of its VarBindList.

    The OID is taken with or without the instance .0, which some agents leave out.

    Raises:
        Malformed: there is no varbind, or its counter is none that we know.
    """
    at, stop = ber.expect(varbinds, 0, len(varbinds), ber.SEQUENCE)
    start, end = ber.expect(varbinds, at, stop, ber.OBJECT_IDENTIFIER)
    name = varbinds[start:end]
    found = _MEANINGS.get(name) or _MEANINGS.get(name.removesuffix(b"\0"))
    if found is None:
        raise Malformed("a Report with a counter of its own")
    counter, detail = found
    return Refused(f"reports {counter}", detail)
