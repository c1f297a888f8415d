"""A city's folder out of an OSM extract."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium

from tirek.cities.bed_plan import floors, plan
from tirek.cities.city import ATTRIBUTION, BASEMAP_FILE, PROFILE_FILE, ROADS_FILE
from tirek.cities.homes import HOMES_FILE, dump_homes, homes_of_buildings
from tirek.cities.osm_sites import Findings, names_of, read_sites
from tirek.cities.places import PLACES_FILE, Place, dump_places, once
from tirek.cities.writer import Draft, write_profile
from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point
from tirek.roads.build import graph_from_pbf
from tirek.roads.graph import RoadGraph
from tirek.roads.osm import BBox

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_LICENSE = """# Licence of this folder

The files here are derived from OpenStreetMap and are made available under the Open Database License 1.0
(https://opendatacommons.org/licenses/odbl/1-0/).

(c) OpenStreetMap contributors, https://www.openstreetmap.org/copyright. Show this on every
map and list made from them.

Extract: `{extract}`{dated}. Derived from it by `tirek city import`:
{files}

The basemap's layers follow the OpenMapTiles schema (CC BY 4.0): name it "(c) OpenMapTiles" as well.
"""


@dataclass(frozen=True)
class ImportSettings:
    """What the person who imports decides.

    Parameters
    ----------
    id : the city's id: small Latin letters, digits and hyphens.
    bbox : only what lies inside; all when `None`.
    time_zone : IANA name, or "unknown".
    date : day of the extract, where its header does not tell.
    assume_beds : share this many beds over the hospitals by floor space, marked assumed; `None`: unknown.
    basemap : make the basemap when tilemaker is there.
    overwrite : replace a `city.toml` that is already there; hand-made corrections would be lost.
    """

    id: str
    bbox: BBox | None = None
    time_zone: str = "unknown"
    date: str = ""
    assume_beds: int | None = None
    basemap: bool = True
    overwrite: bool = False


def import_city(extract: Path, out: Path, settings: ImportSettings) -> Iterator[str]:
    """Write a city's folder; a line is given as each part is done.

    Raises
    ------
    InputError
        The id, the extract or the folder is not usable. Nothing is written before all was read.
    """
    if not _ID.fullmatch(settings.id):
        raise InputError(f"id '{settings.id}': expected small Latin letters, digits and hyphens, as almaty-2")
    if (out / PROFILE_FILE).exists() and not settings.overwrite:
        raise InputError("is already there; --overwrite replaces it", source=str(out / PROFILE_FILE))
    if settings.assume_beds is not None and settings.assume_beds < 0:
        raise InputError(f"assumed beds: expected a number >= 0, found {settings.assume_beds}")
    graph = graph_from_pbf(extract, settings.bbox)
    found = read_sites(extract, settings.bbox)
    try:
        out.mkdir(parents=True, exist_ok=True)
        yield from _write(extract, out, settings, graph, found)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", source=str(out)) from None


def _write(
    extract: Path, out: Path, settings: ImportSettings, graph: RoadGraph, found: Findings
) -> Iterator[str]:
    graph.save(out / ROADS_FILE)
    yield (
        f"{ROADS_FILE}: {graph.km:,.0f} km, {graph.n_places:,} junctions, "
        f"{graph.turns_used} turn restrictions ({graph.turns_ignored} not usable), "
        f"{graph.km_dropped:.1f} km cut off from the rest left out"
    )
    places = once([*found.places, *street_places(graph)])
    (out / PLACES_FILE).write_bytes(dump_places(places))
    kinds = {kind: sum(p.kind == kind for p in places) for kind in sorted({p.kind for p in places})}
    yield f"{PLACES_FILE}: " + ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    lived = [b for b in found.buildings if b.lived_in and b.floor_m2 > 0]
    if lived:
        lat, lon = np.array([b.point for b in lived]).T
        homes = homes_of_buildings(lat, lon, np.array([b.floor_m2 for b in lived]))
        (out / HOMES_FILE).write_bytes(dump_homes(homes))
        yield f"{HOMES_FILE}: {len(lived):,} buildings in {len(homes.weight):,} cells"
    else:
        yield "no buildings in the extract: people are assumed along the streets"
    (out / PROFILE_FILE).write_text(write_profile(_draft(extract, settings, found)), "utf-8")
    yield f"{PROFILE_FILE}: {len(found.hospitals)} hospitals, {len(found.stations)} stations"
    if settings.basemap:
        from tirek.cities.basemap import make_basemap

        yield make_basemap(extract, out, settings.bbox)
    names = [
        n for n in (PROFILE_FILE, ROADS_FILE, PLACES_FILE, HOMES_FILE, BASEMAP_FILE) if (out / n).is_file()
    ]
    day = settings.date or extract_date(extract)
    license_text = _LICENSE.format(
        extract=extract.name, dated=f" of {day}" if day else "", files="\n".join(f"- `{n}`" for n in names)
    )
    (out / "LICENSE.md").write_text(license_text, "utf-8")


def _draft(extract: Path, settings: ImportSettings, found: Findings) -> Draft:
    names = names_of(found.city) if found.city else Names(en=settings.id)
    alias = found.city.get("old_name", "") if found.city else ""
    sites = floors(found.hospitals, found.buildings) if settings.assume_beds is not None else found.hospitals
    day = settings.date or extract_date(extract)
    dated = f" of {day}" if day else ""
    return Draft(
        id=settings.id,
        names=names,
        time_zone=settings.time_zone,
        attribution=ATTRIBUTION,
        hospitals=sites,
        stations=found.stations,
        plans=plan(sites, settings.assume_beds) if settings.assume_beds is not None else (),
        plan_reason=f"{settings.assume_beds} beds shared by floor space and fixed shares",
        aliases=[a.strip() for a in alias.split(";") if a.strip()],
        source_date=day,
        head=[
            f"Written by `tirek city import` from {extract.name}{dated}.",
            "Correct it by hand: an import never overwrites it unless told to.",
            "What OpenStreetMap does not know is marked unknown; `tirek city check` lists it.",
            "The format: docs/reference/city.md",
        ],
    )


def extract_date(extract: Path) -> str:
    """The day of the data as the extract's header tells it (YYYY-MM-DD), or an empty text."""
    stamp = osmium.io.Reader(str(extract)).header().get("osmosis_replication_timestamp", "")
    try:
        return datetime.fromisoformat(stamp).astimezone(UTC).date().isoformat()
    except ValueError:
        return ""


def street_places(graph: RoadGraph) -> list[Place]:
    """One entry for each named street, at the road place nearest to the middle of all its parts."""
    order = np.argsort(graph.segment_name, kind="stable")
    starts = np.flatnonzero(np.diff(graph.segment_name[order], prepend=-1))
    streets = []
    for first, last in zip(starts, [*starts[1:], len(order)], strict=True):
        segments = order[first:last]
        name = graph.names[int(graph.segment_name[segments[0]])]
        if not name:
            continue
        ends = np.concatenate((graph.segment_from[segments], graph.segment_to[segments]))
        lat, lon = graph.lat[ends], graph.lon[ends]
        shrink = np.cos(np.radians(lat.mean()))
        best = int(np.argmin((lat - lat.mean()) ** 2 + ((lon - lon.mean()) * shrink) ** 2))
        point = Point(float(lat[best]), float(lon[best]))
        streets.append(Place("street", point, name, names_of({"name": name})))
    return streets
