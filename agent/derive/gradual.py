"""Work that is done a little at a time, so that the loop gets its turn in between.

A generator yields where it may be interrupted and returns its result. A derivation over ten
thousand targets takes a third of a second; no callback may take more than 20 ms.
"""

from collections.abc import Generator, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
PIECE = 200
"""Items between two places to interrupt; a few milliseconds at most."""


def drained(work: Generator[object, None, T]) -> T:
    """Do all of it at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: T = end.value
            return result


def pieces(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut items into lists, between which to yield."""
    piece: list[T] = []
    for item in items:
        piece.append(item)
        if len(piece) == PIECE:
            yield piece
            piece = []
    yield piece
