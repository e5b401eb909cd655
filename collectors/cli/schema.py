"""The shape of a CLI profile's file; what it means is checked by `load`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from inventory.kinds import Regex, Seconds, Text
from inventory.shape import Shape


def _short(given: object) -> object:
    """Let `COLUMN` and `[A, B]` stand for `{from: ...}`."""
    if isinstance(given, str):
        return {"from": [given]}
    if isinstance(given, list):
        return {"from": given}
    if isinstance(given, dict) and isinstance(given.get("from"), str):
        return {**given, "from": [given["from"]]}
    return given


Scalar = str | int | float


class ValueShape(Shape):
    """How a value is made of columns."""

    from_: list[Text] = Field(default=[], alias="from")
    constant: Scalar | None = None
    as_: Literal[
        "text",
        "number",
        "router_id",
        "address",
        "scope",
        "interface",
        "as_number",
        "seconds",
        "joined",
    ] = Field(default="text", alias="as")
    map: dict[str, Scalar] | None = None
    otherwise: Scalar | None = None
    absent: list[str] = Field(default=[])
    when: dict[str, Regex] = Field(default={})


ValueOrShort = Annotated[ValueShape, BeforeValidator(_short)]
MetricOrCount = Annotated[
    ValueShape | Literal["count"],
    BeforeValidator(lambda given: given if given == "count" else _short(given)),
]


class PresenceShape(Shape):
    """Patterns that mean yes and no."""

    yes: Regex
    no: Regex


class NamesShape(Shape):
    """What tells who is behind a name."""

    command: Text
    column: Text
    pattern: Regex


class CommandShape(Shape):
    """One command and its table."""

    gives: Text | None = None
    command: Text
    template: Text | None = None
    ntc: Text | None = None
    json_: Text | None = Field(default=None, alias="json")
    present: PresenceShape | None = None
    names: NamesShape | None = None
    total: Regex | None = None
    merge: Literal["no", "sum"] = "no"
    lists: Literal["all", "some"] = "all"
    every: Seconds | None = None
    skip: dict[str, Regex] = Field(default={})
    labels: dict[str, ValueOrShort] = Field(default={})
    metrics: dict[str, MetricOrCount] = Field(default={})
    info: dict[str, dict[str, ValueOrShort]] = Field(default={})


class RecogniseShape(Shape):
    """What tells the platform."""

    command: Text
    pattern: Regex


class ProfileShape(Shape):
    """A platform's file."""

    description: Text | None = None
    prepare: list[Text] = Field(default=[])
    farewell: Text
    idle: Seconds
    prompt: Regex
    wrap: Text | None = None
    recognise: RecogniseShape
    denied: list[Regex] = Field(default=[])
    unsupported: list[Regex] = Field(default=[])
    empty: list[Regex] = Field(default=[])
    commands: dict[str, CommandShape]
