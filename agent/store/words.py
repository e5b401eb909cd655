"""Machine words: how whole numbers are kept, and the layouts that pack and unpack them."""

import struct
from functools import lru_cache

OCTETS = 8
_WORD = "L" if struct.calcsize("L") == OCTETS else "Q"
"""The machine's own word: for what exceeds 30 bits twice as fast as `Q` (CPython 3.11)."""


@lru_cache(maxsize=1024)
def words_of(count: int) -> struct.Struct:
    """Give the layout of so many words; tables have the same few lengths everywhere."""
    return struct.Struct(f"{count}{_WORD}")
