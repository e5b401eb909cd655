"""The shape of a profile file; what it means is checked by the compiler."""

from typing import Annotated, Literal, Union

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from protocols.snmp import oid


def _encodable(dotted: str) -> str:
    oid.encode(dotted)  # ValueError: a number too large for a sub-identifier
    return dotted


Oid = Annotated[
    str, Field(pattern=r"^[0-2](\.(0|[1-9][0-9]{0,9})){1,127}$"), AfterValidator(_encodable)
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Duration = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,5}[smh]$")]
Scalar = Union[int, float, str]  # noqa: UP007  # pydantic tries the members in this order

_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> float:
    """Read `30s`, `5m`, `1h`, which the schema has checked."""
    return float(duration[:-1]) * _SECONDS[duration[-1]]


class Shape(BaseModel):
    """Unknown keys are refused, and nothing is converted behind the writer's back."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _short(key: str) -> BeforeValidator:
    """Let `x` stand for `{key: x}`."""
    return BeforeValidator(lambda given: given if isinstance(given, dict) else {key: given})


def _listed(given: object) -> object:
    return given if isinstance(given, list) else [given]


class PartShape(Shape):
    """One part of an index."""

    type: Literal[
        "integer",
        "string",
        "mac",
        "ipv4",
        "ipv6",
        "router_id",
        "oid",
        "inet",
        "last_inet",
        "address",
        "time_filter",
        "rest",
    ]
    length: Annotated[int, Field(ge=1, le=127)] | None = None
    implied: bool = False


class ColumnShape(Shape):
    """One column or scalar."""

    oid: Oid
    as_: Annotated[
        Literal[
            "integer",
            "text",
            "mac",
            "hex",
            "oid",
            "address",
            "router_id",
            "system_id",
            "date",
            "decimal",
            "numbers",
        ],
        Field(alias="as"),
    ] = "integer"
    absent: Annotated[list[Scalar], BeforeValidator(_listed)] = []
    every: Duration | None = None


class ValueShape(Shape):
    """How a value is made of columns."""

    from_: Annotated[
        list[Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int) else v)]],
        BeforeValidator(_listed),
        Field(alias="from", min_length=1),
    ]
    absent: Annotated[list[Scalar], BeforeValidator(_listed)] = []
    between: Annotated[list[Scalar], Field(min_length=2, max_length=2)] | None = None
    map: dict[str, Scalar] | None = None
    else_: Annotated[Scalar | None, Field(alias="else")] = None
    scale: float | int | None = None
    unit: str | None = None


class MetricShape(ValueShape):
    """One column of samples."""

    labels: dict[str, str] = {}


Column = Annotated[ColumnShape, _short("oid")]
Value = Annotated[ValueShape, _short("from")]
Metric = Annotated[MetricShape, _short("from")]


class FactShape(Shape):
    """A fact a row."""

    type: str
    fields: dict[str, Value] = {}


class TableShape(Shape):
    """One MIB table."""

    gives: str | None = None
    index: dict[Name, Annotated[PartShape, _short("type")]] = {}
    every: Duration | None = None
    changed: Annotated[list[Oid], BeforeValidator(_listed)] = []
    structure: dict[Name, Column] = {}
    values: dict[Name, Column] = {}
    fields: dict[Name, Value] = {}
    keep: str | None = None
    labels: dict[str, Value] = {}
    lanes: str | None = None
    merge: Literal["sum"] | None = None
    unless: str | None = None
    while_: Annotated[list[Oid], BeforeValidator(_listed), Field(alias="while")] = []
    partial: bool = False
    metrics: dict[str, Annotated[list[Metric], BeforeValidator(_listed)]] = {}
    info: dict[str, dict[str, Value]] = {}
    fact: FactShape | None = None


class MatchShape(Shape):
    """One way to recognise a device."""

    sysObjectID: Annotated[str, Field(pattern=r"^[0-2](\.[0-9]+)*$")] | None = None  # noqa: N815
    sysDescr: str | None = None  # noqa: N815  # the names are the MIB's


class ProfileShape(Shape):
    """A profile file; `declare` is read by the catalogue."""

    description: str = ""
    extends: Annotated[list[str], BeforeValidator(_listed)] = []
    match: Annotated[list[MatchShape], BeforeValidator(_listed)] = []
    declare: dict[str, object] | None = None
    uptime: Oid | None = None
    tables: dict[Name, TableShape] = {}
