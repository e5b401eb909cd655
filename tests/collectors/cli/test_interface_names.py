"""Names that commands print become ifName, where the form is known."""

import pytest

from collectors.cli.interface_names import if_name


@pytest.mark.parametrize(
    ("platform", "printed", "name"),
    [
        ("huawei_vrp", "GE0/2/0", "GigabitEthernet0/2/0"),
        ("huawei_vrp", "XGE0/0/1", "XGigabitEthernet0/0/1"),
        ("huawei_vrp", "Eth-Trunk127.401", "Eth-Trunk127.401"),
        ("huawei_vrp", "100GE1/0/1", "100GE1/0/1"),
        ("huawei_vrp", "Vlanif100", "Vlanif100"),
        ("huawei_vrp", "LoopBack0", "LoopBack0"),
        ("hp_comware", "GE1/0/1", "GigabitEthernet1/0/1"),
        ("hp_comware", "XGE1/0/49", "Ten-GigabitEthernet1/0/49"),
        ("hp_comware", "BAGG10", "Bridge-Aggregation10"),
        ("hp_comware", "Vlan1", "Vlan-interface1"),
        ("hp_comware", "Ten-GigabitEthernet1/0/49", "Ten-GigabitEthernet1/0/49"),
        ("ruijie_os", "GigabitEthernet 0/0", "GigabitEthernet 0/0"),
        ("ruijie_os", "Gi0/1", "GigabitEthernet 0/1"),
        ("cisco_ios", "TenGigabitEthernet1/1", "Te1/1"),
        ("cisco_ios", "Gi0/1", "Gi0/1"),
        ("zte_zxros", "xgei-0/1/0/24", "xgei-0/1/0/24"),
        ("frr", "r1-eth0", "r1-eth0"),
        ("huawei_vrp", "NULL0", "NULL0"),
        ("nowhere", "GE1", "GE1"),
    ],
)
def test_known_forms_are_exchanged_and_others_stay(platform: str, printed: str, name: str) -> None:
    assert if_name(platform, printed) == name
