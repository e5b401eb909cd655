"""`/api/v1/targets`."""

import aiohttp

from agent.web.views import TargetState
from tests.agent.web.conftest import Serve
from tests.agent.web.fake import FakeIpv6, FakeViews, a_silent_target, a_target, readiness


async def test_targets_as_json(serve: Serve, http: aiohttp.ClientSession) -> None:
    views = FakeViews(shown=[a_target("sw-1", name="一楼"), a_silent_target("sw-0")], generation=9)
    server = await serve(views)
    async with http.get(server.urls[0] + "api/v1/targets") as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found = await answer.json()
    assert found["generation"] == 9
    silent, answering = found["targets"]
    assert answering == {
        "id": "sw-1",
        "kind": "device",
        "name": "一楼",
        "site": "hall",
        "address": "192.0.2.1",
        "family": "ipv4",
        "state": "up",
        "checks": [
            {
                "name": "snmp",
                "last_success_age_seconds": 12.0,
                "next_due_seconds": 48.0,
                "error": None,
            }
        ],
        "ipv6": None,
    }
    assert silent["state"] == "down"
    assert silent["checks"][0]["error"] == {
        "reason": "timeout",
        "text": "no answer in 5 s",
        "age_seconds": 20.0,
    }


async def test_readiness_for_ipv6_names_what_is_lacking(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    ready = a_target("sw-1", ipv6=readiness())
    lacking = a_target("sw-2", ipv6=readiness(routing=("failed", "1.1.1.1 GE1"), path=("unknown",)))
    exempt = a_target("sw-3", ipv6=FakeIpv6(expected=False))
    server = await serve(FakeViews(shown=[ready, lacking, exempt]))
    async with http.get(server.urls[0] + "api/v1/targets") as answer:
        one, two, three = (found["ipv6"] for found in (await answer.json())["targets"])
    assert (one["expected"], one["ready"]) == (True, True)
    assert list(one["items"]) == ["forwarding", "address", "routing", "path", "traffic"]
    assert two["ready"] is False
    assert two["items"]["routing"] == {"state": "failed", "names": ["1.1.1.1 GE1"]}
    assert two["items"]["path"] == {"state": "unknown", "names": []}
    assert three == {"expected": False, "ready": None, "items": {}}


async def test_a_target_never_visited_has_nulls(serve: Serve, http: aiohttp.ClientSession) -> None:
    target = a_target("sw-1", family=None, state=TargetState.UNKNOWN, checks=())
    server = await serve(FakeViews(shown=[target]))
    async with http.get(server.urls[0] + "api/v1/targets") as answer:
        (found,) = (await answer.json())["targets"]
    assert (found["family"], found["state"], found["checks"]) == (None, "unknown", [])


async def test_other_origins_read_nothing(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(FakeViews())
    headers = {"Origin": "https://grafana.example"}
    async with http.get(server.urls[0] + "api/v1/targets", headers=headers) as answer:
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
