"""Roads that nobody passes for a while: a point with a radius, a line, an area, a street by its name.

Each function gives the segments it closes (both directions); unite them with `|` and hand them to
`TravelProfile(closed=...)`.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from matplotlib.path import Path as Outline

from tirek.domain.errors import InputError
from tirek.domain.place import Point
from tirek.roads.graph import RoadGraph

Floats = npt.NDArray[np.float64]

LINE_REACH_M = 15.0
"""How far from a drawn line a road still counts as meant: half a wide street."""


def close_near(graph: RoadGraph, point: Point, radius_m: float) -> frozenset[int]:
    """Segments that come within `radius_m` of a point."""
    if radius_m <= 0:
        raise InputError(f"radius: expected metres > 0, found {radius_m}")
    a, b, segment = _pieces(graph)
    spot = graph.flat_km(point.lat, point.lon)
    return _set(segment[_distance_to_pieces(spot, a, b) * 1000 <= radius_m])


def close_line(graph: RoadGraph, line: Sequence[Point], within_m: float = LINE_REACH_M) -> frozenset[int]:
    """Segments along a drawn line or across it.

    A segment is closed where it crosses the line, or where its middle lies within `within_m` of it, so that
    the side streets of a closed street stay open.
    """
    if len(line) < 2:
        raise InputError(f"closed line: expected at least two points, found {len(line)}")
    a, b, segment = _pieces(graph)
    points = np.asarray(line, dtype=float)
    drawn = graph.flat_km(points[:, 0], points[:, 1])
    hit = np.zeros(len(segment), dtype=bool)
    middles = _middles(graph)
    near = np.zeros(graph.n_segments, dtype=bool)
    for start, end in pairwise(drawn):
        hit |= _cross(a, b, start, end)
        one = np.broadcast_to(start, middles.shape), np.broadcast_to(end, middles.shape)
        near |= _distance_to_pieces(middles, *one) * 1000 <= within_m
    return _set(segment[hit]) | _set(np.flatnonzero(near))


def close_area(graph: RoadGraph, ring: Sequence[Point]) -> frozenset[int]:
    """Segments with any part inside a ring of points (the last need not repeat the first)."""
    if len(ring) < 3:
        raise InputError(f"closed area: expected at least three points, found {len(ring)}")
    a, b, segment = _pieces(graph)
    points = np.asarray(ring, dtype=float)
    drawn = graph.flat_km(points[:, 0], points[:, 1])
    hit: npt.NDArray[np.bool_] = Outline(drawn).contains_points(a) | Outline(drawn).contains_points(b)
    for start, end in zip(drawn, np.roll(drawn, -1, axis=0), strict=True):
        hit |= _cross(a, b, start, end)
    return _set(segment[hit])


def close_street(graph: RoadGraph, name: str) -> frozenset[int]:
    """Segments of the street called `name` on the map; InputError when no street is."""
    wanted = name.strip().casefold()
    named = [i for i, known in enumerate(graph.names) if wanted and known.casefold() == wanted]
    found = _set(np.flatnonzero(np.isin(graph.segment_name, named)))
    if not found:
        raise InputError(f"no street is called '{name}' on this map")
    return found


def _set(segments: npt.NDArray[np.integer]) -> frozenset[int]:
    return frozenset(int(s) for s in np.unique(segments))


def _pieces(graph: RoadGraph) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Straight pieces of all segments: both ends on the plane in km, (n, 2), and the segment of each."""
    inner = np.diff(graph.shape_start)
    start = graph.shape_start[:-1] + 2 * np.arange(graph.n_segments)
    lat = np.empty(int(inner.sum()) + 2 * graph.n_segments)
    lon = np.empty_like(lat)
    end = start + inner + 1
    for out, shape, place in (
        (lat, graph.shape_lat, graph.place_lat),
        (lon, graph.shape_lon, graph.place_lon),
    ):
        ends = np.zeros(len(out), dtype=bool)
        ends[start] = ends[end] = True
        out[start], out[end] = place[graph.segment_from], place[graph.segment_to]
        out[~ends] = shape
    line = graph.flat_km(lat * 1e-6, lon * 1e-6)
    owner = np.repeat(np.arange(graph.n_segments), inner + 2)
    same = owner[:-1] == owner[1:]
    return line[:-1][same], line[1:][same], owner[:-1][same]


def _middles(graph: RoadGraph) -> Floats:
    """(S, 2) a point about half-way along each segment, on the plane in km."""
    a, b, segment = _pieces(graph)
    first = np.searchsorted(segment, np.arange(graph.n_segments))
    last = np.searchsorted(segment, np.arange(graph.n_segments), side="right") - 1
    middle = (first + last) // 2
    half: Floats = (a[middle] + b[middle]) / 2
    return half


def _distance_to_pieces(spot: Floats, a: Floats, b: Floats) -> Floats:
    """Distance of `spot` (2,) or (n, 2) to the pieces a-b, each (n, 2)."""
    along = b - a
    length = np.maximum((along**2).sum(axis=-1), 1e-18)
    share = np.clip(((spot - a) * along).sum(axis=-1) / length, 0, 1)
    return np.asarray(np.hypot(*(spot - a - share[:, None] * along).T))


def _cross(a: Floats, b: Floats, start: Floats, end: Floats) -> npt.NDArray[np.bool_]:
    """Whether each piece a-b crosses the piece start-end."""

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        one: Floats = (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
        other: Floats = (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        return one - other

    apart = side(a, b, start) * side(a, b, end) < 0
    crossed: npt.NDArray[np.bool_] = apart & (side(start, end, a) * side(start, end, b) < 0)
    return crossed
