"""Pages and the stream are valid text, each series once, whatever devices say."""

import asyncio
import math
import subprocess
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Metric
from prometheus_client import Counter as OwnCounter
from prometheus_client.parser import text_string_to_metric_families
from typing_extensions import override

from agent.exposition import Exposition
from agent.exposition.packing import QUICK
from agent.exposition.page import ACCOUNTS, writer
from agent.exposition.stream import SLICE_OCTETS, slices
from agent.store import AGENT, Store
from collectors.catalogue import Scope
from collectors.contract import Method, Samples, Table, Texts
from collectors.text import clean
from tests.agent.store.observations import (
    CATALOGUE,
    LIFETIME_S,
    WALL_S,
    exposed,
    labels,
    observed,
    page,
    ports,
    store,
)
from tests.peers import program

OWN = "agent"
"""The table that prometheus_client keeps."""

UP = Table("target_up", Method.AGENT, ((),), (Samples("egov_target_up", [1]),))


class AtOnce(Executor):
    """Runs work where it is asked for, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    @override
    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.count += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def exposition(
    held: Store, registry: CollectorRegistry | None = None, *, timestamps: bool = False
) -> tuple[Exposition, AtOnce]:
    executor = AtOnce()
    registry = registry or CollectorRegistry()
    return Exposition(held, registry, executor, timestamps=timestamps), executor


def own_metrics() -> CollectorRegistry:
    registry = CollectorRegistry()
    OwnCounter("egov_agent_scrapes", "Scrapes.", registry=registry).inc()
    return registry


def district(switches: int = 30) -> Store:
    """Make a store in which everything that is special happens somewhere."""
    targets = [f"sw-{switch}" for switch in range(switches)]
    held = store(*targets)
    for index, target in enumerate(targets):
        names = [f"GE0/{port}" for port in range(index % 5 + 1)]
        up = [None if port == 3 else port % 2 for port in range(len(names))]
        aliases = [f'to "{target}" \\ {port}' for port in range(len(names))]
        table = ports(names, up, aliases=aliases)
        held.put(observed(table, UP, target=target), 0.0, WALL_S + index)
        if index % 3 == 0:
            cli = ports(["GE0/0", "Vlan1"], [0, 0], Method.CLI)
            held.put(observed(cli, target=target, check="cli"), 0.0, WALL_S)
    sites = Table(
        "site_targets",
        Method.AGENT,
        (("hq", "up"), ("hq", "down"), ("hq", "unknown")),
        (Samples("egov_site_targets", [switches, 0, 0]),),
    )
    held.put(observed(sites, target=AGENT), 0.0, WALL_S)
    return held


async def whole(served: Exposition, monotonic_s: float = 1.0, *, gzip: bool = False) -> bytes:
    return b"".join([piece async for piece in served.stream(monotonic_s, gzip=gzip)])


def series(text: str) -> "Counter[tuple[str, tuple[tuple[str, str], ...], float]]":
    found: Counter[tuple[str, tuple[tuple[str, str], ...], float]] = Counter()
    for metric in text_string_to_metric_families(text):
        for sample in metric.samples:
            found[sample.name, tuple(sorted(sample.labels.items())), sample.value] += 1
    return found


class TestText:
    """The format, judged by prometheus_client's parser."""

    def test_family_has_its_help_and_type_once_before_its_samples(self) -> None:
        held = store()
        held.put(observed(ports(["GE1", "GE2"], [1, 0])), 0.0, WALL_S)
        held.put(observed(ports(["GE3"], method=Method.CLI), check="cli"), 0.0, WALL_S)
        family = (
            "# HELP egov_interface_up 1 only when ifOperStatus is up.\n"
            "# TYPE egov_interface_up gauge\n"
            'egov_interface_up{target="sw-1",site="hq",interface="GE1"} 1\n'
            'egov_interface_up{target="sw-1",site="hq",interface="GE2"} 0\n'
            'egov_interface_up{target="sw-1",site="hq",interface="GE3"} 1\n'
        )
        assert family in page(held)

    def test_constant_labels_of_a_column_tell_its_series_apart(self) -> None:
        name = "egov_interface_receive_packets_total"
        columns = tuple(
            Samples(name, [number], (("cast", cast),))
            for number, cast in enumerate(("unicast", "multicast", "broadcast"))
        )
        held = store()
        table = Table("interface", Method.SNMP, (("GE1",),), columns)
        held.put(observed(table), 0.0, WALL_S)
        assert page(held).count(f"# TYPE {name} counter\n") == 1
        assert exposed(page(held), name, "cast") == {"unicast": 0, "multicast": 1, "broadcast": 2}

    def test_counter64_is_written_whole(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"], [2**64 - 1])), 0.0, WALL_S)
        assert 'interface="GE1"} 18446744073709551615\n' in page(held)

    def test_numbers_that_are_none_have_the_words_of_the_format(self) -> None:
        held = store()
        up = [math.nan, math.inf, -math.inf, 0.5]
        held.put(observed(ports(["a", "b", "c", "d"], up)), 0.0, WALL_S)
        text = page(held)
        for word in ('"a"} NaN\n', '"b"} +Inf\n', '"c"} -Inf\n', '"d"} 0.5\n'):
            assert word in text

    def test_row_without_labels_of_its_own_has_no_stray_comma(self) -> None:
        held = store()
        held.put(observed(UP), 0.0, WALL_S)
        assert 'egov_target_up{target="sw-1",site="hq"} 1\n' in page(held)

    def test_timestamps_stand_behind_what_was_polled_only(self) -> None:
        held = store()
        held.put(observed(UP, ports(["GE1"], aliases=["a"])), 0.0, WALL_S + 0.25)
        text = writer(CATALOGUE, timestamps=True).page(held.contents["sw-1"], 1.0).decode()
        assert (
            'egov_interface_up{target="sw-1",site="hq",interface="GE1"} 1 1700000000250\n' in text
        )
        assert 'lag=""} 1 1700000000250\n' in text
        assert 'egov_target_up{target="sw-1",site="hq"} 1\n' in text
        assert (
            'egov_table_rows{target="sw-1",site="hq",table="interface",method="snmp"} 1\n' in text
        )
        (up,) = [
            one for one in text_string_to_metric_families(text) if one.name == "egov_interface_up"
        ]
        assert up.samples[0].timestamp == WALL_S + 0.25

    @settings(deadline=None)
    @given(
        st.lists(st.text(st.characters(), max_size=200), max_size=12),
        st.lists(
            st.none() | st.integers(0, 2**64 - 1) | st.integers() | st.floats(),
            min_size=12,
            max_size=12,
        ),
    )
    def test_whatever_a_device_says_is_valid_and_unique(
        self, names: list[str], values: list[float | None]
    ) -> None:
        held = store()
        up = values[: len(names)]
        held.put(observed(ports(names, up, aliases=names[::-1])), 0.0, WALL_S)
        text = page(held).encode().decode()
        found = series(text)
        assert all(count == 1 or math.isnan(value) for (_n, _l, value), count in found.items())
        assert len(exposed(text)) <= len(names)
        assert len(found) == sum(line.startswith("egov_") for line in text.split("\n"))


class TestTargetPage:
    """A page is written when it is asked for, and kept while it is true."""

    async def test_unknown_target_has_no_page_and_an_unvisited_one_an_empty_one(self) -> None:
        served, _executor = exposition(store())
        assert await served.target_page("nobody", 0.0, gzip=False) is None
        assert await served.target_page(AGENT, 0.0, gzip=False) is None
        assert await served.target_page("sw-1", 0.0, gzip=False) == b""
        assert zlib.decompress(await served.target_page("sw-1", 0.0, gzip=True) or b"", 31) == b""

    async def test_compressed_page_is_the_plain_one(self) -> None:
        served, _executor = exposition(district())
        plain = await served.target_page("sw-9", 1.0, gzip=False)
        packed = await served.target_page("sw-9", 1.0, gzip=True)
        assert plain
        assert packed
        assert zlib.decompress(packed, 31) == plain

    async def test_page_is_kept_until_the_next_observation(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        served, _executor = exposition(held)
        first = await served.target_page("sw-1", 1.0, gzip=True)
        assert await served.target_page("sw-1", 2.0, gzip=True) is first
        held.put(observed(ports(["GE1"], [0])), 3.0, WALL_S)
        assert await served.target_page("sw-1", 3.0, gzip=True) != first

    async def test_page_is_kept_until_the_next_expiry(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        cpu = Table("cpu", Method.SNMP, (("0",),), (Samples("egov_device_cpu_ratio", [0.5]),))
        held.put(observed(cpu), 0.0, WALL_S)
        served, _executor = exposition(held)
        first = await served.target_page("sw-1", 1.0, gzip=True)
        assert await served.target_page("sw-1", LIFETIME_S - 0.1, gzip=True) is first
        late = await served.target_page("sw-1", LIFETIME_S, gzip=True)
        assert late
        text = zlib.decompress(late, 31).decode()
        assert exposed(text) == {}
        assert exposed(text, "egov_device_cpu_ratio", "component") == {"0": 0.5}
        assert await served.target_page("sw-1", 1e9, gzip=True) is late

    async def test_page_follows_a_target_that_moved(self) -> None:
        held = store()
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        served, _executor = exposition(held)
        first = await served.target_page("sw-1", 1.0, gzip=True)
        held.place("sw-1", labels("sw-1", "street-7"))
        assert await served.target_page("sw-1", 1.0, gzip=True) != first

    async def test_pages_of_targets_that_are_gone_are_forgotten(self) -> None:
        held = store()
        served, _executor = exposition(held)
        await served.target_page("sw-1", 1.0, gzip=True)
        assert "sw-1" in served._packed
        held.remove("sw-1")
        served.forget()
        assert "sw-1" not in served._packed
        assert await served.target_page("sw-1", 1.0, gzip=True) is None

    async def test_packing_a_large_page_leaves_the_loop_alone(self) -> None:
        held = store()
        held.place("sw-2", labels("sw-2", "hq"))
        held.put(observed(ports(["GE1"])), 0.0, WALL_S)
        many = replace(observed(ports([f"GE{n}" for n in range(6_000)])), target="sw-2")
        held.put(many, 0.0, WALL_S)
        threads: list[str] = []
        with ThreadPoolExecutor(1, "press", lambda: threads.append("press")) as executor:
            served = Exposition(held, CollectorRegistry(), executor, timestamps=False)
            await served.target_page("sw-2", 1.0, gzip=False)
            await served.target_page("sw-1", 1.0, gzip=True)
            assert threads == []
            large = await served.target_page("sw-2", 1.0, gzip=True)
            assert threads == ["press"]
            assert large
            assert len(zlib.decompress(large, 31)) > QUICK


class TestAgentPage:
    """What belongs to no target, and the agent itself."""

    async def test_sites_and_own_metrics_stand_on_it(self) -> None:
        served, _executor = exposition(district(), own_metrics())
        text = (await served.agent_page(1.0, gzip=False)).decode()
        assert 'egov_site_targets{site="hq",state="up"} 30\n' in text
        assert "egov_agent_scrapes_total 1\n" in text
        assert "target=" not in text
        assert zlib.decompress(await served.agent_page(1.0, gzip=True), 31).decode() == text


class TestStream:
    """Everything at once."""

    async def test_stream_is_the_union_of_the_pages(self) -> None:
        held = district()
        served, _executor = exposition(held, own_metrics())
        union = series((await served.agent_page(1.0, gzip=False)).decode())
        for target in held.contents.keys() - {AGENT}:
            union += series((await served.target_page(target, 1.0, gzip=False) or b"").decode())
        streamed = series((await whole(served)).decode())
        assert streamed == union
        assert set(streamed.values()) == {1}

    async def test_each_family_stands_once(self) -> None:
        text = (await whole(exposition(district(), own_metrics())[0])).decode()
        types = [line for line in text.splitlines() if line.startswith("# TYPE")]
        assert len(types) == len(set(types))
        order = [line.split("{")[0].split(" ")[0] for line in text.splitlines() if line[0] != "#"]
        groups = [
            name for index, name in enumerate(order) if index == 0 or order[index - 1] != name
        ]
        assert len(groups) == len(set(groups))

    async def test_compressed_stream_is_one_gzip_member(self) -> None:
        served, _executor = exposition(district(), own_metrics())
        decoder = zlib.decompressobj(31)
        plain = decoder.decompress(await whole(served, gzip=True))
        assert decoder.eof
        assert decoder.unused_data == b""
        assert plain == await whole(served)

    async def test_what_is_put_meanwhile_does_not_show(self) -> None:
        held = district()
        served, _executor = exposition(held)
        before = await whole(served)
        stream = served.stream(1.0, gzip=False)
        pieces = [await anext(stream)]
        for target in list(held.contents):
            held.remove(target)
        pieces += [piece async for piece in stream]
        assert b"".join(pieces) == before

    async def test_expired_rows_are_not_streamed(self) -> None:
        text = (await whole(exposition(district())[0], LIFETIME_S)).decode()
        assert "egov_interface" not in text
        assert text.count("egov_table_last_success_timestamp_seconds{") == 40

    async def test_no_target_at_all_is_an_exposition_too(self) -> None:
        assert await whole(exposition(Store(CATALOGUE, 1))[0]) == b""

    async def test_loop_goes_on_between_slices(self) -> None:
        served, _executor = exposition(district(2500))
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(count())
        await whole(served)
        task.cancel()
        assert turns > 10

    def test_slice_is_bounded_in_octets_and_in_targets(self) -> None:
        held = district(2500)
        contents = list(held.contents.values())
        written = list(slices(writer(CATALOGUE, timestamps=False), contents, 1.0))
        longest = max(len(page(held, target)) for target in ("sw-0", "sw-29"))
        assert max(map(len, written)) < SLICE_OCTETS + longest
        assert max(one.count(b"\n") for one in written) < 10_000

    async def test_failure_half_way_is_raised_and_never_ends_the_gzip_member(self) -> None:
        class Broken(CollectorRegistry):
            @override
            def collect(self) -> Iterator[Metric]:
                raise RuntimeError("broken")

        served, _executor = exposition(district(), Broken())
        pieces: list[bytes] = []

        async def read() -> None:
            async for piece in served.stream(1.0, gzip=True):
                pieces.append(piece)  # noqa: PERF401 - the pieces before the failure count

        with pytest.raises(RuntimeError, match="broken"):
            await read()
        decoder = zlib.decompressobj(31)
        decoder.decompress(b"".join(pieces))
        assert not decoder.eof


async def test_reload_of_the_catalogue_is_followed() -> None:
    held = store()
    held.put(observed(ports(["GE1"])), 0.0, WALL_S)
    served, _executor = exposition(held)
    assert await served.target_page("sw-1", 1.0, gzip=False)
    held.adopt(CATALOGUE, 20_000)
    assert await served.target_page("sw-1", 1.0, gzip=False) == page(held).encode()


def promtool(text: bytes) -> tuple[int, bytes]:
    """Check an exposition; promtool lints names and help, and parses as Prometheus does."""
    ran = subprocess.run(
        [program("promtool"), "check", "metrics"], input=text, capture_output=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.peer
async def test_promtool_has_nothing_to_say() -> None:
    text = await whole(exposition(district(), own_metrics())[0])
    assert text.count(b"\n") > 300
    assert promtool(text) == (0, b"")


@pytest.mark.peer
def test_promtool_accepts_every_family_of_the_catalogue() -> None:
    held = store()
    for name, spec in CATALOGUE.tables.items():
        target = AGENT if spec.scope is Scope.AGENT else "sw-1"
        if name not in (ACCOUNTS, OWN):
            held.put(observed(everything_of(name, spec.preferred), target=target), 0.0, WALL_S)
    text = (page(held) + page(held, AGENT)).encode()
    assert text.count(b"# TYPE") == len(CATALOGUE.families) - len(CATALOGUE.columns[OWN])
    assert promtool(text) == (0, b"")


def everything_of(table: str, method: Method) -> Table:
    """Make two rows of a table with every family that it has."""
    identity = CATALOGUE.tables[table].identity
    keys = tuple((row,) * len(identity) for row in ("a", "b")) if identity else ((),)
    samples, texts = [], []
    for family in CATALOGUE.columns[table]:
        if family.is_info:
            texts.append(Texts(family.name, family.extra, [("w",) * len(family.extra)] * len(keys)))
        else:
            constant = tuple((label, "v") for label in family.extra)
            samples.append(Samples(family.name, [1] * len(keys), constant))
    return Table(table, method, keys, tuple(samples), tuple(texts))


@pytest.mark.peer
def test_promtool_accepts_what_devices_say() -> None:
    hostile = [
        "市政务外网".encode("gbk"),
        b"\xff\xfe\x00\x81",
        b'quote " back \\ slash',
        b"new\nline egov_target_up 1\r\n# TYPE x gauge",
        b"x" * 10_000,
        b"x" * 10_000,
        "\u202etnemele\u2066".encode(),
        b"50%d %s %(a)s",
        b"",
        b"}{,=",
    ]
    names = [clean(octets) for octets in hostile]
    held = store()
    held.put(observed(ports(names, aliases=names)), 0.0, WALL_S)
    assert len(exposed(page(held))) == len(hostile) - 1
    assert held.statistics().duplicates_total == 1
    assert promtool(page(held).encode()) == (0, b"")


@pytest.mark.peer
@pytest.mark.parametrize("path", ["/stream", "/page"])
async def test_curl_reads_what_was_compressed(path: str) -> None:
    curl = program("curl")
    served, _executor = exposition(district(), own_metrics())

    async def pieces() -> AsyncIterator[bytes]:
        if path == "/page":
            yield await served.agent_page(1.0, gzip=True)
        else:
            async for piece in served.stream(1.0, gzip=True):
                yield piece

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"})
        await response.prepare(request)
        async for piece in pieces():
            await response.write(piece)
        return response

    application = web.Application()
    application.router.add_get(path, answer)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        arguments = [
            "-sS",
            "--fail",
            "--compressed",
            "--noproxy",
            "*",
            f"http://{host}:{port}{path}",
        ]
        child = await asyncio.create_subprocess_exec(curl, *arguments, stdout=subprocess.PIPE)
        read, _errors = await child.communicate()
    finally:
        await runner.cleanup()
    assert child.returncode == 0
    plain = served.agent_page(1.0, gzip=False) if path == "/page" else whole(served)
    assert read == await plain
