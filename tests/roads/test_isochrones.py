"""Areas reached in time hold what is reached and leave out what is not."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.path import Path as Outline
from town_map import CORNERS

from tirek.domain.errors import InputError
from tirek.roads.isochrones import isochrone
from tirek.roads.paths import minutes
from tirek.roads.speeds import TravelProfile


def inside(area, lat, lon):
    """Whether a point lies in the outer ring of a polygon and in none of its holes."""
    return any(
        Outline(rings[0]).contains_point((lon, lat))
        and not any(Outline(hole).contains_point((lon, lat)) for hole in rings[1:])
        for rings in area.polygons
    )


def test_later_areas_hold_earlier_ones_and_the_start(town):
    areas = isochrone(town, CORNERS[5], [1, 2, 4])
    assert [area.minutes for area in areas] == [1, 2, 4]
    assert all(inside(area, *CORNERS[5]) for area in areas)
    for small, large in pairwise(areas):
        for polygon in small.polygons:
            lon, lat = np.mean(polygon[0], axis=0)
            assert inside(large, lat, lon)
    assert not inside(areas[-1], 50.2, 70.2)


def test_liechtenstein_s_junctions_lie_on_the_right_side(liechtenstein):
    start = int(liechtenstein.n_places // 2)
    profile = TravelProfile(hour=12, siren=True)
    point = (liechtenstein.lat[start], liechtenstein.lon[start])
    (area,) = isochrone(liechtenstein, point, [6], profile)
    times = minutes(liechtenstein, [start], range(liechtenstein.n_places), profile)[0]
    held = np.array([inside(area, *p) for p in zip(liechtenstein.lat, liechtenstein.lon, strict=True)])
    # On a grid of 100 m an edge cell may fall either way; far from the edge none may.
    assert held[times < 4].mean() > 0.99
    assert held[times > 12].mean() < 0.01


def test_geojson_closes_its_rings(town):
    feature = isochrone(town, CORNERS[1], [3])[0].geojson()
    assert feature["geometry"]["type"] == "MultiPolygon"
    for polygon in feature["geometry"]["coordinates"]:
        for ring in polygon:
            assert ring[0] == ring[-1]


@pytest.mark.parametrize("bad", [[], [0], [-1], [float("inf")]])
def test_times_that_make_no_sense_are_refused(town, bad):
    with pytest.raises(InputError, match="minutes > 0"):
        isochrone(town, CORNERS[1], bad)
