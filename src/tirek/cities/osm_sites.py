"""Hospitals, stations, clinics, places, addresses and buildings out of an OSM extract."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from tirek.cities.places import Place
from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point
from tirek.roads.osm import BBox

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on the mean sphere."""

_DISTRICTS = frozenset(
    {"suburb", "quarter", "neighbourhood", "borough", "city_block", "allotments", "district"}
)
_SETTLEMENTS = frozenset({"city", "town", "village", "hamlet", "isolated_dwelling", "farm"})

STATION_WORDS = (
    "скорой мед",
    "скорая мед",
    "скорой помощи",
    "жедел мед",
    "жедел жәрдем",
    "ambulance station",
)
CLINIC_WORDS = (
    "поликлиник", "емхана", "амбулатор", "травмпункт", "медпункт", "фельдшер", "кабинет", "переливани",
    "гигиен", "стоматолог", "санаторий", "polyclinic", "outpatient", "dental", "отдел ",
)  # fmt: skip
"""Words in the name of what is tagged a hospital but has no beds to send an ambulance to."""

_NOT_LIVED_IN = frozenset({
    "garage", "garages", "commercial", "retail", "industrial", "warehouse", "construction", "kindergarten",
    "school", "hospital", "church", "service", "shed", "greenhouse", "roof", "office", "public", "university",
    "ruins", "supermarket", "hangar", "barn", "stable", "farm_auxiliary", "college", "train_station",
    "mosque", "kiosk",
})  # fmt: skip
_LEVELS = {"apartments": 5, "dormitory": 5, "residential": 3, "hospital": 4}
"""Storeys of a building that does not say (assumed); one for all others."""
MOST_LEVELS = 60
DEFAULT_FLOOR_M2 = 1500.0
"""Of a hospital whose building is not on the map (assumed)."""


@dataclass(frozen=True)
class Site:
    """A hospital or station of the map; `beds` only where OSM says so."""

    osm: str
    names: Names
    point: Point
    phone: str | None = None
    beds: int | None = None
    floor_m2: float = DEFAULT_FLOOR_M2
    ring: tuple[Point, ...] = ()


@dataclass
class Building:
    """A building: its middle, floor space and whether people live in it."""

    point: Point
    floor_m2: float
    lived_in: bool


@dataclass
class Findings:
    """What an extract says of a city."""

    hospitals: list[Site] = field(default_factory=list)
    stations: list[Site] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    city: Mapping[str, str] | None = None
    """Tags of the largest settlement."""


def read_sites(path: Path, bbox: BBox | None = None) -> Findings:
    """Read an extract; objects whose middle lies outside `bbox` are left out.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    found = Findings()
    site_keys = osmium.filter.KeyFilter("amenity", "healthcare", "emergency", "place")
    keys = osmium.filter.KeyFilter(
        "amenity", "healthcare", "emergency", "place", "building", "addr:housenumber"
    )
    try:
        items: Iterable[Any] = osmium.FileProcessor(str(path)).with_areas(site_keys).with_filter(keys)
        for item in items:
            if item.is_relation():
                continue  # comes again as an area
            ring = _ring(item)
            if not ring:
                continue
            point = ring[0] if item.is_node() else _middle(ring)
            if bbox is None or bbox.holds(*point):
                _take(found, item, point, ring)
    except (RuntimeError, OSError) as error:
        raise InputError(f"cannot be read as an OSM extract ({error})", source=str(path)) from None
    found.hospitals = _without_parts(found.hospitals)
    found.stations = _without_parts(found.stations)
    return found


def _ring(item: Any) -> list[Point]:
    """The outline of a way or area, or the single point of a node; empty where it cannot be told."""
    if item.is_node():
        return [Point(item.lat, item.lon)]
    if item.is_area():
        nodes = next(iter(item.outer_rings()), ())
    elif item.is_way() and item.is_closed():
        nodes = item.nodes
    else:
        return []
    return [Point(n.lat, n.lon) for n in nodes if n.location.valid()]


def _middle(ring: list[Point]) -> Point:
    """Middle of the outline's box: inside or next to any building."""
    lats, lons = [p.lat for p in ring], [p.lon for p in ring]
    return Point(round((min(lats) + max(lats)) / 2, 6), round((min(lons) + max(lons)) / 2, 6))


