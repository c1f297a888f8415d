"""A city as the simulator needs it: points, travel minutes, beds and stations, as arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.domain.beds import BedClass, BedKind, CareGroup
from tirek.domain.errors import InputError
from tirek.domain.hospital import Hospital
from tirek.domain.place import Point
from tirek.engine.network import Network, network_of

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HALF_HOURS = 48
SIREN, PATIENT_ABOARD, ORDINARY = 0, 1, 2
"""Columns of `CityModel.factors`."""


@dataclass(frozen=True, eq=False)
class CityModel:
    """A city for simulation. A *place* is a zone, a hospital or a station, numbered in this order.

    Parameters
    ----------
    zone_points, zone_weights : Z demand areas and their shares of the people, which add up to 1.
    hospitals : H hospitals; `network` has their lines.
    station_points : S stations, at least 1.
    station_crews : share of all crews that each station has, adds up to 1.
    minutes : from place to place on an empty night, ordinary car, shape (P, P), P = Z + H + S; inf: no road.
    factors : times `minutes` by half hour of the day: siren, patient aboard, ordinary; shape (48, 3).
    targets : minutes from call to arrival by urgency category, shape (4,).
    zone_name : IANA name of the city's clock.
    load_steps : loads from which a hospital counts as filling, nearly full, over.
    notes : what must be said beside every result (approximate roads, assumed beds).
    """

    id: str
    name: str
    zone_points: tuple[Point, ...]
    zone_weights: Floats
    hospitals: tuple[Hospital, ...]
    station_points: tuple[Point, ...]
    station_crews: Floats
    minutes: Floats
    factors: Floats
    targets: Floats
    zone_name: str = "UTC"
    load_steps: tuple[float, float, float] = (0.8, 0.95, 1.0)
    notes: tuple[str, ...] = ()
    attribution: str = ""

    def __post_init__(self) -> None:
        """Refuse a city that cannot be simulated; InputError says why."""
        if not self.hospitals or not any(sum(n or 0 for n in h.beds.values()) for h in self.hospitals):
            raise InputError("no hospital with a known number of beds", source=self.id)
        if not self.station_points:
            raise InputError("no ambulance station", source=self.id)
        places = len(self.zone_points) + len(self.hospitals) + len(self.station_points)
        if self.minutes.shape != (places, places):
            raise ValueError(f"minutes has shape {self.minutes.shape}, expected {(places, places)}")
        if self.factors.shape != (HALF_HOURS, 3):
            raise ValueError(f"factors has shape {self.factors.shape}, expected {(HALF_HOURS, 3)}")

    @property
    def network(self) -> Network:
        """Ledger lines of the hospitals."""
        return network_of(self.hospitals)

    @property
    def first_hospital(self) -> int:
        """Place of the first hospital."""
        return len(self.zone_points)

    @property
    def first_station(self) -> int:
        """Place of the first station."""
        return len(self.zone_points) + len(self.hospitals)


def half_hour_factors(factor: Callable[[float, bool, bool], float]) -> Floats:
    """Table of `factor(hour, siren, patient_aboard)` by half hour, for `CityModel.factors`."""
    hours = np.arange(HALF_HOURS) / 2
    return np.array([[factor(h, True, False), factor(h, True, True), factor(h, False, False)] for h in hours])


_CLASSES = tuple(BedClass)


def nearest_kind(kinds: Sequence[str], wanted: BedKind) -> int:
    """Index of the kind that takes a patient who needs `wanted`; InputError where the stream has none.

    The same kind, else with adults, else a class up, else a class down, always in the same stream.
    """
    order = _CLASSES.index(wanted.bed_class)
    classes = (*_CLASSES[order:], *reversed(_CLASSES[:order]))
    for bed_class in classes:
        for group in (wanted.group, CareGroup.ADULT):
            name = str(BedKind(wanted.stream, bed_class, group))
            if name in kinds:
                return list(kinds).index(name)
    raise InputError(f"the city has no {wanted.stream} bed, and the scenario has patients who need one")
