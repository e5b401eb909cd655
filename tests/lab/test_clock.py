"""The lab's clock."""

from lab.clock import lab_clock


def test_a_step_of_the_wall_clock_does_not_move_the_lab() -> None:
    wall, monotonic = [1000.0], [50.0]
    clock = lab_clock(lambda: wall[0], lambda: monotonic[0])
    wall[0], monotonic[0] = 400.0, 52.0
    assert clock() == 1002.0
    wall[0], monotonic[0] = 99_000.0, 53.0
    assert clock() == 1003.0
