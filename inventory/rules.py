"""Rules between entries: ids, references, the trees of sites and devices, duplicates.

They look at raw entries, so that a mistake in one key hides none in another. Each rule is a
function from all entries to its problems.
"""

from collections.abc import Callable, Iterator

from inventory import fields
from inventory.entries import Entries, Entry
from inventory.located import Problem, Step, shown
from texts import gettext as _

TARGETS = ("sites", "devices", "hosts", "kiosks", "cloud_nodes", "endpoints")

_RANK = {
    "province": 0, "city": 1, "district": 2, "county": 2, "town": 3, "street": 3, "park": 4,
    "village": 5, "community": 5, "hall": 6, "room": 7,
}  # fmt: skip


def unique_ids(entries: Entries) -> Iterator[Problem]:
    """Ids are unique across all kinds of target, and within credentials and systems."""
    for kinds in (TARGETS, ("credentials",), ("systems",)):
        seen: dict[str, Entry] = {}
        for entry in entries.of(*kinds):
            if entry.id is None:
                continue
            first = seen.setdefault(entry.id, entry)
            if first is not entry:
                yield entry.problem(_used_twice(entry.id, first), "id")


def _used_twice(name: str, first: Entry) -> str:
    return _("id {name} is used already, by {kind} in {file}:{line}").format(
        name=shown(name), kind=first.kind, file=first.root.file, line=first.node.line
    )


def references(entries: Entries) -> Iterator[Problem]:
    """Whatever is named exists."""
    for kind, steps, target, noun in _references():
        for entry in entries.of(kind):
            name = entry.text(*steps)
            if name is not None and entries.find(target, name) is None:
                yield entry.problem(entries.unknown(target, noun, name), *steps)
    for kind, step, target, noun in (
        ("hosts", "systems", "systems", _("system")),
        ("systems", "hosts", "hosts", _("host")),
    ):
        for entry in entries.of(kind):
            for index, name in entry.texts(step):
                if entries.find(target, name) is None:
                    yield entry.problem(entries.unknown(target, noun, name), step, index)


def _references() -> Iterator[tuple[str, tuple[Step, ...], str, str]]:
    for kind in TARGETS[1:]:
        yield kind, ("site",), "sites", _("site")
    yield "sites", ("parent",), "sites", _("site")
    yield "devices", ("parent",), "devices", _("device")
    for kind in ("hosts", "systems", "migrations"):
        yield kind, ("node",), "cloud_nodes", _("cloud node")


def credential_references(entries: Entries) -> Iterator[Problem]:
    """A named credential exists and is of the kind that is asked for."""
    for kind, steps, part in (
        ("devices", ("snmp", "credential"), "snmp"),
        ("devices", ("cli", "credential"), "ssh"),
        ("devices", ("cli", "config_credential"), "ssh"),
        ("hosts", ("ssh", "credential"), "ssh"),
        ("kiosks", ("ssh", "credential"), "ssh"),
        ("cloud_nodes", ("openstack", "credential"), "openstack"),
    ):
        for entry in entries.of(kind):
            name = entry.text(*steps)
            found = entries.find("credentials", name)
            if name is not None and found is None:
                text = entries.unknown("credentials", _("credential"), name)
                yield entry.problem(text, *steps)
            elif found is not None and not found.has(part):
                text = _("credential {name} is not one for {part}")
                yield entry.problem(text.format(name=shown(name), part=part), *steps)


def cycles(entries: Entries) -> Iterator[Problem]:
    """Nothing is above itself; each cycle is told once, where it was entered first."""
    for kind in ("sites", "devices"):
        settled: set[str] = set()
        for name in entries.by_id.get(kind, {}):
            way: dict[str, Entry] = {}
            step: str | None = name
            while step is not None and step not in settled and step not in way:
                entry = entries.find(kind, step)
                if entry is None:
                    break
                way[step] = entry
                step = entry.text("parent")
            if step is not None and step in way:
                names = list(way)
                ring = [*names[names.index(step) :], step]
                text = _("is its own ancestor: {ring}").format(ring=" > ".join(ring[:12]))
                yield way[step].problem(text, "parent")
            settled.update(way)


def levels(entries: Entries) -> Iterator[Problem]:
    """A site lies below one of a higher level: a street in a district, not the other way round."""
    for entry in entries.of("sites"):
        parent = entries.find("sites", entry.text("parent"))
        level = entry.text("level")
        above = parent.text("level") if parent is not None else None
        if level not in _RANK or above not in _RANK or _RANK[above] < _RANK[level]:
            continue
        text = _("a {level} cannot lie in a {above}").format(level=level, above=above)
        yield entry.problem(text, "parent")


def duplicates(entries: Entries) -> Iterator[Problem]:
    """The same address, port and context are not asked twice; other ports may share an address."""
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in entries.of("devices", "hosts", "kiosks", "endpoints"):
        for key, steps in _asked(entry, entries):
            first = seen.get(key)
            if first is None:
                seen[key] = entry
                continue
            text = _("{address} is asked already, by {name} in {file}:{line}").format(
                address=" ".join(filter(None, key[1:])),
                name=first.id or first.kind,
                file=first.root.file,
                line=first.node.line,
            )
            yield entry.problem(text, *steps)


def _asked(entry: Entry, entries: Entries) -> Iterator[tuple[tuple[str, ...], tuple[Step, ...]]]:
    if entry.kind == "endpoints":
        for form, notation in (("tcp", fields.host_port), ("ping", fields.address)):
            value = _canonical(entry.text(form), notation)
            if value is not None:
                yield (form, value), (form,)
        return
    suffix = _service(entry, entries)
    if suffix is None:
        return
    written: list[tuple[Step, ...]] = [("address", index) for index, _t in entry.texts("address")]
    for steps in written or [("address",)]:
        value = _canonical(entry.text(*steps), fields.address)
        if value is not None:
            yield (suffix[0], value, *suffix[1:]), steps


def _service(entry: Entry, entries: Entries) -> tuple[str, ...] | None:
    """Return protocol, port and context of what identifies an entry; None: local."""
    if entry.has("snmp"):
        credential = entries.find("credentials", entry.text("snmp", "credential"))
        context = credential.text("snmp", "context") if credential is not None else None
        return "snmp", entry.text("snmp", "port") or "161", context or ""
    if entry.has("cli"):
        return "cli", entry.text("cli", "port") or "22"
    if entry.has("ssh"):
        return "ssh", entry.text("ssh", "port") or "22"
    return None


def _canonical(value: str | None, notation: Callable[[str], str]) -> str | None:
    try:
        return notation(value) if value is not None else None
    except fields.Mistake:
        return None
