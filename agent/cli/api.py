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


class ItemJson(TypedDict):
    """An item of readiness for IPv6: passed, failed, unknown or not_applicable, and on what."""

    state: str
    names: list[str]


class Ipv6Json(TypedDict):
    """How ready a device is; `ready` of one that need not be is None."""

    expected: bool
    ready: bool | None
    items: dict[str, ItemJson]


class TargetJson(TypedDict):
    """A target; `ipv6` is None of anything but a device, and before something was derived."""

    id: str
    kind: str
    name: str
    site: str
    address: str
    state: str
    checks: list[CheckJson]
    ipv6: Ipv6Json | None


class EdgeJson(TypedDict):
    """A link of the topology; `target` of a stranger begins with `lldp:`."""

    source: str
    source_interface: str
    target: str
    target_interface: str
    state: str
