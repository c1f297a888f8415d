"""Areas reached within so many minutes.

Method: the time at every place and along every road is laid on a grid of about 100 m; a cell takes the best
of the roads near it plus the walk to it; cells too far from any road are not reached. Contours of the grid
are the rings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from contourpy import FillType, contour_generator
from scipy.spatial import cKDTree

from tirek.domain.errors import InputError
from tirek.domain.place import Point
from tirek.roads.graph import RoadGraph
from tirek.roads.paths import edge_minutes
from tirek.roads.search import bucket_width, search
from tirek.roads.speeds import TravelProfile

CELL_KM = 0.1
"""Side of a grid cell; finer is not known, the range of the minutes is +-25 %."""
REACH_KM = 0.25
"""How far from a road a place still counts as reached: a large yard or a courtyard block."""
WALK_MIN_PER_KM = 15.0
"""From the car to the door on foot, 4 km/h with a bag and a stretcher (assumed)."""
MAX_CELLS = 4_000_000
"""Past this the cells grow, so that a region does not fill the memory."""

Ring = list[tuple[float, float]]
"""(lon, lat) points, the first repeated at the end, as GeoJSON wants them."""


@dataclass(frozen=True)
class Isochrone:
    """What is reached within `minutes`: polygons, each its outer ring first and then its holes."""

    minutes: float
    polygons: tuple[tuple[Ring, ...], ...]

    def geojson(self) -> dict[str, object]:
        """A GeoJSON feature with a MultiPolygon."""
        coordinates = [[list(ring) for ring in polygon] for polygon in self.polygons]
        return {
            "type": "Feature",
            "properties": {"minutes": self.minutes},
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
        }


def isochrone(
    graph: RoadGraph, point: Point, minutes_list: Sequence[float], profile: TravelProfile | None = None
) -> list[Isochrone]:
    """Areas reached from `point` within each of `minutes_list`, in that order.

    Raises
    ------
    InputError
        A time is not positive and finite.
    """
    if not minutes_list or not all(0 < m < np.inf for m in minutes_list):
        raise InputError(f"isochrone: expected minutes > 0, found {list(minutes_list)}")
    profile = profile or TravelProfile()
    start = int(graph.snap([point])[0][0])
    weights = edge_minutes(graph, profile)
    best, _ = search(graph.indptr, graph.head, weights, start, -1, bucket_width(weights))
    spots, times = _samples(graph, best, weights, max(minutes_list))
    x, y, grid = _grid(spots, times)
    contours = contour_generator(x, y, grid, fill_type=FillType.OuterOffset)
    return [Isochrone(float(m), _polygons(graph, contours.filled(-1.0, m))) for m in minutes_list]


def _samples(
    graph: RoadGraph, best: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], latest: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Points on the plane every half cell along the roads driven, and the minutes to them."""
    tail = graph.tail
    used = np.flatnonzero((graph.edge_segment >= 0) & (best[tail] <= latest) & np.isfinite(weights))
    segment = graph.edge_segment[used]
    a, b = graph.state_place[tail[used]], graph.state_place[graph.head[used]]
    flat = graph.flat_km(graph.lat, graph.lon)
    steps = np.maximum(np.ceil(graph.segment_m[segment] / 1000 / (CELL_KM / 2)), 1).astype(int)
    owner = np.repeat(np.arange(len(used)), steps + 1)
    count = np.arange(len(owner)) - np.repeat(np.cumsum(steps + 1) - steps - 1, steps + 1)
    share = (count / steps[owner])[:, None]
    # Straight between the ends: within the width of a cell for all but the longest bends.
    spots = flat[a][owner] * (1 - share) + flat[b][owner] * share
    times = best[tail[used]][owner] + share[:, 0] * weights[used][owner]
    if not len(spots):
        here = best <= latest
        place = graph.state_place[here]
        return flat[place], best[here]
    return spots, times


def _grid(
    spots: npt.NDArray[np.float64], times: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Cell centres east and north (km) and the minutes to each cell, (ny, nx)."""
    low, high = spots.min(axis=0) - 2 * REACH_KM, spots.max(axis=0) + 2 * REACH_KM
    cell = max(CELL_KM, float(np.sqrt(np.prod(high - low) / MAX_CELLS)))
    x, y = np.arange(low[0], high[0] + cell, cell), np.arange(low[1], high[1] + cell, cell)
    # The earliest sample of each cell stands for it; a cell then looks at the nearest few of those.
    column, row = ((spots - low) / cell).astype(int).T
    key = row * len(x) + column
    order = np.lexsort((times, key))
    first = order[np.unique(key[order], return_index=True)[1]]
    tree = cKDTree(spots[first])
    centres = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    distance, index = tree.query(centres, k=min(8, len(first)), distance_upper_bound=REACH_KM + cell)
    km = np.asarray(distance).reshape(len(centres), -1)
    near = np.asarray(index).reshape(len(centres), -1)
    known = np.append(times[first], np.inf)[near] + np.where(np.isfinite(km), km, 0) * WALK_MIN_PER_KM
    grid = known.min(axis=1)
    # Contours need numbers: "not reached" lies just over every limit, so the edge falls half a cell away.
    grid[~np.isfinite(grid)] = 2 * float(times.max()) + 1
    return x, y, grid.reshape(len(y), len(x))


def _polygons(graph: RoadGraph, filled: object) -> tuple[tuple[Ring, ...], ...]:
    """Rings in degrees out of contourpy's polygons and offsets."""
    polygons: list[tuple[Ring, ...]] = []
    for points, offsets in zip(*filled, strict=True):  # type: ignore[misc]
        lat, lon = graph.degrees(points)
        rings: list[Ring] = []
        for start, end in pairwise(offsets):
            pairs = zip(lon[start:end], lat[start:end], strict=True)
            rings.append([(round(float(x), 6), round(float(y), 6)) for x, y in pairs])
        polygons.append(tuple(rings))
    return tuple(polygons)
