"""`/api/v1/topology`: targets and the links between them, as nodes and edges.

`id` of nodes and `id`, `source`, `target` of edges are what Grafana's node graph asks for.
"""

import asyncio
import json
from collections.abc import Iterator

from aiohttp import web

from agent.web.api import Json
from agent.web.views import LinkView, TopologyView, Views

_SLICE = 100  # nodes or edges written between two turns of the loop: under a millisecond
_OUTSIDE = "outside"
_STRANGER = "lldp:"  # a target's id has no colon


class TopologyApi:
    """Handler of `/api/v1/topology`."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows."""
        self._views = views

    async def topology(self, request: web.Request) -> web.Response:
        """Serve generation, nodes and edges; strangers that LLDP shows are nodes too."""
        del request
        topology = self._views.topology()
        nodes = await _written(self._nodes(topology))
        edges = await _written(map(_edge, topology.links))
        body = f'{{"generation":{self._views.generation},"nodes":[{nodes}],"edges":[{edges}]}}'
        return web.json_response(text=body)

    def _nodes(self, topology: TopologyView) -> Iterator[Json]:
        for target_id in self._views.target_ids():
            target = self._views.target(target_id)
            if target is None:
                continue
            parent = topology.parents.get(target_id)
            yield {
                "id": target.id,
                "name": target.name,
                "kind": target.kind,
                "site": target.site,
                "state": target.state,
                "parent": parent.parent if parent else None,
                "parent_source": parent.source if parent else None,
            }
        strangers = {link.destination for link in topology.links if link.state == _OUTSIDE}
        for name in sorted(strangers):
            yield {"id": _STRANGER + name, "name": name, "kind": _OUTSIDE}


def _edge(link: LinkView) -> Json:
    target = link.destination if link.state != _OUTSIDE else _STRANGER + link.destination
    ends = (link.source, link.source_interface, target, link.destination_interface)
    return {
        "id": " ".join(ends),
        "source": link.source,
        "source_interface": link.source_interface,
        "target": target,
        "target_interface": link.destination_interface,
        "state": link.state,
    }


async def _written(items: Iterator[Json]) -> str:
    """Write what goes between the brackets of a list; between slices the loop gets its turn."""
    written = []
    for number, item in enumerate(items, 1):
        written.append(json.dumps(item, ensure_ascii=False))
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    return ",".join(written)
