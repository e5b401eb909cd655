"""A target's probes against this machine's own kernel, over both families."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest

from collectors.addressing import Family
from collectors.contract import Known
from collectors.errors import Detail, Reason, Unsupported
from collectors.facts import PathProbe
from collectors.probe import icmp
from collectors.probe.collector import ProbePoller
from collectors.probe.pinger import Pinger
from collectors.probe.target import ProbeTarget, of_endpoint, of_site
from collectors.probe.verdict import NotTried
from inventory.endpoints import Endpoint
from inventory.models import Site, SiteAddress
from tests.collectors.probe.asking import Seen, nothing, question, visited
from tests.peers import free_port, program

LOOPBACKS: tuple[tuple[Family, str], ...] = (("ipv4", "127.0.0.1"), ("ipv6", "::1"))


def site(**address: object) -> ProbeTarget:
    made = Site(id="xiangshu", name="香樟", level="street", address=SiteAddress(**address))  # type: ignore[arg-type]  # one of its keys
    found = of_site(made, 30.0)
    assert found is not None
    return found


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


@pytest.mark.peer
async def test_site_that_answers_in_every_way_succeeds_in_every_way() -> None:
    port = free_port()
    async with await asyncio.start_server(hang_up, ["127.0.0.1", "::1"], port):
        seen = await visited(site(v4="127.0.0.1", v6="::1", tcp=port))
    assert seen.successes() == {
        ("ipv4", "icmp"): 1, ("ipv4", "tcp"): 1,
        ("ipv6", "icmp"): 1, ("ipv6", "mtu"): 1, ("ipv6", "tcp"): 1,
    }  # fmt: skip
    assert seen.observation.failures == ()
    assert seen.observation.failed is None
    assert seen.observation.tables[0].complete


@pytest.mark.peer
async def test_rows_say_round_trip_loss_and_path_mtu_where_they_have_one() -> None:
    seen = await visited(site(v4="127.0.0.1", v6="::1"))
    ping, mtu = seen.row("ipv4", "icmp"), seen.row("ipv6", "mtu")
    assert ping["duration_seconds"] is not None
    assert 0 <= ping["duration_seconds"] < 5
    assert (ping["loss_ratio"], ping["path_mtu_bytes"]) == (0, None)
    assert (mtu["duration_seconds"], mtu["loss_ratio"], mtu["path_mtu_bytes"]) == (None, None, 1500)


@pytest.mark.peer
async def test_facts_are_all_that_is_known_of_the_paths() -> None:
    seen = await visited(site(v4="127.0.0.1", tcp=free_port()))
    assert set(seen.observation.facts) == {
        PathProbe("xiangshu", "icmp", "ipv4", success=True),
        PathProbe("xiangshu", "tcp", "ipv4", success=False),
    }
    assert seen.observation.known == (Known(PathProbe, 60.0),)


@pytest.mark.peer
@pytest.mark.parametrize(("family", "host"), LOOPBACKS)
async def test_refused_connection_is_a_failure_with_its_own_detail(
    family: Family, host: str
) -> None:
    target = ProbeTarget("e", 30.0, ((family, host),), ping=False, port=free_port(host))
    seen = await visited(target)
    assert seen.successes() == {(family, "tcp"): 0}
    assert seen.row(family, "tcp")["duration_seconds"] is None
    failed = seen.observation.failed
    assert failed is not None
    assert (failed.reason, failed.detail) == (Reason.UNREACHABLE, Detail.REFUSED)


@pytest.mark.peer
async def test_connection_that_nobody_accepts_ends_with_the_deadline() -> None:
    """A full backlog: Linux drops further SYNs, as a firewall does."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(full.getsockname())
        port = full.getsockname()[1]
        target = ProbeTarget("e", 30.0, (("ipv4", "127.0.0.1"),), ping=False, port=port)
        seen = await visited(target, allowed_s=0.5)
    failed = seen.observation.failed
    assert failed is not None
    assert (failed.reason, failed.detail) == (Reason.TIMEOUT, Detail.NO_ANSWER)


@pytest.mark.peer
async def test_one_way_that_answers_is_a_site_that_is_reached() -> None:
    seen = await visited(site(v4="127.0.0.1", tcp=free_port()))
    assert seen.observation.failed is None
    assert seen.details() == {"tcp over IPv4": Detail.REFUSED}


async def test_name_without_an_address_of_a_family_fails_over_that_family_alone() -> None:
    async def resolve(name: str, _family: Family | None = None, /) -> Sequence[str]:
        assert name == "portal.example"
        return ["127.0.0.1"]

    target = of_endpoint(Endpoint(id="e", site="s", tcp=f"portal.example:{free_port()}"), 30.0)
    assert target is not None
    seen = await visited(target, resolve)
    assert seen.details() == {"tcp over IPv4": Detail.REFUSED, "tcp over IPv6": Detail.NAME}
    assert list(seen.successes()) == [("ipv4", "tcp"), ("ipv6", "tcp")]
    assert seen.observation.failed is not None
    assert seen.observation.failed.detail is Detail.REFUSED, "of two, IPv4's: always the same"


