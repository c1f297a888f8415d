"""The best that was possible: a linear program that knows every admission and every stay beforehand.

It moves fractions of patients, a day and a catchment at a time, so nothing real can beat it. Overflow costs
so much that it is brought down first; travel is what then remains to save.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from tirek.domain.place import great_circle_km
from tirek.engine.linear import least_cost
from tirek.simulation.replay.wave import Wave

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

OVERFLOW_KM = 100.0
"""Kilometres that a patient-day of overflow costs: more than any journey within reach saves."""


@dataclass(frozen=True)
class Bound:
    """The clairvoyant's figures."""

    overflow_patient_days: float
    extra_km_mean: float


def clairvoyant_bound(wave: Wave, reach_km: float) -> Bound:
    """Solve the program for every bed class of `wave` and add up.

    `reach_km` is the longest journey (great circle); the nearest hospital of the class is always allowed.
    """
    over = travel = 0.0
    for k in range(len(wave.classes)):
        who = np.flatnonzero(wave.bed_class == k)
        over_k, km_k = _solve(wave, k, who, reach_km)
        over += over_k
        travel += km_k
    return Bound(over, travel / len(wave.patient_ids))


def _solve(wave: Wave, k: int, who: Ints, reach_km: float) -> tuple[float, float]:
    hospitals = np.flatnonzero(wave.beds[:, k] > 0)
    days = int(wave.called_at.max() / 24) + 1
    base = np.zeros((wave.beds.shape[0], days))
    found = wave.found_class == k
    ends = wave.found_at[found] + wave.found_stay[found]
    np.add.at(base, wave.found_hospital[found], _in_bed(wave.found_at[found], ends, days))
    room = wave.beds[hospitals, k][:, None] - base[hospitals]
    if who.size == 0:
        return float(np.maximum(-room, 0).sum()), 0.0
    km = great_circle_km(
        wave.from_lat[who][:, None], wave.from_lon[who][:, None], wave.lat[hospitals], wave.lon[hospitals]
    )
    # A cohort is a day's patients of one catchment: their days in bed, and their mean journeys.
    near = km.argmin(axis=1)
    cohort, where = np.unique(near * days + (wave.called_at[who] / 24).astype(int), return_inverse=True)
    count = np.bincount(where).astype(float)
    present = np.zeros((cohort.size, days))
    np.add.at(present, where, _in_bed(wave.called_at[who], wave.called_at[who] + wave.stay[who], days))
    mean_km = np.zeros((cohort.size, hospitals.size))
    np.add.at(mean_km, where, km)
    mean_km /= count[:, None]
    home = mean_km[np.arange(cohort.size), cohort // days]
    return _least_cost(
        present, mean_km - home[:, None], mean_km <= np.maximum(reach_km, home)[:, None], count, room
    )


def _in_bed(start: Floats, end: Floats, days: int) -> Floats:
    """Share of each day that each patient is in bed, shape (N, days); times in hours."""
    day = np.arange(days)
    return np.asarray(np.clip(end[:, None] / 24 - day, 0, 1) - np.clip(start[:, None] / 24 - day, 0, 1))


def _least_cost(
    present: Floats, extra: Floats, near: npt.NDArray[np.bool_], count: Floats, room: Floats
) -> tuple[float, float]:
    """Overflow in patient-days and extra travel in km of the cheapest flows of cohorts to hospitals."""
    cohort, hospital = np.nonzero(near)
    flows, days = cohort.size, present.shape[1]
    flow, day = np.nonzero(present[cohort] > 1e-9)
    capacity = sp.coo_matrix(
        (present[cohort[flow], day], (hospital[flow] * days + day, flow)), shape=(room.size, flows)
    )
    whole = sp.coo_matrix((np.ones(flows), (cohort, np.arange(flows))), shape=(count.size, flows))
    none = sp.coo_matrix((count.size, room.size))
    matrix = sp.vstack([sp.hstack([capacity, -sp.eye(room.size)]), sp.hstack([whole, none])], format="csc")
    cost = extra[cohort, hospital] * count[cohort]
    highs = least_cost(
        matrix,
        np.concatenate([cost, np.full(room.size, OVERFLOW_KM)]),
        np.concatenate([np.full(room.size, -np.inf), np.ones(count.size)]),
        np.concatenate([room.ravel(), np.ones(count.size)]),
        solver="ipm",
        run_crossover="off",
    )
    highs.run()
    solution = np.asarray(highs.getSolution().col_value)
    return float(solution[flows:].sum()), float(cost @ solution[:flows])
