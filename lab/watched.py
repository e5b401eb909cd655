"""The inventory that watches the lab: its entries as a person would write them."""

from pathlib import Path

from lab.access import CLI_USER, USER
from lab.addresses import Addresses
from lab.backbone import Backbone
from lab.district import District, Place, Switch, Vendor
from lab.sites import Answering, answering

Plain = None | str | int | float | list["Plain"] | dict[str, "Plain"]

_PLATFORMS = {
    Vendor.HUAWEI: "huawei_vrp",
    Vendor.H3C: "hp_comware",
    Vendor.RUIJIE: "ruijie_os",
}


def sites(district: District, addresses: Addresses) -> list[Plain]:
    """Write the sites; one with a switch has addresses that answer."""
    there = answering(district, addresses.prefix, addresses.site_port)
    by_site = {one.site: one for one in there}
    return [_site(place, by_site.get(place.id)) for place in district.places]


def credentials(secrets: Path, known_hosts: Path) -> list[Plain]:
    """Write the credentials; their secrets stand in files of the folder."""

    def file(name: str) -> Plain:
        return {"file": str(secrets / name)}

    user: dict[str, Plain] = {"version": "v3", "user": USER, "auth": "sha256", "priv": "aes128"}
    user |= {"auth_key": file("snmp-auth-key"), "priv_key": file("snmp-priv-key")}
    community: dict[str, Plain] = {"version": "v2c", "community": file("snmp-community")}
    ssh: dict[str, Plain] = {"user": CLI_USER, "password": file("cli-password")}
    ssh["known_hosts"] = str(known_hosts)
    return [
        {"id": "lab-v2c", "snmp": community},
        {"id": "lab-v3", "snmp": user},
        {"id": "lab-cli", "ssh": ssh},
    ]


def devices(district: District, addresses: Addresses) -> list[Plain]:
    """Write the switches."""
    backbone = Backbone(district, 0.0)
    return [_device(switch, district, addresses, backbone) for switch in district.switches]


def _site(place: Place, answers: Answering | None) -> Plain:
    entry: dict[str, Plain] = {"id": place.id, "name": place.name, "level": place.level}
    if place.parent:
        entry["parent"] = place.parent
    entry["location"] = {"lat": place.location[0], "lon": place.location[1]}
    if answers:
        families: dict[str, Plain] = {"v4": answers.v4}
        if answers.v6:
            families["v6"] = answers.v6
        entry["address"] = families | {"tcp": answers.port}
    return entry


def _device(switch: Switch, district: District, addresses: Addresses, backbone: Backbone) -> Plain:
    entry: dict[str, Plain] = {
        "id": switch.id,
        "name": switch.name,
        "address": addresses.of(switch),
        "site": switch.site,
        "role": switch.role,
    }
    if switch.department:
        entry["department"] = switch.department
    if switch.parent:
        entry["parent"] = switch.parent
    credential = "lab-v3" if switch.secured else "lab-v2c"
    entry["snmp"] = {"credential": credential, "port": addresses.snmp_port}
    platform = _PLATFORMS[switch.identity.vendor]
    entry["cli"] = {"credential": "lab-cli", "platform": platform, "port": addresses.cli_port}
    entry["uplinks"] = [
        {"interface": link.low.port, "design_speed": "10G"} for link in district.uplinks(switch.id)
    ]
    if switch.ipv6 is None:
        entry["ipv6"] = "exempt"
    elif expected := _expected(switch, backbone):
        entry["expect"] = expected
    return entry


def _expected(switch: Switch, backbone: Backbone) -> dict[str, Plain]:
    """Write which neighbours must be there, for the switches whose plan says so; the rest learn."""
    routing = backbone.of(switch.id)
    if switch.ipv6 is None or routing is None or switch.ipv6.expects == "nothing":
        return {}
    if switch.ipv6.expects == "count":
        return {"ospfv3_neighbors": len(routing.adjacencies)}
    neighbors: list[Plain] = [str(one.router_id) for one in routing.adjacencies]
    peers: list[Plain] = [str(one.peer) for one in routing.sessions]
    return {"ospfv3_neighbors": neighbors, "bgp_ipv6_peers": peers}
