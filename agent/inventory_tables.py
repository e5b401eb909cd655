"""What the inventory itself says, as tables: targets, sites, design speeds.

These never age and change with a reload only. Parents are the derivation `topology`'s: where the
inventory names none, LLDP may.
"""

from collections.abc import Iterator

from collectors.contract import Labels, Method, Observation, Samples, Table, Texts
from inventory.inventory import Inventory, Target, name_of, site_of
from inventory.machines import Kiosk
from inventory.models import Device, Site

CHECK = "inventory"
BITS = 8


def labels_of(target: Target) -> Labels:
    """Return the labels that stand before all others on everything measured at a target."""
    return (("target", target.id), ("site", site_of(target)))


def of_target(target: Target) -> Observation:
    """Say what the inventory knows of one target."""
    return Observation(target.id, CHECK, tuple(_target_tables(target)))


def of_sites(inventory: Inventory) -> Observation:
    """Describe every site; it is exposed with the agent."""
    sites = tuple(inventory.sites.values())
    names = ("name", "level", "parent", "district", "city", "latitude", "longitude")
    rows = [_site_row(inventory, site) for site in sites]
    texts = Texts("egov_site_info", names, rows)
    table = Table("site", Method.AGENT, [(site.id,) for site in sites], texts=(texts,))
    return Observation("", CHECK, (table,))


def _target_tables(target: Target) -> Iterator[Table]:
    names = ("kind", "name", "role", "department", "hall")
    row = (target.kind, name_of(target), _role(target), _department(target), _hall(target))
    texts = (Texts("egov_target_info", names, [row]),)
    yield Table("target", Method.AGENT, [()], tuple(_expectations(target)), texts)
    if not isinstance(target, Device):
        return
    yield _design_speeds(target)


def _expectations(target: Target) -> Iterator[Samples]:
    """Say it of every device, so that the denominator never depends on an answer."""
    if isinstance(target, Device):
        yield Samples("egov_ipv6_expected", [int(target.ipv6 == "expected")])


def _design_speeds(device: Device) -> Table:
    fast = {
        uplink.interface: uplink.design_speed_bps / BITS
        for uplink in device.uplinks
        if uplink.design_speed_bps is not None
    }
    samples = Samples("egov_interface_design_speed_bytes_per_second", list(fast.values()))
    keys = [(interface,) for interface in fast]
    return Table("interface_design", Method.AGENT, keys, (samples,))


def _site_row(inventory: Inventory, site: Site) -> tuple[str, ...]:
    district = inventory.above(site.id, "district", "county")
    city = inventory.above(site.id, "city")
    latitude = longitude = ""
    if site.location is not None:
        latitude, longitude = repr(site.location.lat), repr(site.location.lon)
    return (
        site.name,
        site.level,
        site.parent or "",
        district.name if district else "",
        city.name if city else "",
        latitude,
        longitude,
    )


def _role(target: Target) -> str:
    return target.role if isinstance(target, Device) else ""


def _department(target: Target) -> str:
    return getattr(target, "department", None) or ""


def _hall(target: Target) -> str:
    return (target.hall or "") if isinstance(target, Kiosk) else ""
