"""Everything a switch of the lab answers; a later table is one more generator here."""

from lab.district import District, Switch
from lab.mib.backbone import backbone_rows
from lab.mib.bridge import bridge_rows
from lab.mib.entity import entity_rows
from lab.mib.interfaces import interface_rows
from lab.mib.ip import ip_rows
from lab.mib.ipv6 import ipv6_rows
from lab.mib.lldp import lldp_rows
from lab.mib.optics import optic_rows
from lab.mib.system import host_rows, system_rows
from lab.mib.tree import Tree
from lab.mib.vendor import vendor_rows


def switch_tree(switch: Switch, district: District) -> Tree:
    """Build the rows of a switch."""
    return Tree(
        (
            *system_rows(switch, district),
            *interface_rows(switch),
            *ip_rows(switch),
            *ipv6_rows(switch, district),
            *backbone_rows(switch, district),
            *host_rows(switch),
            *entity_rows(switch),
            *vendor_rows(switch),
            *optic_rows(switch),
            *lldp_rows(switch, district),
            *bridge_rows(switch, district),
        )
    )
