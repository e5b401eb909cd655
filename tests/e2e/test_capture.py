"""`egov-agent capture` as an operator uses it, on the lab's switches."""

import asyncio
import re
import stat
from pathlib import Path

import pytest
import yaml

from tests.collectors.snmp.agent import Agent, Cell, Oid, cell, dotted
from tests.e2e.programs import District, run_cli

pytestmark = pytest.mark.slow

SALT = "a salt for the tests"
MAPPED = re.compile(
    r'(address|alias|mac|serial|chassis|name|neighbor|root|peer|target|site)="(?:[^"\\]|\\.)*"'
)


def captured(place: District, target: str, out: Path, *options: str) -> tuple[int, str, str]:
    words = ("capture", target, "-o", out, "--salt", SALT, "-c", place.config, *options)
    return run_cli(*words)


def objects(path: Path) -> dict[Oid, Cell]:
    parts = [line.split("|", 2) for line in path.read_text().splitlines()]
    names = [dotted(oid) for oid, _tag, _value in parts]
    assert names == sorted(set(names))
    return {dotted(oid): cell(tag, value) for oid, tag, value in parts}


def series(page: str) -> list[str]:
    """Return the series of a page, what may be mapped left open."""
    lines = [line.rpartition(" ")[0] for line in page.splitlines() if line[:1] != "#"]
    return sorted(MAPPED.sub(r"\1=?", line) for line in lines)


@pytest.mark.parametrize("target", ["ql-acc-hall", "ql-core-1"])
async def test_a_capture_serves_the_page_of_its_device(
    place: District, tmp_path: Path, target: str
) -> None:
    """v2c and v3 authPriv are captured; the file is polled by the command like a device."""
    out = tmp_path / "sw.snmprec"
    _code, golden, _errors = run_cli("visit", target, "--text", "-c", place.config)
    assert len(series(golden)) > 400
    code, said, errors = captured(place, target, out)
    assert code == 0, errors
    assert str(out) in said
    async with Agent(objects(out)) as again:
        config = with_address(place, tmp_path, target, again.port)
        code, page, errors = await asyncio.to_thread(
            run_cli, "visit", target, "--text", "-c", config
        )
    assert code == 0, errors
    assert series(page) == series(golden)


def with_address(place: District, folder: Path, target: str, port: int) -> Path:
    """Copy the district's inventory, one device of it moved to a port of the test's own."""
    inventory = folder / "inventory"
    inventory.mkdir()
    for path in (place.folder / "inventory").iterdir():
        content = yaml.safe_load(path.read_text())
        for device in content.get("devices", ()):
            if device["id"] == target:
                device["address"] = "127.0.0.1"
                device["snmp"] = {"credential": "lab-v2c", "port": port}
        (inventory / path.name).write_text(yaml.safe_dump(content, allow_unicode=True))
    config = folder / "agent.yaml"
    config.write_text(
        f"inventory: {inventory}\nlisten: 127.0.0.1:1\nledger: {{path: {folder}/ledger}}\n"
    )
    return config


def test_nothing_of_the_network_is_in_the_files(place: District, tmp_path: Path) -> None:
    """Canaries: what the lab's inventory and secrets say, as text, in hex and in indexes."""
    out = tmp_path / "sw.snmprec"
    code, _said, errors = captured(place, "ql-acc-hall", out, "--all")
    assert code == 0, errors
    assert "look through the file" in errors
    canaries = {one.read_text().strip() for one in (place.folder / "secrets").iterdir()}
    devices = yaml.safe_load((place.folder / "inventory" / "devices.yaml").read_text())["devices"]
    canaries |= {device[key] for device in devices for key in ("id", "name", "address")}
    written = out.read_text().lower() + (tmp_path / "sw.snmprec.yaml").read_text().lower()
    for canary in canaries:
        octets = canary.encode()
        assert canary.lower() not in written
        assert octets.hex() not in written
        assert ".".join(map(str, octets)) not in written


def test_the_files_are_for_the_operator_alone_and_say_what_they_are(
    place: District, tmp_path: Path
) -> None:
    out = tmp_path / "sw.snmprec"
    assert captured(place, "ql-acc-hall", out)[0] == 0
    beside = tmp_path / "sw.snmprec.yaml"
    for path in (out, beside):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = beside.read_text()
    assert 'profile: "ruijie-rgos"' in text
    assert "anonymised: yes" in text
    assert "complete: yes" in text
    assert SALT not in text
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_file_is_not_written_over_without_force(place: District, tmp_path: Path) -> None:
    out = tmp_path / "sw.snmprec"
    out.write_text("mine")
    code, _said, errors = captured(place, "ql-acc-hall", out)
    assert (code, out.read_text()) == (2, "mine")
    assert "--force" in errors
    assert captured(place, "ql-acc-hall", out, "--force")[0] == 0
    assert out.read_text() != "mine"


def test_a_capture_that_was_cut_is_there_and_ends_with_1(place: District, tmp_path: Path) -> None:
    out = tmp_path / "sw.snmprec"
    code, _said, errors = captured(place, "ql-acc-hall", out, "--max-rows", "100")
    assert code == 1
    assert "too_many_rows" in errors
    assert len(objects(out)) == 100
    assert "complete: no" in (tmp_path / "sw.snmprec.yaml").read_text()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--root", "1.3.6.1.4.1.9"), "--all"),
        (("--root", "nonsense"), "nonsense"),
        (("--salt", "short"), "16"),
    ],
)
def test_usage_is_told_before_anything_is_asked(
    place: District, tmp_path: Path, options: tuple[str, ...], word: str
) -> None:
    out = tmp_path / "sw.snmprec"
    code, said, errors = captured(place, "ql-acc-hall", out, *options)
    assert (code, said, out.exists()) == (2, "", False)
    assert word in errors


def test_two_captures_with_one_salt_know_each_other(place: District, tmp_path: Path) -> None:
    first, second = tmp_path / "1.snmprec", tmp_path / "2.snmprec"
    assert captured(place, "ql-acc-hall", first)[0] == 0
    assert captured(place, "ql-acc-hall", second)[0] == 0
    name = dotted("1.3.6.1.2.1.2.2.1.6.1")
    assert objects(first)[name] == objects(second)[name]
