"""Secrets are found where the reference says, and never show."""

import traceback
from pathlib import Path

import pytest

from inventory.secrets import NotCheckedError, Secret, SecretMissingError, SecretReference, Vault
from texts import speaking

VALUE = "CANARY-4711"


def _file(folder: Path, octets: bytes, mode: int = 0o600) -> SecretReference:
    path = folder / "secret"
    path.write_bytes(octets)
    path.chmod(mode)
    return SecretReference("file", str(path))


def _missing(vault: Vault, reference: SecretReference) -> str:
    with speaking("en"), pytest.raises(SecretMissingError) as found:
        vault.resolve(reference)
    assert "CANARY" not in "".join(traceback.format_exception(found.value))
    return str(found.value)


def test_a_secret_never_shows() -> None:
    secret = Secret(VALUE)
    assert secret.reveal() == VALUE
    for shown in (
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r}",
        f"{[secret]}",
        ", ".join(map(str, [secret])),
    ):
        assert "CANARY" not in shown


def test_a_vault_never_shows() -> None:
    vault = Vault({"A": VALUE}, None).holding([SecretReference("env", "A")])
    assert "CANARY" not in repr(vault)
    assert "CANARY" not in str(vault)


def test_environment_file_and_credential(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(VALUE)
    vault = Vault({"A": VALUE}, tmp_path)
    assert vault.resolve(SecretReference("env", "A")).reveal() == VALUE
    assert vault.resolve(SecretReference("credential", "token")).reveal() == VALUE
    assert vault.resolve(_file(tmp_path, VALUE.encode())).reveal() == VALUE


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_newline_of_an_editor_is_no_part_of_a_password(tmp_path: Path, end: str) -> None:
    assert Vault({}, None).resolve(_file(tmp_path, (VALUE + end).encode())).reveal() == VALUE


def test_a_key_of_several_lines_stays_as_it_is(tmp_path: Path) -> None:
    key = "-----BEGIN X-----\nabc\n-----END X-----\n"
    assert Vault({}, None).resolve(_file(tmp_path, key.encode())).reveal() == key


def test_what_is_missing_is_told_by_its_reference(tmp_path: Path) -> None:
    vault = Vault({"EMPTY": "", "OTHER": VALUE}, None)
    assert _missing(vault, SecretReference("env", "A")) == "environment variable A is not set"
    assert _missing(vault, SecretReference("env", "EMPTY")) == "environment variable EMPTY is empty"
    gone = SecretReference("file", str(tmp_path / "gone"))
    assert _missing(vault, gone).endswith("gone cannot be read: No such file or directory")
    assert _missing(vault, _file(tmp_path, b"\n")).endswith("is empty")
    assert _missing(vault, _file(tmp_path, b"CANARY\xff")).endswith("is not a short text")
    assert _missing(vault, _file(tmp_path, b"CANARY" * 20_000)).endswith("is not a short text")


def test_a_secret_that_others_can_write_is_refused(tmp_path: Path) -> None:
    assert "can be written by others" in _missing(
        Vault({}, None), _file(tmp_path, b"CANARY", 0o602)
    )


def test_a_credential_outside_the_service_is_not_checked() -> None:
    with speaking("en"), pytest.raises(NotCheckedError, match="token: not checked outside"):
        Vault({}, None).resolve(SecretReference("credential", "token"))


def test_a_held_secret_outlives_its_source(tmp_path: Path) -> None:
    reference = _file(tmp_path, VALUE.encode())
    gone = SecretReference("file", str(tmp_path / "gone"))
    vault = Vault({}, None).holding([reference, gone])
    Path(reference.name).write_text("CANARY-changed")
    assert vault.resolve(reference).reveal() == VALUE
    _missing(vault, gone)
