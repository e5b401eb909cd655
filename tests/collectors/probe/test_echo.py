"""Octets of ICMP, without a socket."""

import errno
import socket
import struct

import pytest

from collectors.errors import Detail
from collectors.probe import echo
from collectors.probe.verdict import NotTried, TooBig

V4, V6 = socket.AF_INET, socket.AF_INET6
OFFENDER = struct.pack("=HHI16sI", V6, 0, 0, socket.inet_pton(V6, "2001:db8::fe"), 0)
ASKED = echo.request(V6, 7, 9, b"12345678")


def queued(number: int, origin: int, kind: int = 0, code: int = 0, info: int = 0) -> bytes:
    return struct.pack("=IBBBxII", number, origin, kind, code, info, 0) + OFFENDER


def test_checksum_of_a_request_over_ipv4_sums_up_to_zero() -> None:
    for payload in (b"", b"odd", b"\xff" * 1400):
        packet = echo.request(V4, 0xFFFF, 0xFFFF, payload)
        padded = packet + b"\0" * (len(packet) % 2)
        total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
        assert total % 0xFFFF == 0
        assert total > 0


def test_reply_is_read_with_an_ip_header_of_any_length_and_without() -> None:
    octets = struct.pack("!BBHHH", 0, 0, 0, 7, 9) + b"body"
    assert echo.reply(V4, octets, with_ip_header=False) == (7, 9, b"body")
    for words in (5, 15):
        header = bytes([0x40 + words]) + bytes(words * 4 - 1)
        assert echo.reply(V4, header + octets, with_ip_header=True) == (7, 9, b"body")


@pytest.mark.parametrize(
    "octets",
    [b"", b"\0", b"\x45" + bytes(10), bytes([8]) + bytes(7), bytes([0, 1]) + bytes(6)],
)
@pytest.mark.parametrize("with_ip_header", [True, False])
def test_what_is_no_reply_is_none(octets: bytes, with_ip_header: bool) -> None:
    assert echo.reply(V4, octets, with_ip_header=with_ip_header) is None


def test_request_of_another_is_no_reply() -> None:
    assert echo.reply(V6, echo.request(V6, 7, 9, b""), with_ip_header=False) is None


def test_packet_too_big_says_how_large_and_by_whom() -> None:
    told = echo.told(V6, ASKED, queued(errno.EMSGSIZE, 3, 2, 0, 1400))
    assert told is not None
    assert told.about == (7, 9)
    assert isinstance(told.error, TooBig)
    assert told.error.mtu == 1400
    assert str(told.error) == "2001:db8::fe passes packets of at most 1400 octets"


def test_packet_too_big_below_what_ipv6_demands_is_not_believed() -> None:
    assert echo.told(V6, ASKED, queued(errno.EMSGSIZE, 3, 2, 0, 1279)) is None


def test_link_of_ours_that_is_too_small_is_told_without_a_packet() -> None:
    told = echo.told(V6, b"", queued(errno.EMSGSIZE, 1, info=1400))
    assert told is not None
    assert told.about is None
    assert str(told.error) == "our own link passes packets of at most 1400 octets"


@pytest.mark.parametrize(
    ("family", "kind", "code", "detail", "words"),
    [
        (V6, 1, 0, Detail.NO_ROUTE, "unreachable (type 1, code 0)"),
        (V6, 1, 1, Detail.PROHIBITED, "administratively prohibited"),
        (V6, 3, 0, Detail.NO_ROUTE, "hop limit exceeded"),
        (V4, 3, 1, Detail.NO_ROUTE, "unreachable (type 3, code 1)"),
        (V4, 3, 13, Detail.PROHIBITED, "administratively prohibited"),
        (V4, 11, 0, Detail.NO_ROUTE, "hop limit exceeded"),
    ],
)
def test_icmp_error_is_translated(
    family: socket.AddressFamily, kind: int, code: int, detail: Detail, words: str
) -> None:
    packet = echo.request(family, 7, 9, b"")
    told = echo.told(family, packet, queued(errno.EHOSTUNREACH, 2, kind, code))
    assert told is not None
    assert told.error.detail is detail
    assert words in str(told.error)


@pytest.mark.parametrize("packet", [b"", ASKED[:7], bytes([129]) + ASKED[1:]])
def test_error_about_what_we_did_not_send_is_none(packet: bytes) -> None:
    assert echo.told(V6, packet, queued(errno.EHOSTUNREACH, 3, 1, 0)) is None


def test_error_cut_short_is_none() -> None:
    assert echo.told(V6, ASKED, b"\0" * 15) is None


@pytest.mark.parametrize("number", [errno.ENOBUFS, errno.EMFILE, errno.EADDRNOTAVAIL])
def test_what_this_machine_lacks_says_nothing_of_the_target(number: int) -> None:
    assert isinstance(echo.unsent(OSError(number, "")), NotTried)


@pytest.mark.parametrize(
    ("number", "detail"),
    [(errno.EPERM, Detail.PROHIBITED), (errno.ENETUNREACH, Detail.NO_ROUTE)],
)
def test_what_this_machine_has_no_way_for_is_a_failure(number: int, detail: Detail) -> None:
    error = echo.unsent(OSError(number, "words"))
    assert not isinstance(error, NotTried)
    assert error.detail is detail
