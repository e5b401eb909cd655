"""Everything that is written down, read as one value: settings, inventory, profiles, plans.

Reading touches no network and changes nothing, so `check`, `visit`, the start and a reload read the
same way; the service follows a new value only as a whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType

from agent.settings import Settings, needs_restart
from agent.settings_load import DEFAULT_PROFILES, Loaded, load
from collectors.catalogue import Catalogue, load_catalogue
from collectors.cli.load import load_cli_profiles
from collectors.cli.profile import CliProfiles
from collectors.registry import Check, Pace, Plan
from collectors.snmp.load import load_profiles
from collectors.snmp.profile import Profiles
from inventory.diff import diff
from inventory.inventory import Inventory, Target
from inventory.located import Problem, Problems, read
from inventory.secrets import NotCheckedError
from texts import gettext as _

Key = tuple[str, str]
"""Target and check."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets may come from: the environment, and systemd's $CREDENTIALS_DIRECTORY."""

    environ: Mapping[str, str] = field(repr=False)
    credentials: Path | None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Secrets":
        """Take the folder that systemd names."""
        folder = environ.get("CREDENTIALS_DIRECTORY")
        return cls(environ, Path(folder) if folder else None)


@dataclass(frozen=True, slots=True)
class Devices:
    """The device models: profiles with the catalogue that holds what they declare.

    `fingerprint` is of the user's files; while it stays, a reload keeps the former objects, and
    with them every poller.
    """

    profiles: Profiles
    catalogue: Catalogue
    cli: CliProfiles
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration without a mistake.

    Args:
        plans: what each (target, check) is asked with, resolved secrets included.
        unplanned: (target, check) whose secret only the service manager can give, and why.
    """

    settings: Settings
    inventory: Inventory
    devices: Devices
    plans: Mapping[Key, Plan]
    unplanned: Mapping[Key, str]
    warnings: tuple[Problem, ...] = ()
    targets: Mapping[str, Target] = field(init=False, repr=False)
    checks: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)
    """The checks of each target that has some."""
    target_ids: tuple[str, ...] = field(init=False, repr=False)
    """Sorted."""

    def __post_init__(self) -> None:
        """Index targets and their checks once."""
        checks: dict[str, tuple[str, ...]] = {}
        for target, check in self.plans:
            checks[target] = (*checks.get(target, ()), check)
        targets = {target.id: target for target in self.inventory.targets()}
        object.__setattr__(self, "targets", MappingProxyType(targets))
        object.__setattr__(self, "checks", MappingProxyType(checks))
        object.__setattr__(self, "target_ids", tuple(sorted(targets)))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two configurations, by target id; site or labels count as well.

    `exposition`: the catalogue or the cap on series are others, which concerns every target.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    exposition: bool = False

    @classmethod
    def between(cls, old: Configuration, new: Configuration) -> "Changes":
        """Compare target by target; other profiles change every target that has a plan."""
        found = diff(old.inventory, new.inventory)
        others = old.devices is not new.devices
        # One whose kind changed is removed and added there; here its place is filled anew.
        changed = {*found.changed, *(set(found.added) & set(found.removed))}
        changed |= {
            target
            for target in found.unchanged
            if (others and target in new.checks) or _asked_differently(old, new, target)
        }
        return cls(
            added=tuple(target for target in found.added if target not in changed),
            changed=tuple(target for target in new.targets if target in changed),
            removed=tuple(target for target in found.removed if target not in changed),
            exposition=others or old.settings.exposition != new.settings.exposition,
        )


def read_configuration(
    path: Path, secrets: Secrets, checks: Iterable[Check], former: Configuration | None = None
) -> Configuration:
    """Read agent.yaml and everything that it names.

    Args:
        former: what runs; its device models are taken over where their files did not change.

    Raises:
        Problems: every mistake of settings, inventory and profiles.
    """
    problems: list[Problem] = []
    devices: Devices | None = None
    try:
        devices = _devices(_profile_folder(path), former)
    except Problems as error:
        problems += error.problems
    names = frozenset(devices.profiles.names()) if devices is not None else None
    tables = frozenset(devices.catalogue.tables) if devices is not None else None
    try:
        loaded = load(path, secrets.environ, secrets.credentials, names, tables)
    except Problems as error:
        raise Problems([*problems, *error.problems]) from None
    if devices is None:
        raise Problems(problems)
    plans, unplanned = _plans(loaded, checks)
    return Configuration(
        loaded.settings, loaded.inventory, devices, plans, unplanned, loaded.warnings
    )


def refuse_restarts(old: Configuration, new: Configuration) -> None:
    """Refuse what only a restart can change.

    Raises:
        Problems: one for each such key.
    """
    file = str(new.settings.config)
    refused = [
        Problem(file, 0, key, _("cannot change while the service runs; restart it"))
        for key in needs_restart(old.settings, new.settings)
    ]
    if refused:
        raise Problems(refused)


def refuse_unplanned(configuration: Configuration) -> None:
    """Refuse to run without secrets that only the service manager can give.

    Raises:
        Problems: one for each check of a target that could not be asked.
    """
    file = str(configuration.settings.inventory)
    missing = [
        Problem(file, 0, f"{target}: {check}", why)
        for (target, check), why in configuration.unplanned.items()
    ]
    if missing:
        raise Problems(missing)


def _plans(loaded: Loaded, checks: Iterable[Check]) -> tuple[Mapping[Key, Plan], Mapping[Key, str]]:
    settings = loaded.settings
    pace = Pace(settings.intervals.seconds, settings.limits.requests_per_second)
    rows = tuple(checks) if "poll" in settings.roles else ()
    plans: dict[Key, Plan] = {}
    unplanned: dict[Key, str] = {}
    for target in loaded.inventory.targets():
        for check in rows:
            try:
                plan = check.plan(target, loaded.inventory, loaded.vault, pace)
            except NotCheckedError as error:
                unplanned[target.id, check.name] = str(error)
                continue
            if plan is not None:
                plans[target.id, check.name] = plan
    return MappingProxyType(plans), MappingProxyType(unplanned)


def _profile_folder(config: Path) -> Path | None:
    """Find the user's profiles; a mistake around them is told by whoever reads the settings."""
    try:
        written = read(config).value
    except Problems:
        return None
    if isinstance(written, dict) and isinstance(named := written.get("profiles"), str):
        folder = config.absolute().parent / named
    else:
        folder = DEFAULT_PROFILES
    return folder if folder.is_dir() else None


