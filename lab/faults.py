"""What the faults of a moment do: how strong they are, how far a climb has come, what is cut."""

from collections.abc import Iterable, Mapping

from lab.district import End, Link
from lab.flows import Outage
from lab.routing import Faults
from lab.scenario import Kind, Occurrence

BAD_FRAMES_A_DECIBEL = 3.2
"""Frames a second that a dirty fibre spoils for each decibel that it takes."""


def strength(occurrences: Iterable[Occurrence], kind: Kind, end: End) -> float:
    """Add the values of one kind of fault at a port."""
    return sum(
        occurrence.event.value
        for occurrence in occurrences
        if occurrence.event.kind is kind and occurrence.event.end == end
    )


def bad_frames(occurrences: Iterable[Occurrence], receiver: End) -> float:
    """Return the bad frames a second that arrive at a port."""
    lasting = tuple(occurrences)
    dirt_db = strength(lasting, Kind.DIRTY_FIBRE, receiver)
    return strength(lasting, Kind.ERRORS, receiver) + dirt_db * BAD_FRAMES_A_DECIBEL


def climbs(
    occurrences: Iterable[Occurrence], kind: Kind, switch: str, at_s: float
) -> list[tuple[float, float]]:
    """Return how far (0 to 1) each climb of that kind has come, and where it leads."""
    return [
        (min(1.0, (at_s - o.start_s) / o.event.ramp_s if o.event.ramp_s else 1.0), o.event.value)
        for o in occurrences
        if o.event.kind is kind and o.event.switch == switch
    ]


def outage(occurrences: Iterable[Occurrence], links: Mapping[End, Link]) -> Outage:
    """Return the links that are cut and the switches without power."""
    lasting = tuple(occurrences)
    cut = {
        link
        for occurrence in lasting
        if occurrence.event.kind is Kind.LINK_DOWN and (link := links.get(occurrence.event.end))
    }
    dark = {one.event.switch for one in lasting if one.event.kind is Kind.REBOOT}
    return Outage(frozenset(cut), frozenset(dark))


def routing_faults(occurrences: Iterable[Occurrence], links: Mapping[End, Link]) -> Faults:
    """Return what is wrong with routing although its cables are whole."""
    lasting = tuple(occurrences)
    lost = {
        link
        for occurrence in lasting
        if occurrence.event.kind is Kind.OSPFV3_NEIGHBOR_LOST
        and (link := links.get(occurrence.event.end))
    }
    idle = {
        (one.event.switch, one.event.peer)
        for one in lasting
        if one.event.kind is Kind.BGP_IPV6_IDLE
    }
    return Faults(frozenset(lost), frozenset(idle))
