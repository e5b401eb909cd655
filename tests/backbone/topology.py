"""The backbone of the tests, in a few lines: four routers, and what runs between them.

    r1 ──a── r2 ──b── r3 ──c── r4      OSPFv3 area 0 on a and b, IS-IS level 2 on c
    AS 65001  AS 65002                  eBGP on a, one session over IPv6 and one over IPv4

Each link is a pair of Ethernet interfaces called after it at both ends. `mgmt` leads from every
router to whoever started the tests; nothing is routed over it.
"""

from dataclasses import dataclass

LINKS = {"a": ("r1", "r2"), "b": ("r2", "r3"), "c": ("r3", "r4")}
DAEMONS = {
    "r1": ("zebra", "staticd", "ospf6d", "bgpd"),
    "r2": ("zebra", "ospf6d", "bgpd"),
    "r3": ("zebra", "ospf6d", "isisd"),
    "r4": ("zebra", "isisd"),
}
AS = {"r1": 65001, "r2": 65002}


@dataclass(frozen=True, slots=True)
class Router:
    """One router; `number` is in all of its addresses."""

    name: str

    @property
    def number(self) -> int:
        """1 to 4."""
        return int(self.name[1:])

    @property
    def router_id(self) -> str:
        """OSPFv3's and BGP's."""
        return f"10.0.0.{self.number}"

    @property
    def system_id(self) -> str:
        """IS-IS's."""
        return f"0000.0000.000{self.number}"

    @property
    def links(self) -> tuple[str, ...]:
        """Its interfaces."""
        return tuple(link for link, ends in LINKS.items() if self.name in ends)

    def address(self, link: str, family: int) -> str:
        """Return its address on a link, with the length of the prefix."""
        place = ord(link)
        if family == 4:
            return f"10.{place}.0.{self.number}/24"
        return f"2001:db8:{place}::{self.number}/64"

    def peer(self, link: str, family: int) -> str:
        """Return the address at the other end."""
        [other] = [one for one in LINKS[link] if one != self.name]
        return Router(other).address(link, family).partition("/")[0]

    def configuration(self) -> str:
        """Write frr.conf; timers are as short as the protocols allow."""
        lines = [f"hostname {self.name}", "agentx", "ipv6 forwarding", "ip forwarding"]
        for link in self.links:
            lines += [f"interface {link}", *self._interface(link), "exit"]
        if "ospf6d" in DAEMONS[self.name]:
            lines += ["router ospf6", f" ospf6 router-id {self.router_id}", "exit"]
        if "isisd" in DAEMONS[self.name]:
            lines += [
                "router isis 1",
                f" net 49.0001.{self.system_id}.00",
                " is-type level-2-only",
                "exit",
            ]
        if self.name in AS:
            lines += self._bgp()
        return "\n".join([*lines, ""])

    def _interface(self, link: str) -> list[str]:
        lines = [f" ip address {self.address(link, 4)}", f" ipv6 address {self.address(link, 6)}"]
        if link == "c":
            return [
                *lines, " ip router isis 1", " ipv6 router isis 1", " isis network point-to-point",
                " isis hello-interval 1", " isis hello-multiplier 3",
            ]  # fmt: skip
        return [
            *lines, " ipv6 ospf6 area 0.0.0.0", " ipv6 ospf6 network point-to-point",
            " ipv6 ospf6 hello-interval 1", " ipv6 ospf6 dead-interval 3",
        ]  # fmt: skip

    def _bgp(self) -> list[str]:
        [other] = [number for name, number in AS.items() if name != self.name]
        lines = [f"router bgp {AS[self.name]}", f" bgp router-id {self.router_id}",
                 " no bgp ebgp-requires-policy", " no bgp default ipv4-unicast"]  # fmt: skip
        for family in (4, 6):
            peer = self.peer("a", family)
            lines += [f" neighbor {peer} remote-as {other}", f" neighbor {peer} timers 1 3",
                      f" neighbor {peer} timers connect 1"]  # fmt: skip
        for family in (4, 6):
            peer = self.peer("a", family)
            activate = f"  neighbor {peer} activate"
            lines += [f" address-family ipv{family} unicast", activate, " exit-address-family"]
        return [*lines, "exit"]


ROUTERS = tuple(map(Router, DAEMONS))
