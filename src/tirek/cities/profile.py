"""Reading and checking `city.toml`."""

import tomllib
from dataclasses import fields
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tirek.cities.city import PROFILE_FILE, City, Figure, Station, Thresholds
from tirek.cities.reading import UNKNOWN, Note, Reader
from tirek.cities.toml_lines import Key, Lines
from tirek.domain.beds import BedKind
from tirek.domain.call import TARGET_MINUTES, Urgency
from tirek.domain.errors import InputError
from tirek.domain.hospital import Hospital
from tirek.roads.speeds import BEST_KMH, CLASS_KMH, HOUR_FACTORS, WORST_KMH, TravelDefaults

FORMAT = 1
_TOP = (
    "format", "id", "names", "aliases", "time_zone", "attribution", "approximate", "sources", "assumptions",
    "targets_minutes", "thresholds", "travel", "stations", "hospitals",
)  # fmt: skip
_STATION = ("id", "names", "lat", "lon", "osm", "crews", "position_assumed")
_HOSPITAL = ("id", "names", "lat", "lon", "osm", "phone", "beds", "beds_total", "position_assumed")
_FIGURE = ("count", "source", "date", "assumed")


def read_profile(text: str, folder: Traversable, *, assumed: bool = True) -> tuple[City, list[Note]]:
    """Read a profile as far as it can be read, and everything that was found wrong or unknown in it.

    With `assumed=False` the bed counts and crews that were only assumed are unknown.

    Raises
    ------
    InputError
        The text is not TOML; with the line.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", source=PROFILE_FILE, line=_line_in(str(error))) from None
    reader = Reader(document, Lines(text))
    reader.only((), _TOP)
    if reader.get(("format",)) != FORMAT:
        reader.wrong(("format",), "", f"format: expected {FORMAT}, found {reader.get(('format',))}")
    figures: dict[tuple[str, BedKind], Figure] = {}
    totals: dict[str, Figure] = {}
    positions: dict[str, str] = {}
    hospitals = tuple(
        h
        for i in range(len(reader.tables(("hospitals",))))
        if (h := _hospital(reader, i, figures, totals, positions, assumed=assumed))
    )
    stations = tuple(
        s
        for i in range(len(reader.tables(("stations",))))
        if (s := _station(reader, i, positions, assumed=assumed))
    )
    for kind, items in (("hospitals", hospitals), ("stations", stations)):
        _unique(reader, kind, [item.id for item in items])
        if not items:
            reader.unknown((), "", f"no {kind}")
    city = City(
        id=reader.text(("id",)) or "",
        names=reader.names(("names",), "city"),
        folder=folder,
        aliases=_texts(reader, "aliases"),
        tz=_zone(reader),
        attribution=reader.text(("attribution",)) or "",
        approximate=reader.text(("approximate",), required=False),
        hospitals=hospitals,
        stations=stations,
        figures=figures,
        totals=totals,
        position_assumed=positions,
        targets=_targets(reader),
        thresholds=_thresholds(reader),
        travel=_travel(reader),
    )
    return city, sorted(reader.notes, key=lambda note: note.line or 0)


def _line_in(message: str) -> int | None:
    """The line out of tomllib's "(at line 3, column 5)"."""
    _, _, tail = message.partition("at line ")
    digits = tail.split(",")[0]
    return int(digits) if digits.isdigit() else None


def _texts(reader: Reader, name: str) -> tuple[str, ...]:
    value = reader.get((name,)) or []
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    reader.wrong((name,), "", f"{name}: expected a list of texts, found {value!r}")
    return ()


def _zone(reader: Reader) -> ZoneInfo:
    name = reader.text(("time_zone",)) or UNKNOWN
    if name == UNKNOWN:
        reader.unknown(("time_zone",), "", "time_zone is unknown: UTC is used")
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        reader.wrong(("time_zone",), "", f"time_zone: expected a name as Asia/Almaty, found {name}")
        return ZoneInfo("UTC")


def _unique(reader: Reader, kind: str, ids: list[str]) -> None:
    for index, one in enumerate(ids):
        if one in ids[:index]:
            reader.wrong((kind, index, "id"), kind[:-1], f"id '{one}' is used twice")


