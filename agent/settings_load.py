"""Loads the whole configuration: agent.yaml, then the inventory that it names; all or nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import cast

from agent import settings_rules, settings_shapes
from agent.calendars import Calendar, Calendars, ChangeWindow, Period, PeriodKind
from agent.settings import (
    DEFAULT_INTERVALS_S,
    AcceptPush,
    Cluster,
    Events,
    ExpositionSettings,
    Intervals,
    Ledger,
    Limits,
    Push,
    Settings,
    User,
)
from inventory.inventory import Inventory
from inventory.load import LoadedInventory, Names
from inventory.load import load as load_inventory
from inventory.located import Node, Problem, Problems, read
from inventory.permissions import others_can_read, others_can_write
from inventory.secrets import Vault
from inventory.shape import Shape, check, made
from texts import gettext as _

DEFAULT_CONFIG = Path("/etc/egov-agent/agent.yaml")
DEFAULT_PROFILES = Path("/etc/egov-agent/profiles")
DEFAULT_WEB_CONFIG = Path("/etc/egov-agent/web.yaml")
DEFAULT_DETECTORS = Path("/etc/egov-agent/detectors.yaml")
RUNTIME = Path("/run/egov-agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration that may replace the running one; its secrets were read once, in the vault.

    Attributes:
        warnings: what is allowed and deserves attention, sorted by file and line.
    """

    settings: Settings
    inventory: Inventory
    vault: Vault
    warnings: tuple[Problem, ...]


def load(
    config: Path,
    environ: Mapping[str, str],
    credentials: Path | None,
    profiles: frozenset[str] | None = None,
    tables: frozenset[str] | None = None,
) -> Loaded:
    """Load agent.yaml and its inventory; reads files, touches no network.

    Args:
        config: the file; relative paths in it start at its folder.
        environ: for `{env: NAME}`, and systemd's RUNTIME_DIRECTORY.
        credentials: systemd's $CREDENTIALS_DIRECTORY; None: `{credential: }` is not checked.
        profiles: names of the profiles that exist; None: not checked.
        tables: names of the catalogue's tables, likewise.

    Raises:
        Problems: every mistake of agent.yaml and of the inventory.
    """
    vault = Vault(environ, credentials)
    root, shape, problems = _checked(config)
    folder = Path(os.path.abspath(config)).parent  # noqa: PTH100 - resolve() would follow links
    problems += settings_rules.within(root, folder)
    if tables is not None:
        problems += settings_rules.with_tables(root, tables)
    references, missing, unchecked = settings_rules.secrets(root, folder, vault)
    problems += missing
    calendars, wrong = _calendars(root)
    problems += wrong
    loaded = _inventory(root, folder, vault, Names(calendars=calendars.names(), profiles=profiles))
    if isinstance(loaded, LoadedInventory):
        problems += settings_rules.with_inventory(root, loaded.inventory)
    else:
        problems += loaded
    if problems or shape is None or not isinstance(loaded, LoadedInventory):
        raise Problems(problems)
    warnings = {*_readable(config), *settings_rules.warnings(root), *unchecked, *loaded.warnings}
    return Loaded(
        settings=_settings(shape, calendars, config, folder, environ),
        inventory=loaded.inventory,
        vault=loaded.vault.holding(references),
        warnings=tuple(sorted(warnings)),
    )


def _checked(config: Path) -> tuple[Node, settings_shapes.Settings | None, list[Problem]]:
    root = read(config)
    if not isinstance(root.value, dict):
        raise Problems([root.problem(_("expected keys: inventory, listen, ledger"))])
    shape, problems = check(settings_shapes.Settings, root)
    if others_can_write(config):
        text = _("can be written by others (chmod o-w)")
        problems.append(Problem(str(config), 0, "", text))
    return root, shape, problems


def _readable(config: Path) -> list[Problem]:
    if not others_can_read(config):
        return []
    return [Problem(str(config), 0, "", _("can be read by every user (chmod o-r)"))]


def _inventory(
    root: Node, folder: Path, vault: Vault, names: Names
) -> LoadedInventory | tuple[Problem, ...]:
    written = root.value.get("inventory") if isinstance(root.value, dict) else None
    if not isinstance(written, str) or not written.strip() or "\0" in written:
        return ()  # the shape has told it
    path = folder / written
    if not path.exists():
        return (root.problem(_("no such file or folder"), "inventory"),)
    try:
        return load_inventory(path, vault, names)
    except Problems as found:
        return found.problems


