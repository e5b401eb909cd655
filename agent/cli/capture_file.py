"""Writes a capture and what is to be known of it: FILE, and beside it FILE.yaml."""

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from collectors.snmp.anonymise import Anonymised
from collectors.snmp.capture import Captured
from collectors.snmp.snmprec import Name, Row, lines
from protocols.snmp import oid

MODE = 0o600
_SYS_DESCR: Name = (1, 3, 6, 1, 2, 1, 1, 1, 0)
_SYS_OBJECT_ID: Name = (1, 3, 6, 1, 2, 1, 1, 2, 0)
_ENTITY: Name = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
_CLASS, _MAKER, _MODEL = 5, 12, 13  # entPhysicalClass, -MfgName, -ModelName
_WHOLES = (3, 11)  # chassis, stack


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What stands beside a capture; nothing in it tells whose device it is.

    Args:
        fingerprint: of the salt; None: nothing was replaced.
        roots: what was read; none: what the profile needs.
    """

    captured: Captured
    found: Anonymised
    at: datetime
    fingerprint: str | None
    roots: Sequence[str]

    def lines(self) -> Iterator[str]:
        """Write it as YAML (every scalar is JSON, which YAML reads)."""
        cells = {one.name: one.value for one in self.found.rows}
        yield "# made by egov-agent capture"
        yield "device:"
        for key, value in _identity(cells).items():
            yield f"  {key}: {_scalar(value)}"
        yield f"captured: {_scalar(self.at.isoformat(timespec='seconds'))}"
        yield f"agent: {_scalar(version('egov-agent'))}"
        yield f"profile: {_scalar(self.captured.profile.name)}"
        yield f"roots: {json.dumps(list(self.roots) or 'profile')}"
        yield f"anonymised: {'no' if self.fingerprint is None else 'yes'}"
        yield f"salt_fingerprint: {_scalar(self.fingerprint)}"
        yield f"objects: {len(self.found.rows)}"
        yield f"left_out: {self.found.dropped}"
        yield f"requests: {self.captured.requests}"
        yield f"complete: {'yes' if self.captured.complete else 'no'}"
        yield f"cut:{'' if self.captured.cuts else ' []'}"
        for cut in self.captured.cuts:
            yield f"  - {_scalar(cut.problem)}"


def write(path: Path, rows: Iterable[Row], sidecar: Sidecar) -> None:
    """Write both files, each at once or not at all, for nobody else to read.

    Raises:
        OSError: the folder cannot be written to.
    """
    _write_at_once(path, lines(rows))
    _write_at_once(path.with_name(f"{path.name}.yaml"), sidecar.lines())


def _write_at_once(path: Path, text: Iterable[str]) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.writelines(f"{one}\n" for one in text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _identity(cells: dict[Name, int | bytes]) -> dict[str, str | None]:
    wholes = [
        name[len(_ENTITY) + 1 :]
        for name, value in cells.items()
        if name[: len(_ENTITY) + 1] == (*_ENTITY, _CLASS) and value in _WHOLES
    ]
    first = wholes[0] if wholes else ()
    object_id = cells.get(_SYS_OBJECT_ID)
    return {
        "sysObjectID": oid.decode(object_id) if isinstance(object_id, bytes) else None,
        "sysDescr": _text(cells.get(_SYS_DESCR)),
        "vendor": _text(cells.get((*_ENTITY, _MAKER, *first))),
        "model": _text(cells.get((*_ENTITY, _MODEL, *first))),
    }


def _text(value: int | bytes | None) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else None


def _scalar(value: str | None) -> str:
    return json.dumps(value, ensure_ascii=True)
