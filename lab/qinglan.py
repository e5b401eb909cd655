"""The district that the lab plays: Qinglan, fictional, with eight switches of three vendors.

Two cores in the data bureau's room, two aggregation switches in a street office and a town, four
access switches down to a village. Each vendor speaks both v2c and v3; one labels its ports in GBK.
"""

from types import MappingProxyType

from lab.district import (
    GBIT,
    District,
    End,
    Identity,
    Ipv6,
    Link,
    Outsider,
    Place,
    Port,
    Switch,
    Vendor,
)

PLACES = (
    Place("linjiang", "临江市", "city", None, (30.262, 114.318)),
    Place("qinglan", "青岚区", "district", "linjiang", (30.281, 114.402)),
    Place("qinglan-room", "区数据局机房", "room", "qinglan", (30.2812, 114.4019)),
    Place("qinglan-hall", "区政务服务中心", "hall", "qinglan", (30.279, 114.41)),
    Place("yunxi", "云溪街道", "street", "qinglan", (30.301, 114.39)),
    Place("lianhua", "莲花社区", "community", "yunxi", (30.306, 114.387)),
    Place("songting", "松亭街道", "street", "qinglan", (30.292, 114.44)),
    Place("baihe", "白鹤镇", "town", "qinglan", (30.341, 114.475)),
    Place("shitang", "石塘村", "village", "baihe", (30.362, 114.491)),
)

CITY_AS, DISTRICT_AS = 64496, 64497  # for documentation (RFC 5398)
OUTSIDERS = MappingProxyType(
    {
        "ql-core-1": Outsider("lj-metro-1", 1, CITY_AS),
        "ql-core-2": Outsider("lj-metro-2", 2, CITY_AS),
    }
)

HUAWEI = Identity(
    Vendor.HUAWEI,
    (1, 3, 6, 1, 4, 1, 2011, 2, 23, 276),
    "S5720-36C-EI-AC\r\nHuawei Versatile Routing Platform Software\r\nVRP (R) software, "
    "Version 5.170 (S5720 V200R019C10SPC500)\r\negov-agent lab, no real device",
    "S5720-36C-EI-AC",
    "V200R019C10SPC500",
)
H3C = Identity(
    Vendor.H3C,
    (1, 3, 6, 1, 4, 1, 25506, 1, 921),
    "H3C Comware Platform Software, Software Version 7.1.075, Release 7178\r\n"
    "H3C SR8808-X\r\negov-agent lab, no real device",
    "SR8808-X",
    "7.1.075, Release 7178",
)
RUIJIE = Identity(
    Vendor.RUIJIE,
    (1, 3, 6, 1, 4, 1, 4881, 1, 1, 10, 1, 41),
    "Ruijie Dual Stack Multi-Layer Switch(S5750-24GT/12SFP), egov-agent lab, no real device",
    "S5750-24GT/12SFP",
    "RGOS 10.4(3b17)",
)

