"""`/api/v1/topology`."""

import aiohttp

from agent.web.views import LinkView, ParentView, TopologyView
from tests.agent.web.conftest import Serve
from tests.agent.web.fake import FakeViews, a_target


def a_link(destination: str, state: str, port: str = "Te1") -> LinkView:
    return LinkView(
        source="acc",
        source_interface="Gi24",
        destination=destination,
        destination_interface=port,
        state=state,
    )


async def test_nodes_and_edges_as_a_node_graph_wants_them(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    network = TopologyView(
        links=(a_link("agg", "confirmed"), a_link("陌生交换机", "outside", "")),
        parents={"acc": ParentView(parent="agg", source="lldp")},
    )
    shown = [a_target("acc", name="一楼"), a_target("agg", name="汇聚")]
    server = await serve(FakeViews(shown=shown, network=network, generation=4))
    async with http.get(server.urls[0] + "api/v1/topology") as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found = await answer.json()
    assert found["generation"] == 4
    acc, agg, stranger = found["nodes"]
    assert acc == {
        "id": "acc",
        "name": "一楼",
        "kind": "device",
        "site": "hall",
        "state": "up",
        "parent": "agg",
        "parent_source": "lldp",
    }
    assert (agg["parent"], agg["parent_source"]) == (None, None)
    assert stranger == {"id": "lldp:陌生交换机", "name": "陌生交换机", "kind": "outside"}
    inside, outside = found["edges"]
    assert inside == {
        "id": "acc Gi24 agg Te1",
        "source": "acc",
        "source_interface": "Gi24",
        "target": "agg",
        "target_interface": "Te1",
        "state": "confirmed",
    }
    assert outside["target"] == stranger["id"]
    assert outside["state"] == "outside"


async def test_before_anything_is_known_there_are_only_targets(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews(shown=[a_target("acc")]))
    async with http.get(server.urls[0] + "api/v1/topology") as answer:
        found = await answer.json()
    assert [one["id"] for one in found["nodes"]] == ["acc"]
    assert found["edges"] == []
