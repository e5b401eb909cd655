"""What two processes remember of refusals, made one: neither loses what the other was refused."""

from collections.abc import Mapping

from protocols.ssh.pacer import BRAKE_DEVICES, BRAKE_WINDOW_S, BRAKED_S
from protocols.ssh.refusals import Json, times

_SAME_S = 1.0
"""Times are reckoned from two clocks whenever they are written, and differ a little each time."""

_NEVER = float("-inf")

_Times = dict[tuple[str, str], float]


def newer(base: Json, mine: Json, key: str) -> list[tuple[str, str]]:
    """List credential and device of what came to `mine` since it was `base`, or came once more."""
    before = times(base, key)
    return [
        pair for pair, at in times(mine, key).items() if at > before.get(pair, _NEVER) + _SAME_S
    ]


def merged(theirs: Json, base: Json, mine: Json) -> Json:
    """Do to `theirs` what was done to `base` to make `mine` of it; None: nothing is left.

    A credential that three devices refused rests, whoever it was refused to.
    """
    found = {key: times(theirs, key) for key in ("refused", "doubted", "braked")}
    for key, kept in found.items():
        before, after = times(base, key), times(mine, key)
        for pair in before.keys() - after.keys():
            if kept.get(pair, _NEVER) <= before[pair] + _SAME_S:
                kept.pop(pair, None)
        for pair in newer(base, mine, key):
            kept[pair] = max(after[pair], kept.get(pair, _NEVER))
    for credential in {credential for credential, _ in newer(base, mine, "refused")}:
        _brake(credential, found["refused"], found["braked"])
    return _document(found)


def _brake(credential: str, refused: _Times, braked: _Times) -> None:
    ours = [at for (one, _device), at in refused.items() if one == credential]
    newest = max(ours)
    if sum(at >= newest - BRAKE_WINDOW_S for at in ours) >= BRAKE_DEVICES:
        until = braked.get((credential, ""), _NEVER)
        braked[credential, ""] = max(until, newest + BRAKED_S)


def _document(found: Mapping[str, _Times]) -> Json:
    if not any(found.values()):
        return None
    return {
        key: [[credential, device, at] for (credential, device), at in kept.items()]
        for key, kept in found.items()
        if kept or key != "doubted"
    }
