"""Timers on a clock that the test turns."""

from collections.abc import Callable

from protocols.snmp.wheel import Wheel


class Clock:
    """A clock and a loop's call_later in one."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, delay_s: float, call: Callable[[], None]) -> "Call":
        entry = (self.now_s + delay_s, call)
        self.calls.append(entry)
        return Call(self, entry)

    def advance(self, to_s: float) -> None:
        while due := sorted(
            (entry for entry in self.calls if entry[0] <= to_s), key=lambda e: e[0]
        ):
            self.calls.remove(due[0])
            self.now_s = max(self.now_s, due[0][0])
            due[0][1]()
        self.now_s = to_s


class Call:
    """What call_later returned."""

    def __init__(self, clock: Clock, entry: tuple[float, Callable[[], None]]) -> None:
        self.clock = clock
        self.entry = entry

    def cancel(self) -> None:
        self.clock.calls.remove(self.entry)


class Sleeper:
    """Remembers when it was woken."""

    def __init__(self) -> None:
        self.woken: list[float] = []

    def due(self, now_s: float) -> None:
        self.woken.append(now_s)


def test_everyone_wakes_at_their_time_or_a_tick_later() -> None:
    clock = Clock()
    wheel = Wheel(clock.call_later, lambda: clock.now_s, tick_s=0.02)
    times = [103.0, 100.5, 101.0, 100.501, 100.0, 102.0]
    sleepers = [(at_s, Sleeper()) for at_s in times]
    for at_s, sleeper in sleepers:
        wheel.add(at_s, sleeper)
    clock.advance(110.0)
    for at_s, sleeper in sleepers:
        [woken_s] = sleeper.woken
        assert at_s <= woken_s <= at_s + 0.021


def test_one_call_is_armed_for_any_number_of_timers() -> None:
    clock = Clock()
    wheel = Wheel(clock.call_later, lambda: clock.now_s)
    for number in range(1000):
        wheel.add(200.0 - number / 100, Sleeper())
    assert len(clock.calls) == 1


def test_who_sleeps_again_while_being_woken_is_woken_again() -> None:
    clock = Clock()
    wheel = Wheel(clock.call_later, lambda: clock.now_s)

    class Insomniac(Sleeper):
        def due(self, now_s: float) -> None:
            super().due(now_s)
            if len(self.woken) < 3:
                wheel.add(now_s + 1, self)

    sleeper = Insomniac()
    wheel.add(101.0, sleeper)
    clock.advance(120.0)
    assert len(sleeper.woken) == 3


def test_nobody_is_woken_after_close() -> None:
    clock = Clock()
    wheel = Wheel(clock.call_later, lambda: clock.now_s)
    sleeper = Sleeper()
    wheel.add(101.0, sleeper)
    wheel.close()
    clock.advance(110.0)
    assert not sleeper.woken
    assert not clock.calls
