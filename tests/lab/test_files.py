"""The inventory that the lab writes for itself."""

import stat
from pathlib import Path

import yaml

from agent.settings_load import load
from collectors.catalogue import load_catalogue
from collectors.snmp.load import load_profiles
from lab.access import CLI_PASSWORD, COMMUNITY
from lab.addresses import Addresses
from lab.files import write_config
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


def test_every_switch_has_a_command_line_and_its_pinned_key(tmp_path: Path) -> None:
    everything = written(tmp_path)
    found = everything["devices"]["devices"]  # type: ignore[index]  # parsed YAML
    pinned = (tmp_path / "known_hosts").read_text().splitlines()
    assert [line.split()[0] for line in pinned] == [
        f"[{device['address']}]:{device['cli']['port']}" for device in found
    ]
    assert CLI_PASSWORD not in str(everything)


def test_host_keys_are_the_same_in_every_run_of_a_seed(tmp_path: Path) -> None:
    written(tmp_path)
    first = (tmp_path / "known_hosts").read_text()
    written(tmp_path)
    assert (tmp_path / "known_hosts").read_text() == first
    write_config(tmp_path, qinglan(), Addresses("127.20.9.", 20000), "127.0.0.1:0", seed=2)
    assert (tmp_path / "known_hosts").read_text() != first


def test_some_neighbours_are_expected_and_the_rest_is_learned(tmp_path: Path) -> None:
    found = written(tmp_path)["devices"]["devices"]  # type: ignore[index]  # parsed YAML
    expect = {device["id"]: device.get("expect") for device in found}
    assert expect["ql-acc-hall"] == {"ospfv3_neighbors": 2}
    assert expect["ql-core-1"]["bgp_ipv6_peers"] == ["2001:db8:51:ff::2", "2001:db8:51:10a::2"]
    assert "10.51.0.11" in expect["ql-core-1"]["ospfv3_neighbors"]
    assert expect["ql-agg-1"] is None
    assert [device["id"] for device in found if device.get("ipv6")] == ["ql-acc-lianhua"]


def test_sites_with_a_switch_have_an_address_and_a_port_of_their_own(tmp_path: Path) -> None:
    found = written(tmp_path)["sites"]["sites"]  # type: ignore[index]  # parsed YAML
    addresses = {site["id"]: site["address"] for site in found if "address" in site}
    assert set(addresses) == {switch.site for switch in qinglan().switches}
    assert len({one["tcp"] for one in addresses.values()}) == len(addresses)
    assert [name for name, one in addresses.items() if "v6" not in one] == ["lianhua"]


def test_the_agent_takes_what_the_lab_wrote(tmp_path: Path) -> None:
    written(tmp_path)
    loaded = load(tmp_path / "agent.yaml", environ={}, credentials=None)
    assert loaded.warnings == ()
    assert len(loaded.inventory.devices) == len(qinglan().switches)
    assert loaded.settings.intervals.seconds["snmp"] == 10


def test_every_switch_is_known_by_its_vendors_profile(tmp_path: Path) -> None:
    written(tmp_path)
    loaded = load_profiles(load_catalogue())
    names = {"huawei": "huawei-vrp", "h3c": "h3c-comware", "ruijie": "ruijie-rgos"}
    for switch in qinglan().switches:
        object_id = ".".join(map(str, switch.identity.object_id))
        profile = loaded.profiles.select(object_id, switch.identity.description)
        assert profile.name == names[switch.identity.vendor]
