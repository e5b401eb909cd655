"""Shapes: what a mapping of the file may hold, checked by pydantic, told in our words.

A shape lists the keys of one mapping; `makes` is the frozen dataclass that its fields fill. Only
loaders use shapes. pydantic's own messages show the value that was refused, which may be a secret
in the wrong place, so none of them is passed on.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from inventory.fields import RelativePath
from inventory.located import Node, Plain, Problem, Step, did_you_mean, shown
from inventory.secrets import SecretReference
from texts import gettext as _

Checked = TypeVar("Checked", bound="Shape")

_SENSITIVE_PLACES = frozenset({"credentials", "snmp", "ssh", "cli", "openstack", "push"})
_SENSITIVE_KEY = re.compile(
    r"pass|secret|key|token|communit|auth|priv|pin(?!g)|口令|密", re.IGNORECASE
)
_QUOTED = re.compile(r"'([^']*)'")


class Shape(BaseModel):
    """Base of all shapes: unknown keys are refused and nothing is converted silently."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, allow_inf_nan=False
    )
    makes: ClassVar[type]

    def parts(self) -> tuple[type, dict[str, object]]:
        """Return the dataclass to make, and its fields."""
        return self.makes, {name: getattr(self, name) for name in type(self).model_fields}


def check(shape: type[Checked], root: Node, *steps: Step) -> tuple[Checked | None, list[Problem]]:
    """Check the mapping at `steps` below `root`; return its shape or every mistake in it."""
    try:
        return shape.model_validate(root.at(*steps).value), []
    except ValidationError as error:
        found = error.errors(include_url=False)
    return None, [_problem(details, shape, root, steps) for details in found]


def made(shape: Shape, folder: Path) -> object:
    """Make the dataclass of a checked shape; relative paths in it start at `folder`."""
    result, fields = shape.parts()
    return result(**{name: _made(value, folder) for name, value in fields.items()})


def _made(value: object, folder: Path) -> object:
    if isinstance(value, Shape):
        return made(value, folder)
    if isinstance(value, list | tuple):
        return tuple(_made(one, folder) for one in value)
    if isinstance(value, dict):
        return MappingProxyType({key: _made(one, folder) for key, one in value.items()})
    if isinstance(value, SecretReference):
        return value.below(folder)
    return _absolute(value, folder)


def _absolute(value: object, folder: Path) -> object:
    if isinstance(value, Path):
        return folder / value
    return str(folder / value) if isinstance(value, RelativePath) else value


def keys(shape: type[Shape]) -> tuple[str, ...]:
    """Name the keys that a mapping of this shape may have."""
    return tuple(field.alias or name for name, field in shape.model_fields.items())


def _sensitive(*steps: Step) -> bool:
    """Say whether a value at this place may be a secret that was put there by mistake."""
    words = [step for step in steps if isinstance(step, str)]
    return not _SENSITIVE_PLACES.isdisjoint(words) or any(map(_SENSITIVE_KEY.search, words))


def _hidden(*steps: Step) -> bool:
    """Say the same of a key that exists: outside credentials only its name can tell."""
    return "credentials" in steps or bool(_SENSITIVE_KEY.search(str(steps[-1]) if steps else ""))


def _problem(
    details: ErrorDetails, shape: type[Shape], root: Node, steps: tuple[Step, ...]
) -> Problem:
    below = tuple(step for step in details["loc"] if step != "[key]")
    place = (*steps, *below)
    value = root.at(*place).value
    if details["type"] == "extra_forbidden":
        text = _unknown_key(str(place[-1]), value, keys(_shape_at(shape, below[:-1])), place)
    else:
        text = _text(details, value, None if _hidden(*place) else value)
    return root.problem(text, *place)


def _unknown_key(key: str, value: Plain, known: tuple[str, ...], place: tuple[Step, ...]) -> str:
    text = _("unknown key")
    if not isinstance(value, dict | list | None) and not _sensitive(*place):
        text = _("unknown key with value {value}").format(value=shown(value))
    expected = _("expected one of {names}").format(names=", ".join(known))
    return f"{text}; {expected}{did_you_mean(key, known)}"


def _shape_at(shape: type[Shape], steps: tuple[Step, ...]) -> type[Shape]:
    """Follow the way through nested shapes; an index or a free key stays where it is."""
    for step in steps:
        for name, field in shape.model_fields.items():
            if step == (field.alias or name):
                shape = next(shapes_in(field.annotation), shape)
                break
    return shape


def shapes_in(annotation: object) -> Iterator[type[Shape]]:
    """Find the shapes that a field's type is made of."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, Shape):
            yield annotation
        return
    if get_origin(annotation) is not Literal:
        for argument in get_args(annotation):
            yield from shapes_in(argument)


def _text(details: ErrorDetails, value: Plain, may_show: Plain) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "missing":
        return _("missing, and it has no default")
    near = ""
    if kind == "literal_error":
        choices = _QUOTED.findall(str(context["expected"]))
        expected = _("expected one of {names}").format(names=", ".join(choices))
        near = did_you_mean(value, choices) if isinstance(value, str) else ""
    else:
        expected = _bounds(kind, context) or _expected(kind)
    if may_show is None:
        return expected + near
    return expected + _("; found {value}").format(value=shown(may_show)) + near


def _bounds(kind: str, context: Mapping[str, object]) -> str | None:
    for name, text in (
        ("ge", _("expected at least {limit}")),
        ("gt", _("expected more than {limit}")),
        ("le", _("expected at most {limit}")),
        ("lt", _("expected less than {limit}")),
    ):
        if name in context:
            limit = context[name]
            return text.format(limit=f"{limit:g}" if isinstance(limit, float) else limit)
    if kind == "too_short":
        return _("expected at least one")
    return None


def _expected(kind: str) -> str:
    return {
        "int_type": _("expected a whole number"),
        "int_from_float": _("expected a whole number"),
        "float_type": _("expected a number"),
        "finite_number": _("expected a number"),
        "bool_type": _("expected true or false"),
        "list_type": _("expected a list"),
        "dict_type": _("expected a mapping (key: value)"),
        "model_type": _("expected a mapping (key: value)"),
        "model_attributes_type": _("expected a mapping (key: value)"),
    }.get(kind, _("not what is expected here"))
