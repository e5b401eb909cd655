"""Rows of the tables in which routers keep IPv6, as agents write them."""

import ipaddress
from collections.abc import Iterable

from tests.collectors.snmp.agent import Cell, number, text

FORWARDING = "1.3.6.1.2.1.4.25.0"
OLD = "1.3.6.1.2.1.55.1"
ADDRESS = "1.3.6.1.2.1.4.34.1"
ROUTE = "1.3.6.1.2.1.4.24.7.1"
ROUTES = "1.3.6.1.2.1.4.24.6.0"
OSPF = "1.3.6.1.2.1.191.1"
ISIS = "1.3.6.1.2.1.138.1"


def octets(address: str) -> str:
    """Write an address, with its zone if it has one, as sub-identifiers."""
    plain, _, zone = address.partition("%")
    packed = ipaddress.ip_address(plain).packed + (int(zone).to_bytes(4) if zone else b"")
    return ".".join(map(str, packed))


def inet(address: str, *, length: bool = True) -> str:
    """Write an InetAddress of an index."""
    plain, _, zone = address.partition("%")
    kind = (1 if ipaddress.ip_address(plain).version == 4 else 2) + (2 if zone else 0)
    written = octets(address)
    return f"{kind}.{written.count('.') + 1}.{written}" if length else f"{kind}.{written}"


def router_id(dotted: str) -> int:
    return int(ipaddress.IPv4Address(dotted))


def ip_address(address: str, port: int, status: int = 1) -> dict[str, Cell]:
    return {
        f"{ADDRESS}.3.{inet(address)}": number(port),
        f"{ADDRESS}.7.{inet(address)}": number(status),
    }


def route(prefix: str, protocol: int, policy: str = "2.0.0") -> dict[str, Cell]:
    """Make a connected or learned route; the policy differs from vendor to vendor."""
    network = ipaddress.ip_network(prefix)
    head = f"{inet(str(network.network_address))}.{network.prefixlen}.{policy}"
    return {f"{ROUTE}.9.{head}.{inet('fe80::1')}": number(protocol)}


def routes(rows: Iterable[dict[str, Cell]]) -> dict[str, Cell]:
    some = [cell for row in rows for cell in row.items()]
    return {**dict(some), ROUTES: number(len(some), 66)}


def ospf_interface(
    port: int, state: int, dr: str = "0.0.0.0", bdr: str = "0.0.0.0", area: str = "0.0.0.0"
) -> dict[str, Cell]:
    columns = {3: router_id(area), 13: router_id(dr), 14: router_id(bdr)}
    rows = {f"{OSPF}.7.1.{column}.{port}.0": number(cell, 66) for column, cell in columns.items()}
    return {**rows, f"{OSPF}.7.1.12.{port}.0": number(state)}


def ospf_neighbor(port: int, neighbor: str, state: int) -> dict[str, Cell]:
    return {f"{OSPF}.9.1.8.{port}.0.{router_id(neighbor)}": number(state)}


OSPF_RUNS = {f"{OSPF}.1.2.0": number(1)}


def isis_adjacency(
    circuit: int, state: int, usage: int, system: str, protocols: Iterable[int]
) -> dict[str, Cell]:
    """Make an adjacency whose protocols are numbered 1, 2, ... as FRR does."""
    base = f"{ISIS}.6"
    cells = {
        f"{base}.1.1.2.{circuit}.1": number(state),
        f"{base}.1.1.6.{circuit}.1": text(bytes.fromhex(system.replace(".", ""))),
        f"{base}.1.1.8.{circuit}.1": number(usage),
    }
    for place, protocol in enumerate(protocols, 1):
        cells[f"{base}.4.1.1.{circuit}.1.{place}"] = number(protocol)
    return cells
