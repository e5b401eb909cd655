"""Secrets are references in the inventory and opaque values in memory; neither ever prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from typing_extensions import override


class SecretMissingError(Exception):
    """A reference leads nowhere; the text names the reference, never a value."""


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret is found: `{env: NAME}`, `{file: path}` or `{credential: name}` (systemd)."""

    kind: Literal["env", "file", "credential"]
    name: str


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
    """Resolves references against an environment and systemd's credentials folder."""

    environ: Mapping[str, str]
    credentials: Path | None
