"""TLS and client certificates, with curl as the judge."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvloop

from agent.settings import Address
from agent.web.door import Patience
from agent.web.server import WebServer
from tests.agent.web.certificates import Authority
from tests.agent.web.conftest import Curled, HandClock, Serve, until
from tests.agent.web.fake import FakeViews

pytestmark = pytest.mark.peer

Curl = Callable[..., Awaitable[Curled]]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.issue("agent", "localhost", "127.0.0.1")
    return made


def configured(folder: Path, *lines: str) -> FakeViews:
    file = folder / "web.yaml"
    first = ("tls_server_config:", "  cert_file: server.crt", "  key_file: server.key")
    file.write_text("\n".join((*first, *lines)))
    file.chmod(0o640)
    return FakeViews(web_config=file)


async def test_a_page_over_tls(serve: Serve, curl: Curl, authority: Authority) -> None:
    server = await serve(configured(authority.folder))
    url = server.urls[0] + "-/healthy"
    assert url.startswith("https://127.0.0.1:")
    assert (await curl("--cacert", authority.file, url)).body == b"healthy\n"
    assert (await curl(url)).code == 60  # an authority that curl does not know


async def test_old_versions_of_tls_are_not_spoken(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    server = await serve(configured(authority.folder, "  min_version: TLS13"))
    url = server.urls[0] + "-/healthy"
    new = await curl("--cacert", authority.file, "--tlsv1.3", url)
    old = await curl("--cacert", authority.file, "--tls-max", "1.2", url)
    assert (new.code, old.code) == (0, 35)


async def test_plain_http_on_a_tls_port_is_cut_without_a_trace(
    serve: Serve, curl: Curl, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    server = await serve(configured(authority.folder))
    assert (await curl(server.urls[0].replace("https", "http"))).code != 0
    assert not caplog.records


async def test_a_rotated_certificate_is_used_for_new_connections(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    server = await serve(configured(authority.folder))
    url = server.urls[0] + "-/healthy"
    first = authority.file
    assert (await curl("--cacert", first, url)).code == 0
    other = Authority(authority.folder, "Second authority")
    other.issue("agent", "localhost", "127.0.0.1")
    assert (await curl("--cacert", first, url)).code == 60
    assert (await curl("--cacert", other.file, url)).code == 0


async def test_the_end_of_the_certificate_is_known(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    server = await serve(configured(authority.folder))
    expires_s = server.statistics().certificate_expires_s
    said = await curl("--cacert", authority.file, "-v", server.urls[0] + "-/healthy")
    assert expires_s is not None
    moment = datetime.fromtimestamp(expires_s, UTC)
    assert f"{moment:%b} {moment.day:2} {moment:%H:%M:%S} {moment.year} GMT" in said.errors


async def test_half_a_rotation_leaves_the_former_certificate(
    serve: Serve, curl: Curl, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """Certificate and key are two files; between the two nobody is refused."""
    server = await serve(configured(authority.folder))
    url = server.urls[0] + "-/healthy"
    other = Authority(authority.folder, "Second authority")
    certificate, key = other.issue("agent", "localhost", "127.0.0.1", file="new")
    certificate.replace(authority.folder / "server.crt")
    assert (await curl("--cacert", authority.file, url)).code == 0
    assert "KEY_VALUES_MISMATCH" in caplog.text
    assert not server.statistics().config_healthy
    key.replace(authority.folder / "server.key")
    assert (await curl("--cacert", other.file, url)).code == 0
    assert server.statistics().config_healthy


CLIENTS = ("  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: Test-authority.pem")


async def test_a_client_needs_a_certificate_of_the_authority(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    ca = authority.file
    server = await serve(configured(authority.folder, *CLIENTS))
    url = server.urls[0] + "-/healthy"
    certificate, key = authority.issue("prometheus", "prometheus.example", file="client")
    good = ("--cacert", ca, "--cert", certificate, "--key", key)
    assert (await curl(*good, url)).body == b"healthy\n"
    assert (await curl("--cacert", ca, url)).code != 0
    stranger = Authority(authority.folder, "Stranger")
    certificate, key = stranger.issue("prometheus", "prometheus.example", file="stranger")
    bad = ("--cacert", ca, "--cert", certificate, "--key", key)
    assert (await curl(*bad, url)).code != 0


async def test_only_names_of_the_allow_list_come_in(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    ca = authority.file
    allowed = "  client_allowed_sans: [prometheus.example, 192.0.2.7]"
    server = await serve(configured(authority.folder, *CLIENTS, allowed))
    url = server.urls[0] + "-/healthy"
    for names, code in (
        (("prometheus.example",), 0),
        (("other.example", "192.0.2.7"), 0),
        (("192.0.2.8",), 56),
        (("evil.prometheus.example",), 56),
        ((), 56),
    ):
        certificate, key = authority.issue("prometheus.example", *names, file="client")
        said = await curl("--cacert", ca, "--cert", certificate, "--key", key, url)
        assert (said.code == 0) == (code == 0), (names, said.errors)
    assert server.statistics().cuts == {"certificate": 3}


async def test_tls_can_be_turned_on_and_off_by_a_reload(
    serve: Serve, curl: Curl, authority: Authority
) -> None:
    views = configured(authority.folder)
    file, views.web_config = views.web_config, None
    server = await serve(views)
    plain = server.urls[0]
    assert (await curl(plain + "-/healthy")).code == 0
    views.web_config = file
    await server.refresh()
    assert server.urls[0] == plain.replace("http:", "https:")
    assert (await curl("--cacert", authority.file, server.urls[0] + "-/healthy")).code == 0
    views.web_config = None
    await server.refresh()
    assert (await curl(plain + "-/healthy")).body == b"healthy\n"


async def test_a_client_that_reads_nothing_is_cut_behind_tls_too(
    serve: Serve, authority: Authority
) -> None:
    views = configured(authority.folder)
    views.pieces = [b"x" * 1_000_000] * 100
    server = await serve(views, patience=Patience(reader_s=0.5))
    context = ssl.create_default_context(cafile=authority.file)
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=context, limit=1024
    )
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readexactly(100)
    await until(lambda: not (views.streams_open or server.statistics().connections))
    assert server.statistics().cuts == {"slow_reader": 1}
    writer.transport.abort()


def test_a_rotated_certificate_is_used_on_uvloop_too(authority: Authority, curl: Curl) -> None:
    """The agent runs on uvloop where it installs; what the context relies on must hold there."""

    async def scenario() -> list[int]:
        views, first = configured(authority.folder), authority.file
        async with WebServer(views, [Address("127.0.0.1", 0)], clock=HandClock()) as server:
            url = server.urls[0] + "-/healthy"
            before = await curl("--cacert", first, url)
            other = Authority(authority.folder, "Second authority")
            other.issue("agent", "localhost", "127.0.0.1")
            old, new = await curl("--cacert", first, url), await curl("--cacert", other.file, url)
            return [before.code, old.code, new.code]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(scenario()) == [0, 60, 0]
