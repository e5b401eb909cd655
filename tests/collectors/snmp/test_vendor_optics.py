"""Optical modules of several vendors in the same four situations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from collectors.snmp.target import Interfaces
from tests.collectors.snmp.agent import Agent, Cell, number, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.switch import IF
from tests.collectors.snmp.vendor import device, entity, of, row

RECEIVE = "egov_optic_receive_power_dbm"
Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class Vendor:
    """How a vendor's device tells of one module by ifIndex.

    Args:
        ports: a port, a sub-interface of it, another port, an aggregate of both.
        lit: rows of a module that receives -5.1 dBm.
        dark: of one that sees no light.
        none: of a port without a module.
    """

    object_id: str
    ports: tuple[str, str, str, str]
    lit: Callable[[int], Cells]
    dark: Callable[[int], Cells]
    none: Callable[[int], Cells]


ZTE, DCN = "1.3.6.1.4.1.3902.3.103.11.1.1", "1.3.6.1.4.1.6339.100.30.1.1"
ZTE_OLD = "1.3.6.1.4.1.3902.3.126.1.2.1"
MAIPU, DPTECH = "1.3.6.1.4.1.5651.6.7.2.100.30.1.1", "1.3.6.1.4.1.31648.4.2.1"
JUNIPER, CISCO = "1.3.6.1.4.1.2636.3.60.1.1.1.1", "1.3.6.1.4.1.9.9.91.1.1.1.1"


def zte(index: int, online: int, receive: str, valid: int) -> Cells:
    cells: dict[int, int | str] = {
        2: f"gei-1/{index}",
        3: online,
        18: receive,
        19: valid,
        20: "-2.0",
        21: valid,
    }
    return row(ZTE, index, cells | {23: 0, 25: 0, 35: 0})


def zte_old(index: int, state: int, receive: str) -> Cells:
    return row(ZTE_OLD, index, {2: state, 3: "-2.0", 4: receive, 5: "6.2", 7: "31"})


def dcn(base: str, index: int, receive: str) -> Cells:
    there = receive != "NULL"
    cells = {2: "20", 12: "6.20", 17: receive, 22: "-2.00"}
    return row(base, index, {n: cell if there else "NULL" for n, cell in cells.items()})


def dptech(index: int, receive: int, transmit: int) -> Cells:
    return row(DPTECH, index, {2: receive, 3: transmit})


def juniper(index: int, receive: int, alarm: str = "000000") -> Cells:
    cells = row(JUNIPER, index, {5: receive, 6: 6200, 7: -200, 8: 31, 9: 100, 10: -2000, 21: 80})
    return {**cells, f"{JUNIPER}.1.{index}": text(bytes.fromhex(alarm))}


def juniper_none(index: int) -> Cells:
    zeros: dict[int, int | str] = dict.fromkeys(range(5, 25), 0)
    return {**row(JUNIPER, index, zeros), f"{JUNIPER}.1.{index}": text(bytes(3))}


def cisco(index: int, receive: int, status: int = 1) -> Cells:
    name = f"Te1/{index} Receive Power Sensor"
    sensor = row(CISCO, 100 + index, {1: 14, 2: 9, 3: 1, 4: receive, 5: status})
    return {**sensor, **entity(100 + index, name, 8)}


VENDORS = {
    "zte": Vendor(
        "1.3.6.1.4.1.3902.3.600.3.1.601", ("gei-1/1", "gei-1/1.100", "gei-1/2", "smartgroup1"),
        lit=lambda n: zte(n, 1, "-5.100", 1),
        dark=lambda n: zte(n, 1, "-40.000", 1),
        none=lambda n: zte(n, 0, "", 0),
    ),
    "zte-old": Vendor(
        "1.3.6.1.4.1.3902.3.100.614", ("gei_1/1", "gei_1/1.100", "gei_1/2", "smartgroup1"),
        lit=lambda n: zte_old(n, 3, "-5.1"),
        dark=lambda n: zte_old(n, 3, "-inf"),
        none=lambda n: zte_old(n, 1, "N/A"),
    ),
    "dcrs": Vendor(
        "1.3.6.1.4.1.6339.1.1.2.29", ("Ethernet1/0/1", "Vlan100", "Ethernet1/0/2", "Port-Channel1"),
        lit=lambda n: dcn(DCN, n, "-5.10(W+)"),
        dark=lambda n: dcn(DCN, n, "-inf"),
        none=lambda n: dcn(DCN, n, "NULL"),
    ),
    "maipu": Vendor(
        "1.3.6.1.4.1.5651.1.102.16", ("Ethernet1/1", "Vlan100", "Ethernet1/2", "Port-Channel1"),
        lit=lambda n: dcn(MAIPU, n, "-5.10"),
        dark=lambda n: dcn(MAIPU, n, "-40.00(A-)"),
        none=lambda n: dcn(MAIPU, n, "NULL"),
    ),
    "dptech": Vendor(
        "1.3.6.1.4.1.31648.1.12029", ("gige0_1", "gige0_1.100", "gige0_2", "bond1"),
        lit=lambda n: dptech(n, 309, 631),
        dark=lambda n: dptech(n, 0, 631),
        none=lambda n: dptech(n, 0, 0),
    ),
    "juniper": Vendor(
        "1.3.6.1.4.1.2636.1.1.1.2.21", ("xe-0/0/1", "xe-0/0/1.100", "xe-0/0/2", "ae1"),
        lit=lambda n: juniper(n, -510),
        dark=lambda n: juniper(n, 0, "880000"),
        none=juniper_none,
    ),
    "cisco": Vendor(
        "1.3.6.1.4.1.9.1.2494", ("Te1/1", "Te1/1.100", "Te1/2", "Po1"),
        lit=lambda n: cisco(n, -51),
        dark=lambda n: cisco(n, -400),
        none=lambda n: cisco(n, 0, status=2),
    ),
}  # fmt: skip
SUB_INTERFACE, AGGREGATE = 11, 21


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_light_no_light_and_no_module(visiting: Visiting, vendor: Vendor) -> None:
    first, _sub, second, _aggregate = vendor.ports
    async with Agent(device(vendor.object_id, {1: first, 2: second, 3: "third"})) as agent:
        agent.put({**vendor.lit(1), **vendor.dark(2), **vendor.none(3)})
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    receive = of(observation, "optic", RECEIVE)
    assert receive == {f"{first} 1": pytest.approx(-5.1), f"{second} 1": -40}


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_neither_a_sub_interface_nor_an_aggregate_has_a_module(
    visiting: Visiting, vendor: Vendor
) -> None:
    """And what a member carries can be told from what its aggregate does."""
    first, sub, second, aggregate = vendor.ports
    names = {1: first, 2: second, SUB_INTERFACE: sub, AGGREGATE: aggregate}
    async with Agent(device(vendor.object_id, names)) as agent:
        agent.put({f"{IF}3.{AGGREGATE}": number(161), f"{IF}3.{SUB_INTERFACE}": number(135)})
        agent.put({f"1.3.6.1.2.1.31.1.2.1.3.{AGGREGATE}.{member}": number(1) for member in (1, 2)})
        agent.put({**vendor.lit(1), **vendor.lit(2)})
        observation = await visiting(agent).visit()
    assert set(of(observation, "optic", RECEIVE)) == {f"{first} 1", f"{second} 1"}
    infos = texts(table(observation, "interface"), "egov_interface_info")
    assert [infos[one,]["lag"] for one in (first, second)] == [aggregate] * 2
    assert [infos[one,]["role"] for one in (first, second)] == ["member"] * 2
    assert infos[aggregate,]["type"] == "lag"
    assert infos[sub,]["role"] == "virtual"


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_a_port_that_the_inventory_leaves_out_has_no_module(
    visiting: Visiting, vendor: Vendor
) -> None:
    first, _sub, second, _aggregate = vendor.ports
    async with Agent(device(vendor.object_id, {1: first, 2: second})) as agent:
        agent.put({f"{IF}7.2": number(2)})
        agent.put({**vendor.lit(1), **vendor.lit(2)})
        observation = await visiting(agent, interfaces=Interfaces(admin_down="drop")).visit()
    assert set(of(observation, "optic", RECEIVE)) == {f"{first} 1"}


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_a_module_that_is_pulled_is_gone(visiting: Visiting, vendor: Vendor) -> None:
    first = vendor.ports[0]
    async with Agent(device(vendor.object_id, {1: first})) as agent:
        agent.put(vendor.lit(1))
        watch = visiting(agent)
        before = await watch.visit()
        agent.put(vendor.none(1))
        after = await watch.visit(300)
    assert set(of(before, "optic", RECEIVE)) == {f"{first} 1"}
    assert samples(table(after, "optic"), RECEIVE) == {}
