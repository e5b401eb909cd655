"""The inventory that the lab writes for itself."""

import stat
from pathlib import Path

import yaml

from agent.settings_load import load
from collectors.catalogue import load_catalogue
from collectors.snmp.load import load_profiles
from lab.access import COMMUNITY
from lab.files import Addresses, write_config
from lab.qinglan import qinglan


def written(folder: Path) -> dict[str, object]:
    write_config(folder, qinglan(), Addresses("127.20.9.", 20000), "127.0.0.1:0")
    return {path.stem: yaml.safe_load(path.read_text()) for path in folder.rglob("*.yaml")}


def test_a_device_is_written_for_every_switch_with_its_address_and_port(tmp_path: Path) -> None:
    found = written(tmp_path)["devices"]["devices"]  # type: ignore[index]  # parsed YAML
    assert {device["address"] for device in found} == {
        f"127.20.9.{switch.number}" for switch in qinglan().switches
    }
    assert {device["snmp"]["port"] for device in found} == {20061}


def test_secrets_stand_in_files_that_only_their_owner_reads(tmp_path: Path) -> None:
    everything = written(tmp_path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "secrets").iterdir()}
    assert modes == {0o600}
    assert COMMUNITY not in str(everything)


def test_files_can_be_written_again_over_older_ones(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "secrets" / "snmp-community").chmod(0o644)
    written(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets" / "snmp-community").stat().st_mode) == 0o600


def test_uplinks_name_ports_that_the_switch_has(tmp_path: Path) -> None:
    for device in written(tmp_path)["devices"]["devices"]:  # type: ignore[index]  # parsed YAML
        switch = qinglan().switch(device["id"])
        assert device["uplinks"]
        for uplink in device["uplinks"]:
            assert switch.port(uplink["interface"]).speed_bps == 10_000_000_000


def test_the_agent_takes_what_the_lab_wrote(tmp_path: Path) -> None:
    written(tmp_path)
    loaded = load(tmp_path / "agent.yaml", environ={}, credentials=None)
    assert loaded.warnings == ()
    assert len(loaded.inventory.devices) == len(qinglan().switches)
    assert loaded.settings.intervals.of("snmp") == 10


def test_every_switch_is_known_by_its_vendors_profile(tmp_path: Path) -> None:
    written(tmp_path)
    loaded = load_profiles(load_catalogue())
    names = {"huawei": "huawei-vrp", "h3c": "h3c-comware", "ruijie": "ruijie-rgos"}
    for switch in qinglan().switches:
        object_id = ".".join(map(str, switch.identity.object_id))
        profile = loaded.profiles.select(object_id, switch.identity.description)
        assert profile.name == names[switch.identity.vendor]
