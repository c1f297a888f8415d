"""The way from one point to another, with its line for the map."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.domain.place import Point
from tirek.roads.graph import RoadGraph
from tirek.roads.paths import edge_minutes
from tirek.roads.search import bucket_width, search
from tirek.roads.speeds import TravelProfile


@dataclass(frozen=True, eq=False)
class Route:
    """A driven way.

    Parameters
    ----------
    minutes : driving time between the places nearest to the two points; inf where there is no way.
    low, high : the range to show until speeds are fitted.
    km : length along the roads.
    line : (n, 2) latitudes and longitudes; empty where there is no way.
    streets : named streets in the order they are driven, each once in a row.
    snap_km : straight distance from the two points to the road, not in `minutes`.
    """

    minutes: float
    low: float
    high: float
    km: float
    line: npt.NDArray[np.float64]
    streets: tuple[str, ...]
    snap_km: tuple[float, float]


def route(graph: RoadGraph, a: Point, b: Point, profile: TravelProfile | None = None) -> Route:
    """The quickest way from the place nearest to `a` to the place nearest to `b`."""
    profile = profile or TravelProfile()
    places, snap = graph.snap([a, b])
    weights = edge_minutes(graph, profile)
    start, goal = int(places[0]), int(graph.arrive[places[1]])
    best, via = search(graph.indptr, graph.head, weights, start, goal, bucket_width(weights))
    total = float(best[goal])
    gaps = (float(snap[0]), float(snap[1]))
    if not np.isfinite(total):
        return Route(total, total, total, float("inf"), np.empty((0, 2)), (), gaps)
    edges: list[int] = []
    state = goal
    while state != start:
        edge = int(via[state])
        edges.append(edge)
        state = int(graph.tail[edge])
    driven = [e for e in reversed(edges) if graph.edge_segment[e] >= 0]
    segments = graph.edge_segment[driven]
    parts = [graph.shape(int(graph.edge_segment[e]), forward=bool(graph.edge_forward[e])) for e in driven]
    here = np.array([[graph.lat[places[0]], graph.lon[places[0]]]])
    line = np.concatenate([here, *(part[1:] for part in parts)])
    streets: list[str] = []
    for number in graph.segment_name[segments]:
        name = graph.names[int(number)]
        if name and (not streets or streets[-1] != name):
            streets.append(name)
    share = profile.defaults.range_share
    km = float(graph.segment_m[segments].sum()) / 1000
    return Route(total, total * (1 - share), total * (1 + share), km, line, tuple(streets), gaps)
