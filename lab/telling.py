"""The lab's events as lines that people read."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from lab.district import District
from lab.scenario import Event, Kind, Schedule
from texts import gettext as _
from texts import marked

CHINA = timezone(timedelta(hours=8))

_BEGIN = {
    Kind.LINK_DOWN: marked("link down: {link}"),
    Kind.CPU: marked("CPU climbs to {percent} %: {switch}"),
    Kind.SILENT: marked("falls silent: {switch}"),
    Kind.REBOOT: marked("reboots: {switch}"),
    Kind.ERRORS: marked("{rate} bad frames a second arrive: {port}"),
    Kind.DIRTY_FIBRE: marked("fibre gets dirty, {decibels} dB less light arrives: {port}"),
    Kind.HOT: marked("warms up by {degrees} degrees: {switch}"),
    Kind.OSPFV3_NEIGHBOR_LOST: marked("OSPFv3 neighbour lost: {link}"),
    Kind.BGP_IPV6_IDLE: marked("BGP session for IPv6 idle: {switch} – {peer}"),
    Kind.IPV6_PATH_DOWN: marked("IPv6 no longer reaches {site}, IPv4 does"),
}
_END = {
    Kind.LINK_DOWN: marked("link up again: {link}"),
    Kind.CPU: marked("CPU calm again: {switch}"),
    Kind.SILENT: marked("answers again: {switch}"),
    Kind.REBOOT: marked("is back, counters from 0: {switch}"),
    Kind.ERRORS: marked("frames are clean again: {port}"),
    Kind.DIRTY_FIBRE: marked("fibre is clean again: {port}"),
    Kind.HOT: marked("cool again: {switch}"),
    Kind.OSPFV3_NEIGHBOR_LOST: marked("OSPFv3 neighbour is back: {link}"),
    Kind.BGP_IPV6_IDLE: marked("BGP session for IPv6 established again: {switch} – {peer}"),
    Kind.IPV6_PATH_DOWN: marked("IPv6 reaches {site} again"),
}


def told(
    schedule: Schedule, district: District, after_s: float, until_s: float
) -> Iterator[tuple[float, str]]:
    """Yield (moment, line) for everything that begins or ends in (after, until], in order."""
    moments = [
        (moment, words[occurrence.event.kind], occurrence.event)
        for occurrence in schedule.between(after_s, until_s)
        for moment, words in ((occurrence.start_s, _BEGIN), (occurrence.end_s, _END))
        if after_s < moment <= until_s
    ]
    for moment, words, event in sorted(moments, key=lambda entry: entry[0]):
        clock = datetime.fromtimestamp(moment, CHINA).strftime("%H:%M:%S")
        yield moment, f"{clock} {_(words).format(**_places(event, district))}"


def _places(event: Event, district: District) -> dict[str, str]:
    link = district.link_at(event.end)
    return {
        "link": str(link or event.end),
        "port": str(event.end),
        "switch": event.switch,
        "peer": event.peer,
        "site": next((one.name for one in district.places if one.id == event.site), event.site),
        "percent": f"{event.value * 100:.0f}",
        "rate": f"{event.value:.0f}",
        "decibels": f"{event.value:.0f}",
        "degrees": f"{event.value:.0f}",
    }