_FAST = {
    Vendor.HUAWEI: "XGigabitEthernet0/0/{n}",
    Vendor.H3C: "Ten-GigabitEthernet1/0/{m}",
    Vendor.RUIJIE: "TenGigabitEthernet 0/{m}",
}
_EDGE = {
    Vendor.HUAWEI: "GigabitEthernet0/0/{n}",
    Vendor.H3C: "GigabitEthernet1/0/{n}",
    Vendor.RUIJIE: "GigabitEthernet 0/{n}",
}
_VIRTUAL = {
    Vendor.HUAWEI: (
        Port(2, "NULL0", 0, kind=1),
        Port(3, "MEth0/0/1", GBIT // 10, shut=True),
        Port(601, "Vlanif100", GBIT, kind=136, alias="管理"),
        Port(602, "LoopBack0", 0, kind=24),
    ),
    Vendor.H3C: (
        Port(8961, "NULL0", 0, kind=1),
        Port(8962, "LoopBack0", 0, kind=24),
        Port(8973, "Vlan-interface100", GBIT, kind=136, alias="管理"),
    ),
    Vendor.RUIJIE: (
        Port(4196, "VLAN 100", GBIT, kind=136, alias="管理"),
        Port(4197, "Loopback 0", 0, kind=24),
    ),
}

Plan = dict[int, tuple[str, int]]
"""Port number on the front panel: alias, and how many people work behind it."""


def _ports(vendor: Vendor, edges: int, fast: int, plan: Plan) -> tuple[Port, ...]:
    """Lay out a front panel: `edges` gigabit ports, then `fast` ten-gigabit ports."""
    base = 4 if vendor is Vendor.HUAWEI else 0
    ports: list[Port] = []
    for number in range(1, edges + fast + 1):
        pattern, speed = (_EDGE, GBIT) if number <= edges else (_FAST, 10 * GBIT)
        name = pattern[vendor].format(n=number if number <= edges else number - edges, m=number)
        alias, users = plan.get(number, ("", 0))
        ports.append(Port(base + number, name, speed, alias=alias, users=users))
    ports.extend(_VIRTUAL[vendor])
    return tuple(sorted(ports, key=lambda port: port.index))


def _offices(*names: tuple[str, int]) -> Plan:
    return dict(enumerate(names, start=1))


_CORE_PLAN: Plan = {
    1: ("至云溪街道汇聚", 0),
    2: ("至白鹤镇汇聚", 0),
    3: ("至政务服务中心", 0),
    4: ("核心互联", 0),
    12: ("至临江市政务外网", 0),
}

_AGG_OFFICES = (
    ("党政办", 24), ("综治中心", 18), ("民政所", 12), ("财政所", 10), ("便民服务大厅", 40),
    ("视频会议", 6), ("应急值守", 8),
)  # fmt: skip


def _access() -> tuple[Switch, ...]:
    hall = _offices(*((f"窗口{n:02d}", 3) for n in range(1, 17)), ("自助终端", 8), ("大屏", 2))
    songting = _offices(*_AGG_OFFICES, ("网格中心", 14), ("司法所", 6))
    lianhua = _offices(("一站式窗口", 6), ("社区党委", 5), ("自助机", 2), ("会议室", 3))
    shitang = _offices(("村委会", 6), ("便民服务点", 4), ("农家书屋", 2))
    return (
        Switch(id="ql-acc-hall", name="政务服务中心接入", identity=RUIJIE, role="access",
               site="qinglan-hall", number=21, secured=False, parent="ql-core-1",
               department="区政务服务局", encoding="gb18030",
               ipv6=Ipv6(0.38, expects="count"),
               ports=_ports(Vendor.RUIJIE, 24, 2, hall)),
        Switch(id="ql-acc-songting", name="松亭街道接入", identity=RUIJIE, role="access",
               site="songting", number=22, secured=True, parent="ql-agg-1",
               department="松亭街道办事处", ipv6=Ipv6(0.22),
               ports=_ports(Vendor.RUIJIE, 24, 2, songting)),
        Switch(id="ql-acc-lianhua", name="莲花社区接入", identity=HUAWEI, role="access",
               site="lianhua", number=23, secured=False, parent="ql-agg-1",
               ports=_ports(Vendor.HUAWEI, 8, 2, lianhua)),
        Switch(id="ql-acc-shitang", name="石塘村接入", identity=H3C, role="access",
               site="shitang", number=24, secured=True, parent="ql-agg-2",
               ipv6=Ipv6(0.06, numbered=False),
               ports=_ports(Vendor.H3C, 10, 2, shitang)),
    )  # fmt: skip


def _aggregation() -> tuple[Switch, ...]:
    yunxi = _offices(*_AGG_OFFICES)
    baihe = _offices(*_AGG_OFFICES, ("水利站", 5), ("林业站", 4))
    return (
        Switch(id="ql-agg-1", name="云溪街道汇聚", identity=HUAWEI, role="aggregation",
               site="yunxi", number=11, secured=True, parent="ql-core-1",
               department="云溪街道办事处", ipv6=Ipv6(0.27),
               ports=_ports(Vendor.HUAWEI, 20, 4, yunxi)),
        Switch(id="ql-agg-2", name="白鹤镇汇聚", identity=H3C, role="aggregation",
               site="baihe", number=12, secured=False, parent="ql-core-1",
               department="白鹤镇人民政府", ipv6=Ipv6(0.31),
               ports=_ports(Vendor.H3C, 20, 4, baihe)),
    )  # fmt: skip


def _core() -> tuple[Switch, ...]:
    plan = {16 + number: entry for number, entry in _CORE_PLAN.items()}
    servers = _offices(("区级业务系统", 60), ("视频平台", 80), ("数据共享平台", 50))
    return (
        Switch(id="ql-core-1", name="区核心一", identity=HUAWEI, role="core",
               site="qinglan-room", number=1, secured=True, department="区数据局",
               ipv6=Ipv6(0.45, expects="names"),
               ports=_ports(Vendor.HUAWEI, 16, 12, {**servers, **plan})),
        Switch(id="ql-core-2", name="区核心二", identity=H3C, role="core",
               site="qinglan-room", number=2, secured=False, department="区数据局",
               ipv6=Ipv6(0.45, expects="names"),
               ports=_ports(Vendor.H3C, 16, 12, plan)),
    )  # fmt: skip


def _link(low: str, low_port: str, high: str, high_port: str) -> Link:
    return Link(End(low, low_port), End(high, high_port))


def qinglan() -> District:
    """Build the district."""
    one, two = "XGigabitEthernet0/0/{}", "Ten-GigabitEthernet1/0/{}"
    links = (
        _link("ql-acc-hall", "TenGigabitEthernet 0/25", "ql-core-1", one.format(3)),
        _link("ql-acc-hall", "TenGigabitEthernet 0/26", "ql-core-2", two.format(19)),
        _link("ql-acc-songting", "TenGigabitEthernet 0/25", "ql-agg-1", one.format(3)),
        _link("ql-acc-lianhua", one.format(1), "ql-agg-1", one.format(4)),
        _link("ql-acc-shitang", two.format(11), "ql-agg-2", two.format(23)),
        _link("ql-agg-1", one.format(1), "ql-core-1", one.format(1)),
        _link("ql-agg-1", one.format(2), "ql-core-2", two.format(17)),
        _link("ql-agg-2", two.format(21), "ql-core-1", one.format(2)),
        _link("ql-agg-2", two.format(22), "ql-core-2", two.format(18)),
        Link(End("ql-core-1", one.format(12)), None),
        Link(End("ql-core-2", two.format(28)), None),
    )
    peer = _link("ql-core-1", one.format(4), "ql-core-2", two.format(20))
    switches = (*_access(), *_aggregation(), *_core())
    return District(PLACES, switches, links, peer, OUTSIDERS, DISTRICT_AS)
