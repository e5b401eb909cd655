"""How the answers of one engine look while nothing happens: parts at fixed places.

From one answer that was believed, everything that stands in clear is known but msgID, time, HMAC,
salt and lengths. An answer that looks the same needs no parsing, only the proofs themselves: HMAC,
time window, and that it deciphers to what was asked for. None of them is left out.
"""

from protocols.snmp import ber
from protocols.snmp.usm_peer import Peer
from protocols.snmp.v3_message import Envelope

_ID_AT, _BEHIND_ID = 7, 11
"""Of msgID's contents, behind the outermost header."""
_SALT = bytes((ber.OCTET_STRING, 8))
_TIMES = range(1, 5)
_SHORT, _MIDDLING, _LONG = 2, 3, 4
"""Octets of a header, whose length takes none, one or two octets more."""


class UsualAnswer:
    """The shape of answers, authenticated and enciphered, of one engine at one boot.

    Answers of other lengths may have another one, because their headers are longer or shorter.
    """

    __slots__ = ("_behind_id", "_behind_time", "_body_at", "_boots", "_enciphered_at", "_front",
                 "_header", "_mac_at", "_salt_at", "_time_at", "_time_end")  # fmt: skip

    def __init__(self, datagram: bytes, envelope: Envelope, time_at: int) -> None:
        """Learn from an answer that was believed; `time_at` is where its time's contents are."""
        self._boots = envelope.boots
        self._time_at = time_at
        self._time_end = time_at + datagram[time_at - 1]
        self._mac_at = envelope.mac_at
        self._salt_at = envelope.mac_at + envelope.mac_octets + len(_SALT)
        self._body_at = envelope.body_at
        header = self._header = _header(datagram, 0)
        self._enciphered_at = self._body_at + _header(datagram, self._body_at)
        self._front = datagram[header : header + _ID_AT]
        self._behind_id = datagram[header + _BEHIND_ID : time_at]
        self._behind_time = datagram[self._time_end : envelope.mac_at]

    def opened(self, datagram: bytes, peer: Peer, monotonic_s: float) -> bytes | None:
        """Return the scopedPDU, perhaps with padding; None: look at it with care.

        It is from the engine, user and boot that this was learned from, proven by its HMAC, and
        within the time window. The caller still compares context and request-id.

        Raises:
            Malformed: it cannot be deciphered.
        """
        header, body_at, enciphered_at = self._header, self._body_at, self._enciphered_at
        if not (
            datagram.startswith(self._front, header)
            and datagram.startswith(self._behind_id, header + _BEHIND_ID)
            and datagram.startswith(self._behind_time, self._time_end)
            and datagram.startswith(_SALT, self._salt_at - len(_SALT))
            and len(datagram) > enciphered_at
        ):
            return None
        if (
            not _fills(datagram, 0, header)
            or datagram[body_at] != ber.OCTET_STRING
            or not _fills(datagram, body_at, enciphered_at - body_at)
            or datagram[self._time_at] >= ber.LONG_FORM
            or peer.privacy is None
            or peer.authentication is None
            or not peer.authentication.verify(datagram, self._mac_at)
        ):
            return None
        time_s = int.from_bytes(datagram[self._time_at : self._time_end], "big")
        if not peer.clock.advance(self._boots, time_s, monotonic_s):
            return None
        salt = datagram[self._salt_at : body_at]
        return peer.privacy.decrypt(datagram[enciphered_at:], salt, self._boots, time_s)


def usual_answer(datagram: bytes, envelope: Envelope) -> UsualAnswer | None:
    """Return the shape of an answer that was believed; None when it is not of that sort."""
    octets = (envelope.time_s.bit_length() >> 3) + 1
    time_at = envelope.mac_at - 2 - len(envelope.user) - 2 - octets
    behind_mac = envelope.mac_at + envelope.mac_octets
    header, body_at = _header(datagram, 0), envelope.body_at
    usual = (
        _fills(datagram, 0, header)
        and datagram[header + _ID_AT - 2 : header + _ID_AT] == b"\x02\x04"
        and octets in _TIMES
        and datagram[time_at - 2 : time_at] == bytes((ber.INTEGER, octets))
        and int.from_bytes(datagram[time_at : time_at + octets], "big") == envelope.time_s
        and datagram.startswith(_SALT, behind_mac)
        and body_at == behind_mac + len(_SALT) + len(envelope.salt)
        and datagram[body_at] == ber.OCTET_STRING
        and _fills(datagram, body_at, _header(datagram, body_at))
    )
    return UsualAnswer(datagram, envelope, time_at) if usual else None


def _header(data: bytes, at: int) -> int:
    """Return how many octets the tag and the length at a place take."""
    return 2 + (data[at + 1] & 0x7F if data[at + 1] >= ber.LONG_FORM else 0)


def _fills(data: bytes, at: int, header: int) -> bool:
    """Tell whether an element with such a header reaches from a place to the end."""
    rest = len(data) - at - header
    if header == _SHORT:
        return data[at + 1] == rest < ber.LONG_FORM
    if header == _MIDDLING:
        return data[at + 1] == 0x81 and data[at + 2] == rest  # noqa: PLR2004 - one octet of length
    two = header == _LONG and data[at + 1] == 0x82  # noqa: PLR2004 - two octets of length
    return two and data[at + 2] << 8 | data[at + 3] == rest
