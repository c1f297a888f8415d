"""What professionals watch, hour by hour, on the record of a run: evenness and overload of each kind of bed.

Definitions are in docs/reference/figures.md. Absent is not zero: a hospital without staffed beds of a kind
has no load, one whose beds or patients are unknown has the load nan, and neither counts in any measure of it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from tirek.domain.place import great_circle_km
from tirek.simulation.figures import full_near_room
from tirek.simulation.record import History

Floats = npt.NDArray[np.float64]

HIGH_LOAD = 0.95
"""Load from which a hospital counts as at its limit (domain: "hospitals at or over 95 %")."""


@dataclass(frozen=True, eq=False)
class Beds:
    """Patients and staffed beds of some kinds together, each [T, H]; nan where unknown or absent."""

    occupied: Floats
    staffed: Floats

    @property
    def load(self) -> Floats:
        """Patients per staffed bed, [T, H]; 1.0 is full."""
        return self.occupied / self.staffed

    @property
    def network(self) -> Floats:
        """Patients per staffed bed of all hospitals that are known, [T]; nan where none is."""
        return _ratio(np.nansum(self.occupied, axis=1), np.nansum(self.staffed, axis=1))

    @property
    def peak(self) -> int | None:
        """First step at which the known network is fullest; `None` when nothing is known."""
        network = self.network
        return int(np.nanargmax(network)) if np.isfinite(network).any() else None


def beds_of(history: History, kind: str | None = None) -> Beds:
    """Beds of one kind, or of all kinds together.

    Together, a hospital's load is that of its known kinds; it is unknown when every one of its kinds is.
    """
    which = slice(None) if kind is None else slice(history.kinds.index(kind), history.kinds.index(kind) + 1)
    staffed = history.staffed_by_step()[:, :, which]
    occupied = np.asarray(history.occupied, dtype=np.float64)[:, :, which]
    known = np.isfinite(occupied) & (staffed > 0)
    has = known.any(axis=2)
    return Beds(
        np.where(has, np.where(known, occupied, 0.0).sum(axis=2), np.nan),
        np.where(has, np.where(known, staffed, 0.0).sum(axis=2), np.nan),
    )


@dataclass(frozen=True, eq=False)
class Evenness:
    """How evenly hospitals are loaded at each step, each [T]; nan where fewer than one hospital is known.

    cv : capacity-weighted coefficient of variation of load; 0 is perfectly even.
    above_median : largest load minus the median one.
    jain : Jain's index (sum x)^2 / (n sum x^2); 1 is perfectly even.
    """

    cv: Floats
    above_median: Floats
    jain: Floats


def evenness(beds: Beds) -> Evenness:
    """Evenness at each step among the hospitals whose load is known."""
    load = beds.load
    known = np.isfinite(load)
    weight = _ratio(np.where(known, beds.staffed, 0.0), np.nansum(beds.staffed, axis=1)[:, None])
    mean = np.nansum(weight * load, axis=1)
    variance = np.nansum(weight * (load - mean[:, None]) ** 2, axis=1)
    total, squares = np.nansum(load, axis=1), np.nansum(load**2, axis=1)
    return Evenness(
        cv=_ratio(np.sqrt(variance), mean),
        above_median=highest(load) - middle(load),
        jain=_ratio(total**2, known.sum(axis=1) * squares),
    )


def highest(load: Floats) -> Floats:
    """Largest known value of each row; nan where none is."""
    best = np.max(load, axis=1, initial=-np.inf, where=np.isfinite(load))
    return np.where(np.isfinite(best), best, np.nan)


def middle(load: Floats, share: float = 0.5) -> Floats:
    """Median (or another quantile) of each row's known values, interpolated; nan where there are none."""
    ordered = np.sort(load, axis=1)  # nan last
    count = np.isfinite(ordered).sum(axis=1)
    at = np.maximum(count - 1, 0) * share
    low, row = np.floor(at).astype(np.int64), np.arange(len(ordered))
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    below, above = ordered[row, low], ordered[row, high]
    value: Floats = below + (at - low) * (above - below)
    return value


