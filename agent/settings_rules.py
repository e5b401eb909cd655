"""Rules between the keys of agent.yaml, and between it and the inventory; on raw nodes."""

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent.settings import LEGAL_RETENTION_DAYS
from agent.settings_shapes import TRANSPORTS
from inventory import fields
from inventory.credential_rules import reference_at
from inventory.inventory import Inventory
from inventory.located import Node, Problem, Step, did_you_mean, shown
from inventory.permissions import others_can_read
from inventory.secrets import NotCheckedError, SecretMissingError, SecretReference, Vault
from texts import gettext as _


def within(root: Node, folder: Path) -> Iterator[Problem]:
    """Find what is wrong with the file by itself, beyond the shape of single keys."""
    yield from _retention(root)
    yield from _transports(root, "syslog")
    yield from _transports(root, "forward")
    yield from _certificates(root)
    yield from _users(root)
    yield from _witness(root)
    yield from _files(root, folder)
    yield from _periods(root)


def with_inventory(root: Node, inventory: Inventory) -> Iterator[Problem]:
    """Find names that the inventory does not know."""
    sites, targets = list(inventory.sites), [target.id for target in inventory.targets()]
    for steps in _list(root, "calendars", "change_windows"):
        yield from _known(root, (*steps, "sites"), sites, _("site"))
    for steps in _list(root, "accept_push"):
        yield from _known(root, (*steps, "targets"), targets, _("target"))
    snmp = [one.id for one in inventory.credentials.values() if one.snmp is not None]
    for steps in _list(root, "events", "traps"):
        yield from _known(root, (*steps, "credentials"), snmp, _("snmp credential"))


def with_tables(root: Node, tables: Iterable[str]) -> Iterator[Problem]:
    """Find intervals of tables that the catalogue does not know: they would change nothing."""
    known = list(tables)
    node = _at(root, "intervals")
    for name, _interval in node.items() if node is not None else ():
        check, dot, table = name.partition(".")
        if dot and table and table not in known:
            near = did_you_mean(table, known)
            text = _("unknown table {name}").format(name=shown(table))
            yield root.problem(f"{text}{near}", "intervals", f"{check}.{table}")


def _known(root: Node, steps: tuple[Step, ...], known: list[str], noun: str) -> Iterator[Problem]:
    node = _at(root, *steps)
    for index, item in enumerate(node.entries() if node is not None else ()):
        if isinstance(item.value, str) and item.value not in known:
            text = _("unknown {noun} {name}").format(noun=noun, name=shown(item.value))
            yield root.problem(text + did_you_mean(item.value, known), *steps, index)


def warnings(root: Node) -> Iterator[Problem]:
    """Find what is allowed and deserves attention."""
    days = root.at("ledger").get("retention_days")
    if days is not None and isinstance(days.value, int) and days.value < LEGAL_RETENTION_DAYS:
        text = _("events are kept for {days} days, less than the {legal} that the law asks for")
        yield root.problem(
            text.format(days=days.value, legal=LEGAL_RETENTION_DAYS), "ledger", "retention_days"
        )


def secrets(
    root: Node, folder: Path, vault: Vault
) -> tuple[list[SecretReference], list[Problem], list[Problem]]:
    """Look up the tokens; return their references, the mistakes and what nobody could check."""
    references, problems, unchecked = [], [], []
    for steps in [("push",), *_list(root, "accept_push")]:
        reference = reference_at(_at(root, *steps, "token"), folder)
        if reference is None:
            continue
        references.append(reference)
        try:
            vault.resolve(reference)
        except NotCheckedError as error:
            unchecked.append(root.problem(str(error), *steps, "token"))
        except SecretMissingError as error:
            problems.append(root.problem(str(error), *steps, "token"))
    return references, problems, unchecked


