"""Who gets in, as whom, and what is written about it."""

import base64
from pathlib import Path

import aiohttp
import pytest

from agent.web.passwords import PER_NAME
from tests.agent.web.conftest import HandClock, Serve, hashed
from tests.agent.web.fake import FakeViews, a_target

PATHS = ("", "metrics", "metrics/agent", "metrics/target/sw-1", "sd", "api/v1/targets",
         "-/healthy", "-/ready", "nowhere")  # fmt: skip


def protected(folder: Path, **users: str) -> FakeViews:
    file = folder / "web.yaml"
    lines = [f"  {name}: {hashed(name + '-pass')}" for name in ("wang", "li", "prometheus")]
    file.write_text("\n".join(("basic_auth_users:", *lines)))
    file.chmod(0o640)
    return FakeViews(web_config=file, users=users, shown=[a_target("sw-1")])


def basic(name: str, password: str) -> dict[str, str]:
    token = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_shown_without_a_password(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path, path: str
) -> None:
    server = await serve(protected(tmp_path))
    async with http.get(server.urls[0] + path) as answer:
        assert answer.status == 401
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge == 'Basic realm="egov-agent", charset="UTF-8"'
        assert await answer.text() == "Name and password, please.\n"


@pytest.mark.parametrize("path", [path for path in PATHS if path != "nowhere"])
async def test_everything_is_shown_with_one(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path, path: str
) -> None:
    server = await serve(protected(tmp_path))
    async with http.get(server.urls[0] + path, headers=basic("li", "li-pass")) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Bearer wang-pass",
        "Basic " + base64.b64encode(b"li:wrong").decode(),
        "Basic " + base64.b64encode(b"nobody:li-pass").decode(),
        "Basic " + base64.b64encode(b":").decode(),
    ],
)
async def test_a_header_that_says_nothing_useful_is_no_password(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path, header: str
) -> None:
    server = await serve(protected(tmp_path))
    async with http.get(server.urls[0], headers={"Authorization": header}) as answer:
        assert answer.status == 401


async def test_a_storm_of_wrong_passwords_is_told_to_wait(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path, clock: HandClock
) -> None:
    server = await serve(protected(tmp_path))
    seen, retry = [], None
    for number in range(PER_NAME.burst + 3):
        async with http.get(server.urls[0], headers=basic("li", f"guess {number}")) as answer:
            seen.append(answer.status)
            retry = answer.headers.get("Retry-After")
    assert seen == [401] * PER_NAME.burst + [429] * 3
    assert retry == "12"
    statistics = server.statistics()
    assert (statistics.logins_failed, statistics.logins_throttled) == (PER_NAME.burst, 3)
    clock.now_s += 12
    async with http.get(server.urls[0], headers=basic("li", "li-pass")) as answer:
        assert answer.status == 200


async def test_a_changed_password_counts_at_once(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    views = protected(tmp_path)
    server = await serve(views)
    async with http.get(server.urls[0], headers=basic("li", "li-pass")) as answer:
        assert answer.status == 200
    (tmp_path / "web.yaml").write_text(f"basic_auth_users:\n  li: {hashed('new')}\n")
    async with http.get(server.urls[0], headers=basic("li", "li-pass")) as answer:
        assert answer.status == 401
    async with http.get(server.urls[0], headers=basic("li", "new")) as answer:
        assert answer.status == 200


async def test_a_broken_file_opens_no_door(
    serve: Serve,
    http: aiohttp.ClientSession,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = await serve(protected(tmp_path))
    for text in ("basic_auth_users:\n  li: plain-text-password\n", "\0"):
        (tmp_path / "web.yaml").write_text(text)
        for headers, status in ((basic("li", "li-pass"), 200), ({}, 401)):
            async with http.get(server.urls[0], headers=headers) as answer:
                assert answer.status == status
    (tmp_path / "web.yaml").unlink()
    async with http.get(server.urls[0]) as answer:
        assert answer.status == 401
    assert len(caplog.records) == 3  # once for each state, not for each request
    assert "plain-text-password" not in caplog.text


async def test_a_name_cannot_forge_a_line_of_the_log(
    serve: Serve,
    http: aiohttp.ClientSession,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = await serve(protected(tmp_path))
    name = "x\nERROR forged\x1b[31m\u202e" + "y" * 1000
    async with http.get(server.urls[0], headers=basic(name, "secret-typed-here")) as answer:
        assert answer.status == 401
    (record,) = caplog.records
    line = record.getMessage()
    assert line.isprintable()
    assert len(line) < 150
    assert "secret-typed-here" not in caplog.text


RELOAD = "-/reload"


@pytest.mark.parametrize(
    ("role", "status"),
    [("viewer", 403), ("operator", 403), ("auditor", 403), ("administrator", 200), (None, 403)],
)
async def test_only_an_administrator_reloads(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path, role: str | None, status: int
) -> None:
    views = protected(tmp_path, **({"li": role} if role else {}))
    server = await serve(views)
    async with http.post(server.urls[0] + RELOAD, headers=basic("li", "li-pass")) as answer:
        assert answer.status == status
    assert views.reloads == (status == 200)


async def test_without_web_config_this_machine_reloads(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    for host in ("127.0.0.1", "::1", "::"):
        views = FakeViews()
        server = await serve(views, host)
        url = server.urls[0].replace("[::]", "127.0.0.1")
        async with http.post(url + RELOAD) as answer:
            assert answer.status == 200
        assert views.reloads == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_a_proxy_on_this_machine_is_somebody_else(
    serve: Serve, http: aiohttp.ClientSession, header: str
) -> None:
    server = await serve(FakeViews())
    async with http.post(server.urls[0] + RELOAD, headers={header: "192.0.2.1"}) as answer:
        assert answer.status == 403


async def test_a_page_of_another_site_cannot_reload(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    views = FakeViews()
    server = await serve(views)
    headers = {"Origin": "https://evil.example"}
    async with http.post(server.urls[0] + RELOAD, headers=headers) as answer:
        assert answer.status == 403
    assert views.reloads == 0


async def test_an_address_that_is_not_loopback_may_not_reload(
    serve: Serve, http: aiohttp.ClientSession, own_address: str
) -> None:
    server = await serve(FakeViews(), own_address)
    async with http.post(server.urls[0] + RELOAD) as answer:
        assert answer.status == 403
