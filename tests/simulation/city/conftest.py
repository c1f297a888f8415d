"""A town of six zones, three hospitals and two stations, small enough to count by hand."""

from pathlib import Path

import numpy as np
import pytest

from tirek.domain.beds import BedKind
from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point, great_circle_km
from tirek.simulation.city.build import RunSettings
from tirek.simulation.city.model import CityModel, half_hour_factors
from tirek.simulation.city.run import simulate_city
from tirek.simulation.city.scenario import load_scenario

SCENARIO = """
format = 1
id = "town"
based_on = "june-2020"
start = 2020-06-17
days = 3
openings = {}

[courses.calls]
unit = "calls/day"
between = "step"
points = [{ date = 2020-06-17, value = 120, assumed = "a town" }]
[courses.epidemic_calls]
unit = "calls/day"
between = "step"
points = [{ date = 2020-06-17, value = 30, assumed = "a town" }]
[courses.epidemic_arrivals]
unit = "patients/day"
between = "step"
points = [{ date = 2020-06-17, value = 20, assumed = "a town" }]
[courses.crews]
unit = "crews"
between = "step"
points = [
  { date = 2020-06-17, value = 6, assumed = "a town" },
  { date = 2020-06-18, value = 8, assumed = "a town" },
  { date = 2020-06-19, value = 5, assumed = "a town" },
]
[courses.epidemic_beds]
unit = "beds"
between = "step"
points = [{ date = 2020-06-17, value = 120, assumed = "a town" }]
"""


def _hospital(name, lat, lon, beds):
    kinds = {BedKind.parse(kind): count for kind, count in beds.items()}
    return Hospital(name, Names(en=name), Point(lat, lon), kinds)


@pytest.fixture(scope="session")
def town() -> CityModel:
    zones = tuple(Point(51.1 + 0.03 * (i // 3), 71.3 + 0.05 * (i % 3)) for i in range(6))
    hospitals = (
        _hospital("north", 51.14, 71.31,
                  {"infectious/oxygen": 40, "provisional/oxygen": 20, "general/oxygen": 60}),
        _hospital("south", 51.10, 71.38,
                  {"infectious/oxygen": 40, "general/oxygen": 40, "general/intensive_care": 6}),
        _hospital("east", 51.12, 71.42, {"infectious/intensive_care": 10, "provisional/oxygen": 10}),
    )  # fmt: skip
    stations = (Point(51.11, 71.32), Point(51.12, 71.40))
    points = np.array([*zones, *(h.point for h in hospitals), *stations])
    km = great_circle_km(points[:, None, 0], points[:, None, 1], points[:, 0], points[:, 1])
    return CityModel(
        id="town",
        name="Town",
        zone_points=zones,
        zone_weights=np.array([0.3, 0.2, 0.1, 0.1, 0.2, 0.1]),
        hospitals=hospitals,
        station_points=stations,
        station_crews=np.array([0.5, 0.5]),
        minutes=km * 1.3 / 0.5,
        factors=half_hour_factors(
            lambda hour, siren, aboard: (1.5 if 7 <= hour < 10 else 1) * (0.7 if siren else 1)
        ),
        targets=np.array([10.0, 15.0, 30.0, 60.0]),
        zone_name="Asia/Almaty",
    )


@pytest.fixture(scope="session")
def scenario_file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scenarios") / "town.toml"
    path.write_text(SCENARIO, "utf-8")
    return path


@pytest.fixture(scope="session")
def scenario(scenario_file):
    return load_scenario(scenario_file)


@pytest.fixture(scope="session")
def town_run(town, scenario):
    return simulate_city(town, scenario, RunSettings(seed=3))
