"""Paths through a router, in network namespaces: what breaks, and what the probes say of it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest

from collectors.errors import Detail
from collectors.probe.target import of_site
from inventory.models import Site, SiteAddress
from tests.collectors.probe.asking import Seen, visited
from tests.collectors.probe.namespaces import Line, line
from tests.peers import program

pytestmark = pytest.mark.peer

V4, V6 = "10.99.1.2", "fd00:b::2"


@pytest.fixture(scope="module")
def shared() -> Iterator[Line]:
    """One line for all tests; each undoes what it did."""
    with line() as made:
        yield made


def probed(made: Line, tcp: int | None = None, allowed_s: float = 4.0) -> Seen:
    site = Site(
        id="xiangshu", name="香樟", level="street", address=SiteAddress(v4=V4, v6=V6, tcp=tcp)
    )
    target = of_site(site, 30.0)
    assert target is not None
    return made.inside("agent", lambda: visited(target, allowed_s=allowed_s))


ALL_WELL = {("ipv4", "icmp"): 1, ("ipv6", "icmp"): 1, ("ipv6", "mtu"): 1}


def test_path_that_works_passes_1500_octets(shared: Line) -> None:
    seen = probed(shared)
    assert seen.successes() == ALL_WELL
    assert seen.row("ipv6", "mtu")["path_mtu_bytes"] == 1500


def test_ipv6_down_while_ipv4_works(shared: Line) -> None:
    """The router lost its route to the site and says so; IPv4 is as it was, and the site is up."""
    shared.ip("router", "-6", "route", "add", "unreachable", "fd00:b::2/128")
    seen = probed(shared)
    shared.ip("router", "-6", "route", "delete", "unreachable", "fd00:b::2/128")
    assert seen.successes() == {**ALL_WELL, ("ipv6", "icmp"): 0, ("ipv6", "mtu"): 0}
    assert seen.row("ipv6", "icmp")["loss_ratio"] == 1
    assert seen.details() == {"icmp over IPv6": Detail.NO_ROUTE, "mtu over IPv6": Detail.NO_ROUTE}
    assert "fd00:a::1 says: unreachable" in seen.text()
    assert seen.observation.failed is None
    assert probed(shared).successes() == ALL_WELL


def test_ipv6_silent_while_ipv4_works(shared: Line) -> None:
    shared.set("site", "net/ipv6/icmp/echo_ignore_all", 1)
    seen = probed(shared)
    shared.set("site", "net/ipv6/icmp/echo_ignore_all", 0)
    assert seen.successes() == {**ALL_WELL, ("ipv6", "icmp"): 0, ("ipv6", "mtu"): 0}
    assert seen.details()["icmp over IPv6"] is Detail.NO_ANSWER


def test_prohibited_path_is_told_apart(shared: Line) -> None:
    shared.ip("router", "-6", "route", "add", "prohibit", "fd00:b::2/128")
    seen = probed(shared)
    shared.ip("router", "-6", "route", "delete", "prohibit", "fd00:b::2/128")
    assert seen.details()["icmp over IPv6"] is Detail.PROHIBITED


def test_site_of_which_nothing_answers_has_failed_and_says_why(shared: Line) -> None:
    for family in ("-4", "-6"):
        shared.ip("site", family, "route", "delete", "default")
    seen = probed(shared, tcp=22)
    shared.ip("site", "route", "add", "default", "via", "10.99.1.1")
    shared.ip("site", "-6", "route", "add", "default", "via", "fd00:b::1")
    assert set(seen.successes().values()) == {0}
    assert set(seen.details().values()) == {Detail.NO_ANSWER}
    failed = seen.observation.failed
    assert failed is not None
    assert failed.text == "icmp over IPv4: no answer to 5 packets"


def test_link_of_1400_octets_is_told_by_packet_too_big(shared: Line) -> None:
    ends = ("router", "site"), ("site", "router")
    for role, towards in ends:
        shared.ip(role, "link", "set", shared.link(role, towards), "mtu", "1400")
    seen = probed(shared)
    again = probed(shared)
    for role, towards in ends:
        shared.ip(role, "link", "set", shared.link(role, towards), "mtu", "1500")
    assert seen.successes() == {**ALL_WELL, ("ipv6", "mtu"): 0}
    assert seen.row("ipv6", "mtu")["path_mtu_bytes"] == 1400
    assert seen.details() == {"mtu over IPv6": Detail.PACKET_TOO_BIG}
    assert "fd00:a::1 passes packets of at most 1400 octets" in seen.text()
    assert again.text() == seen.text(), "what the kernel remembers of the path changes nothing"
    assert probed(shared).successes() == ALL_WELL


def test_black_hole_is_told_from_packet_too_big(shared: Line) -> None:
    """The ends of a link disagree: what is too long for the far one vanishes without a word."""
    shared.ip("site", "link", "set", shared.link("site", "router"), "mtu", "1400")
    seen = probed(shared)
    shared.ip("site", "link", "set", shared.link("site", "router"), "mtu", "1500")
    assert seen.successes() == {**ALL_WELL, ("ipv6", "mtu"): 0}
    assert seen.row("ipv6", "mtu")["path_mtu_bytes"] == 1400
    assert seen.details() == {"mtu over IPv6": Detail.BLACK_HOLE}
    assert "packets of 1500 octets vanish and nobody says Packet Too Big; 1400 pass" in seen.text()


def test_link_of_our_own_that_is_too_small_is_named(shared: Line) -> None:
    shared.ip("agent", "link", "set", shared.link("agent", "router"), "mtu", "1400")
    seen = probed(shared)
    shared.ip("agent", "link", "set", shared.link("agent", "router"), "mtu", "1500")
    assert seen.row("ipv6", "mtu")["path_mtu_bytes"] == 1400
    assert "our own link passes packets of at most 1400 octets" in seen.text()


@pytest.mark.parametrize("filtered", [True, False])
def test_port_behind_a_filter_is_silent_and_a_closed_one_refuses(
    shared: Line, filtered: bool
) -> None:
    if filtered:
        shared.ip("site", "route", "add", "blackhole", "10.99.0.0/24")
    seen = probed(shared, tcp=4433, allowed_s=2.0)
    if filtered:
        shared.ip("site", "route", "delete", "blackhole", "10.99.0.0/24")
    expected = Detail.NO_ANSWER if filtered else Detail.REFUSED
    assert seen.details()["tcp over IPv4"] is expected
    assert seen.details()["tcp over IPv6"] is Detail.REFUSED


def test_datagram_sockets_serve_users_without_rights(shared: Line) -> None:
    """What systemd/egov-agent.sysctl.conf permits: no capability, and errors are told as well."""
    shared.set("agent", "net/ipv4/ping_group_range", "65534 65534")
    shared.ip("router", "link", "set", shared.link("router", "site"), "mtu", "1400")
    code = (
        "import asyncio\n"
        "from tests.collectors.probe.test_paths import told\n"
        "print(asyncio.run(told()))\n"
    )
    nobody = (program("setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups")
    inside = (program("ip"), "netns", "exec", shared.name("agent"))
    words = [*inside, *nobody, sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    shared.ip("router", "link", "set", shared.link("router", "site"), "mtu", "1500")
    shared.set("agent", "net/ipv4/ping_group_range", "1 0")
    if "Permission denied" in done.stderr:
        pytest.skip("another user cannot read this checkout")
    assert done.stdout.splitlines() == [
        "[(('ipv4', 'icmp'), 1), (('ipv6', 'icmp'), 1), (('ipv6', 'mtu'), 0)] 1400"
    ], done.stderr


async def told() -> str:
    """Probe the site from where this runs."""
    site = Site(id="s", name="s", level="street", address=SiteAddress(v4=V4, v6=V6))
    target = of_site(site, 30.0)
    assert target is not None
    seen = await visited(target, allowed_s=4.0)
    return f"{sorted(seen.successes().items())} {seen.row('ipv6', 'mtu')['path_mtu_bytes']}"


def test_deadline_is_kept_when_nothing_answers(shared: Line) -> None:
    shared.ip("agent", "route", "delete", "default")
    shared.ip("agent", "-6", "route", "delete", "default")
    seen = shared.inside("agent", lambda: asyncio.wait_for(_somewhere(), 3.0))
    shared.ip("agent", "route", "add", "default", "via", "10.99.0.1")
    shared.ip("agent", "-6", "route", "add", "default", "via", "fd00:a::1")
    assert set(seen.details().values()) == {Detail.NO_ROUTE}
    assert "this machine cannot send there: Network is unreachable" in seen.text()


async def _somewhere() -> Seen:
    site = Site(id="s", name="s", level="street", address=SiteAddress(v4=V4, v6=V6))
    target = of_site(site, 30.0)
    assert target is not None
    return await visited(target, allowed_s=0.5)
