"""The figures of a set of placements, by the definitions of docs/reference/figures.md.

`score` agrees with the benchmark's own scorer to every printed digit; it needs neither files nor pandas. What
professionals watch hour by hour is in `tirek.simulation.measures`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.domain.place import great_circle_km

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ROOM_UNDER = 0.9
"""Load under which a hospital counts as having room."""
STAY_TOLERANCE_HOURS = 0.1
"""How far a placed stay may differ from the patient's own: traces are written in seconds."""
_SAME_KM = 1e-6
"""Kilometres within which two hospitals are equally near."""


@dataclass(frozen=True, eq=False)
class Network:
    """Hospitals as the scorer knows them: degrees, and beds of each class [H, K] (0 where it has none)."""

    lat: Floats
    lon: Floats
    beds: Floats

    def __post_init__(self) -> None:
        if self.beds.ndim != 2 or not len(self.lat) == len(self.lon) == len(self.beds):
            raise ValueError(f"{len(self.lat)} latitudes, {len(self.lon)} longitudes, beds {self.beds.shape}")
        if not np.isfinite(self.beds).all():
            raise ValueError("the scorer needs every bed count; leave out hospitals whose beds are unknown")


@dataclass(frozen=True, eq=False)
class Stays:
    """Patients in beds, each array [N]: hospital, class, first and last hour since the trace began."""

    hospital: Ints
    bed_class: Ints
    start: Floats
    end: Floats


@dataclass(frozen=True, eq=False)
class Demand:
    """Patients to be placed, each array [N]: place in degrees, class, hour of the call, hours to stay."""

    lat: Floats
    lon: Floats
    bed_class: Ints
    called: Floats
    stay: Floats


@dataclass(frozen=True)
class Figures:
    """What a policy did to a network; docs/reference/figures.md defines each one."""

    patients: int
    overflow_patient_days: float
    redirected_pct: float
    extra_km_mean: float
    jain_peak: float
    cv_peak: float
    spread_mean: float
    max_load: float
    imbalance_pct: float

    def to_json(self) -> Mapping[str, float]:
        """The scorer's own keys, order and rounding."""
        return {name: round(getattr(self, name), digits) for name, digits in DIGITS.items()}


DIGITS: Mapping[str, int] = {
    "patients": 0,
    "overflow_patient_days": 1,
    "redirected_pct": 2,
    "extra_km_mean": 3,
    "jain_peak": 4,
    "cv_peak": 4,
    "spread_mean": 4,
    "max_load": 3,
    "imbalance_pct": 3,
}
"""Digits after the point with which each figure is printed."""


def score(network: Network, initial: Stays, demand: Demand, placed: Stays, reach_km: float = 80.0) -> Figures:
    """Figures of a placement trace.

    Parameters
    ----------
    network : H hospitals, K classes.
    initial : patients in bed when the clock starts; hours count from the earliest of them (or from the first
        midnight of the demand when nobody was).
    demand, placed : patient `i` of `demand` lay as `placed` says at `i`: none lost, none twice.
    reach_km : how far a neighbour with room may be for `imbalance_pct`.

    Raises
    ------
    ValueError
        When a patient is in bed before the call, in another class, in no hospital, or for another time.
    """
    _check(network, demand, placed)
    hours = int(demand.called.max()) + 1
    occupied = census(network.beds.shape, (initial, placed), hours)
    over, full, hospital_hours = 0.0, 0.0, 0
    apart = great_circle_km(network.lat[:, None], network.lon[:, None], network.lat, network.lon)
    for k in range(network.beds.shape[1]):
        beds = network.beds[:, k]
        over += float(np.maximum(occupied[:, :, k] - beds, 0).sum()) / 24
        has = beds > 0
        load = occupied[:, has, k] / beds[has]
        full += full_near_room(load, apart[np.ix_(has, has)] <= reach_km)
        hospital_hours += load.size
    extra = extra_km(network, demand, placed.hospital)
    return Figures(
        patients=len(demand.called),
        overflow_patient_days=over,
        redirected_pct=100 * float((extra > _SAME_KM).mean()),
        extra_km_mean=float(extra.mean()),
        imbalance_pct=100 * full / hospital_hours,
        **_evenness(occupied.sum(axis=2), network.beds.sum(axis=1)),
    )


def census(shape: tuple[int, ...], stays: tuple[Stays, ...], hours: int) -> Floats:
    """Patients in bed at each full hour, [hours, H, K]; a patient counts from the first full hour in bed."""
    change = np.zeros((hours + 1, *shape))
    for stay in stays:
        for when, step in ((stay.start, 1.0), (stay.end, -1.0)):
            hour = np.ceil(np.maximum(when, 0)).astype(np.int64)
            seen = hour <= hours
            np.add.at(change, (hour[seen], stay.hospital[seen], stay.bed_class[seen]), step)
    return np.cumsum(change, axis=0)[:hours]


def extra_km(network: Network, demand: Demand, hospital: Ints) -> Floats:
    """Kilometres to the chosen hospital beyond those to the nearest that has the class at all, [N]."""
    km = great_circle_km(demand.lat[:, None], demand.lon[:, None], network.lat, network.lon)
    nearest = np.where(network.beds.T[demand.bed_class] > 0, km, np.inf).argmin(axis=1)
    row = np.arange(len(km))
    extra: Floats = km[row, hospital] - km[row, nearest]
    return extra


def full_near_room(load: Floats, near: npt.NDArray[np.bool_]) -> float:
    """Hospital-hours at or over 100 % while a neighbour is under 90 %.

    `load` is [T, H] with nan unknown (then neither full nor roomy), `near` [H, H]; nobody neighbours itself.
    """
    others = near & ~np.eye(len(near), dtype=bool)
    room = (load < ROOM_UNDER).astype(np.float64) @ others.T.astype(np.float64) > 0
    return float(((load >= 1) & room).sum())


def _evenness(occupied: Floats, beds: Floats) -> dict[str, float]:
    """Evenness of [T, H] patients over [H] beds, all classes together, at the fullest hour and over time."""
    has = beds > 0
    load = occupied[:, has] / beds[has]
    peak = load[int(occupied.sum(axis=1).argmax())]
    weight = beds[has] / beds[has].sum()
    mean = float((weight * peak).sum())
    return {
        "jain_peak": float(peak.sum() ** 2 / (len(peak) * (peak**2).sum())),
        "cv_peak": float(np.sqrt((weight * (peak - mean) ** 2).sum()) / mean),
        "spread_mean": float((load.max(axis=1) - load.min(axis=1)).mean()),
        "max_load": float(load.max()),
    }


def _check(network: Network, demand: Demand, placed: Stays) -> None:
    """Refuse a trace that the benchmark's scorer refuses."""
    if not len(demand.called):
        raise ValueError("no patient to score")
    if len(placed.hospital) != len(demand.called):
        raise ValueError(f"{len(demand.called)} patients called, {len(placed.hospital)} were placed")
    if placed.hospital.min() < 0 or placed.hospital.max() >= len(network.lat):
        raise ValueError("unknown hospital")
    if (placed.bed_class != demand.bed_class).any():
        raise ValueError("a patient lies in another bed class than the one called for")
    if (placed.start < demand.called).any():
        raise ValueError("in bed before the call")
    if (np.abs(placed.end - placed.start - demand.stay) > STAY_TOLERANCE_HOURS).any():
        raise ValueError("stay differs from the hours that the patient had to stay")
