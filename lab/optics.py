"""What optical modules measure: light sent and received, temperature, laser current.

A cable's module stands at both ends; a cage without a cable is empty. Received light is what the
other end sends less what the fibre loses, so that both ends tell one story: a fixed loss for each
fibre, a slow swing of a tenth of a decibel, and dirt that a scenario puts on one end.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from lab.district import District, End, Link

NO_LIGHT_DBM = -40.0
"""What modules say in the dark; below it nothing is told apart from noise."""
LIMITS_DBM = {"receive": (-14.4, 0.5), "transmit": (-8.2, 0.5)}
"""Alarm limits of a 10GBASE-LR module (IEEE 802.3 table 52-12 and 52-13, rounded)."""
LIMITS_CELSIUS = (-5, 75)
LIMITS_MILLIAMPERES = (1, 85)

_SENDS_DBM = (-2.6, -1.2)
_LOSES_DB = (2.8, 6.4)
_SWINGS = ((0.11, 5400.0), (0.03, 410.0))
"""Amplitude in decibels and period in seconds: a fibre along a road, warmed and shaken."""
_WARMER = 7.0
"""Degrees Celsius that a module is above its chassis."""
CITY_SENDS_DBM = -1.7


@dataclass(frozen=True, slots=True)
class Optic:
    """A module at a moment; degrees Celsius, milliamperes."""

    transmit_dbm: float
    receive_dbm: float
    temperature: float
    bias_ma: float


@dataclass(frozen=True, slots=True)
class Fibre:
    """What one end of a cable is made of, for ever: its own light, the other's, the loss between.

    Args:
        phase: radians; each fibre swings on its own, both its directions together.
    """

    link: Link
    sends_dbm: float
    gets_dbm: float
    loses_db: float
    phase: float
    bias_ma: float

    def optic(self, at_s: float, *, dirt_db: float, lit: bool, chassis: float) -> Optic:
        """Read the module; `lit` says whether the other end's light finds a way here."""
        swing = sum(
            decibels * math.sin(math.tau * at_s / period + self.phase)
            for decibels, period in _SWINGS
        )
        arrives = self.gets_dbm - self.loses_db - dirt_db + swing
        return Optic(
            transmit_dbm=self.sends_dbm + swing / 9,
            receive_dbm=max(arrives, NO_LIGHT_DBM) if lit else NO_LIGHT_DBM,
            temperature=chassis + _WARMER,
            bias_ma=self.bias_ma + swing,
        )


def fibres(district: District, seed: int) -> Mapping[End, Fibre]:
    """Lay a fibre with two modules for each cable; the ends of the ways out have one of ours."""
    laid: dict[End, Fibre] = {}
    for link in district.every_link():
        chance = random.Random(f"{seed} fibre {link}")
        loss, phase = chance.uniform(*_LOSES_DB), chance.uniform(0, math.tau)
        low, high = chance.uniform(*_SENDS_DBM), chance.uniform(*_SENDS_DBM)
        bias = chance.uniform(28, 41), chance.uniform(28, 41)
        if link.high:
            laid[link.high] = Fibre(link, high, low, loss, phase, bias[1])
        else:
            high = CITY_SENDS_DBM
        laid[link.low] = Fibre(link, low, high, loss, phase, bias[0])
    return laid
