"""The main roads of a city as a background for simple maps, from its road graph."""

import numpy as np
import numpy.typing as npt

from tirek.roads.graph import MICRO, RoadGraph
from tirek.roads.speeds import ROAD_CLASSES
from tirek.simulation.record import Outline

MAIN = ("motorway", "trunk", "primary", "secondary")
"""Classes that make a city recognisable; more would hide the hospitals."""


def main_roads(graph: RoadGraph, classes: tuple[str, ...] = MAIN) -> Outline:
    """Segments of the given classes, each as (latitudes, longitudes) in degrees, in the graph's order."""
    wanted = np.isin(graph.segment_class, [ROAD_CLASSES.index(name) for name in classes])
    return Outline(tuple(_segment(graph, int(s)) for s in np.flatnonzero(wanted)))


def _segment(graph: RoadGraph, s: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Geometry of one segment with both its ends."""
    inner = slice(graph.shape_start[s], graph.shape_start[s + 1])
    ends = graph.segment_from[s], graph.segment_to[s]
    lat = [graph.place_lat[ends[0]], *graph.shape_lat[inner], graph.place_lat[ends[1]]]
    lon = [graph.place_lon[ends[0]], *graph.shape_lon[inner], graph.place_lon[ends[1]]]
    return np.array(lat) * MICRO, np.array(lon) * MICRO
