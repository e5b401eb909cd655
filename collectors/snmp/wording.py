"""Which words of a device's texts are the maker's, so that they may stay in a capture."""

import re
from typing import Final

_PORTS = """
    cbp pip gige if nu overgre poe
    port ports interface eth ether ethernet fastethernet gigabitethernet gigaethernet
    twogigabitethernet fivegigabitethernet tengigabitethernet ten gigabit twentyfivegige
    twentyfivegigabitethernet fortygige fortygigabitethernet fiftygige hundredgige
    hundredgigabitethernet hundred twenty five forty fifty xgigabitethernet tengige multige
    twohundredgige fourhundredgige fourhundred gei xgei xlgei cgei fei eei smartgroup supervlan
    gpon epon olt onu pon uni nni xge ge xe et te gi fa tengig fo hu tw fi eno ens enp enx wlan
    wl ww wan lan bond team tap tun br bridge aggregation route agg aggregate aggregateport
    aggport trunk lag ae po channel portchannel bagg ragg blagg vlan vlanif vlans interfacevlan
    vl svi irb bvi loopback lo loop inloopback null discard meth mgmt mgm management mgt me fxp
    em fab swfab cpu console con aux serial pos stack stackport hg higig vt virtual template vif
    tunnel tu gre ipip sit ip ipsec esp mpls lsi mtun pimd pime ppp dsc gr ppd ppe jsrv vme pp
    bme pfe pfh pfx lc ixgbe vtep nve vxlan dummy register vnic veth docker cali sub logical
    physical controller atm cellular async adsl vdsl bri dialer wlanbss radio fibre fiber fc sfp
    optical copper combo slot unit board module m u s f t e x g p xgigabit megabit for of and
    the a b c d internal external in out backplane fabric system memory buffers cached swap
    space shared total available real cache boot efi home root opt usr var tmp run dev shm proc
    sys srv mnt media log lib lock flash cf cfcard usb nvram sd sda sdb sdc sdd vda vdb vdc xvda
    nvme n mmcblk dm md sr hda hdb
"""
_COMMON = """
    switch router firewall gateway host localhost localdomain server linux unix windows huawei
    h3c hp hpe ruijie zte cisco juniper maipu dptech digital china networks network technologies
    technology corporation systems system software version release comware vrp rgos zxr10 ios
    junos platform copyright default none null unknown test core access local domain public
    private com gov edu net org lan product description device model series chassis board fan
    power supply temperature sensor module
"""
PORT_WORDS: Final = frozenset(_PORTS.split())
"""Words of interface names, mount points and file systems that makers and kernels give."""
COMMON_WORDS: Final = frozenset(_COMMON.split()) | PORT_WORDS
"""A name that is one of these tells nothing, and taking it out of other texts would spoil them."""

_WORD: Final = re.compile(r"[A-Za-z]+")
_PORT: Final = re.compile(r"[\w /.:,()+#-]+", re.ASCII)
_LONGEST_NUMBER: Final = re.compile(r"[0-9]{7,}")
_FIRMWARE: Final = re.compile(
    r"(?i)\b(software|version|release|copyright|firmware|linux|bootrom|hardware|networks|series"
    r"|co\., ?ltd|inc\.|huawei|h3c|ruijie|zte|maipu|dptech|cisco|juniper)\b|\(c\)"
    r"|V[0-9]{3}R[0-9]{3}|\b[vV]?[0-9]+\.[0-9]+"
)
_READING: Final = r"[-+]?[0-9]{1,6}(?:\.[0-9]+)?"
_UNIT: Final = r"\s*(?:%|[A-Za-z]{1,4})?(?:\([A-Z][+-]?\))?\s*"  # 9.4 C, -5.61(W+)
_NUMERIC: Final = re.compile(
    rf"\s*{_READING}{_UNIT}(?:[,;/\s]+{_READING}{_UNIT})*|[^\w]*|(?i:null|n/?a|none|invalid)"
)
NODE: Final = re.compile(r"^((?:Linux|FreeBSD|OpenBSD|NetBSD|SunOS|Darwin) )(\S+)( )")
SERIAL: Final = re.compile(r"\b(?=(?:[A-Z0-9]*[0-9]){6})(?!V[0-9]{3}R)[A-Z0-9]{10,24}\b")
MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
IPV4: Final = re.compile(r"(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w]|\.[0-9])")
IPV6: Final = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)[0-9A-Fa-f:]{2,39}(?![\w:])")
MAC: Final = re.compile(
    r"(?<![\w:.-])(?:[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}([.-])[0-9A-Fa-f]{4}\2[0-9A-Fa-f]{4})(?![\w:.-])"
)
_VERSION_BEFORE: Final = re.compile(
    r"(?i)(?:\bv|ver|version|release|rev|software|firmware|\br)[ :=.]*$"
)


def is_port_name(text: str) -> bool:
    """Say whether a text is a port's or a mount point's name as makers give them."""
    if _PORT.fullmatch(text) is None or _LONGEST_NUMBER.search(text):
        return False
    return all(word.lower() in PORT_WORDS for word in _WORD.findall(text))


def port_and_rest(text: str) -> tuple[str, str] | None:
    """Take apart a port's name behind which an operator wrote something, as ZTE shows it."""
    port, space, rest = text.partition(" ")
    numbered = any(map(str.isdigit, port))
    return (port, rest) if space and numbered and is_port_name(port) else None


def is_of_firmware(text: str) -> bool:
    """Say whether a description is the firmware's own and not what an operator wrote instead."""
    return _FIRMWARE.search(text) is not None


def is_numeric(text: str) -> bool:
    """Say whether a text is a reading, or several, or says that there is none."""
    return _NUMERIC.fullmatch(text) is not None


def follows_version(text: str, at: int) -> bool:
    """Say whether four numbers at a place are a version rather than an address."""
    return _VERSION_BEFORE.search(text[max(0, at - 12) : at]) is not None
