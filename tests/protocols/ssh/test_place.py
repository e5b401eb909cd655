"""Servers as people write them."""

import pytest

from protocols.ssh.place import Written, place_of


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("jump", Written("jump")),
        ("ops@jump:2222", Written("jump", 2222, "ops")),
        ("192.0.2.1:2222", Written("192.0.2.1", 2222)),
        ("2001:db8::1", Written("2001:db8::1")),
        ("[2001:db8::1]", Written("2001:db8::1")),
        ("ops@[2001:db8::1]:2222", Written("2001:db8::1", 2222, "ops")),
        ("jump:ssh", Written("jump:ssh")),
    ],
)
def test_host_user_and_port_are_told_apart(written: str, place: Written) -> None:
    assert place_of(written) == place
