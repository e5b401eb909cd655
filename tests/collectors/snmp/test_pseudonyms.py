"""Other addresses for real ones: alike where a network engineer looks, different everywhere."""

import ipaddress
from itertools import pairwise

import pytest

from collectors.snmp.pseudonyms import Pseudonyms

ONE = Pseudonyms("a salt of a test")


def v4(text: str, maker: Pseudonyms = ONE) -> str:
    return str(ipaddress.IPv4Address(maker.ipv4(int(ipaddress.IPv4Address(text)))))


def v6(text: str) -> str:
    return str(ipaddress.IPv6Address(ONE.ipv6(int(ipaddress.IPv6Address(text)))))


def shared(one: str, other: str) -> int:
    """Count the leading bits that two addresses share."""
    a, b = ipaddress.ip_address(one), ipaddress.ip_address(other)
    return a.max_prefixlen - (int(a) ^ int(b)).bit_length()


ADDRESSES = ("10.1.2.3", "10.1.2.77", "10.1.3.1", "10.9.9.9", "192.168.7.1", "61.1.2.3", "61.1.2.9")


@pytest.mark.parametrize(("one", "other"), list(pairwise(ADDRESSES)))
def test_two_addresses_share_as_long_a_prefix_as_before(one: str, other: str) -> None:
    assert shared(v4(one), v4(other)) == shared(one, other)


@pytest.mark.parametrize(("one", "other"), [("2001:db8:1:2::5", "2001:db8:1:3::5")])
def test_ipv6_prefixes_are_kept_as_well(one: str, other: str) -> None:
    assert shared(v6(one), v6(other)) == shared(one, other)


@pytest.mark.parametrize(
    "kept",
    ["0.0.0.0", "127.0.0.1", "255.255.255.0", "128.0.0.0", "192.0.0.0", "224.0.0.5", "0.0.0.255"],
)
def test_masks_loopback_and_groups_stay(kept: str) -> None:
    assert v4(kept) == kept


def test_no_unicast_address_stays_and_none_meets_another() -> None:
    hosts = [f"10.{a}.{b}.{c}" for a in (0, 3, 200) for b in (0, 7, 255) for c in range(256)]
    hosts += [f"192.168.{b}.{c}" for b in range(0, 256, 15) for c in range(0, 256, 5)]
    mapped = [v4(host) for host in hosts]
    assert not set(zip(hosts, mapped, strict=True)) & {(host, host) for host in hosts}
    assert len(set(mapped)) == len(hosts)
    assert all(ipaddress.ip_address(one).is_private for one in mapped)


@pytest.mark.parametrize("last", [0, 1, 254, 255])
def test_networks_gateways_and_broadcasts_are_recognised(last: int) -> None:
    assert v4(f"10.1.2.{last}").endswith(f".{last}")


def test_an_address_made_of_a_mac_follows_it() -> None:
    mac = bytes.fromhex("00005e005301")
    mapped = ONE.mac(mac)
    tail = bytes((mapped[0] ^ 2,)) + mapped[1:3] + b"\xff\xfe" + mapped[3:]
    assert ipaddress.IPv6Address(v6("fe80::200:5eff:fe00:5301")).packed[8:] == tail


def test_an_address_inside_another_follows_it() -> None:
    assert v6("::ffff:10.1.2.3") == str(ipaddress.IPv6Address(f"::ffff:{v4('10.1.2.3')}"))


@pytest.mark.parametrize("kept", ["::", "::1", "ff02::5"])
def test_what_names_nobody_stays(kept: str) -> None:
    assert v6(kept) == kept


@pytest.mark.parametrize("kept", ["000000000000", "ffffffffffff", "0180c2000000", "01005e000005"])
def test_group_macs_stay(kept: str) -> None:
    assert ONE.mac(bytes.fromhex(kept)).hex() == kept


def test_a_solicited_node_does_not_tell_the_address() -> None:
    assert v6("ff02::1:ff12:3456") != "ff02::1:ff12:3456"
    assert ONE.mac(bytes.fromhex("3333ff123456")).hex() != "3333ff123456"


def test_another_salt_gives_others_and_another_fingerprint() -> None:
    other = Pseudonyms("another salt, as long")
    assert v4("10.1.2.3", other) != v4("10.1.2.3")
    assert other.text("sw-1") != ONE.text("sw-1")
    assert other.fingerprint != ONE.fingerprint
    assert Pseudonyms("a salt of a test").text("sw-1") == ONE.text("sw-1")


def test_octets_keep_their_number() -> None:
    assert [len(ONE.octets(b"x" * size)) for size in (0, 1, 64, 200)] == [0, 1, 64, 200]
