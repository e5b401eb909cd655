"""Signals as events, so that the service decides when to follow them."""

import asyncio
import contextlib
import signal
from typing import Self

ENDING = (signal.SIGTERM, signal.SIGINT)


class Signals:
    """What signals ask for: SIGHUP counts from the start on, an end once there is one in order.

    Handlers stay until the state is written: by default a SIGHUP or a second SIGTERM in between
    would kill the process.
    """

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.hangup = asyncio.Event()
        self.ending = asyncio.Event()
        self._handlers = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Hear SIGHUP, even before anything can be reloaded."""
        self._hear(signal.SIGHUP, self.hangup)
        return self

    def hear_the_end(self) -> None:
        """Hear SIGTERM and SIGINT, which by default end a start at once."""
        for number in ENDING:
            self._hear(number, self.ending)

    def __exit__(self, *_exception: object) -> None:
        """Leave signals to their defaults again."""
        self._handlers.close()

    def _hear(self, number: signal.Signals, asked: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(number, asked.set)
        self._handlers.callback(loop.remove_signal_handler, number)
