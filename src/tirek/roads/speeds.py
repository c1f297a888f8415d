"""How fast an ambulance drives: class speeds, the hour of the day, siren, patient aboard, winter.

All figures are defaults, not measurements of Kazakhstan; show +-25 % until they are fitted to driven trips.
They are written here once and a city's `city.toml` may override each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tirek.domain.errors import InputError

ROAD_CLASSES = (
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "link",
)

CLASS_KMH: Mapping[str, float] = {
    "motorway": 90,
    "trunk": 60,
    "primary": 48,
    "secondary": 42,
    "tertiary": 36,
    "unclassified": 30,
    "residential": 25,
    "living_street": 12,
    "service": 15,
    "track": 12,
    "link": 36,
}
"""Mean km/h of an ordinary car at night, stops at lights included.

Origin: the free speeds that open car profiles use for small roads (25, 15, 10 km/h), main roads brought down
to 0.8 of the urban limit of 60 km/h for stops. Defaults, to be refitted on the city's own trips.
"""

HOUR_FACTORS: tuple[tuple[float, float], ...] = (
    (0.0, 1.0),
    (6.0, 1.2),
    (7.5, 1.6),
    (9.5, 1.2),
    (17.0, 1.6),
    (19.0, 1.2),
    (22.0, 1.0),
)
"""(from this hour, times the night's minutes): night 1.0, day 1.2, 07:30-09:30 and 17-19 h 1.6."""

WORST_KMH, BEST_KMH = 1.0, 200.0


@dataclass(frozen=True)
class TravelDefaults:
    """What turns kilometres into an ambulance's minutes.

    Parameters
    ----------
    class_kmh : km/h by road class, night, ordinary car.
    hour_factors : (from hour, factor) in rising order from 0; a factor multiplies the night's minutes.
    siren_excess_share : the share of the hour's excess over 1 that an ambulance with siren still feels.
    siren_factor : of ordinary minutes, lights and siren, nobody aboard (usual in simulation practice, JEMSS).
    patient_factor : of ordinary minutes, lights and siren, patient aboard: driven gently, so it takes the
        place of `siren_factor` and is not multiplied with it.
    winter_factor : of minutes on snow and ice, 1.1-1.3.
    range_share : half-width of the range to show around every figure until fitted.
    """

    class_kmh: Mapping[str, float] = field(default_factory=lambda: dict(CLASS_KMH))
    hour_factors: tuple[tuple[float, float], ...] = HOUR_FACTORS
    siren_excess_share: float = 1 / 3
    siren_factor: float = 0.70
    patient_factor: float = 0.85
    winter_factor: float = 1.2
    range_share: float = 0.25

    def __post_init__(self) -> None:
        """Refuse what cannot be driven; InputError names the class."""
        for name, kmh in self.class_kmh.items():
            if name not in ROAD_CLASSES:
                raise InputError(f"unknown road class '{name}', expected one of {', '.join(ROAD_CLASSES)}")
            if not WORST_KMH <= kmh <= BEST_KMH:
                raise InputError(f"{name}: expected {WORST_KMH:g}-{BEST_KMH:g} km/h, found {kmh}")

    def hour_factor(self, hour: float) -> float:
        """Times the night's minutes at `hour` of the local day (0-24), for an ordinary car."""
        return [factor for start, factor in self.hour_factors if start <= hour % 24][-1]

    def minutes_per_km(self) -> npt.NDArray[np.float64]:
        """Night minutes for one km of each class, in the order of `ROAD_CLASSES`."""
        return np.array([60.0 / self.class_kmh.get(name, CLASS_KMH[name]) for name in ROAD_CLASSES])


@dataclass(frozen=True)
class TravelProfile:
    """Under what circumstances a trip is driven.

    Every circumstance but the closures multiplies all roads alike, so minutes that were computed once (by
    `tables`, say, with the profile `TravelProfile()`) hold for another hour when multiplied by `factor`.

    Parameters
    ----------
    hour : local hour of the day, 0-24, fractions allowed.
    siren : lights and siren.
    patient_aboard : the patient is in the car; matters with siren only.
    winter : snow and ice.
    closed : segments (see `RoadGraph`) that nobody passes; from `tirek.roads.closures`.
    """

    hour: float = 0.0
    siren: bool = False
    patient_aboard: bool = False
    winter: bool = False
    closed: frozenset[int] = frozenset()
    defaults: TravelDefaults = field(default_factory=TravelDefaults)

    def factor(self) -> float:
        """Times the minutes of an ordinary car on an empty summer night."""
        d = self.defaults
        excess = d.hour_factor(self.hour) - 1
        factor = 1 + excess * (d.siren_excess_share if self.siren else 1)
        if self.siren:
            factor *= d.patient_factor if self.patient_aboard else d.siren_factor
        return factor * (d.winter_factor if self.winter else 1)
