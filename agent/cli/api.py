"""The answers of `/api/v1/targets` and `/api/v1/topology`, as the commands read them."""

from typing import TypedDict


class ErrorJson(TypedDict):
    """The `error` of a check."""

    reason: str
    text: str


class CheckJson(TypedDict):
    """A check of a target; ages are in seconds."""

    name: str
    last_success_age_seconds: float | None
    error: ErrorJson | None


class TargetJson(TypedDict):
    """A target."""

    id: str
    kind: str
    name: str
    site: str
    address: str
    state: str
    checks: list[CheckJson]


class EdgeJson(TypedDict):
    """A link of the topology; `target` of a stranger begins with `lldp:`."""

    source: str
    source_interface: str
    target: str
    target_interface: str
    state: str
