"""Rules within one entry: alternatives, dates in order, what a goal needs."""

import ipaddress
from collections.abc import Callable, Iterator

from inventory import fields
from inventory.entries import Entries, Entry
from inventory.located import Problem, did_you_mean, shown
from inventory.machines import ALWAYS
from texts import gettext as _

_FORMS = ("url", "tcp", "dns", "ping")


def machines(entries: Entries) -> Iterator[Problem]:
    """A host or a kiosk is asked over SSH or is the agent's own machine."""
    for entry in entries.of("hosts", "kiosks"):
        local = entry.node.at("local").value is True
        if entry.has("ssh") == local:
            yield entry.problem(_("expected either ssh or local: true"))


def hours(entries: Entries, calendars: frozenset[str] | None) -> Iterator[Problem]:
    """A kiosk's hours are `24h` or a calendar; None: the calendars are not known here."""
    for entry in entries.of("kiosks"):
        name = entry.text("hours")
        if calendars is None or name is None or name == ALWAYS or name in calendars:
            continue
        text = _("unknown calendar {name}; expected 24h or one of {names}").format(
            name=shown(name), names=", ".join(sorted(calendars))
        )
        yield entry.problem(text + did_you_mean(name, [*calendars, ALWAYS]), "hours")


def profiles(entries: Entries, known: frozenset[str] | None) -> Iterator[Problem]:
    """A device's profile is `auto` or exists; None: the profiles are not known here."""
    for entry in entries.of("devices"):
        name = entry.text("profile")
        if known is None or name is None or name == "auto" or name in known:
            continue
        text = _("unknown profile {name}").format(name=shown(name))
        near = did_you_mean(name, [*known, "auto"]) or _("; expected auto or the name of a profile")
        yield entry.problem(text + near, "profile")


def endpoints(entries: Entries) -> Iterator[Problem]:
    """An endpoint is probed in one way, and expects what that way can see."""
    for entry in entries.of("endpoints"):
        if sum(entry.has(form) for form in _FORMS) != 1:
            text = _("expected exactly one of {names}").format(names=", ".join(_FORMS))
            yield entry.problem(text)
        for key in ("status", "body"):
            if entry.has("expect", key) and not entry.has("url"):
                yield entry.problem(_("only a url has one"), "expect", key)
        yield from _families(entry)


def _families(entry: Entry) -> Iterator[Problem]:
    """A numeric address can be probed over its own family alone."""
    families = {text for _index, text in entry.texts("families")}
    if not families or not families <= {"ipv4", "ipv6"}:
        return
    for form, host_of in (("tcp", _host_before_port), ("ping", fields.address)):
        own = _family(entry.text(form), host_of)
        if own is not None and own not in families:
            text = _("{address} is {family} and would never be probed")
            address = shown(entry.text(form))
            yield entry.problem(text.format(address=address, family=own), "families")


def _family(written: str | None, host_of: Callable[[str], str]) -> str | None:
    try:
        return f"ipv{ipaddress.ip_address(host_of(written or '')).version}"
    except (fields.Mistake, ValueError):
        return None


def _host_before_port(written: str) -> str:
    return fields.split_port(written)[0]


def site_addresses(entries: Entries) -> Iterator[Problem]:
    """An address of a site names at least one."""
    for entry in entries.of("sites"):
        if entry.has("address") and not (entry.has("address", "v4") or entry.has("address", "v6")):
            yield entry.problem(_("expected v4, v6 or both"), "address")


def migrations(entries: Entries) -> Iterator[Problem]:
    """One goal for a node, and its deadline after the node went live."""
    seen: set[str] = set()
    for entry in entries.of("migrations"):
        node = entry.text("node")
        if node is not None and node in seen:
            yield entry.problem(_("a second goal for {name}").format(name=shown(node)), "node")
        seen.add(node or "")
        start, end = entry.text("go_live"), entry.text("deadline")
        if start and end and _is_date(start) and _is_date(end) and end <= start:
            yield entry.problem(
                _("expected a day after go_live {day}").format(day=start), "deadline"
            )


def goals(entries: Entries) -> Iterator[Problem]:
    """Weights belong to the formula `weighted`, and one of them counts."""
    for entry in entries.of("cloud_nodes"):
        if not entry.has("goal", "weights"):
            continue
        if entry.text("goal", "formula") != "weighted":
            text = _("weights need formula: weighted")
            yield entry.problem(text, "goal", "weights")
        weights = [node.value for _key, node in entry.node.at("goal", "weights").items()]
        if weights == [0, 0, 0]:
            yield entry.problem(_("expected one above 0"), "goal", "weights")


def boundaries(entries: Entries) -> Iterator[Problem]:
    """A file that is named exists."""
    for entry in entries.of("sites"):
        name = entry.text("boundary")
        if name is not None and not _is_file(entry, name):
            yield entry.problem(_("no such file"), "boundary")


def silent_devices(entries: Entries) -> Iterator[Problem]:
    """Warn of devices that nothing is asked of."""
    for entry in entries.of("devices"):
        if not entry.has("snmp") and not entry.has("cli"):
            yield entry.problem(_("has neither snmp nor cli, so nothing is asked of it"))


def _is_date(value: str) -> bool:
    try:
        fields.date(value)
    except fields.Mistake:
        return False
    return True


def _is_file(entry: Entry, name: str) -> bool:
    try:
        return (entry.folder / name).is_file()
    except (OSError, ValueError):
        return False
