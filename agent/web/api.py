"""`/api/v1/targets`: the targets as JSON, for programs."""

import asyncio
import json
from collections.abc import Mapping, Sequence

from aiohttp import web

from agent.web.views import CheckView, Ipv6View, TargetView, Views

_SLICE = 100  # targets written between two turns of the loop: about 2 ms

Json = str | int | float | Sequence["Json"] | Mapping[str, "Json"] | None


class Api:
    """Handlers of `/api/v1/...`; no CORS: pages of other origins read nothing."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows."""
        self._views = views

    async def targets(self, request: web.Request) -> web.Response:
        """Serve `/api/v1/targets`: generation and targets, sorted by id."""
        del request
        written: list[str] = []
        for number, target_id in enumerate(self._views.target_ids(), 1):
            target = self._views.target(target_id)
            if target is not None:
                written.append(json.dumps(_target(target), ensure_ascii=False))
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        body = f'{{"generation":{self._views.generation},"targets":[{",".join(written)}]}}'
        return web.json_response(text=body)


def _target(target: TargetView) -> Json:
    return {
        "id": target.id,
        "kind": target.kind,
        "name": target.name,
        "site": target.site,
        "address": target.address,
        "family": target.family,
        "state": target.state,
        "checks": [_check(check) for check in target.checks],
        "ipv6": None if target.ipv6 is None else _ipv6(target.ipv6),
    }


def _ipv6(found: Ipv6View) -> Json:
    """Say it as egov_ipv6_ready does: an exempt device is neither ready nor not."""
    return {
        "expected": found.expected,
        "ready": found.ready if found.expected else None,
        "items": {
            name: {"state": item.state, "names": list(item.names)}
            for name, item in found.items.items()
        },
    }


def _check(check: CheckView) -> Json:
    error = check.error
    return {
        "name": check.name,
        "last_success_age_seconds": _rounded(check.last_success_age_s),
        "next_due_seconds": _rounded(check.next_due_s),
        "error": None
        if error is None
        else {
            "reason": error.reason,
            "text": error.text,
            "age_seconds": _rounded(error.age_s),
        },
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
