"""Unique names for rows, whatever the device says."""

from collections import Counter
from collections.abc import Sequence

from collectors.text import TEXT_LIMIT

Key = tuple[str, ...]


def unique(keys: Sequence[Key], suffixes: Sequence[str]) -> list[Key]:
    """Make equal keys differ: each of them gets `~suffix` at its first label.

    Text is cut to 128 characters before equality is judged. A name that only becomes equal by the
    suffix (a port really called `a~5`) is judged again, so the result is unique when suffixes are.
    """
    cut = [tuple(label[:TEXT_LIMIT] for label in key) for key in keys]
    while len(set(cut)) < len(cut):
        seen = Counter(cut)
        cut = [
            (f"{key[0]}~{suffix}", *key[1:]) if seen[key] > 1 else key
            for key, suffix in zip(cut, suffixes, strict=True)
        ]
    return cut