@pytest.mark.parametrize("how", ["broken", "slow"])
async def test_name_server_that_fails_says_nothing_of_the_target(how: str) -> None:
    async def resolve(_name: str, _family: Family | None = None, /) -> Sequence[str]:
        if how == "broken":
            raise OSError
        await asyncio.Event().wait()
        return ()

    target = ProbeTarget("e", 30.0, (("ipv4", "portal.example"),), ping=True)
    with pytest.raises(Unsupported, match="DNS: no name server says which IPv4") as caught:
        await visited(target, resolve, allowed_s=0.2)
    assert caught.value.detail is Detail.NAME


async def test_look_up_that_stalls_over_ipv4_leaves_the_probes_over_ipv6_alone() -> None:
    async def resolve(_name: str, family: Family | None = None, /) -> Sequence[str]:
        if family == "ipv4":
            await asyncio.Event().wait()
        return ["::1"]

    port = free_port("::1")
    target = of_endpoint(Endpoint(id="e", site="s", tcp=f"portal.example:{port}"), 30.0)
    assert target is not None
    async with await asyncio.start_server(hang_up, "::1", port):
        seen = await visited(target, resolve, allowed_s=1.0)
    assert seen.successes() == {("ipv6", "tcp"): 1}
    assert seen.observation.facts == (PathProbe("e", "tcp", "ipv6", success=True),)
    assert not seen.observation.tables[0].complete
    assert seen.observation.failed is None
    (failure,) = seen.observation.failures
    assert (failure.reason, failure.detail) == (Reason.UNSUPPORTED, Detail.NAME)


def refuse(_family: socket.AddressFamily) -> icmp.IcmpSocket:
    raise NotTried(Detail.NOT_PERMITTED, "this machine lets the agent send no ICMP")


async def test_without_permission_nothing_is_known_of_pings_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("collectors.probe.pinger.IcmpSocket", refuse)
    seen = await visited(site(v4="127.0.0.1", v6="::1", tcp=free_port("::1")))
    assert set(seen.successes()) == {("ipv4", "tcp"), ("ipv6", "tcp")}
    assert {fact.probe for fact in seen.observation.facts if isinstance(fact, PathProbe)} == {"tcp"}
    assert not seen.observation.tables[0].complete
    assert seen.details()["icmp over IPv6"] is Detail.NOT_PERMITTED
    assert seen.details()["mtu over IPv6"] is Detail.NOT_PERMITTED
    assert seen.observation.failed is not None
    assert seen.observation.failed.detail is Detail.REFUSED, "not what we are to blame for"


async def test_site_that_cannot_be_probed_at_all_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.probe.pinger.IcmpSocket", refuse)
    with pytest.raises(Unsupported, match="xiangshu: icmp over IPv4: this machine lets") as found:
        await visited(site(v4="127.0.0.1"))
    assert found.value.detail is Detail.NOT_PERMITTED


@pytest.mark.peer
def test_user_without_rights_gets_a_clear_text_and_no_row() -> None:
    """The group that the kernel is told to let ping is none that exists (the default)."""
    code = (
        "import asyncio, time\n"
        "from collectors.probe.pinger import Peer, Pinger\n"
        "async def main():\n"
        "    async with Pinger(time.monotonic) as pinger:\n"
        "        pinger.send(Peer.of('127.0.0.1'))\n"
        "asyncio.run(main())\n"
    )
    words = [program("unshare"), "--user", "--net", sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr:
        pytest.skip(f"user namespaces are not allowed here: {done.stderr}")
    assert "lets the agent send no ICMP: net.ipv4.ping_group_range" in done.stderr


async def test_knock_asks_nothing_because_the_probe_is_the_cheap_question() -> None:
    async with Pinger(time.monotonic) as pinger:
        poller = ProbePoller(site(v4="192.0.2.1"), pinger, nothing)
        await poller.knock(question())
        assert poller.learned() is None


def test_numeric_endpoint_is_probed_over_its_own_family_alone() -> None:
    found = of_endpoint(Endpoint(id="e", site="s", ping="2001:db8::1"), 30.0)
    assert found == ProbeTarget("e", 30.0, (("ipv6", "2001:db8::1"),), ping=True)


def test_page_and_name_server_are_probed_by_others() -> None:
    assert of_endpoint(Endpoint(id="e", site="s", url="https://portal.example/"), 30.0) is None
    assert of_endpoint(Endpoint(id="e", site="s", dns="portal.example"), 30.0) is None


def test_site_without_an_address_is_not_probed() -> None:
    assert of_site(Site(id="s", name="s", level="street"), 30.0) is None


def lines_about(seen: Seen, probe: str) -> list[str]:
    return [line for line in seen.lines if line.startswith(probe)]


@pytest.mark.peer
async def test_transcript_tells_each_probe() -> None:
    seen = await visited(site(v6="::1", tcp=free_port("::1")))
    assert lines_about(seen, "icmp") == ["icmp ::1: 5 answers to 5 packets"]
    assert lines_about(seen, "mtu") == ["mtu ::1: 1500 octets pass"]
    assert len(lines_about(seen, "tcp ::1 port")) == 1
