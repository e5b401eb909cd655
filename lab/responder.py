"""A switch's rows over SNMP v2c or v3: wire format, communities and USM are pysnmp's.

Only what stands between a decoded request and the varbinds of its answer is ours: pysnmp's own
MIB objects would be too slow to build and to ask. Varbinds come encoded from the tree. An answer
is cut at what fits an Ethernet frame, as switches do; a silent switch drops datagrams before
pysnmp sees them.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pyasn1.type import univ
from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c
from typing_extensions import override

from lab.mib.system import engine_id
from lab.mib.tree import Bind, Oid, Tree, without_value
from lab.state import SwitchState

READ_ALL = (1,)
"""LLDP and link aggregation stand outside 1.3.6.1."""
MAX_OCTETS = 1300
"""Names and values of one answer: leaves room for the headers of v3 in 1500 octets."""
MAX_ROWS = 100


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read: a community for v2c, or a user with SHA-256 and AES-128 (RFC 7860, 3826)."""

    community: str = ""
    user: str = ""
    auth_key: str = ""
    priv_key: str = ""


@dataclass(frozen=True, slots=True)
class Served:
    """What an agent serves: its rows, its state now, and whether it answers at all."""

    tree: Tree
    state: Callable[[], SwitchState]
    silent: Callable[[], bool]


class Responder:
    """One switch's SNMP agent, listening from `open` to `close` on the running event loop."""

    def __init__(self, served: Served, access: Access) -> None:
        """Build the engine; nothing listens yet."""
        self._served = served
        self._engine = SnmpEngine()
        symbols = self._engine.get_mib_builder().import_symbols(
            "__SNMP-FRAMEWORK-MIB", "snmpEngineID", "snmpEngineBoots", "snmpEngineTime"
        )
        identity, self._boots, self._time = symbols
        identity.syntax = identity.syntax.clone(engine_id(served.state().switch))
        self._engine.snmpEngineID = identity.syntax
        _admit(self._engine, access)
        everything = context.SnmpContext(self._engine)
        for command in (_Get, _Next, _Bulk):
            command(self._engine, everything, served)

    async def open(self, address: str, port: int) -> None:
        """Listen on a UDP address; OSError, with the address in its text, when it is taken."""
        loop = asyncio.get_running_loop()
        transport = _Transport(loop=loop, welcome=self._welcome)
        try:
            await loop.create_datagram_endpoint(lambda: transport, local_addr=(address, port))
        except OSError as error:
            raise OSError(f"{address}:{port}: {error.strerror}") from error
        config.add_transport(self._engine, udp.DOMAIN_NAME, transport)

    def close(self) -> None:
        """Close the socket."""
        self._engine.close_dispatcher()

    def _welcome(self) -> bool:
        """Set pysnmp's clock by the lab's for the datagram that came; say whether to take it."""
        state = self._served.state()
        self._boots.syntax = rfc1902.Integer32(state.boots)
        self._time.syntax = rfc1902.Integer32(int(state.at_s - state.boot_s))
        return not self._served.silent()


class _Transport(udp.UdpTransport):  # type: ignore[misc]  # pysnmp ships no types
    """pysnmp's socket behind a door that a silent switch keeps shut."""

    def __init__(self, *, loop: asyncio.AbstractEventLoop, welcome: Callable[[], bool]) -> None:
        super().__init__(loop=loop)
        self._welcome = welcome

    @override
    def datagram_received(self, datagram: bytes, transportAddress: tuple[str, int]) -> None:
        if self._welcome():
            super().datagram_received(datagram, transportAddress)


def _admit(engine: SnmpEngine, access: Access) -> None:
    """Let the community or the user read everything, the user only with authPriv."""
    if access.community:
        config.add_v1_system(engine, "lab", access.community)
        config.add_vacm_user(engine, 2, "lab", "noAuthNoPriv", READ_ALL)
    if access.user:
        config.add_v3_user(
            engine,
            access.user,
            config.USM_AUTH_HMAC192_SHA256,
            access.auth_key,
            config.USM_PRIV_CFB128_AES,
            access.priv_key,
        )
        config.add_vacm_user(engine, 3, access.user, "authPriv", READ_ALL)


class _Answering:
    """What the three commands share: one check of access a request, and a frame's worth of rows."""

    def __init__(self, engine: SnmpEngine, everything: context.SnmpContext, served: Served) -> None:
        super().__init__(engine, everything)  # type: ignore[call-arg]  # pysnmp's constructor
        self._served = served
        self._answer: list[Bind] = []

    def handle_management_operation(
        self, engine: SnmpEngine, reference: object, _context: object, request: object
    ) -> None:
        asked = v2c.apiPDU.get_varbinds(request)
        for index, bind in enumerate(asked[:1]):
            self.verify_access("read", bind, snmpEngine=engine, idx=index)  # type: ignore[attr-defined]  # pysnmp's method
        oids = [tuple(bind[0]) for bind in asked]
        self._answer = self.answer(oids, request, self._served.state())
        self.send_varbinds(engine, reference, 0, 0, [])  # type: ignore[attr-defined]  # pysnmp's method
        self.release_state_information(reference)  # type: ignore[attr-defined]  # pysnmp's method

    def send_pdu(self, engine: SnmpEngine, reference: object, pdu: univ.Sequence) -> None:
        """Send pysnmp's response with our rows in it, which are encoded already."""
        rows = v2c.apiPDU.get_varbind_list(pdu)
        for place, bind in enumerate(self._answer):
            rows.setComponentByPosition(
                place,
                univ.Any(bind.octets),
                verifyConstraints=False,
                matchTags=False,
                matchConstraints=False,
            )
        super().send_pdu(engine, reference, pdu)  # type: ignore[misc]  # pysnmp's method

    def answer(self, oids: list[Oid], request: object, state: SwitchState) -> list[Bind]:
        raise NotImplementedError

    def next_row(self, oid: Oid, state: SwitchState) -> Bind:
        row = self._served.tree.after(oid, state)
        return row or without_value(oid, rfc1905.endOfMibView)


class _Get(_Answering, cmdrsp.GetCommandResponder):  # type: ignore[misc]  # ships no types
    @override
    def answer(self, oids: list[Oid], request: object, state: SwitchState) -> list[Bind]:
        return [self._served.tree.exact(oid, state) for oid in oids]


class _Next(_Answering, cmdrsp.NextCommandResponder):  # type: ignore[misc]  # ships no types
    @override
    def answer(self, oids: list[Oid], request: object, state: SwitchState) -> list[Bind]:
        return [self.next_row(oid, state) for oid in oids]


class _Bulk(_Answering, cmdrsp.BulkCommandResponder):  # type: ignore[misc]  # ships no types
    @override
    def answer(self, oids: list[Oid], request: object, state: SwitchState) -> list[Bind]:
        """Answer as RFC 3416 section 4.2.3, cut after the row that fills a frame."""
        single = max(0, int(v2c.apiBulkPDU.get_non_repeaters(request)))
        wanted = max(0, int(v2c.apiBulkPDU.get_max_repetitions(request)))
        binds = [self.next_row(oid, state) for oid in oids[:single]]
        row = oids[single:]
        room = MAX_OCTETS - sum(len(bind.octets) for bind in binds)
        for _ in range(min(wanted, MAX_ROWS) if row else 0):
            found = [self.next_row(oid, state) for oid in row]
            room -= sum(len(bind.octets) for bind in found)
            if binds and room < 0:
                break
            binds += found
            row = [bind.oid for bind in found]
            if all(bind.value is rfc1905.endOfMibView for bind in found):
                break
        return binds
