"""Reading roads out of an OSM extract with pyosmium: ways that an ambulance drives, and turn restrictions."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import osmium

from tirek.domain.errors import InputError
from tirek.roads import rules

if TYPE_CHECKING:
    from collections.abc import Iterable


class BBox(NamedTuple):
    """A box in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def parse(cls, text: str) -> "BBox":
        """Read `W,S,E,N`; InputError says what is wrong with it."""
        try:
            box = cls(*(float(part) for part in text.split(",")))
        except (TypeError, ValueError):
            raise InputError(f"bbox '{text}': expected four numbers W,S,E,N in degrees") from None
        if not (-180 <= box.west < box.east <= 180 and -90 <= box.south < box.north <= 90):
            raise InputError(f"bbox '{text}': expected west < east and south < north, in degrees")
        return box

    def holds(self, lat: float, lon: float) -> bool:
        """Whether the point lies inside."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


@dataclass
class RawRoads:
    """Ways as one long list of nodes; way `i` holds the nodes `start[i]:start[i + 1]`.

    `refs` are OSM node ids, negative for the copies made where a barrier cuts a way; `lat` and `lon` are
    degrees; `name` is an index into `names`.
    """

    refs: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    way: "array[int]" = field(default_factory=lambda: array("q"))
    kind: "array[int]" = field(default_factory=lambda: array("b"))
    forward: "array[int]" = field(default_factory=lambda: array("b"))
    backward: "array[int]" = field(default_factory=lambda: array("b"))
    name: "array[int]" = field(default_factory=lambda: array("i"))
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    turns: list[tuple[str, int, int, int]] = field(default_factory=list)
    """(rule, from way, via node, to way)"""
    turns_ignored: int = 0
    """Restrictions over a via way, or with members missing."""

    def add(self, nodes: list[tuple[int, float, float]], way: int, tags: rules.Tags, kind: int) -> None:
        """Add one stretch of a way, when it has a length."""
        if len(nodes) < 2:
            return
        for ref, lat, lon in nodes:
            self.refs.append(ref)
            self.lat.append(lat)
            self.lon.append(lon)
        self.start.append(len(self.refs))
        self.way.append(way)
        self.kind.append(kind)
        forward, backward = rules.directions(tags)
        self.forward.append(forward)
        self.backward.append(backward)
        self.name.append(self.names.setdefault(tags.get("name", ""), len(self.names)))


def read_roads(path: Path, bbox: BBox | None = None) -> RawRoads:
    """Read the roads and turn restrictions of an `.osm.pbf` (or `.osm`) file.

    Raises
    ------
    InputError
        The file is missing, is no OSM file, or holds no road that a car may drive (inside `bbox`).
    """
    if not path.is_file():
        raise InputError("no such file, expected an OSM extract (.osm.pbf)", source=str(path))
    raw = RawRoads()
    blocked: set[int] = set()
    wanted = osmium.filter.KeyFilter(
        "highway", "barrier", "restriction", "restriction:motorcar", "restriction:motor_vehicle"
    )
    try:
        items: Iterable[Any] = osmium.FileProcessor(str(path)).with_locations().with_filter(wanted)
        for item in items:
            if item.is_way():
                _read_way(raw, item, blocked, bbox)
            elif item.is_node():
                if rules.blocks(dict(item.tags)):
                    blocked.add(item.id)
            elif item.is_relation():
                _read_turn(raw, item)
    except (RuntimeError, OSError) as error:
        raise InputError(f"cannot be read as an OSM extract ({error})", source=str(path)) from None
    if not len(raw.way):
        where = " inside the bbox" if bbox else ""
        raise InputError(f"no road that a car may drive was found{where}", source=str(path))
    return raw


def _read_way(raw: RawRoads, item: Any, blocked: set[int], bbox: BBox | None) -> None:
    """Add a way in stretches, cut at barriers and at the edge of the box."""
    tags = dict(item.tags)
    kind = rules.road_class(tags)
    if kind is None:
        return
    stretch: list[tuple[int, float, float]] = []
    for node in item.nodes:
        place = node.location
        inside = place.valid() and (bbox is None or bbox.holds(place.lat, place.lon))
        if not inside:
            raw.add(stretch, item.id, tags, kind)
            stretch = []
        elif node.ref in blocked:
            # Each side ends at its own copy of the node: it can be reached, not passed.
            copy = -len(raw.refs) - len(stretch) - 1
            raw.add([*stretch, (copy, place.lat, place.lon)], item.id, tags, kind)
            stretch = [(copy - 1_000_000_000_000, place.lat, place.lon)]
        else:
            stretch.append((node.ref, place.lat, place.lon))
    raw.add(stretch, item.id, tags, kind)


def _read_turn(raw: RawRoads, item: Any) -> None:
    """Keep a restriction that goes from one way over a node to one way."""
    rule = rules.turn_rule(dict(item.tags))
    if rule is None:
        return
    roles: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
    for member in item.members:
        if member.role in roles:
            roles[member.role].append((member.type, member.ref))
    via = roles["via"]
    if len(via) != 1 or via[0][0] != "n" or not roles["from"] or not roles["to"]:
        raw.turns_ignored += 1
        return
    raw.turns.extend((rule, a, via[0][1], b) for _, a in roles["from"] for _, b in roles["to"])


def as_arrays(raw: RawRoads) -> dict[str, np.ndarray[Any, Any]]:
    """The raw lists as numpy arrays without copying."""
    names = ("refs", "lat", "lon", "start", "way", "kind", "forward", "backward", "name")
    return {name: np.frombuffer(getattr(raw, name), dtype=getattr(raw, name).typecode) for name in names}
