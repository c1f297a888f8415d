"""From a city profile to what the simulator needs."""

import numpy as np

from tirek.cities.city import City
from tirek.cities.zones import demand_zones
from tirek.domain.errors import InputError
from tirek.roads.paths import minutes
from tirek.roads.speeds import TravelProfile
from tirek.simulation.city.model import CityModel, half_hour_factors

ZONES = 120
"""Demand areas: about 1.5 km across in Astana, under two minutes' drive."""


def city_model(city: City, zones: int = ZONES, *, winter: bool = False) -> CityModel:
    """The city as arrays: minutes between all zones, hospitals and stations by its own roads.

    Hospitals that cannot be reached by road or whose beds are all unknown are left out.
    """
    areas = demand_zones(city, zones)
    hospitals = tuple(h for h in city.hospitals if any(h.beds.values()))
    if not city.stations:
        raise InputError("no ambulance station: nobody can be sent", source=city.id)
    points = [
        *(area.point for area in areas),
        *(hospital.point for hospital in hospitals),
        *(station.point for station in city.stations),
    ]
    nodes, _ = city.roads.snap(points)
    table = minutes(city.roads, nodes, nodes, TravelProfile(defaults=city.travel))

    def factor(hour: float, siren: bool, patient_aboard: bool) -> float:
        return TravelProfile(hour, siren, patient_aboard, winter, defaults=city.travel).factor()

    low, high, over = city.thresholds.load_steps_percent
    crews = np.array([station.crews or 0 for station in city.stations], dtype=float)
    if not crews.sum() > 0:
        crews[:] = 1.0
    return CityModel(
        id=city.id,
        name=city.names.best("en"),
        zone_points=tuple(area.point for area in areas),
        zone_weights=np.array([area.weight for area in areas]),
        hospitals=hospitals,
        station_points=tuple(station.point for station in city.stations),
        station_crews=crews / crews.sum(),
        minutes=table.astype(np.float64),
        factors=half_hour_factors(factor),
        targets=np.array([city.targets[c] for c in sorted(city.targets)]),
        zone_name=str(city.tz),
        load_steps=(low / 100, high / 100, over / 100),
        notes=(city.approximate,) if city.approximate else (),
        attribution=city.attribution,
    )