def _area_m2(ring: list[Point]) -> float:
    """Area of a small ring by the shoelace formula on a flat map."""
    shrink = math.cos(math.radians(ring[0].lat))
    twice = sum(a.lon * b.lat - b.lon * a.lat for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(twice) / 2 * shrink * METRES_PER_DEGREE**2


def _take(found: Findings, item: Any, point: Point, ring: list[Point]) -> None:
    """Sort one object into the findings; ways that come again as areas are taken once."""
    tags = dict(item.tags)
    floor = 0.0
    if "building" in tags and not item.is_node():
        floor = _area_m2(ring) * _levels(tags)
    if not item.is_area():
        if floor:
            lived_in = tags["building"] not in _NOT_LIVED_IN and "amenity" not in tags and "shop" not in tags
            found.buildings.append(Building(point, floor, lived_in))
        _take_address(found, tags, point)
    if item.is_way():
        return  # a closed way with a site's tags comes again as an area
    _take_place(found, tags, point)
    ident = f"n{item.id}" if item.is_node() else f"{'w' if item.from_way() else 'r'}{item.orig_id()}"
    kind = _medical_kind(tags)
    if kind == "clinic" and tags.get("name"):
        found.places.append(Place("clinic", point, tags["name"], names_of(tags)))
    elif kind in {"hospital", "station"}:
        site = Site(
            ident, _named(tags), point, _phone(tags), _beds(tags), floor or DEFAULT_FLOOR_M2, tuple(ring)
        )
        (found.hospitals if kind == "hospital" else found.stations).append(site)


def _medical_kind(tags: Mapping[str, str]) -> str | None:
    """`hospital`, `station`, `clinic` or nothing, by tags first and then by what the name says."""
    name = tags.get("name", "").casefold()
    if tags.get("emergency") == "ambulance_station":
        return "station"
    if tags.get("amenity") == "hospital" or (
        tags.get("healthcare") == "hospital" and tags.get("amenity") not in {"doctors", "clinic"}
    ):
        if any(word in name for word in STATION_WORDS):
            return "station"
        return "clinic" if any(word in name for word in CLINIC_WORDS) else "hospital"
    medical = tags.get("amenity") in {"clinic", "doctors"} or tags.get("healthcare") in {
        "clinic",
        "doctor",
        "centre",
    }
    return "clinic" if medical else None


def _named(tags: Mapping[str, str]) -> Names:
    """Names of a site; its address, or what it is, where it has none."""
    names = names_of(tags)
    if names != Names():
        return names
    street, house = tags.get("addr:street"), tags.get("addr:housenumber")
    return (
        Names(ru=f"Больница, {street}, {house}")
        if street
        else Names(kk="Аурухана", ru="Больница", en="Hospital")
    )


def names_of(tags: Mapping[str, str]) -> Names:
    """Names by language; the plain `name` goes where its letters and the missing languages let it belong."""
    kk, ru, en = tags.get("name:kk"), tags.get("name:ru"), tags.get("name:en") or tags.get("int_name")
    plain = tags.get("name")
    if plain and plain not in {kk, ru, en}:
        cyrillic = any("а" <= letter <= "я" for letter in plain.casefold())
        if any(letter in "әғқңөұүһі" for letter in plain.casefold()) or (cyrillic and ru):
            kk = kk or plain
        elif cyrillic:
            ru = plain
        else:
            en = en or plain
    return Names(kk, ru, en)


def _beds(tags: Mapping[str, str]) -> int | None:
    written = tags.get("capacity:beds") or tags.get("beds") or ""
    return int(written) if written.isdigit() else None


def _phone(tags: Mapping[str, str]) -> str | None:
    return tags.get("phone") or tags.get("contact:phone")


def _levels(tags: Mapping[str, str]) -> float:
    """Storeys as tagged, else as assumed for the kind of building."""
    try:
        return min(max(float(tags.get("building:levels", "")), 1), MOST_LEVELS)
    except ValueError:
        return _LEVELS.get(tags["building"], 1)


def _take_address(found: Findings, tags: Mapping[str, str], point: Point) -> None:
    street = tags.get("addr:street") or tags.get("addr:place")
    if street and "addr:housenumber" in tags:
        found.places.append(Place("address", point, f"{street}, {tags['addr:housenumber']}"))


def _take_place(found: Findings, tags: Mapping[str, str], point: Point) -> None:
    kind, name = tags.get("place"), tags.get("name")
    if not kind or not name:
        return
    if kind in _SETTLEMENTS:
        found.places.append(Place("settlement", point, name, names_of(tags)))
        if found.city is None or _people(tags) > _people(found.city):
            found.city = tags
    elif kind in _DISTRICTS:
        found.places.append(Place("district", point, name, names_of(tags)))


def _people(tags: Mapping[str, str]) -> int:
    written = tags.get("population", "").replace(" ", "")
    return int(written) if written.isdigit() else 0


def _without_parts(sites: list[Site]) -> list[Site]:
    """Sites without those that stand inside another site's ground: a campus is one hospital."""
    whole = [
        site
        for site in sites
        if not any(
            other is not site and _size(other) > _size(site) and inside_ring(site.point, other.ring)
            for other in sites
        )
    ]
    return sorted(whole, key=lambda s: (s.names.ru or s.names.kk or s.names.en or "", s.osm))


def _size(site: Site) -> float:
    return _area_m2(list(site.ring)) if len(site.ring) > 2 else 0.0


def inside_ring(point: Point, ring: tuple[Point, ...]) -> bool:
    """Whether a point lies in a ring, by counting crossings."""
    found = False
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        if (a.lat > point.lat) != (b.lat > point.lat):
            at = (b.lon - a.lon) * (point.lat - a.lat) / (b.lat - a.lat) + a.lon
            found ^= point.lon < at
    return found
