"""Secrets are references in the inventory and opaque values in memory; neither ever prints.

SecretMissingError      the reference leads nowhere
  NotCheckedError       a `{credential: }` outside the service: nobody can know
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from typing_extensions import override

from inventory.permissions import others_can_write
from texts import gettext as _

_MAX_OCTETS = 65_536


class SecretMissingError(Exception):
    """A reference leads nowhere; the text names the reference, never a value."""


class NotCheckedError(SecretMissingError):
    """The service manager gives this secret to the service alone, and this is not the service."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is found: `{env: NAME}`, `{file: path}` or `{credential: name}` (systemd)."""

    kind: Literal["env", "file", "credential"]
    name: str

    def below(self, folder: Path) -> "SecretReference":
        """Make a relative path absolute, from the folder of the file that it is written in."""
        return replace(self, name=str(folder / self.name)) if self.kind == "file" else self


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A secret in memory; `reveal()` is the only way to the value."""

    value: str

    def reveal(self) -> str:
        """Return the secret itself, for the protocol that needs it."""
        return self.value

    @override
    def __repr__(self) -> str:
        """Show nothing."""
        return "***"

    @override
    def __str__(self) -> str:
        """Show nothing."""
        return "***"


@dataclass(frozen=True, slots=True)
class Vault:
    """Resolves references against an environment and systemd's credentials folder.

    Attributes:
        environ: never shown, it holds secrets.
        credentials: `$CREDENTIALS_DIRECTORY`; None outside the service.
        known: what was read already; a loaded configuration keeps its secrets as they were then.
    """

    environ: Mapping[str, str] = field(repr=False)
    credentials: Path | None
    known: Mapping[SecretReference, Secret] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    def resolve(self, reference: SecretReference) -> Secret:
        """Return the secret behind a reference.

        Raises:
            NotCheckedError: a `{credential: }`, and no credentials folder was given.
            SecretMissingError: not set, not readable, empty, not text, or others can write it.
        """
        if reference in self.known:
            return self.known[reference]
        if reference.kind == "env":
            return self._of_environment(reference.name)
        if reference.kind == "file":
            return _of_file(Path(reference.name))
        if self.credentials is None:
            raise NotCheckedError(_("credential {name}: not checked outside the service").format(
                name=reference.name
            ))  # fmt: skip
        return _of_file(self.credentials / reference.name)

    def holding(self, references: Iterable[SecretReference]) -> "Vault":
        """Return a vault that has read these once and for all; the missing ones stay missing."""
        known = dict(self.known)
        for reference in references:
            try:
                known[reference] = self.resolve(reference)
            except SecretMissingError:
                continue
        return replace(self, known=MappingProxyType(known))

    def _of_environment(self, name: str) -> Secret:
        value = self.environ.get(name)
        if value is None:
            raise SecretMissingError(_("environment variable {name} is not set").format(name=name))
        if not value:
            raise SecretMissingError(_("environment variable {name} is empty").format(name=name))
        return Secret(value)


def _of_file(path: Path) -> Secret:
    try:
        with path.open("rb") as stream:
            octets = stream.read(_MAX_OCTETS + 1)
    except OSError as error:
        text = _("secret file {path} cannot be read: {why}")
        raise SecretMissingError(text.format(path=path, why=error.strerror)) from None
    if others_can_write(path):
        raise SecretMissingError(_("secret file {path} can be written by others").format(path=path))
    return Secret(_text(octets, path))


def _text(octets: bytes, path: Path) -> str:
    """Decode, and drop the newline that an editor puts after a one-line secret."""
    try:
        text = octets.decode() if len(octets) <= _MAX_OCTETS else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise SecretMissingError(_("secret file {path} is not a short text").format(path=path))
    stripped = text.rstrip("\r\n")
    if not stripped:
        raise SecretMissingError(_("secret file {path} is empty").format(path=path))
    return text if "\n" in stripped else stripped