def _station(reader: Reader, index: int, positions: dict[str, str], *, assumed: bool) -> Station | None:
    key: Key = ("stations", index)
    ident = reader.text((*key, "id"), f"station {index + 1}")
    what = f"station {ident or index + 1}"
    reader.only(key, _STATION, what)
    names, point = reader.names((*key, "names"), what), reader.point(key, what)
    _position(reader, key, what, ident, positions)
    crews = _figure(reader, (*key, "crews"), what, "crews")
    count = crews.count if assumed or not crews.assumed else None
    return Station(ident, names, point, count) if ident and point else None


def _position(reader: Reader, key: Key, what: str, ident: str | None, positions: dict[str, str]) -> None:
    if reader.get((*key, "position_assumed")) is None:
        return
    reason = _reason(reader, (*key, "position_assumed"), what, reader.get((*key, "position_assumed")))
    if ident and reason:
        positions[ident] = reason
        reader.unknown((*key, "position_assumed"), what, f"position is assumed: {reason}")


def _hospital(
    reader: Reader,
    index: int,
    figures: dict[tuple[str, BedKind], Figure],
    totals: dict[str, Figure],
    positions: dict[str, str],
    *,
    assumed: bool,
) -> Hospital | None:
    key: Key = ("hospitals", index)
    ident = reader.text((*key, "id"), f"hospital {index + 1}")
    what = f"hospital {ident or index + 1}"
    reader.only(key, _HOSPITAL, what)
    names, point = reader.names((*key, "names"), what), reader.point(key, what)
    _position(reader, key, what, ident, positions)
    beds: dict[BedKind, int | None] = {}
    total = 0
    for written in reader.table((*key, "beds"), what):
        at = (*key, "beds", written)
        figure = _figure(reader, at, what, f"beds {written}")
        try:
            kind = BedKind.parse(written)
        except ValueError as error:
            reader.wrong(at, what, f"beds: {error}")
            continue
        beds[kind] = figure.count if assumed or not figure.assumed else None
        figures[ident or "", kind] = figure
        total += figure.count or 0
    if not beds:
        reader.unknown(key, what, "no beds: nobody is sent there")
    if reader.get((*key, "beds_total")) is not None:
        totals[ident or ""] = _figure(reader, (*key, "beds_total"), what, "beds_total")
        stated = totals[ident or ""].count
        known = all(figures[ident or "", kind].count is not None for kind in beds)
        if stated is not None and known and stated != total:
            reader.wrong(
                (*key, "beds_total"), what, f"beds_total is {stated}, but the kinds add up to {total}"
            )
    phone = reader.text((*key, "phone"), what, required=False)
    return Hospital(ident, names, point, beds, phone=phone) if ident and point else None


def _figure(reader: Reader, key: Key, what: str, name: str) -> Figure:
    """A count with where it comes from: `"unknown"` or `{ count = 20, source = "...", date = ... }`."""
    value = reader.get(key)
    if value is None or value == UNKNOWN:
        reader.unknown(key, what, f"{name} is unknown")
        return Figure(None)
    if not isinstance(value, dict):
        reader.count(key, what, value, name)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            reader.wrong(key, what, f"{name}: say where {value} comes from: source or assumed")
        return Figure(None)
    reader.only(key, _FIGURE, what)
    count = reader.count(key, what, value.get("count"), name)
    source, reason = value.get("source"), value.get("assumed")
    if count is not None and (source is None) == (reason is None):
        reader.wrong(key, what, f"{name}: expected either source or assumed")
    if reason is not None:
        return Figure(count, assumed=_reason(reader, key, what, reason))
    return Figure(count, *_source(reader, key, what, source, value.get("date")))


def _source(reader: Reader, key: Key, what: str, source: Any, day: Any) -> tuple[str | None, date | None]:
    """The address and date of a source, written out or by its key in `[sources]`."""
    if source is None:
        return None, None
    listed = reader.get(("sources", source)) if isinstance(source, str) else None
    if isinstance(listed, dict):
        source, day = listed.get("url"), day or listed.get("date")
    if not isinstance(source, str) or not source.startswith(("https://", "http://")):
        reader.wrong(key, what, f"source: expected an address or a key of [sources], found {source}")
        return None, None
    if not isinstance(day, date):
        reader.wrong(key, what, f"date: expected the day of the source, found {day}")
        return source, None
    return source, day


