"""Choosing a content coding from Accept-Encoding (RFC 9110 section 12.5.3)."""

from collections.abc import Iterable, Iterator


def accepts_gzip(fields: Iterable[str]) -> bool:
    """Say whether the client takes gzip, and does not prefer the plain body to it.

    `fields` are the values of all Accept-Encoding headers. A weight that cannot be read counts as
    a refusal: the plain body is readable by everyone.
    """
    weights = dict(_weights(",".join(fields)))
    gzip = max((weights[name] for name in ("gzip", "x-gzip") if name in weights), default=None)
    if gzip is None:
        gzip = weights.get("*", 0.0)
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _weights(field: str) -> Iterator[tuple[str, float]]:
    for item in field.split(","):
        coding, *parameters = (part.strip().lower() for part in item.split(";"))
        if coding:
            yield coding, _weight(parameters)


def _weight(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return _number(value.strip())
    return 1.0


def _number(text: str) -> float:
    """Read a weight: 0 to 1 with at most three decimals; anything else is 0."""
    whole, _, decimals = text.partition(".")
    if whole not in ("0", "1") or len(decimals) > 3 or not (decimals + "0").isdecimal():  # noqa: PLR2004  # RFC 9110 section 12.4.2
        return 0.0
    return min(float(text), 1.0) if text.isascii() else 0.0
