"""What we believe of an engine's boots and time (RFC 3414 section 2.3), by our monotonic clock.

Wall time plays no part: neither our clock being set nor the agent's can open or close the window.
"""

from typing import Final

from protocols.snmp.v3_message import MOST_INTEGER

WINDOW_S: Final = 150


class EngineClock:
    """snmpEngineBoots and snmpEngineTime of one engine, as last told."""

    __slots__ = ("_at_s", "_latest_s", "boots", "revision")

    def __init__(self, boots: int, time_s: int, monotonic_s: float) -> None:
        """Take what was told at `monotonic_s`."""
        self.boots = boots
        self.revision = 0
        self._latest_s = time_s
        self._at_s = monotonic_s

    def time_s(self, monotonic_s: float) -> int:
        """Return the time that the engine should have now; it stops at 2^31-1, in 68 years."""
        return min(self._latest_s + int(monotonic_s - self._at_s), MOST_INTEGER)

    def set(self, boots: int, time_s: int, monotonic_s: float) -> None:
        """Believe this, even if it goes back: an engine that lost its boots starts again."""
        self.revision += 1
        self.boots = boots
        self._latest_s = time_s
        self._at_s = monotonic_s

    def advance(self, boots: int, time_s: int, monotonic_s: float) -> bool:
        """Take over what an authenticated message bears, forward only; False: out of the window.

        RFC 3414 section 3.2 step 7b with one difference: at boots of 2^31-1 it calls every message
        old, so that such an engine cannot be read until somebody gives it new keys. Our message
        and request ids are fresh random numbers under the HMAC, which keeps old replies out
        already, so we read an engine that is still willing to answer.
        """
        if boots > self.boots or (boots == self.boots and time_s > self._latest_s):
            self.boots, self._latest_s, self._at_s = boots, time_s, monotonic_s
            return True
        return boots == self.boots and time_s >= self.time_s(monotonic_s) - WINDOW_S
