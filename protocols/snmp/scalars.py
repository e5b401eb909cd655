"""Single objects, fetched with GET (RFC 3416 section 4.2.1)."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from protocols.snmp import ber, oid, varbinds
from protocols.snmp.errors import ErrorStatus, Malformed, Status
from protocols.snmp.exchange import Exchange
from protocols.snmp.request import Request
from protocols.snmp.security import Pdu
from protocols.snmp.sending import Sending
from protocols.snmp.session import Session
from protocols.snmp.varbinds import VarBind

_AT_ONCE: Final = 24  # names whose values fit one frame when some of them are texts
_KEPT: Final = 3  # a visit has one for the clock and its tables, now and then another


async def get(session: Session, oids: Sequence[bytes], deadline_s: float) -> list[VarBind]:
    """Return one VarBind for each OID (contents octets, instance included), in the same order.

    What the agent lacks has no value, and the tag noSuchObject or noSuchInstance (of v1 always the
    latter). What it fails to tell has no value and a `status`; the others are asked again without.

    Raises:
        ErrorStatus: it tells none of them.
        SnmpError: a request was not answered at all.
    """
    getting = _Get(session, deadline_s)
    for first in range(0, len(oids), _AT_ONCE):
        await getting.ask(list(oids[first : first + _AT_ONCE]))
    found = [getting.found[name] for name in oids]
    if found and all(varbind.status for varbind in found):
        status = found[0].status
        raise ErrorStatus(f"{session.name}: error-status {status}", status, 1)
    return found


async def _answer(session: Session, names: tuple[bytes, ...], deadline_s: float) -> Pdu:
    """Ask once for names that are nearly always those of the last visit."""
    asked = session.gets.get(names)
    if asked is None:
        asked = Request(ber.GET, 0)
        asked.write(session.security, names)
        session.gets = {**_latest(session.gets), names: asked}
    sending = Sending(session, [asked], math.inf, deadline_s)
    await sending.run()
    for _, varbinds_ in sending.answers:
        return Pdu(ber.RESPONSE, 0, Status.NO_ERROR, 0, varbinds_)
    for _, first in sending.handed:
        return await first.answered() if isinstance(first, Exchange) else first
    return await session.exchange(ber.GET, 0, asked.varbinds, deadline_s)  # its turn never came


def _latest(gets: Mapping[tuple[bytes, ...], Request]) -> dict[tuple[bytes, ...], Request]:
    """Forget requests that are seldom made, before there are many."""
    return dict(list(gets.items())[-_KEPT + 1 :])


class _Get:
    def __init__(self, session: Session, deadline_s: float) -> None:
        self.found: dict[bytes, VarBind] = {}
        self._session = session
        self._deadline_s = deadline_s

    async def ask(self, names: list[bytes]) -> None:
        """Ask, and ask again with less until each name is accounted for."""
        while names:
            pdu = await _answer(self._session, tuple(names), self._deadline_s)
            index = pdu.error_index
            if pdu.error_status == Status.NO_ERROR:
                self._take(names, pdu.varbinds)
                return
            if pdu.error_status != Status.TOO_BIG and 1 <= index <= len(names):
                self._miss(names.pop(index - 1), pdu.error_status)
            elif len(names) == 1:
                self._miss(names.pop(), pdu.error_status)
            else:
                half = len(names) // 2
                await self.ask(names[:half])
                names = names[half:]

    def _miss(self, name: bytes, status: int) -> None:
        if status == Status.NO_SUCH_NAME:
            self.found[name] = VarBind(name, ber.NO_SUCH_INSTANCE, None)
        else:
            self.found[name] = VarBind(name, ber.NULL, None, status)

    def _take(self, names: list[bytes], data: bytes) -> None:
        found = varbinds.read(data)
        if [varbind.oid for varbind in found] != names:
            asked = ", ".join(map(oid.decode, names))
            raise Malformed(f"{self._session.name}: other names than the ones asked: {asked}")
        self.found.update(zip(names, found, strict=True))
