"""A device's entry becomes a log-in."""

import pytest

from collectors.cli.login import Jump
from collectors.cli.plan import jump_of


@pytest.mark.parametrize(
    ("written", "jump"),
    [
        ("bastion.example", Jump(host="bastion.example")),
        ("ops@bastion.example", Jump(host="bastion.example", user="ops")),
        ("ops@192.0.2.1:2222", Jump(host="192.0.2.1", port=2222, user="ops")),
        ("2001:db8::1", Jump(host="2001:db8::1")),
        ("ops@[2001:db8::1]:2222", Jump(host="2001:db8::1", port=2222, user="ops")),
    ],
)
def test_a_jump_host_is_written_as_ssh_writes_it(written: str, jump: Jump) -> None:
    assert jump_of(written) == jump
