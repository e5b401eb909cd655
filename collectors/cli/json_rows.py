"""Reads rows out of JSON: FRR's commands end in `json`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.cli.templates import Read, Row

KEY = "KEY"


@dataclass(frozen=True, slots=True)
class JsonRows:
    """The members at a path such as `areas.*.circuits.*`; the values above them belong to each.

    `*` goes through a list, or through an object, whose names become the column KEY. A path that
    leads nowhere has no rows: FRR leaves out what is empty.
    """

    path: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def read(self, answer: str) -> Read:
        """Read the rows of an answer; text that is no JSON is not understood."""
        try:
            document = json.loads(answer)
        except (ValueError, RecursionError):
            return Read((), answer.splitlines() or [""])
        return Read(list(_rows(document, self.path, {})), ())


def _rows(found: object, path: tuple[str, ...], above: Row) -> Iterator[Row]:
    own = {**above, **_scalars(found)}
    if not path:
        yield own
        return
    step, rest = path[0], path[1:]
    if step != "*":
        if isinstance(found, Mapping) and step in found:
            yield from _rows(found[step], rest, own)
    elif isinstance(found, Mapping):
        for name, one in found.items():
            if isinstance(one, Mapping | list):
                yield from _rows(one, rest, {**above, KEY: str(name)})
    elif isinstance(found, list):
        for one in found:
            yield from _rows(one, rest, own)


def _scalars(found: object) -> Row:
    if not isinstance(found, Mapping):
        return {}
    return {
        str(name): _text(value)
        for name, value in found.items()
        if value is None or isinstance(value, str | int | float)
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
