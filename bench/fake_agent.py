"""A process that answers SNMP v2c and v3 for every address of 127.0.0.0/8, with little CPU.

One socket on 0.0.0.0 learns by IP_PKTINFO which address was asked and answers from it. What a
request wants is looked up by its octets behind the request-id, so that an answer is encoded once
an epoch, whoever asks. `python -m bench.fake_agent --port N [--core N] [--silent-every N]`.
"""

import argparse
import os
import socket
import sys
import time

from bench.template import Template, tlv
from bench.wire import (
    GET,
    GETBULK,
    NO_ERROR,
    RESPONSE,
    Clock,
    Keys,
    asked,
    localized,
    master_key,
    part,
    secured,
    secured_reply,
    unknown_engine,
)

COMMUNITY, USER, AUTH_PASSWORD, PRIV_PASSWORD = (
    "public",
    "bench",
    "bench-auth-key",
    "bench-priv-key",
)
EPOCH_S = 0.5
"""Values stand still this long, less than a switch is left alone; then all is encoded anew."""
VARIANTS = 64
"""Different traffic: switches whose numbers are alike would be read faster than a real fleet."""
BUFFER_OCTETS = 32 * 1024 * 1024
_BOOTS = 1
_IP_PKTINFO = 8
"""linux/in.h; the socket module names only the IPv6 one."""
_ENGINE_PREFIX = b"\x80\x00\x1f\x88\x01"
"""An enterprise's engine id made of an IPv4 address (RFC 3411 section 5)."""


class FakeAgent:
    """Turns a request and the address it was sent to into an answer."""

    def __init__(self, silent_every: int = 0) -> None:
        """Stay silent at every n-th address; 0: at none."""
        self._templates = [Template(variant) for variant in range(VARIANTS)]
        self._silent_every = silent_every
        self._bodies: dict[tuple[int, int, bytes], bytes] = {}
        self._epoch = 0
        self._keys: dict[bytes, Keys] = {}
        self._masters = master_key(AUTH_PASSWORD), master_key(PRIV_PASSWORD)
        self._salt = 0

    def answer(self, datagram: bytes, address: bytes, now_s: float) -> bytes | None:
        """Return the answer of the switch at an address (4 octets), or None for silence."""
        if self._silent_every and int.from_bytes(address, "big") % self._silent_every == 0:
            return None
        epoch = int(now_s / EPOCH_S)
        if epoch != self._epoch:
            self._epoch = epoch
            self._bodies.clear()
        start = part(datagram, 0)[1]
        if datagram[start + 2] == 3:
            return self._secured(datagram, start + 3, address, int(now_s) + 1)
        community_end = part(datagram, start + 3)[2]
        variant = int.from_bytes(address, "big") % VARIANTS
        reply = datagram[start:community_end] + self._pdu(datagram[community_end:], variant)
        return tlv(0x30, reply)

    def _pdu(self, pdu: bytes, variant: int) -> bytes:
        kind, start, end = part(pdu, 0)
        id_end = part(pdu, start)[2]
        key = (variant, kind, pdu[id_end:end])
        body = self._bodies.get(key)
        if body is None:
            body = self._bodies[key] = self._body(*key)
        return tlv(RESPONSE, pdu[start:id_end] + body)

    def _body(self, variant: int, kind: int, after_id: bytes) -> bytes:
        """Encode an answer behind its request-id."""
        want = asked(kind, after_id)
        template = self._templates[variant]
        if kind == GET:
            binds = template.get(want.oids, self._epoch)
        elif kind == GETBULK:
            binds = template.bulk(want.oids, want.single, want.repetitions, self._epoch)
        else:
            binds = template.bulk(want.oids, len(want.oids), 0, self._epoch)
        return NO_ERROR + tlv(0x30, binds)

    def _secured(self, datagram: bytes, at: int, address: bytes, seconds: int) -> bytes:
        keys = self._keys.get(address)
        clock = Clock(_ENGINE_PREFIX + address, _BOOTS, seconds)
        if keys is None:
            auth, priv = (localized(master, clock.engine) for master in self._masters)
            keys = self._keys[address] = Keys(auth, priv[:16])
        request = secured(datagram, at, keys)
        self._salt += 1
        if request.engine:
            pdu = self._pdu(request.pdu, int.from_bytes(address, "big") % VARIANTS)
        else:
            start = part(request.pdu, 0)[1]
            pdu = unknown_engine(request.pdu[start : part(request.pdu, start)[2]])
        return secured_reply(request, pdu, clock, keys, self._salt)


def serve(sock: socket.socket, agent: FakeAgent) -> None:
    """Answer until the process is stopped."""
    begin = time.monotonic()
    room = socket.CMSG_SPACE(12)
    receive, send, monotonic = sock.recvmsg, sock.sendmsg, time.monotonic
    while True:
        datagram, control, _flags, peer = receive(65_535, room)
        # in_pktinfo: interface, the local address to answer from, the address that was asked
        reply = agent.answer(datagram, control[0][2][8:12], monotonic() - begin)
        if reply is not None:
            send((reply,), control, 0, peer)


def listening(port: int) -> socket.socket:
    """Return the socket, with room for a burst of requests."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
    for force in (getattr(socket, "SO_RCVBUFFORCE", 33), socket.SO_RCVBUF):
        try:
            sock.setsockopt(socket.SOL_SOCKET, force, BUFFER_OCTETS)
        except PermissionError:
            continue  # only root may go beyond net.core.rmem_max
        break
    sock.bind(("0.0.0.0", port))  # noqa: S104  # loopback's 16 million addresses cannot be listed
    return sock


def main() -> None:
    """Serve as the command line says; `READY` on stdout when the socket is bound."""
    parser = argparse.ArgumentParser(prog="python -m bench.fake_agent")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int, help="the CPU core to stay on")
    parser.add_argument("--silent-every", type=int, default=0)
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    sock = listening(options.port)
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    serve(sock, FakeAgent(options.silent_every))


if __name__ == "__main__":
    main()
