"""Looking ahead: what a bed taken now will be missed for, found by a linear program.

Per kind of bed, the patients in bed leave by the stay curve, the arrivals of the next days are forecast per
area, and the program sends them to hospitals so that travel plus overflow costs least. The dual of a
hospital's capacity on a day is what one bed there would save on that day; summed over the stay of a patient
who arrives now it is the *price* that a placement is charged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tirek.engine.forecast import arrivals_ahead
from tirek.engine.linear import least_cost
from tirek.engine.stays import StayModel

Floats = npt.NDArray[np.float64]

STEP_EDGES_DAYS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Steps of the look ahead. Past a week a forecast of arrivals is worth little."""
OVERFLOW_MINUTES_PER_DAY = 36.0
"""Minutes of travel worth one patient-day without a bed."""
WINDOWS = 14
"""Days of arrivals that the forecast looks back on."""


@dataclass(frozen=True)
class Census:
    """Who is in bed on the lines of one kind, as far as anyone knows.

    `by_age` holds patients by whole days since admission, shape (n, D); `unknown_age` those in bed when the
    clock started, shape (n,), `clock_days` ago.
    """

    by_age: Floats
    unknown_age: Floats
    clock_days: float
    ages: Floats | None = None
    """Days since admission of each column of `by_age`; left out: half past each whole day."""

    def remaining(self, stays: StayModel, days_ahead: Floats) -> Floats:
        """Expected patients still in bed at `days_ahead` (S,), shape (n, S)."""
        age = np.arange(self.by_age.shape[1]) + 0.5 if self.ages is None else self.ages
        kept = stays.remaining(age[:, None] + days_ahead) / stays.remaining(age)[:, None]
        start = stays.remaining_unknown(self.clock_days)
        old = stays.remaining_unknown(self.clock_days + days_ahead) / max(float(start), 1e-9)
        return np.asarray(self.by_age @ kept + np.outer(self.unknown_age, old))


@dataclass
class Planner:
    """Prices for one kind of bed. Holds the program between solves so that the next one starts warm.

    Parameters
    ----------
    travel : minutes from each area to each line's hospital, shape (A, n); inf where there is no road.
    reach_minutes : longest journey; the nearest hospital is always allowed.
    """

    travel: Floats
    reach_minutes: float
    edges: Sequence[float] = STEP_EDGES_DAYS
    overflow: float = OVERFLOW_MINUTES_PER_DAY
    _program: "_Program | None" = field(default=None, repr=False)

    def prices(self, stays: StayModel, census: Census, staffed: Floats, arrivals: Floats) -> Floats:
        """Price in minutes of one bed of each line for a patient who arrives now, shape (n,).

        Parameters
        ----------
        staffed : beds, shape (n,); nan (unknown) offers none.
        arrivals : expected arrivals a day per area and step, shape (A, S).
        """
        edges = np.asarray(self.edges, dtype=float)
        middle, length = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
        room = np.nan_to_num(staffed)[:, None] - census.remaining(stays, middle)
        reachable = np.isfinite(self.travel.min(axis=1))  # who has no road anywhere is not planned for
        coming = arrivals * length * reachable[:, None]
        stay = _presence(stays, tuple(self.edges))
        nearest = self.travel.argmin(axis=1)
        at_home = np.zeros_like(room)
        np.add.at(at_home, nearest, coming)
        if np.all(at_home @ stay <= room):
            # Everyone fits where they would go anyway: one bed more saves nothing.
            return np.zeros(staffed.size)
        if self._program is None or not np.array_equal(self._program.stay, stay):
            self._program = _Program(
                self.travel, self.reach_minutes, stay, self.overflow * length, like=self._program
            )
        duals = self._program.solve(room, coming)
        return np.asarray(duals @ stay[0])

    def steps_days(self) -> Floats:
        """Middles of the steps, days ahead."""
        edges = np.asarray(self.edges, dtype=float)
        return np.asarray((edges[1:] + edges[:-1]) / 2)

    def ahead(self, recent: Floats, elapsed_days: float, prior: Floats) -> Floats:
        """Forecast of arrivals a day per area and step; see `arrivals_ahead`."""
        return arrivals_ahead(recent, elapsed_days, prior, self.steps_days())


@lru_cache(maxsize=64)
def _presence(stays: StayModel, steps: tuple[float, ...], parts: int = 20) -> Floats:
    """Share of step m that a patient arriving evenly within step k is in bed, shape (S, S)."""
    edges = np.asarray(steps, dtype=float)
    within = (np.arange(parts) + 0.5) / parts
    moments = edges[:-1, None] + within * np.diff(edges)[:, None]
    since = moments[None, :, None, :] - moments[:, None, :, None]
    present = np.where(since >= 0, stays.remaining(since), 0.0)
    return np.asarray(present.mean(axis=(2, 3)))


class _Program:
    """Flows from areas to hospitals by step, in patients; rows: capacity (n, S), then arrivals (A, S)."""

    def __init__(
        self, travel: Floats, reach: float, stay: Floats, overflow: Floats, like: "_Program | None" = None
    ) -> None:
        """Set up the program; `like` is one with other stays, whose last solution is a good first guess."""
        self.stay = stay
        areas, self.n = travel.shape
        steps = self.steps = stay.shape[0]
        near = travel <= np.maximum(reach, travel.min(axis=1, keepdims=True))
        area, line = np.nonzero(near & np.isfinite(travel))
        flows = area.size * steps
        rows = self.n * steps
        step = np.tile(np.arange(steps), area.size)
        k, m = np.nonzero(np.triu(np.ones((steps, steps))))
        column = (np.arange(area.size)[:, None] * steps + k).ravel()
        capacity = sp.coo_matrix(
            (np.tile(stay[k, m], area.size), ((line[:, None] * steps + m).ravel(), column)),
            shape=(rows, flows),
        )
        spill = -sp.eye(rows)
        arrivals = sp.coo_matrix(
            (np.ones(flows), (np.repeat(area, steps) * steps + step, np.arange(flows))),
            shape=(areas * steps, flows),
        )
        below = sp.coo_matrix((areas * steps, rows))
        matrix: Any = sp.vstack([sp.hstack([capacity, spill]), sp.hstack([arrivals, below])], format="csc")
        cost = np.concatenate([np.repeat(travel[area, line], steps), np.tile(overflow, self.n)])
        size = matrix.shape[0]
        # Presolve takes longer than it saves here.
        self._highs = least_cost(
            matrix, cost, np.full(size, -np.inf), np.zeros(size), threads=1, presolve="off"
        )
        if like is not None:
            self._highs.setBasis(like._highs.getBasis())  # noqa: SLF001  (one of its own kind)

    def solve(self, room: Floats, coming: Floats) -> Floats:
        """Value of one bed more per line and step, in minutes, shape (n, S)."""
        rows = self.n * self.steps
        upper = np.concatenate([room.ravel(), coming.ravel()])
        lower = np.concatenate([np.full(rows, -np.inf), coming.ravel()])
        index = np.arange(upper.size, dtype=np.int32)
        self._highs.changeRowsBounds(upper.size, index, lower, upper)
        self._highs.run()
        duals = np.asarray(self._highs.getSolution().row_dual[:rows])
        return -duals.reshape(self.n, self.steps)
