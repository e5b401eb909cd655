"""Rules of credentials, and whether their secrets are there; no message shows a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inventory import fields
from inventory.entries import Entries, Entry
from inventory.located import Node, Problem, Step
from inventory.permissions import others_can_read
from inventory.secrets import NotCheckedError, SecretMissingError, SecretReference, Vault
from texts import gettext as _

PARTS = ("snmp", "ssh", "openstack")
MIN_KEY = 8
"""RFC 3414 section 11.2: passwords of the User-based Security Model are at least 8 long."""

_SECRETS: tuple[tuple[str, str], ...] = (
    ("snmp", "community"), ("snmp", "auth_key"), ("snmp", "priv_key"),
    ("ssh", "key"), ("ssh", "password"), ("ssh", "enable"),
    ("openstack", "application_credential_secret"),
)  # fmt: skip


def complete(entries: Entries) -> Iterator[Problem]:
    """A credential is of one kind and has what that kind needs."""
    for entry in entries.of("credentials"):
        parts = [part for part in PARTS if entry.has(part)]
        if len(parts) != 1:
            yield entry.problem(_("expected exactly one of {names}").format(names=", ".join(PARTS)))
        for part in parts:
            rule = {"snmp": _snmp, "ssh": _ssh, "openstack": _openstack}[part]
            yield from rule(entry)


def _snmp(entry: Entry) -> Iterator[Problem]:
    if entry.text("snmp", "version") == "v3":
        yield from _misplaced(entry, "v3", "community")
        if not entry.has("snmp", "user"):
            yield entry.problem(_("v3 needs a user"), "snmp")
        yield from _pair(entry, "auth", "auth_key")
        yield from _pair(entry, "priv", "priv_key")
        if entry.has("snmp", "priv") and not entry.has("snmp", "auth"):
            yield entry.problem(_("privacy needs authentication: auth and auth_key"), "snmp")
    elif entry.text("snmp", "version") in ("v1", "v2c"):
        version = str(entry.text("snmp", "version"))
        if not entry.has("snmp", "community"):
            yield entry.problem(_("{version} needs a community").format(version=version), "snmp")
        v3 = ("user", "auth", "auth_key", "priv", "priv_key", "context")
        yield from _misplaced(entry, version, *v3)


def _misplaced(entry: Entry, version: str, *keys: str) -> Iterator[Problem]:
    for key in keys:
        if entry.has("snmp", key):
            text = _("{version} has no {key}").format(version=version, key=key)
            yield entry.problem(text, "snmp", key)


def _pair(entry: Entry, name: str, key: str) -> Iterator[Problem]:
    if entry.has("snmp", name) != entry.has("snmp", key):
        text = _("{name} and {key} go together").format(name=name, key=key)
        yield entry.problem(text, "snmp", name if entry.has("snmp", name) else key)


def _ssh(entry: Entry) -> Iterator[Problem]:
    if entry.has("ssh", "key") == entry.has("ssh", "password"):
        yield entry.problem(
            _("expected exactly one of {names}").format(names="key, password"), "ssh"
        )


def _openstack(entry: Entry) -> Iterator[Problem]:
    written = ("auth_url", "application_credential_id", "application_credential_secret")
    present = [name for name in written if entry.has("openstack", name)]
    if entry.has("openstack", "cloud") == bool(present):
        text = _("expected either cloud or {names}").format(names=", ".join(written))
        yield entry.problem(text, "openstack")
    elif present and len(present) < len(written):
        missing = ", ".join(name for name in written if name not in present)
        yield entry.problem(_("also needs {names}").format(names=missing), "openstack")
    ca = entry.text("openstack", "ca")
    if ca is not None and not (entry.folder / ca).is_file():
        yield entry.problem(_("no such file"), "openstack", "ca")


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking for the secrets: mistakes, what nobody could check, references."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    references: tuple[SecretReference, ...] = ()


def look_up(entries: Entries, vault: Vault) -> Found:
    """Read every secret of the credentials once, judge it, and forget it."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    references: list[SecretReference] = []
    for entry in entries.of("credentials"):
        for steps in _SECRETS:
            reference = reference_at(entry.node.at(steps[0]).get(steps[1]), entry.folder)
            if reference is None:
                continue
            references.append(reference)
            try:
                problems += _judge(entry, steps, reference, vault)
            except NotCheckedError as error:
                warnings.append(entry.problem(str(error), *steps))
            except SecretMissingError as error:
                problems.append(entry.problem(str(error), *steps))
            else:
                warnings += _readable(entry, steps, reference)
    return Found(tuple(problems), tuple(warnings), tuple(references))


def reference_at(node: Node | None, folder: Path) -> SecretReference | None:
    """Return the reference written at a node, its path made absolute; None: there is none."""
    if node is None:
        return None
    try:
        return fields.secret(node.value).below(folder)
    except fields.Mistake:
        return None


def _judge(
    entry: Entry, steps: tuple[str, str], reference: SecretReference, vault: Vault
) -> Iterator[Problem]:
    secret = vault.resolve(reference)
    if steps == ("ssh", "key"):
        if reference.kind == "file" and others_can_read(Path(reference.name)):
            yield entry.problem(_("private key file can be read by others (chmod 600)"), *steps)
        if "PRIVATE KEY" not in secret.reveal():
            yield entry.problem(_("expected a private key (PEM or OpenSSH)"), *steps)
    if steps in (("snmp", "auth_key"), ("snmp", "priv_key")) and len(secret.reveal()) < MIN_KEY:
        text = _("the key is shorter than {limit} characters").format(limit=MIN_KEY)
        yield entry.problem(text, *steps)


def _readable(
    entry: Entry, steps: tuple[Step, ...], reference: SecretReference
) -> Iterator[Problem]:
    if reference.kind == "file" and others_can_read(Path(reference.name)):
        yield entry.problem(_("secret file can be read by every user"), *steps)