def _calendars(root: Node) -> tuple[Calendars, list[Problem]]:
    """Read `calendars`; a calendar with mistakes still counts as a name."""
    problems: list[Problem] = []
    calendars = {one.name: one for one in Calendars().by_name}
    for name, _node in root.at("calendars").items() if root.get("calendars") else ():
        if name in ("change_windows", "periods"):
            continue
        shape, wrong = check(settings_shapes.Calendar, root, "calendars", name)
        problems += wrong
        calendars[name] = _calendar(name, shape) if shape else Calendar(name=name)
    windows, wrong_windows = _items(root, "change_windows", settings_shapes.ChangeWindow)
    periods, wrong_periods = _items(root, "periods", settings_shapes.Period)
    found = Calendars(
        by_name=tuple(calendars.values()),
        change_windows=tuple(cast("ChangeWindow", made(one, Path())) for one in windows),
        periods=tuple(_period(one) for one in periods if isinstance(one, settings_shapes.Period)),
    )
    return found, [*problems, *wrong_windows, *wrong_periods]


def _items(root: Node, key: str, shape: type[Shape]) -> tuple[list[Shape], list[Problem]]:
    node = root.at("calendars").get(key) if root.get("calendars") else None
    if node is None or node.value is None:
        return [], []
    if not isinstance(node.value, list):
        return [], [root.problem(_("expected a list"), "calendars", key)]
    checked = [check(shape, root, "calendars", key, at) for at in range(len(node.value))]
    shapes = [one for one, _wrong in checked if one is not None]
    return shapes, [problem for _one, wrong in checked for problem in wrong]


def _calendar(name: str, shape: settings_shapes.Calendar) -> Calendar:
    return Calendar(
        name=name,
        timezone=shape.timezone,
        hours=tuple(shape.hours),
        holidays=frozenset(shape.holidays),
        workdays=frozenset(shape.workdays),
    )


def _period(shape: settings_shapes.Period) -> Period:
    kinds: tuple[PeriodKind, ...] = ("guard", "drill", "freeze")
    kind: PeriodKind = next((one for one in kinds if getattr(shape, one)), "guard")
    return Period(kind=kind, name=str(getattr(shape, kind)), first=shape.first, last=shape.last)


def _settings(
    shape: settings_shapes.Settings,
    calendars: Calendars,
    config: Path,
    folder: Path,
    environ: Mapping[str, str],
) -> Settings:
    ledger = cast("Ledger", made(shape.ledger, folder))
    state = folder / (shape.state or ledger.path.parent / "state")
    runtime = _runtime(config, environ) or state.parent
    return Settings(
        config=folder / config.name,
        inventory=folder / shape.inventory,
        listen=shape.listen,
        ledger=ledger,
        state=state,
        control=folder / (shape.control or runtime / "control.sock"),
        link=folder / (shape.link or runtime / "link.sock"),
        known_hosts=folder / (shape.known_hosts or state.parent / "known_hosts"),
        profiles=_optional(shape, "profiles", folder, DEFAULT_PROFILES),
        web_config=_optional(shape, "web_config", folder, DEFAULT_WEB_CONFIG),
        external_url=shape.external_url,
        users=tuple(cast("User", made(user, folder)) for user in shape.users),
        language=shape.language,
        roles=frozenset(shape.roles),
        intervals=Intervals(seconds=MappingProxyType({**DEFAULT_INTERVALS_S, **shape.intervals})),
        limits=cast("Limits", made(shape.limits, folder)),
        exposition=cast("ExpositionSettings", made(shape.exposition, folder)),
        events=_events(shape.events, folder),
        alertmanagers=tuple(shape.alertmanagers),
        prometheus=shape.prometheus,
        calendars=calendars,
        push=cast("Push", made(shape.push, folder)) if shape.push else None,
        accept_push=tuple(cast("AcceptPush", made(one, folder)) for one in shape.accept_push),
        cluster=cast("Cluster", made(shape.cluster, folder)) if shape.cluster else None,
    )


def _events(shape: settings_shapes.Events | None, folder: Path) -> Events | None:
    if shape is None:
        return None
    events = cast("Events", made(shape, folder))
    return replace(events, detectors=_optional(shape, "detectors", folder, DEFAULT_DETECTORS))


def _optional(shape: Shape, key: str, folder: Path, default: Path) -> Path | None:
    """Return a written path, else the default one if it exists; a written null means none."""
    written: Path | None = getattr(shape, key)
    if written is not None:
        return folder / written
    return default if key not in shape.model_fields_set and default.exists() else None


def _runtime(config: Path, environ: Mapping[str, str]) -> Path | None:
    """Find systemd's folder for sockets: the service is told, an operator's command finds it."""
    told = environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if told:
        return Path(told)
    return RUNTIME if config == DEFAULT_CONFIG and RUNTIME.is_dir() else None
