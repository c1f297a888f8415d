"""The road graph: flat arrays, saved as one compressed `.npz`.

Words
-----
place : a junction or dead end, `0 .. P-1`. Only places that can be reached from and can reach the main part
    of the network are kept, so a point is never snapped to an island.
segment : a stretch of road between two places, `0 .. S-1`, with its geometry. Closing a segment closes both
    directions.
state : where a path can stand. States `0 .. P-1` are the places as points of departure. A place with turn
    restrictions has more: one per restricted approach (its edges out are the allowed turns), and one that
    gathers all arrivals. Searches run over states; answers are given by place.
edge : one direction of a segment from a state to a state, or a link of no length into a gathering state
    (its segment is -1).
"""

import io
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from tirek.domain.errors import InputError
from tirek.domain.place import EARTH_RADIUS_KM, Point

FORMAT = 1
"""Raised when the arrays change their meaning; an older file is then refused."""

MICRO = 1e-6
"""Degrees in one unit of the stored coordinates: 0.11 m of latitude."""

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """A city's roads as arrays; P places, S segments, N states, E edges.

    Parameters
    ----------
    place_lat, place_lon : (P,) int32, 1e-6 degrees.
    segment_from, segment_to : (S,) int32 places.
    segment_m : (S,) float32 metres.
    segment_class : (S,) uint8, index into `ROAD_CLASSES`.
    segment_name : (S,) int32, index into `names`.
    segment_way : (S,) int64 OSM way.
    shape_start : (S + 1,) int32 offsets into the shape arrays.
    shape_lat, shape_lon : inner points of the segments, int32, 1e-6 degrees.
    state_place : (N,) int32 the place of each state.
    arrive : (P,) int32 the state in which arrivals at a place are counted.
    indptr, head, edge_segment, edge_forward : CSR over states; `edge_segment` is -1 for a link of no length.
    names : street names.
    turns_used, turns_ignored, km_dropped : what became of the restrictions; kilometres outside the main part.
    """

    place_lat: Ints
    place_lon: Ints
    segment_from: Ints
    segment_to: Ints
    segment_m: npt.NDArray[np.float32]
    segment_class: npt.NDArray[np.uint8]
    segment_name: Ints
    segment_way: npt.NDArray[np.int64]
    shape_start: Ints
    shape_lat: Ints
    shape_lon: Ints
    state_place: Ints
    arrive: Ints
    indptr: Ints
    head: Ints
    edge_segment: Ints
    edge_forward: npt.NDArray[np.bool_]
    names: tuple[str, ...]
    turns_used: int = 0
    turns_ignored: int = 0
    km_dropped: float = 0.0

    @property
    def n_places(self) -> int:
        """Number of places P."""
        return len(self.place_lat)

    @property
    def n_segments(self) -> int:
        """Number of segments S."""
        return len(self.segment_m)

    @property
    def km(self) -> float:
        """Length of all roads, each counted once."""
        return float(self.segment_m.sum()) / 1000

    @cached_property
    def lat(self) -> Floats:
        """(P,) degrees."""
        return np.asarray(self.place_lat * MICRO, dtype=np.float64)

    @cached_property
    def lon(self) -> Floats:
        """(P,) degrees."""
        return np.asarray(self.place_lon * MICRO, dtype=np.float64)

    @cached_property
    def tail(self) -> Ints:
        """(E,) the state each edge leaves."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def reverse(self) -> tuple[Ints, Ints, npt.NDArray[np.intp]]:
        """CSR of the turned graph: indptr, head and the edge each entry stands for."""
        order = np.argsort(self.head, kind="stable")
        counts = np.bincount(self.head, minlength=len(self.indptr) - 1)
        indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        return indptr, self.tail[order], order

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(self.flat_km(self.lat, self.lon))

    def flat_km(self, lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
        """Kilometres east and north on a plane that touches the city's middle, (..., 2).

        Right to 0.1 % within 50 km; used for snapping and drawing, not for lengths.
        """
        scale = np.radians(EARTH_RADIUS_KM)
        shrink = np.cos(np.radians(float(self.lat.mean())))
        x = (np.asarray(lon, dtype=float) - float(self.lon.mean())) * scale * shrink
        y = (np.asarray(lat, dtype=float) - float(self.lat.mean())) * scale
        return np.stack((x, y), axis=-1)

    def degrees(self, flat: Floats) -> tuple[Floats, Floats]:
        """Latitudes and longitudes of what `flat_km` gave."""
        scale = np.radians(EARTH_RADIUS_KM)
        shrink = np.cos(np.radians(float(self.lat.mean())))
        lon = flat[..., 0] / (scale * shrink) + float(self.lon.mean())
        return flat[..., 1] / scale + float(self.lat.mean()), lon

    def snap(self, points: Sequence[Point]) -> tuple[Ints, Floats]:
        """The nearest place of each point and the straight km to it."""
        degrees = np.asarray(points, dtype=float).reshape(-1, 2)
        km, place = self._tree.query(self.flat_km(degrees[:, 0], degrees[:, 1]))
        return np.asarray(place, dtype=np.int32), np.asarray(km)

    def shape(self, segment: int, *, forward: bool = True) -> Floats:
        """(n, 2) latitudes and longitudes of a segment from end to end."""
        part = slice(self.shape_start[segment], self.shape_start[segment + 1])
        a, b = self.segment_from[segment], self.segment_to[segment]
        lat = np.concatenate(([self.place_lat[a]], self.shape_lat[part], [self.place_lat[b]]))
        lon = np.concatenate(([self.place_lon[a]], self.shape_lon[part], [self.place_lon[b]]))
        line = np.stack((lat, lon), axis=-1) * MICRO
        return line if forward else line[::-1]

    def save(self, path: Path) -> None:
        """Write the graph; the same graph gives the same bytes."""
        arrays: dict[str, Any] = {"format": np.array(FORMAT)}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "names":
                value = np.frombuffer("\n".join(value).encode(), dtype=np.uint8)
            elif item.name in _DELTA:
                value = np.diff(value, prepend=value.dtype.type(0))
            arrays[item.name] = np.asarray(value)
        np.savez_compressed(path, allow_pickle=False, **arrays)


_DELTA = frozenset(
    {"place_lat", "place_lon", "shape_lat", "shape_lon", "shape_start", "indptr", "segment_from"}
)
"""Stored as differences from entry to entry: neighbours are close, so these pack three times better."""


def load_graph(source: Path | bytes, name: str | None = None) -> RoadGraph:
    """Read what `RoadGraph.save` wrote, from a file or its bytes; `name` is what errors call it.

    Raises
    ------
    InputError
        The file is missing, is no road graph or was written by another version.
    """
    shown = name or (str(source) if isinstance(source, Path) else "roads")
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except FileNotFoundError:
        raise InputError("no such file; `tirek city import` writes it", source=shown) from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"not a road graph ({error})", source=shown) from None
    if "format" not in arrays or int(arrays.pop("format")) != FORMAT:
        raise InputError("written by another version of Tirek; import the city again", source=shown)
    values: dict[str, Any] = {}
    for item in fields(RoadGraph):
        if item.name not in arrays:
            raise InputError(f"not a road graph: {item.name} is missing", source=shown)
        value = arrays[item.name]
        if item.name == "names":
            values[item.name] = tuple(value.tobytes().decode().split("\n"))
        elif value.ndim == 0:
            values[item.name] = value.item()
        else:
            values[item.name] = np.cumsum(value, dtype=value.dtype) if item.name in _DELTA else value
    return RoadGraph(**values)


def nearest_nodes(graph: RoadGraph, points: Sequence[Point]) -> Ints:
    """(n,) the place nearest to each point; every place is in the main part of the network."""
    return graph.snap(points)[0]
