"""How long the loop's thread has been busy: all the time that it did not wait in select.

A visit waits for us while the loop is busy, and on a machine that others keep busy also while the
kernel lets the loop wait for a core. CPU time does not tell of that. Linux does:
/proc/thread-self/schedstat has the nanoseconds a thread ran and those it was ready to run.
"""

import os
import time
from pathlib import Path

SCHEDSTAT = Path("/proc/thread-self/schedstat")
_OCTETS = 80


class Busy:
    """Tells seconds since the start of the thread that made it; call it from there."""

    def __init__(self, schedstat: Path = SCHEDSTAT) -> None:
        """Look whether this kernel tells."""
        self._descriptor: int | None = None
        try:
            self._descriptor = os.open(schedstat, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return  # a kernel without it, or no /proc: CPU time has to do
        if self._told() is None:
            self.close()

    def __call__(self) -> float:
        """Return the seconds; where the kernel does not tell it is CPU time alone."""
        told = self._told()
        return time.thread_time() if told is None else told

    def close(self) -> None:
        """Read it no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _told(self) -> float | None:
        if self._descriptor is None:
            return None
        try:
            ran, waited, _slices = os.pread(self._descriptor, _OCTETS, 0).split()
            return (int(ran) + int(waited)) / 1e9
        except (OSError, ValueError):
            return None