def _retention(root: Node) -> Iterator[Problem]:
    ledger = root.at("ledger")
    days, override = ledger.get("retention_days"), ledger.get("retention_override")
    if days is None or not isinstance(days.value, int) or days.value >= LEGAL_RETENTION_DAYS:
        return
    if override is None or override.value is not True:
        text = _(
            "expected at least {legal} days (six calendar months, as the law asks); found {days}; "
            "less only with retention_override: true"
        )
        yield root.problem(
            text.format(legal=LEGAL_RETENTION_DAYS, days=days.value), "ledger", "retention_days"
        )


def _transports(root: Node, name: str) -> Iterator[Problem]:
    for steps in _list(root, "events", name):
        if sum(_at(root, *steps, one) is not None for one in TRANSPORTS) != 1:
            text = _("expected exactly one of {names}").format(names=", ".join(TRANSPORTS))
            yield root.problem(text, *steps)


def _certificates(root: Node) -> Iterator[Problem]:
    for steps in _list(root, "events", "syslog"):
        tls = _at(root, *steps, "tls") is not None
        for key in ("certificate", "key"):
            if tls and _at(root, *steps, key) is None:
                yield root.problem(_("tls needs certificate and key"), *steps, key)
        for key in ("certificate", "key", "client_ca"):
            if not tls and _at(root, *steps, key) is not None:
                yield root.problem(_("only tls has one"), *steps, key)


def _users(root: Node) -> Iterator[Problem]:
    seen: set[object] = set()
    for steps in _list(root, "users"):
        node = _at(root, *steps, "name")
        if node is not None and isinstance(node.value, str):
            if node.value in seen:
                yield root.problem(
                    _("user {name} is named twice").format(name=shown(node.value)), *steps, "name"
                )
            seen.add(node.value)


def _witness(root: Node) -> Iterator[Problem]:
    witness = _at(root, "ledger", "witness")
    if witness is not None and witness.value == "forward" and not _list(root, "events", "forward"):
        yield root.problem(_("forward needs an entry in events.forward"), "ledger", "witness")


def _files(root: Node, folder: Path) -> Iterator[Problem]:
    """What is written exists; a default path need not."""
    places: list[tuple[Step, ...]] = [("web_config",), ("events", "detectors"), ("push", "ca")]
    for steps in _list(root, "events", "syslog"):
        places += [(*steps, key) for key in ("certificate", "key", "client_ca")]
    places += [(*steps, "ca") for steps in _list(root, "events", "forward")]
    for place in places:
        path = _path(root, folder, *place)
        if path is not None and not path.is_file():
            yield root.problem(_("no such file"), *place)
        elif path is not None and place[-1] == "key" and others_can_read(path):
            yield root.problem(_("private key file can be read by others (chmod 600)"), *place)
    profiles = _path(root, folder, "profiles")
    if profiles is not None and not profiles.is_dir():
        yield root.problem(_("no such folder"), "profiles")


def _path(root: Node, folder: Path, *steps: Step) -> Path | None:
    node = _at(root, *steps)
    try:
        return folder / fields.file_path(node.value) if node is not None else None
    except fields.Mistake:
        return None


def _periods(root: Node) -> Iterator[Problem]:
    kinds = ("guard", "drill", "freeze")
    for steps in _list(root, "calendars", "periods"):
        if sum(_at(root, *steps, kind) is not None for kind in kinds) != 1:
            text = _("expected exactly one of {names}").format(names=", ".join(kinds))
            yield root.problem(text, *steps)
        first, last = (_date(_at(root, *steps, key)) for key in ("from", "to"))
        if first is not None and last is not None and last < first:
            text = _("expected {day} or a later day").format(day=first.isoformat())
            yield root.problem(text, *steps, "to")


def _date(node: Node | None) -> dt.date | None:
    try:
        return fields.date(node.value) if node is not None else None
    except fields.Mistake:
        return None


def _at(root: Node, *steps: Step) -> Node | None:
    node: Node | None = root
    for step in steps:
        node = node.get(step) if node is not None else None
    return node if node is not None and node.value is not None else None


def _list(root: Node, *steps: Step) -> list[tuple[Step, ...]]:
    """Return the way to every item of a list."""
    node = _at(root, *steps)
    return [(*steps, index) for index, _item in enumerate(node.entries() if node else ())]
