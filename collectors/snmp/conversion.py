"""What a profile does to a value after its formula: sentinels, range, enumeration, scale, unit."""

from collections.abc import Callable, Mapping

from collectors.snmp.formula import Cell, Kind
from collectors.snmp.profile import Convert
from collectors.snmp.schema import Scalar, ValueShape
from collectors.snmp.units import UNITS
from inventory.located import did_you_mean
from texts import gettext as _

_ABSENT = "absent"


def conversion(shape: ValueShape, kind: Kind) -> tuple[Convert | None, Kind]:
    """Make the conversion that a value's other keys ask for, in this order, and say what results.

    None means that the cells pass through as they are.

    Raises:
        ValueError: the keys do not fit what the formula gives; the text is for the writer.
    """
    steps: list[Convert] = []
    if shape.absent:
        steps.append(_without(frozenset(shape.absent)))
    if shape.between is not None:
        steps.append(_between(*shape.between, kind=kind))
    if shape.map is not None:
        step, kind = _mapped(shape.map, shape.else_, kind)
        steps.append(step)
    elif shape.else_ is not None:
        raise ValueError(_("`else` needs a `map`"))
    if shape.scale is not None:
        steps.append(_scaled(shape.scale))
    if shape.unit is not None:
        steps.append(_unit(shape.unit))
    if (shape.scale is not None or shape.unit is not None) and kind not in (
        Kind.NUMBER,
        Kind.NUMBERS,
    ):
        raise ValueError(_("only a number has a scale or a unit"))
    return _chained(steps, kind), kind


def _chained(steps: list[Convert], kind: Kind) -> Convert | None:
    if not steps:
        return None

    def one(cell: Cell) -> Cell:
        for step in steps:
            if cell is None:
                return None
            try:
                cell = step(cell)
            except (ArithmeticError, ValueError):
                return None
        return cell

    if kind is not Kind.NUMBERS:
        return one
    return lambda cell: tuple(map(one, cell)) if isinstance(cell, tuple) else one(cell)  # type: ignore[arg-type]  # numbers in, numbers out


def _without(absent: frozenset[Scalar]) -> Convert:
    return lambda cell: None if cell in absent else cell


def _between(low: Scalar, high: Scalar, *, kind: Kind) -> Convert:
    if kind not in (Kind.NUMBER, Kind.NUMBERS) or isinstance(low, str) or isinstance(high, str):
        raise ValueError(_("`between` is for numbers"))
    return _number(lambda value: value if low <= value <= high else None)


def _mapped(
    mapping: Mapping[str, Scalar], otherwise: Scalar | None, kind: Kind
) -> tuple[Convert, Kind]:
    """Translate an enumeration; a number nobody listed is never taken for one that is.

    Without `else` it is absent, or `unknown(99)` where texts are expected.
    """
    results = [*mapping.values(), *([] if otherwise in (None, _ABSENT) else [otherwise])]
    texts = sum(isinstance(result, str) for result in results)
    if texts not in (0, len(results)):
        raise ValueError(_("`map` gives numbers or texts, never both"))
    if kind not in (Kind.NUMBER, Kind.TEXT, Kind.TRUTH):
        raise ValueError(_("`map` is for one number or text"))
    table = {_key(key, kind): value for key, value in mapping.items()}
    if otherwise is None and texts:
        return lambda cell: table.get(cell, f"unknown({cell})"), Kind.TEXT
    default = None if otherwise == _ABSENT else otherwise
    return lambda cell: table.get(cell, default), Kind.TEXT if texts else Kind.NUMBER


def _key(key: str, kind: Kind) -> Cell:
    if kind is Kind.TEXT:
        return key
    if kind is Kind.TRUTH and key in ("true", "false"):
        return key == "true"
    try:
        return int(key)
    except ValueError:
        raise ValueError(_("{key}: expected a number").format(key=key)) from None


def _scaled(scale: float) -> Convert:
    """Scale; by a fraction 1/n it divides, which is exact in decimal where a product is not."""
    inverse = round(1 / scale) if scale and abs(scale) < 1 else 0
    if inverse and abs(scale * inverse - 1) < 1e-9:  # noqa: PLR2004 - far below any real scale
        return _number(lambda value: value / inverse)
    return _number(lambda value: value * scale)


def _unit(name: str) -> Convert:
    if name not in UNITS:
        raise ValueError(_("unknown unit {name}").format(name=name) + did_you_mean(name, UNITS))
    return _number(UNITS[name].convert)


def _number(call: Callable[[float], Cell]) -> Convert:
    return lambda cell: call(cell) if isinstance(cell, int | float) else None
