"""Where people live, as weights on small cells: the base for drawing calls."""

import io
import zipfile
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.domain.errors import InputError
from tirek.roads.graph import RoadGraph
from tirek.roads.speeds import ROAD_CLASSES

HOMES_FILE = "homes.npz"
CELL_MICRO = 2000
"""Side of a cell in 1e-6 degrees of latitude: 220 m, a block of houses. No single house can be told."""

LIVED_ALONG = ("residential", "living_street", "unclassified", "tertiary", "secondary")
"""Classes of streets that people live along, for cities of which no buildings are known."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Homes:
    """Cells with people: `lat`, `lon` degrees and `weight` > 0, each (n,); `unit` says what is weighed."""

    lat: Floats
    lon: Floats
    weight: Floats
    unit: str


def homes_of_buildings(lat: Floats, lon: Floats, floor_m2: Floats) -> Homes:
    """Floor space of buildings gathered into cells; each cell stands at its weighted middle."""
    key = np.stack((np.floor(lat / CELL_MICRO / 1e-6), np.floor(lon / CELL_MICRO / 1e-6)), axis=1)
    _, owner = np.unique(key.astype(np.int64), axis=0, return_inverse=True)
    owner = owner.ravel()
    weight = np.bincount(owner, floor_m2).astype(np.float64)
    return Homes(
        np.bincount(owner, lat * floor_m2) / weight,
        np.bincount(owner, lon * floor_m2) / weight,
        weight,
        "m2 of floor",
    )


def homes_of_streets(graph: RoadGraph) -> Homes:
    """Metres of street at each place, half of every segment to each end."""
    lived = np.isin(graph.segment_class, [ROAD_CLASSES.index(name) for name in LIVED_ALONG])
    metres = np.where(lived, graph.segment_m, 0) / 2
    weight: Floats = np.bincount(graph.segment_from, metres, graph.n_places).astype(np.float64)
    weight = (weight + np.bincount(graph.segment_to, metres, graph.n_places)).astype(np.float64)
    some = weight > 0
    return Homes(graph.lat[some], graph.lon[some], weight[some], "m of street")


def dump_homes(homes: Homes) -> bytes:
    """The file's bytes: coordinates to 1e-5 degrees, weights to whole units."""
    out = io.BytesIO()
    np.savez_compressed(
        out,
        lat=np.round(homes.lat * 1e5).astype(np.int32),
        lon=np.round(homes.lon * 1e5).astype(np.int32),
        weight=np.maximum(np.round(homes.weight), 1).astype(np.int32),
        unit=np.array(homes.unit),
    )
    return out.getvalue()


def load_homes(data: bytes) -> Homes:
    """Read what `dump_homes` wrote; InputError when it is something else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return Homes(
                stored["lat"] / 1e5, stored["lon"] / 1e5, stored["weight"] * 1.0, str(stored["unit"])
            )
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"not a map of homes ({error})", source=HOMES_FILE) from None
