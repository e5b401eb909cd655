"""The authoritative engine that a session talks to: its id, its clock, and our keys there."""

import math
from typing import TYPE_CHECKING

from protocols.snmp import ber
from protocols.snmp.credentials import User
from protocols.snmp.usm_authentication import Authentication
from protocols.snmp.usm_clock import WINDOW_S, EngineClock
from protocols.snmp.usm_keys import authentication_key, privacy_key
from protocols.snmp.usm_privacy import SALT_OCTETS, Privacy, privacy
from protocols.snmp.v3_message import security_parameters

if TYPE_CHECKING:
    from protocols.snmp.usm_usual import UsualAnswer


class Peer:
    """One engine for one session; not shared, because engine ids are not as unique as they should.

    `proven_s` is when it last sent something that was authenticated with our key; for a while after
    that nobody else can be taken for it unless there is doubt (see `usm`). `usual` is how its
    answers look, by the first octet of their length where that takes several, else by 0.
    """

    __slots__ = (
        "_front",
        "_stamp",
        "_user",
        "authentication",
        "clock",
        "context_front",
        "engine_id",
        "privacy",
        "proven_s",
        "usual",
    )

    def __init__(self, user: User, engine_id: bytes, clock: EngineClock) -> None:
        """Localise the keys; the first time for a passphrase that takes some milliseconds."""
        self.engine_id = engine_id
        self.clock = clock
        self.proven_s = -math.inf
        self.usual: dict[int, UsualAnswer] = {}
        self.context_front = ber.octets(engine_id) + ber.octets(user.context)
        self.authentication: Authentication | None = None
        self.privacy: Privacy | None = None
        self._user = user.name.encode()
        self._stamp = (-1, -1)
        self._front = b""
        if user.auth:
            key = authentication_key(user.auth, user.auth_key, engine_id)
            self.authentication = Authentication(user.auth, key)
            if user.priv:
                key = privacy_key(user.auth, user.priv, user.priv_key, engine_id)
                self.privacy = privacy(user.priv, key)

    def settled(self, monotonic_s: float) -> bool:
        """Tell whether it proved itself within the last 150 s."""
        return monotonic_s - self.proven_s <= WINDOW_S

    def parameters(self, boots: int, time_s: int) -> bytes:
        """Return msgSecurityParameters up to the salt, zeros for the HMAC; kept for a second."""
        if self._stamp != (boots, time_s):
            mac = self.authentication.octets if self.authentication else 0
            salt = SALT_OCTETS if self.privacy else 0
            self._front = security_parameters(self.engine_id, boots, time_s, self._user, mac, salt)
            self._stamp = boots, time_s
        return self._front
