"""Which SNMP engine answers for a device: snmpEngineID (RFC 3411 section 5).

USM follows another engine behind the same address by itself; here it is noticed, and handed on as a
fact, so that two devices with one engine id are found.
"""

from collectors.contract import Finding, Json, Known, Question, Severity
from collectors.facts import EngineId

KIND = "hw.changed"
"""Of the closed list of kinds: what answers there is other hardware than before."""

_OCTETS = range(5, 33)
_TELL_S = 1800.0
_LIFETIME_S = 7200.0
"""A fact that never changes need not be told in every visit; it outlives an hour of silence."""


class Identity:
    """The engine of one device, visit after visit.

    Args:
        learned: what `export` wrote before a restart of ours.
    """

    def __init__(self, target: str, learned: Json) -> None:
        """Know what was known."""
        self._target = target
        self._id = learned if isinstance(learned, str) else ""
        self._told = ""
        self._tell_s = float("-inf")

    def follow(self, engine_id: object, question: Question) -> tuple[Finding, ...]:
        """Take the id of a visit; anything else than one is ignored. A new one is a finding."""
        if not isinstance(engine_id, bytes) or len(engine_id) not in _OCTETS:
            return ()
        former, self._id = self._id, engine_id.hex()
        if former in {"", self._id}:
            return ()
        text = f"its engine id is {self._id} now, not {former}: another stack master or device"
        return (Finding(KIND, self._target, Severity.NOTICE, text, question.now),)

    def facts(self, now_s: float) -> tuple[tuple[EngineId, ...], tuple[Known, ...]]:
        """Return the fact, when it is new or was told long ago."""
        if not self._id or (self._id == self._told and now_s < self._tell_s):
            return (), ()
        self._told, self._tell_s = self._id, now_s + _TELL_S
        return (EngineId(self._target, self._id),), (Known(EngineId, _LIFETIME_S),)

    def export(self) -> Json:
        """Write what outlives a restart of ours."""
        return self._id or None
