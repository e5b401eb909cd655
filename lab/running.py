"""Everything the lab listens with: SNMP agents, command lines, the sites' machines."""

import contextlib
from collections.abc import AsyncIterator

from lab.access import access, account
from lab.addresses import Addresses
from lab.cli.dialects import dialect
from lab.cli.keys import host_key
from lab.cli.server import CommandLine, House
from lab.cli.shell import Subject
from lab.clock import Clock, Latest
from lab.mib.switch import switch_tree
from lab.responder import Responder, Served
from lab.sites import Answering, Site, answering
from lab.world import World


@contextlib.asynccontextmanager
async def running(
    world: World, clock: Clock, addresses: Addresses, seed: int
) -> AsyncIterator[None]:
    """Listen with everything for the block.

    Raises:
        OSError: an address is taken; it stands in the text.
    """
    async with contextlib.AsyncExitStack() as stack:
        for switch in world.district.switches:
            address = addresses.of(switch)
            state = Latest(world, switch.id, clock)
            responder = _responder(switch.id, world, clock, state)
            stack.callback(responder.close)
            await responder.open(address, addresses.snmp_port)
            line = _command_line(switch.id, world, clock, state, seed)
            stack.push_async_callback(line.close)
            line.open(address, addresses.cli_port)
        for where in answering(world.district, addresses.prefix, addresses.site_port):
            site = _site(where, world, clock)
            stack.push_async_callback(site.close)
            await site.open()
        yield


def _responder(switch: str, world: World, clock: Clock, state: Latest) -> Responder:
    plan = world.district.switch(switch)
    served = Served(
        tree=switch_tree(plan, world.district),
        state=state,
        silent=lambda: world.silent(switch, clock()),
    )
    return Responder(served, access(plan))


def _command_line(switch: str, world: World, clock: Clock, state: Latest, seed: int) -> CommandLine:
    plan = world.district.switch(switch)
    house = House(
        subject=Subject(state, lambda: world.silent(switch, clock())),
        dark=lambda: world.dark(switch, clock()),
        dialect=dialect(plan.identity.vendor, world.district),
        account=account(),
        key=host_key(plan, seed),
        encoding=plan.encoding,
    )
    return CommandLine(house)


def _site(where: Answering, world: World, clock: Clock) -> Site:
    return Site(where, lambda: world.reached(where.site, clock()))
