"""Messages: pysnmp reads what we write, we read what it writes, and any octets are survived."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pysnmp.proto import api

from protocols.snmp import ber, message, oid, varbinds
from protocols.snmp.community import CommunitySecurity
from protocols.snmp.credentials import Community, Version
from protocols.snmp.errors import Malformed
from protocols.snmp.security import Outgoing, Rejected, Rejection

V2C = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]
UP_TIME = "1.3.6.1.2.1.1.3.0"
IDS = st.integers(-(2**31), 2**31 - 1)


def theirs(community: bytes, request_id: int, value: object, version: int = 1) -> bytes:
    """Return a response as pysnmp encodes it."""
    pdu = V2C.GetResponsePDU()
    V2C.apiPDU.set_defaults(pdu)
    V2C.apiPDU.set_request_id(pdu, request_id)
    V2C.apiPDU.set_varbinds(pdu, [(V2C.ObjectIdentifier(UP_TIME), value)])
    made = V2C.Message()
    V2C.apiMessage.set_defaults(made)
    V2C.apiMessage.set_community(made, community)
    V2C.apiMessage.set_pdu(made, pdu)
    made.setComponentByPosition(0, version)
    encoded: bytes = encoder.encode(made)
    return encoded


@given(
    st.binary(max_size=300),
    IDS,
    st.one_of(
        st.integers(-(2**31), 2**31 - 1).map(V2C.Integer),
        st.integers(0, 2**64 - 1).map(V2C.Counter64),
        st.integers(0, 2**32 - 1).map(V2C.Gauge32),
        st.integers(0, 2**32 - 1).map(V2C.TimeTicks),
        st.binary(max_size=2000).map(V2C.OctetString),
    ),
)
def test_response_of_pysnmp_is_read_as_it_was_meant(
    community: bytes, request_id: int, value: object
) -> None:
    data = theirs(community, request_id, value)
    security = CommunitySecurity(Community(Version.V2C, community))
    head = message.head(data)
    pdu = security.decode(data, head, Outgoing(b"", head.identifier), 0.0)
    [found] = varbinds.read(pdu.varbinds)
    assert (pdu.kind, pdu.request_id, pdu.error_status) == (ber.RESPONSE, request_id, 0)
    assert oid.decode(found.oid) == UP_TIME
    assert found.value == (bytes(value) if found.tag == ber.OCTET_STRING else int(value))  # type: ignore[call-overload] - pysnmp has no types


@given(
    st.sampled_from([Version.V1, Version.V2C]), st.binary(max_size=300), IDS, st.integers(1, 1000)
)
def test_request_is_read_by_pysnmp_as_it_was_meant(
    version: Version, community: bytes, request_id: int, repetitions: int
) -> None:
    names = (oid.encode("1.3.6.1.2.1.2.2.1.10"), oid.encode("1.3.6.1.4.1.2011.5.25"))
    pdu = message.request(ber.GET_BULK, request_id, repetitions, message.unbound(names))
    data = CommunitySecurity(Community(version, community)).encode(pdu, request_id, 1, 0.0)
    read, rest = decoder.decode(data.datagram, V2C.Message())
    bulk = V2C.apiMessage.get_pdu(read)
    assert not rest
    assert data.identifier == request_id
    assert int(read.getComponentByPosition(0)) == version
    assert bytes(V2C.apiMessage.get_community(read)) == community
    assert int(V2C.apiBulkPDU.get_request_id(bulk)) == request_id
    assert int(V2C.apiBulkPDU.get_max_repetitions(bulk)) == repetitions
    assert int(V2C.apiBulkPDU.get_non_repeaters(bulk)) == 0
    assert [str(name) for name, _ in V2C.apiBulkPDU.get_varbinds(bulk)] == list(
        map(oid.decode, names)
    )


GOOD = theirs(b"public", 0x40000001, V2C.Counter64(2**63))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Return a good message with some octets changed, cut or added."""
    data = bytearray(draw(st.sampled_from([GOOD, theirs(b"", 1, V2C.OctetString(b"x" * 200))])))
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.integers(0, len(data)))
    return bytes(data[:cut] if draw(st.booleans()) else data) + draw(st.binary(max_size=3))


@settings(max_examples=1000)
@given(st.one_of(st.binary(max_size=80), damaged()))
@example(b"\x30" * 50)
@example(b"\x30\x80" * 50)
@example(b"\x30\x84\xff\xff\xff\xff" + b"\x00" * 60)
@example(b"\xff" * 65_507)
def test_any_octets_are_a_message_or_malformed(data: bytes) -> None:
    try:
        head = message.head(data)
        pdu = message.read_pdu(data, head.pdu_at, len(data))
        varbinds.read(pdu.varbinds)
    except Malformed:
        return
    assert head.identifier == pdu.request_id or head.version == Version.V3


@settings(max_examples=1000)
@given(damaged())
def test_quick_reader_accepts_nothing_that_the_careful_one_refuses(data: bytes) -> None:
    try:
        quick = message._usual(data)
    except IndexError:
        quick = None
    if quick is None:
        return
    assert quick[:4] == message._any(data)[:4]
    assert quick.pdu == message.read_pdu(data, quick.pdu_at, len(data))


@given(st.binary(max_size=60), st.integers(2**30, 2**31 - 1), st.binary(max_size=600))
def test_likely_identifier_is_the_true_one_whatever_the_length(
    community: bytes, request_id: int, text: bytes
) -> None:
    data = theirs(community, request_id, V2C.OctetString(text))
    assert message.likely_identifier(data) == request_id


@given(st.binary(max_size=300))
def test_likely_identifier_survives_any_octets(data: bytes) -> None:
    assert message.likely_identifier(data) >= 0


def test_usual_response_is_read_quickly() -> None:
    assert message._usual(GOOD) is not None


def test_deep_nesting_is_malformed_and_cheap() -> None:
    data = b""
    for _ in range(50):
        data = ber.tlv(ber.SEQUENCE, data)
    with pytest.raises(Malformed):
        message.head(data)


@pytest.mark.parametrize(
    ("version", "community", "reason"),
    [
        (Version.V1, b"public", Rejection.WRONG_VERSION),
        (Version.V2C, b"Public", Rejection.WRONG_COMMUNITY),
        (Version.V2C, b"", Rejection.WRONG_COMMUNITY),
    ],
)
def test_reply_of_another_community_or_version_is_rejected(
    version: Version, community: bytes, reason: Rejection
) -> None:
    data = theirs(community, 7, V2C.Integer(1), version)
    security = CommunitySecurity(Community(Version.V2C, b"public"))
    with pytest.raises(Rejected) as caught:
        security.decode(data, message.head(data), Outgoing(b"", 7), 0.0)
    assert caught.value.reason == reason
    assert caught.value.reason.forged


def test_community_written_in_long_form_is_the_same_community() -> None:
    front = b"\x02\x01\x01\x04\x81\x06public"
    pdu = ber.tlv(ber.RESPONSE, ber.integer(7) + ber.integer(0) * 2 + ber.sequence())
    data = ber.tlv(ber.SEQUENCE, front + pdu)
    security = CommunitySecurity(Community(Version.V2C, b"public"))
    assert security.decode(data, message.head(data), Outgoing(b"", 7), 0.0).request_id == 7


def test_secrets_stay_out_of_the_repr() -> None:
    assert "hunter2" not in repr(Community(Version.V2C, b"hunter2"))
