"""Says in the writer's words what the shape of a profile file is not."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from collectors.snmp import schema
from inventory.located import Node, Plain, Problem, Step, did_you_mean, shown
from texts import gettext as _

_SECTIONS: Mapping[str, type[BaseModel]] = {
    "index": schema.PartShape,
    "structure": schema.ColumnShape,
    "values": schema.ColumnShape,
    "fields": schema.ValueShape,
    "labels": schema.ValueShape,
    "metrics": schema.MetricShape,
    "info": schema.ValueShape,
}
"""The model that stands under each name of a table's section."""


def check(node: Node, value: Plain) -> schema.ProfileShape | list[Problem]:
    """Check the shape of a file; `node` says where things stand, `value` is what is checked."""
    try:
        return schema.ProfileShape.model_validate(value)
    except ValidationError as error:
        return [_problem(node, details) for details in error.errors(include_url=False)]


def place(node: Node, steps: Sequence[Step], text: str) -> Problem:
    """Make a problem where `steps` lead, in the file of the deepest node that exists there."""
    real = tuple(_real(node, steps))
    return Problem(node.at(*real).file, node.at(*real).line, node.path(*real), text)


def _real(node: Node, steps: Sequence[Step]) -> Iterator[Step]:
    """Leave out the steps that only the checked form has (a list of one, a short form)."""
    for index, step in enumerate(steps):
        child = node.get(step)
        missing_key = index == len(steps) - 1 and isinstance(node.value, dict)
        if child is not None:
            node = child
            yield step
        elif missing_key and isinstance(step, str) and step != "[key]":
            yield step


def _problem(node: Node, details: ErrorDetails) -> Problem:
    steps = details["loc"]
    return place(node, steps, _text(details, steps))


def _text(details: ErrorDetails, steps: Sequence[Step]) -> str:
    given: Plain = details["input"]
    match details["type"]:
        case "extra_forbidden":
            return _("unknown key") + did_you_mean(str(steps[-1]), _fields_at(steps[:-1]))
        case "missing":
            return _("missing: {key}").format(key=steps[-1])
        case "literal_error":
            allowed = details.get("ctx", {}).get("expected", "").replace("'", "")
            text = _("{value}: expected {allowed}").format(value=shown(given), allowed=allowed)
            words = allowed.replace(" or ", ", ").split(", ")
            return text + (did_you_mean(given, words) if isinstance(given, str) else "")
        case "string_pattern_mismatch" | "value_error":
            return _("{value}: expected {what}").format(value=shown(given), what=_form(steps))
        case kind:
            return _("{value}: expected {what}").format(value=shown(given), what=_kind(kind))


def _form(steps: Sequence[Step]) -> str:
    if "every" in steps:
        return _("a duration such as 30s, 5m or 1h")
    if steps[-1] == "[key]":
        return _("a name of letters, digits and _ that begins with a letter")
    return _("an OID such as 1.3.6.1.2.1.2.2.1.8")


def _kind(kind: str) -> str:
    kinds: Mapping[str, Callable[[], str]] = {
        "string_type": lambda: _("text"),
        "dict_type": lambda: _("a mapping"),
        "model_type": lambda: _("a mapping"),
        "list_type": lambda: _("a list"),
        "bool_type": lambda: _("true or false"),
        "int_type": lambda: _("a whole number"),
        "too_short": lambda: _("more entries"),
        "too_long": lambda: _("fewer entries"),
    }
    return kinds.get(kind, lambda: _("a number or text"))()


def _fields_at(steps: Sequence[Step]) -> list[str]:
    model: type[BaseModel] = schema.ProfileShape
    match tuple(steps):
        case ("match", *_rest):
            model = schema.MatchShape
        case ("tables", _, "fact", "fields", *_rest):
            model = schema.ValueShape
        case ("tables", _, "fact"):
            model = schema.FactShape
        case ("tables", _, str(section), *_rest) if section in _SECTIONS:
            model = _SECTIONS[section]
        case ("tables", _):
            model = schema.TableShape
        case _:
            pass
    return [field.alias or name for name, field in model.model_fields.items()]