def _devices(folder: Path | None, former: Configuration | None) -> Devices:
    fingerprint = _fingerprint(folder)
    if former is not None and former.devices.fingerprint == fingerprint:
        return former.devices
    loaded = load_profiles(load_catalogue(), folder)
    cli = load_cli_profiles(loaded.catalogue, folder / "cli" if folder is not None else None)
    return Devices(loaded.profiles, loaded.catalogue, cli, fingerprint)


def _fingerprint(folder: Path | None) -> bytes:
    digest = blake2b(digest_size=16)
    for name, path in _files(folder) if folder is not None else ():
        digest.update(name.encode() + b"\0")
        # A file that cannot be read is told by the loader, which reads it again.
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.digest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    """List what profiles are read from: of SNMP, of the CLI, and the templates of these."""
    cli = folder / "cli"
    paths = sorted([*folder.glob("*.yaml"), *cli.glob("*.yaml"), *cli.glob("*.textfsm")])
    return [(str(path.relative_to(folder)), path) for path in paths]


def _asked_differently(old: Configuration, new: Configuration, target: str) -> bool:
    """Compare plans: intervals, budgets and the secrets themselves are in them."""
    if old.checks.get(target) != new.checks.get(target):
        return True
    return any(
        old.plans[target, check] != new.plans[target, check] for check in new.checks.get(target, ())
    )
