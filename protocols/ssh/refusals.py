"""Who refused which credential, as a document that outlives the process.

The monotonic clock begins anew with a boot, so the document holds Unix time. A wall clock that was
set meanwhile can make a brake shorter, never longer than it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""As the state file keeps it."""

VERSION = 1
"""Of the document."""


@dataclass(slots=True)
class Refusals:
    """Times are of the monotonic clock: of the refusal in `at`, of the end in `braked`.

    `doubts`: of log-ins that ended without a verdict. `risks`: of those under way whose secret is
    sent; they hinder nobody now, but a process that is killed leaves them behind as doubts.
    """

    at: dict[tuple[str, str], float] = field(default_factory=dict)
    doubts: dict[tuple[str, str], float] = field(default_factory=dict)
    risks: dict[tuple[str, str], float] = field(default_factory=dict)
    braked: dict[str, float] = field(default_factory=dict)

    @classmethod
    def restored(
        cls, document: Json, now_s: float, wall_s: float, longest_s: float = 3600.0
    ) -> "Refusals":
        """Read what `document` wrote; what is not as written is passed over."""
        found = cls()
        for key, kept in (("refused", found.at), ("doubted", found.doubts)):
            for credential, device, at in _rows(document, key):
                if wall_s - at < longest_s:
                    kept[credential, device] = now_s - max(wall_s - at, 0.0)
        for credential, _device, until in _rows(document, "braked"):
            if until > wall_s:
                found.braked[credential] = now_s + min(until - wall_s, longest_s)
        return found

    def document(self, now_s: float, wall_s: float) -> Json:
        """Write it for the state; None when there is nothing to keep."""
        shift_s = wall_s - now_s
        refused = _listed(self.at, shift_s)
        doubted = _listed({**self.doubts, **self.risks}, shift_s)
        braked: list[Json] = [[one, "", until_s + shift_s] for one, until_s in self.braked.items()]
        if not (refused or doubted or braked):
            return None
        doubts: Mapping[str, Json] = {"doubted": doubted} if doubted else {}
        return {"refused": refused, "braked": braked, **doubts}

    def add(self, credential: str, device: str, now_s: float, lifetime_s: float) -> None:
        """Keep a refusal, and drop those that are over."""
        self._purge(now_s, lifetime_s)
        self.at[credential, device] = now_s
        self.risks.pop((credential, device), None)
        self.doubts.pop((credential, device), None)

    def doubt(self, credential: str, device: str, now_s: float, lifetime_s: float) -> None:
        """Keep that a log-in ended without a verdict, and drop what is over."""
        self._purge(now_s, lifetime_s)
        self.risks.pop((credential, device), None)
        self.doubts[credential, device] = now_s

    def risk(self, credential: str, device: str, now_s: float) -> bool:
        """Keep that a secret is about to be sent; say whether that was not known yet."""
        is_new = (credential, device) not in self.risks
        self.risks.setdefault((credential, device), now_s)
        return is_new

    def settle(self, credential: str, device: str) -> bool:
        """Drop what `risk` kept; say whether there was something."""
        return self.risks.pop((credential, device), None) is not None

    def is_doubt(self, credential: str, device: str) -> bool:
        """Say whether the last log-in ended without a verdict."""
        return (credential, device) in self.doubts

    def resting(self) -> Mapping[tuple[str, str], float]:
        """Return since when devices are not asked, by credential and device."""
        return {**self.at, **self.doubts}

    def brake(self, credential: str, until_s: float) -> None:
        """Let a credential rest everywhere."""
        self.braked[credential] = until_s

    def clear(self, credential: str, device: str) -> bool:
        """Drop the refusal and the doubt of one device; say whether there was one."""
        every = (self.at, self.doubts, self.risks)
        found = [one.pop((credential, device), None) for one in every]
        return found != [None, None, None]

    def forget(self, credential: str) -> None:
        """Drop everything about a credential."""
        self.at = {key: at_s for key, at_s in self.at.items() if key[0] != credential}
        self.doubts = {key: at_s for key, at_s in self.doubts.items() if key[0] != credential}
        self.braked.pop(credential, None)

    def recent(self, credential: str, since_s: float) -> int:
        """Count the devices that refused a credential since then."""
        return sum(one == credential and at_s >= since_s for (one, _), at_s in self.at.items())

    def braked_until(self, credential: str) -> float:
        """Return when a credential's rest ends; in the past: it has none."""
        return self.braked.get(credential, float("-inf"))

    def refused_until(self, credential: str, device: str, lifetime_s: float) -> float:
        """Return when the device may be asked again; in the past: now."""
        at_s = self.resting().get((credential, device))
        return float("-inf") if at_s is None else at_s + lifetime_s

    def _purge(self, now_s: float, lifetime_s: float) -> None:
        self.at = {key: at_s for key, at_s in self.at.items() if now_s - at_s < lifetime_s}
        self.doubts = {key: at_s for key, at_s in self.doubts.items() if now_s - at_s < lifetime_s}
        self.braked = {one: until_s for one, until_s in self.braked.items() if until_s > now_s}


def times(document: Json, key: str) -> dict[tuple[str, str], float]:
    """Read one list of a document (`refused`, `doubted`, `braked`) by credential and device."""
    return {(credential, device): at for credential, device, at in _rows(document, key)}


def _listed(kept: Mapping[tuple[str, str], float], shift_s: float) -> list[Json]:
    return [[one, device, at_s + shift_s] for (one, device), at_s in kept.items()]


def _rows(document: Json, key: str) -> list[tuple[str, str, float]]:
    rows = document.get(key) if isinstance(document, Mapping) else None
    found = []
    for row in rows if isinstance(rows, list) else ():
        match row:
            case [str(credential), str(device), int(at) | float(at)]:
                found.append((credential, device, float(at)))
            case _:
                continue
    return found
