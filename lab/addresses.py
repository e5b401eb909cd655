"""Where the lab listens on loopback."""

from dataclasses import dataclass

from lab.district import Switch

SITES = 8
"""Ports that a lab keeps for its sites."""
LABS = 500
"""Labs with the same first port that have sites of their own."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the lab listens: a prefix of 127.0.0.0/8 that ends in a dot, and a first port.

    SNMP listens on the first port + 61 (161 in miniature), SSH on + 22, the sites' own machines
    from + 200 on.
    """

    prefix: str = "127.20.0."
    base_port: int = 16100

    @property
    def snmp_port(self) -> int:
        """The UDP port of every switch's SNMP agent."""
        return self.base_port + 61

    @property
    def cli_port(self) -> int:
        """The TCP port of every switch's SSH server."""
        return self.base_port + 22

    @property
    def site_port(self) -> int:
        """The first TCP port of the sites: all labs share ::1, so the prefix shifts it."""
        second, third = map(int, self.prefix.split(".")[1:3])
        return self.base_port + 200 + SITES * (((second - 20) * 13 + third) % LABS)

    def of(self, switch: Switch) -> str:
        """Return a switch's address."""
        return f"{self.prefix}{switch.number}"
