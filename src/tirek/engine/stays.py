"""How long patients stay: a Weibull curve whose pace is learnt from those who left."""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SCALE_DAYS = 12.88
SHAPE = 1.38
"""COVID admissions of spring 2020 (Parker et al., arXiv 2011.03528); a city may set its own."""
PRIOR_DISCHARGES = 50.0
"""Discharges that the curve counts for before those really seen outweigh it: about a ward's fortnight."""


@dataclass(frozen=True)
class StayModel:
    """Share of patients still in bed after some days: `exp(-pace * (days / scale) ** shape)`.

    `pace` is the learnt ratio of discharges seen to discharges expected; 1 is the curve as given.
    """

    scale_days: float = SCALE_DAYS
    shape: float = SHAPE
    pace: float = 1.0

    def remaining(self, days: npt.ArrayLike) -> Floats:
        """Share still in bed `days` after admission; same shape as `days`."""
        since = np.maximum(np.asarray(days, dtype=float), 0.0)
        return np.asarray(np.exp(-self.pace * (since / self.scale_days) ** self.shape))

    def mean_days(self) -> float:
        """Mean stay in days."""
        return self.scale_days * math.gamma(1 + 1 / self.shape) / math.pow(self.pace, 1 / self.shape)

    def remaining_unknown(self, days: npt.ArrayLike) -> Floats:
        """Share still in bed `days` after the first sight of patients whose admission nobody told.

        They are taken as found in the middle of a stay, each age as likely as it lasts.
        """
        grid, tail = _tail(self)
        return np.asarray(np.interp(np.maximum(np.asarray(days, dtype=float), 0.0), grid, tail))

    def learnt(self, seen: float, expected: float) -> "StayModel":
        """The same curve, paced by `seen` discharges where pace 1 had `expected` so many.

        Rounded to 0.01, so that the look-ahead keeps its program while the pace hardly moves.
        """
        pace = (PRIOR_DISCHARGES + seen) / (PRIOR_DISCHARGES + expected)
        return replace(self, pace=max(round(pace, 2), 0.05))


@lru_cache(maxsize=16)
def _tail(stays: StayModel) -> tuple[Floats, Floats]:
    """Days, and the share of a steady ward that is still there so many days on."""
    grid = np.arange(0.0, 20 * stays.scale_days, 0.25)
    tail = np.cumsum(stays.remaining(grid)[::-1])[::-1]
    return grid, np.asarray(tail / tail[0])
