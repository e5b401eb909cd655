"""The child's half of `side.ChildSide`: work when told, say how much was done."""

import json
import sys
from collections.abc import Callable


def obey(work: Callable[[float], int]) -> None:
    """Say that it is ready, then work for as long as each line of stdin says."""
    _tell(0)
    for line in sys.stdin:
        _tell(work(float(line)))


def _tell(samples: int) -> None:
    sys.stdout.write(json.dumps({"samples": samples}) + "\n")
    sys.stdout.flush()
