"""Keys in, text out: what a terminal of a switch does with octets, before any command is known."""

import asyncio

import asyncssh

_CANCEL, _END, _RUB_OUT, _WIPE = b"\x03", b"\x04", (b"\x08", b"\x7f"), b"\x15"
_BLOCK = 256


class HungUp(Exception):
    """The session is over: the other side left, or typed nothing for too long."""

    def __init__(self, *, idle: bool) -> None:
        """Say which of the two it was."""
        super().__init__("idle" if idle else "closed")
        self.idle = idle


class Terminal:
    """One session's keyboard and screen; the switch echoes, the client does not."""

    def __init__(
        self, process: asyncssh.SSHServerProcess[bytes], encoding: str, idle_s: float
    ) -> None:
        """Read from a process whose octets are left alone."""
        self._process = process
        self._encoding = encoding
        self._idle_s = idle_s
        self._keys = bytearray()
        self._after_return = False

    def write(self, text: str) -> None:
        """Show text as the switch encodes it; lines end as on a terminal."""
        self._process.stdout.write(text.replace("\n", "\r\n").encode(self._encoding, "replace"))

    async def key(self) -> bytes:
        r"""Return the next key; a line feed behind a carriage return is none.

        Raises:
            HungUp: nobody is there any more.
        """
        while True:
            while not self._keys:
                self._keys += await self._block()
            key = bytes((self._keys.pop(0),))
            follows, self._after_return = self._after_return and key == b"\n", key == b"\r"
            if not follows:
                return b"\n" if key == b"\r" else key

    async def line(self) -> str:
        """Return what was typed up to Enter, echoed as it came."""
        typed = bytearray()
        while (key := await self.key()) != b"\n":
            if key == _CANCEL:
                typed.clear()
                break
            if key == _END and not typed:
                raise HungUp(idle=False)
            self._edit(typed, key)
        self.write("\n")
        return typed.decode(self._encoding, "replace")

    def _edit(self, typed: bytearray, key: bytes) -> None:
        if key in _RUB_OUT:
            if typed:
                del typed[-1:]
                self.write("\b \b")
        elif key == _WIPE:
            self.write("\b \b" * len(typed))
            typed.clear()
        elif key >= b" ":
            typed += key
            self._process.stdout.write(key)

    async def _block(self) -> bytes:
        try:
            block = await asyncio.wait_for(self._process.stdin.read(_BLOCK), self._idle_s)
        except TimeoutError:
            raise HungUp(idle=True) from None
        except (asyncssh.BreakReceived, asyncssh.SignalReceived):
            return _CANCEL
        except asyncssh.TerminalSizeChanged:
            return b""
        except (asyncssh.Error, OSError):
            raise HungUp(idle=False) from None
        if not block:
            raise HungUp(idle=False)
        return block
