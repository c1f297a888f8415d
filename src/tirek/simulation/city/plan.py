"""Prices of beds for the next hours, from the engine's look ahead."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.engine.outlook import WINDOWS, Census, Planner
from tirek.engine.stays import StayModel
from tirek.simulation.city.build import RunSettings
from tirek.simulation.city.demand import Needs
from tirek.simulation.city.model import PATIENT_ABOARD, CityModel
from tirek.simulation.city.state import AGE_DAYS, RECENT_WINDOWS, WINDOW, WINDOWS_A_DAY, Ground, State

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY = 1440.0


@dataclass(frozen=True, eq=False)
class _Kind:
    """One kind of bed that several hospitals have, and the program that prices it."""

    index: int
    lines: Ints
    stay: StayModel
    planner: Planner


class PricePlanner:
    """Fills `State.price` at planning times, for the policy that looks at prices.

    The areas of a kind are the zones that share its nearest hospital. What it reads is what the centre knows:
    the ledger's expected patients, by age as far as admissions are known, and its own placements of the last
    14 days.
    """

    def __init__(self, model: CityModel, needs: Needs, settings: RunSettings) -> None:
        self.needs, self.settings = needs, settings
        self.active = settings.policy == "tirek" and settings.evenness > 0
        network, first = model.network, model.first_hospital
        aboard = float(model.factors[:, PATIENT_ABOARD].mean())
        self.travel = model.minutes[:first, first : model.first_station] * aboard
        self.weight = model.zone_weights
        self.by_kind = [np.flatnonzero(network.kind == k) for k in range(len(network.kinds))]
        self.hospital = network.hospital
        self.kinds: list[_Kind] = []
        self.homes: Ints | None = None

    def _prepare(self, ground: Ground, state: State) -> None:
        """Programs for the hospitals that are open; again when that has changed."""
        if self.homes is not None and np.array_equal(self.homes, ground.home_hospital):
            return
        self.homes = ground.home_hospital.copy()
        self.kinds = []
        for k, all_lines in enumerate(self.by_kind):
            lines = all_lines[state.beds.staffed[all_lines] > 0]
            if lines.size < 2:
                continue
            at = self.hospital[lines]
            travel = np.zeros((lines.size, lines.size))
            for i, hospital in enumerate(at):
                mine = self.homes[k] == hospital
                weight = self.weight * mine if mine.any() else np.ones(mine.size)
                travel[i] = np.average(self.travel[:, at], axis=0, weights=weight)
            self.kinds.append(
                _Kind(k, lines, self.needs.stays[k], Planner(travel, self.settings.reach_minutes))
            )

    def plan(self, ground: Ground, state: State, now: float) -> None:
        """Prices at `now` (minutes)."""
        if not self.active:
            return
        self._prepare(ground, state)
        state.price[:] = 0.0
        recent = _by_day(state)
        for kind in self.kinds:
            lines = kind.lines
            arrivals = recent[:, kind.index, self.hospital[lines]].T
            census = _census(state, lines, now)
            # Before any count, as many are believed to come as leave of those found in bed.
            prior = census.unknown_age / kind.stay.mean_days()
            ahead = kind.planner.ahead(arrivals, now / DAY, prior)
            state.price[lines] = kind.planner.prices(kind.stay, census, state.beds.staffed[lines], ahead)


def _by_day(state: State) -> Floats:
    """Placements in windows of 24 h back from now by kind and area, shape (14, K, H)."""
    newest = int(state.n[WINDOW]) - 1  # the window of this moment has just begun
    order = (newest - np.arange(RECENT_WINDOWS)) % RECENT_WINDOWS
    windows = state.beds.recent[order]
    days = windows.reshape(WINDOWS, WINDOWS_A_DAY, *windows.shape[1:]).sum(axis=1)
    return np.asarray(days, dtype=np.float64)


def _census(state: State, lines: Ints, now: float) -> Census:
    """Patients by whole days since admission, brought to the number that the ledger expects."""
    beds = state.beds
    day = int(now / DAY)
    ages = (day - np.arange(AGE_DAYS)) % AGE_DAYS
    by_age = beds.present[lines][:, ages].astype(np.float64)
    old = beds.present_unknown[lines].astype(np.float64)
    ledger = state.ledger
    known = np.maximum(ledger.reported[lines] + ledger.arrived[lines] - ledger.left[lines], 0.0)
    total = by_age.sum(axis=1) + old
    scale = np.where(total > 0, known / np.maximum(total, 1.0), 1.0)
    return Census(by_age * scale[:, None], old * scale, now / DAY)