def _reason(reader: Reader, key: Key, what: str, reason: Any) -> str | None:
    """Why something was assumed, written out or by its key in `[assumptions]`."""
    listed = reader.get(("assumptions", reason)) if isinstance(reason, str) else None
    if isinstance(listed, str):
        return listed
    if isinstance(reason, str) and " " in reason.strip():
        return reason
    reader.wrong(key, what, f"assumed: expected a reason or a key of [assumptions], found {reason!r}")
    return None


def _targets(reader: Reader) -> dict[Urgency, float]:
    written = reader.table(("targets_minutes",))
    targets: dict[Urgency, float] = {}
    for name in written:
        if name not in {"1", "2", "3", "4"}:
            reader.wrong(("targets_minutes", name), "", f"targets_minutes: expected 1 to 4, found {name}")
            continue
        value = reader.number(("targets_minutes", name), 1, 24 * 60)
        if value is not None:
            targets[Urgency(int(name))] = value
    return dict(TARGET_MINUTES) | targets


def _thresholds(reader: Reader) -> Thresholds:
    known = {item.name: item.default for item in fields(Thresholds)}
    reader.only(("thresholds",), tuple(known))
    values: dict[str, Any] = {}
    for name in reader.table(("thresholds",)):
        if name == "load_steps_percent":
            steps = reader.get(("thresholds", name))
            if isinstance(steps, list) and len(steps) == 3 and _rising(steps):
                values[name] = tuple(float(step) for step in steps)
            else:
                reader.wrong(
                    ("thresholds", name), "", f"{name}: expected three rising numbers, found {steps}"
                )
        elif name in known:
            value = reader.number(("thresholds", name), 0, 1 if name == "evenness" else 10_000)
            if value is not None:
                values[name] = value
    return Thresholds(**values)


def _rising(values: list[Any]) -> bool:
    numbers = all(isinstance(v, (int, float)) and v > 0 for v in values)
    return numbers and sorted(set(values)) == values


_TRAVEL = {
    "siren_excess_share": (0.0, 1.0),
    "siren_factor": (0.1, 2.0),
    "patient_factor": (0.1, 2.0),
    "winter_factor": (1.0, 3.0),
    "range_share": (0.0, 1.0),
}


def _travel(reader: Reader) -> TravelDefaults:
    key: Key = ("travel",)
    reader.only(key, (*_TRAVEL, "class_kmh", "hour_factors"))
    reader.only((*key, "class_kmh"), tuple(CLASS_KMH))
    values: dict[str, Any] = {}
    for name in reader.table(key):
        if name in _TRAVEL:
            values[name] = reader.number((*key, name), *_TRAVEL[name])
    speeds = {
        name: reader.number((*key, "class_kmh", name), WORST_KMH, BEST_KMH, default=CLASS_KMH[name])
        for name in reader.table((*key, "class_kmh"))
        if name in CLASS_KMH
    }
    hours = reader.get((*key, "hour_factors"))
    if hours is not None and not _hours(hours):
        reader.wrong(
            (*key, "hour_factors"), "", "hour_factors: expected [[0, 1.0], [7.5, 1.6] ...], rising from 0"
        )
        hours = None
    return TravelDefaults(
        class_kmh={**CLASS_KMH, **{n: v for n, v in speeds.items() if v is not None}},
        hour_factors=tuple((float(h), float(f)) for h, f in hours) if hours else HOUR_FACTORS,
        **{name: value for name, value in values.items() if value is not None},
    )


def _hours(hours: Any) -> bool:
    pairs = isinstance(hours, list) and all(isinstance(p, list) and len(p) == 2 for p in hours) and hours
    if not pairs or not all(isinstance(v, (int, float)) for pair in hours for v in pair):
        return False
    starts = [pair[0] for pair in hours]
    return (
        starts[0] == 0 and sorted(set(starts)) == starts and starts[-1] < 24 and all(p[1] > 0 for p in hours)
    )
