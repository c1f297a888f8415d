"""What the centre has seen so far, kept so that it can look ahead: who lies where since when, who asked."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tirek.engine.ledger import Ledger
from tirek.engine.network import Network
from tirek.engine.outlook import WINDOWS, Census, Planner
from tirek.engine.stays import StayModel

Floats = npt.NDArray[np.float64]

PLAN_EVERY_HOURS = 6.0
"""How often the prices of beds are worked out anew."""
DAY = 24.0


@dataclass
class Watch:
    """Arrivals by area, patients in bed by age, discharges; gives the prices of beds.

    Times are hours on the ledger's clock. An *area* is the catchment of a hospital: patients who have it
    nearest among those with their kind of bed.

    Parameters
    ----------
    between : minutes from each area to each hospital, shape (H, H); the hospital's place stands for its area.
    reach_minutes : longest journey.
    started_at : when the clock started.
    stays : the stay curve before anything was seen.
    told : departures are told one by one; otherwise they are expected until the next report.
    """

    network: Network
    between: Floats
    reach_minutes: float
    started_at: float
    stays: StayModel = field(default_factory=StayModel)
    told: bool = True

    def __post_init__(self) -> None:
        """Start with nobody in bed."""
        lines = self.network.kind.size
        self._by_day = np.zeros((lines, 1))
        self._unknown = np.zeros(lines)
        self._synced = np.full(lines, self.started_at)
        shape = (len(self.network.kinds), len(self.network.hospital_ids), WINDOWS * 24)
        self._asked = np.zeros(shape)
        self._hour = 0
        self._learnt_at = self.started_at
        self._seen = self._expected = 0.0
        self._curve = self.stays

    # -- what happens ------------------------------------------------------------------------------------

    def found_in_bed(self, line: int, patients: float) -> None:
        """Patients in bed when the clock starts, whose admission nobody told."""
        self._unknown[line] += patients

    def ask(self, kind: int, area: int, now: float) -> None:
        """A patient of `kind` asked for a bed in `area`."""
        self._turn_to(now)
        self._asked[kind, area, self._hour % (WINDOWS * 24)] += 1

    def arrive(self, line: int, now: float) -> None:
        """A patient was put to bed (or promised one: the forecast counts them alike)."""
        day = int((now - self.started_at) // DAY)
        if day >= self._by_day.shape[1]:
            self._by_day = np.pad(self._by_day, ((0, 0), (0, day + 30 - self._by_day.shape[1])))
        self._by_day[line, day] += 1

    def leave(self, line: int, admitted_at: float | None) -> None:
        """A patient left; `None`: one of those found in bed."""
        if admitted_at is None:
            self._unknown[line] -= 1
        else:
            self._by_day[line, int((admitted_at - self.started_at) // DAY)] -= 1
        self._seen += 1

    def report(self, line: int, now: float, occupied: float) -> None:
        """A hospital counted `occupied` patients; where departures are not told, who left is inferred."""
        if self.told:
            return
        before = self._by_day[line].sum() + self._unknown[line]
        given_day, given_unknown = self._kept(self._synced[line], now, self.stays)
        self._expected += before - self._by_day[line] @ given_day - self._unknown[line] * given_unknown
        decay_day, decay_unknown = self._kept(self._synced[line], now)
        self._by_day[line] *= decay_day
        self._unknown[line] *= decay_unknown
        after = self._by_day[line].sum() + self._unknown[line]
        self._seen += max(before - occupied, 0.0)
        if after > 0:
            self._by_day[line] *= occupied / after
            self._unknown[line] *= occupied / after
        else:
            self._unknown[line] = occupied
        self._synced[line] = now

    # -- what follows ------------------------------------------------------------------------------------

    def prices(self, now: float, ledger: Ledger) -> Floats:
        """Minutes that a bed of each line is worth to later patients, shape (L,).

        Where departures are not told, the ledger's `leaving` column is set on the way.
        """
        self._turn_to(now)
        self._learn(now)
        out = np.zeros(self.network.kind.size)
        # Whole hours only: the hour that has just begun stands at the far end of the ring, and is left out.
        recent = np.roll(self._asked, -self._hour, axis=2)[:, :, :0:-1]
        recent = np.pad(recent, ((0, 0), (0, 0), (0, 1)))
        recent = recent.reshape(*recent.shape[:2], WINDOWS, 24).sum(axis=3)
        elapsed = self._hour / DAY
        for k, (name, planner) in enumerate(self._planners.items()):
            lines = self.network.lines_by_kind[name]
            census = self._census(lines, now)
            if not self.told:
                in_a_day = census.remaining(self._curve, np.array([0.0, 1.0]))
                ledger.columns.leaving[lines] = (in_a_day[:, 0] - in_a_day[:, 1]) / DAY
            prior = np.zeros(len(self.network.hospital_ids))
            prior[self.network.hospital[lines]] = self._unknown[lines] / self.stays.mean_days()
            coming = planner.ahead(recent[k], elapsed, prior)
            out[lines] = planner.prices(self._curve, census, ledger.columns.staffed[lines], coming)
        return out

    @cached_property
    def _planners(self) -> dict[str, Planner]:
        at = self.network.hospital
        return {
            name: Planner(self.between[:, at[self.network.lines_by_kind[name]]], self.reach_minutes)
            for name in self.network.kinds
        }

    def _turn_to(self, now: float) -> None:
        """Clear the hours of the ring that have come since."""
        hour = int(now - self.started_at)
        for passed in range(self._hour + 1, min(hour, self._hour + WINDOWS * 24) + 1):
            self._asked[:, :, passed % (WINDOWS * 24)] = 0
        self._hour = max(hour, self._hour)

    def _ages(self, now: float) -> Floats:
        """Days since admission of each day's cohort, from its middle."""
        days = np.arange(self._by_day.shape[1])
        return np.asarray(np.maximum((now - self.started_at) / DAY - days - 0.5, 0.05))

    def _kept(self, since: float, now: float, curve: StayModel | None = None) -> tuple[Floats, float]:
        """Share of each cohort, and of those found in bed, still there at `now` of those there at `since`."""
        curve = curve or self._curve
        start, end = (since - self.started_at) / DAY, (now - self.started_at) / DAY
        by_day = curve.remaining(self._ages(now)) / curve.remaining(self._ages(since))
        found = curve.remaining_unknown(np.array([start, end]))
        return by_day, float(found[1] / max(found[0], 1e-9))

    def _census(self, lines: npt.NDArray[np.int64], now: float) -> Census:
        """Patients of `lines` by age now, less those expected to have left where departures are not told."""
        by_day, unknown = self._by_day[lines], self._unknown[lines]
        if not self.told:
            synced = self._synced[lines]
            kept = {since: self._kept(since, now) for since in set(synced.tolist())}
            by_day = np.asarray(by_day * np.array([kept[since][0] for since in synced.tolist()]))
            unknown = unknown * np.array([kept[since][1] for since in synced.tolist()])
        today = int((now - self.started_at) // DAY)
        ages = self._ages(now)[: today + 1]
        return Census(by_day[:, : today + 1], unknown, (now - self.started_at) / DAY, ages)

    def _learn(self, now: float) -> None:
        """Compare the discharges seen with those the curve expected, and set its pace."""
        if self.told:
            by_day, unknown = self._kept(self._learnt_at, now, self.stays)
            self._expected += float(
                self._by_day.sum(axis=0) @ (1 - by_day) + self._unknown.sum() * (1 - unknown)
            )
            self._learnt_at = now
        self._curve = self.stays.learnt(self._seen, self._expected)
