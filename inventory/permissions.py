"""Who else may read or write a file: of the mode's last three bits, as ssh and Zino judge it."""

import stat
from pathlib import Path


def others_can_write(path: Path) -> bool:
    """Say whether every user of the machine can change the file; a missing one: no."""
    return bool(_mode(path) & stat.S_IWOTH)


def others_can_read(path: Path) -> bool:
    """Say whether every user of the machine can read the file; a missing one: no."""
    return bool(_mode(path) & stat.S_IROTH)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0
