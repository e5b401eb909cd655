"""A small network as derivations see it: devices of the inventory, and what each tells by LLDP."""

from collections.abc import Mapping

from agent.derive.adjacency import Adjacency, End
from inventory.inventory import Inventory
from inventory.models import Device, Role, Site, Uplink


def device(
    name: str, role: Role = "access", *, parent: str | None = None, uplinks: tuple[str, ...] = ()
) -> Device:
    return Device(
        id=name,
        addresses=("192.0.2.1",),
        site="hexi",
        role=role,
        parent=parent,
        uplinks=tuple(Uplink(interface=one) for one in uplinks),
    )


def inventory(*devices: Device) -> Inventory:
    sites = {"hexi": Site(id="hexi", name="河西", level="district")}
    return Inventory(sites=sites, devices={one.id: one for one in devices})


def end(interface: str, peer: str | None, port: str, **more: str) -> End:
    """Make an end; a peer that is None is a stranger called `name`."""
    fields = {"lag": "", "name": peer or "", "chassis": "", "port_description": "", **more}
    return End(interface=interface, peer=peer, port=port, **fields)


def tells(**ends: tuple[End, ...] | None) -> Mapping[str, Adjacency]:
    """Say what each target sees; None: nothing is known of it. Every one of them speaks LLDP."""
    return {
        name: Adjacency(name, some, chassis="", speaks=some is not None)
        for name, some in ends.items()
    }


def up(*names: str) -> Mapping[str, bool | None]:
    return dict.fromkeys(names, True)