@dataclass(frozen=True)
class Measures:
    """Measures of one kind of bed (or all) over a run; nan where nothing is known.

    hospitals : hospitals whose load is known at some step. beds : their staffed beds at the first step known.
    peak_step : step at which the network is fullest, -1 when nothing is known; `peak_load` is its load.
    max_load_peak : the largest load of a hospital at that step.
    cv_peak, jain_peak, above_median_peak : evenness at that step (`above_median` is largest minus median).
    cv_mean, jain_mean, above_median_mean : evenness averaged over time.
    max_load : the largest load of any hospital at any step.
    overflow_patient_days : patients over the staffed beds of their hospital, integrated over time.
    days_over : hospital-days with more patients than staffed beds.
    high_mean, high_most : hospitals at or over 95 %, averaged over time and at most.
    full_near_room_pct : share of the known hospital-hours at or over 100 % while a neighbour is under 90 %.
    """

    hospitals: int
    beds: float
    peak_step: int
    peak_load: float
    max_load_peak: float
    cv_peak: float
    jain_peak: float
    above_median_peak: float
    cv_mean: float
    jain_mean: float
    above_median_mean: float
    max_load: float
    overflow_patient_days: float
    days_over: float
    high_mean: float
    high_most: int
    full_near_room_pct: float

    def to_json(self) -> Mapping[str, float]:
        """Plain numbers by name."""
        return asdict(self)


def measure(history: History, kind: str | None = None, reach_km: float = 80.0) -> Measures:
    """Measures of one kind, or of all kinds together.

    Together, overflow is still counted kind by kind (a free bed of one kind is no bed for another patient),
    and so is "full while a neighbour has room"; loads and evenness are those of all beds of a hospital.
    """
    beds = beds_of(history, kind)
    load, even, peak = beds.load, evenness(beds), beds.peak
    known = np.isfinite(load)
    days = history.step_hours / 24
    single = [beds_of(history, k) for k in (history.kinds if kind is None else (kind,))]
    high = (load >= HIGH_LOAD).sum(axis=1)
    return Measures(
        hospitals=int(known.any(axis=0).sum()),
        beds=_first_total(beds.staffed),
        peak_step=-1 if peak is None else peak,
        peak_load=_at(beds.network, peak),
        max_load_peak=_at(highest(load), peak),
        cv_peak=_at(even.cv, peak),
        jain_peak=_at(even.jain, peak),
        above_median_peak=_at(even.above_median, peak),
        cv_mean=_mean(even.cv),
        jain_mean=_mean(even.jain),
        above_median_mean=_mean(even.above_median),
        max_load=_at(highest(load.reshape(1, -1)), 0),
        overflow_patient_days=overflow(history, kind) * days if known.any() else np.nan,
        days_over=float((load > 1).sum()) * days if known.any() else np.nan,
        high_mean=float(high[known.any(axis=1)].mean()) if known.any() else np.nan,
        high_most=int(high.max()),
        full_near_room_pct=_full_near_room_pct(history, single, reach_km),
    )


def overflow(history: History, kind: str | None = None) -> float:
    """Patients over the staffed beds, summed over steps, hospitals and kinds with known beds (0 is known)."""
    which = slice(None) if kind is None else [history.kinds.index(kind)]
    over = np.asarray(history.occupied, dtype=np.float64) - history.staffed_by_step()
    return float(np.nansum(np.maximum(over[:, :, which], 0.0)))


def _full_near_room_pct(history: History, single: list[Beds], reach_km: float) -> float:
    """Share of known hospital-hours, over the kinds given, that are full while a neighbour has room."""
    lat, lon = np.array([hospital.point for hospital in history.hospitals]).T
    near = great_circle_km(lat[:, None], lon[:, None], lat, lon) <= reach_km
    loads = [beds.load for beds in single]
    hours = sum(int(np.isfinite(load).sum()) for load in loads)
    return 100 * sum(full_near_room(load, near) for load in loads) / hours if hours else np.nan


def _ratio(above: Floats, below: Floats) -> Floats:
    """`above / below`, nan where `below` is 0."""
    above, below = np.broadcast_arrays(above, below)
    ratio: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return ratio


def _at(values: Floats, step: int | None) -> float:
    return np.nan if step is None else float(values[step])


def _mean(values: Floats) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan


def _first_total(staffed: Floats) -> float:
    """Staffed beds of all hospitals, each at the first step at which it is known; nan when none ever is."""
    known = np.isfinite(staffed)
    seen = known.any(axis=0)
    first = staffed[known.argmax(axis=0), np.arange(staffed.shape[1])]
    return float(first[seen].sum()) if seen.any() else np.nan
