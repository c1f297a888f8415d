"""The background of a simple map is the main roads, in degrees, with both ends of every segment."""

import dataclasses

import numpy as np

from tirek.roads.graph import RoadGraph
from tirek.roads.speeds import ROAD_CLASSES
from tirek.simulation.outline import main_roads


def two_streets():
    """A primary road from place 0 by one inner point to place 1, and a residential street from 1 to 2."""
    empty = {field.name: np.zeros(0, np.int32) for field in dataclasses.fields(RoadGraph)}
    given = {
        "place_lat": np.array([51_000_000, 51_100_000, 51_200_000], np.int32),
        "place_lon": np.array([71_000_000, 71_100_000, 71_200_000], np.int32),
        "segment_from": np.array([0, 1], np.int32),
        "segment_to": np.array([1, 2], np.int32),
        "segment_class": np.array(
            [ROAD_CLASSES.index("primary"), ROAD_CLASSES.index("residential")], np.uint8
        ),
        "shape_start": np.array([0, 1, 1], np.int32),
        "shape_lat": np.array([51_050_000], np.int32),
        "shape_lon": np.array([71_000_000], np.int32),
    }
    return RoadGraph(**{**empty, **given, "names": ()})


def test_main_roads_are_drawn_with_their_bends():
    """The primary road has its inner point between its ends; the residential street is left out."""
    outline = main_roads(two_streets())
    assert len(outline.segments) == 1
    lat, lon = outline.segments[0]
    np.testing.assert_allclose(lat, [51.0, 51.05, 51.1])
    np.testing.assert_allclose(lon, [71.0, 71.0, 71.1])


def test_other_classes_can_be_asked_for():
    """A town without main roads may show its streets."""
    assert len(main_roads(two_streets(), ("primary", "residential")).segments) == 2
