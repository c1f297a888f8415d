"""What happens to a city: a TOML file in which every number has a unit and an origin."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tirek.domain.errors import InputError

Floats = npt.NDArray[np.float64]

_FORMAT = 1
_COURSES = ("calls", "epidemic_calls", "epidemic_arrivals", "crews", "epidemic_beds")
_TABLES: Mapping[str, tuple[str, ...]] = {
    "initial": ("epidemic_occupancy", "general_occupancy", "unevenness"),
    "calls": (
        "category_share_epidemic", "category_share_other", "hour_weight", "transported_epidemic",
        "transported_other", "give_up", "siren_through",
    ),
    "crew_times": (
        "chute", "on_scene", "on_scene_epidemic_extra", "offload", "turnaround",
        "turnaround_epidemic_extra", "spread", "beds_per_bay",
    ),
    "arrivals": ("referred_share", "referred_delay", "no_show_share", "general_aim"),
    "hospitals": ("decline_share", "decline_share_full", "declines_at_most"),
    "reports": ("every", "late", "missed_share", "error", "unknown_after", "promise_lapse"),
}  # fmt: skip
_LENGTHS = {
    "category_share_epidemic": 4, "category_share_other": 4, "hour_weight": 24, "transported_epidemic": 4,
    "transported_other": 4, "give_up": 4,
}  # fmt: skip
_STREAMS = ("infectious", "provisional", "quarantine", "general")


@dataclass(frozen=True)
class Course:
    """A quantity over the days of a scenario.

    Parameters
    ----------
    days : of the points, counted from the scenario's start, rising.
    values : at the points.
    steps : whether a value holds until the next point; else a straight line between.
    toward, halving : after the last point half of the way to `toward` in `halving` days; `None` holds.
    """

    days: tuple[float, ...]
    values: tuple[float, ...]
    steps: bool
    toward: float | None = None
    halving: float = 1.0

    def at(self, day: float) -> float:
        """Value on a day counted from the start; before the first point its value."""
        last = self.days[-1]
        if day >= last and self.toward is not None:
            return float(self.toward + (self.values[-1] - self.toward) * 0.5 ** ((day - last) / self.halving))
        if self.steps:
            before = [value for when, value in zip(self.days, self.values, strict=True) if when <= day]
            return before[-1] if before else self.values[0]
        return float(np.interp(day, self.days, self.values))


@dataclass(frozen=True, eq=False)
class Scenario:
    """A scenario as read and checked; `numbers` holds its plain tables, `origins` where each comes from.

    Parameters
    ----------
    needs : kind (stream/class) -> share, for "epidemic" and "general" patients; each adds up to 1.
    groups : care group -> share of patients.
    stays : stream -> (scale in days, shape) of a Weibull stay.
    openings : hospital id -> the day (counted from the start) it takes its first patient.
    """

    id: str
    title: str
    start: date
    days: int
    courses: Mapping[str, Course]
    numbers: Mapping[str, Mapping[str, Any]]
    needs: Mapping[str, Mapping[str, float]]
    groups: Mapping[str, float]
    stays: Mapping[str, tuple[float, float]]
    openings: Mapping[str, float]
    origins: Mapping[str, str]

    def number(self, table: str, name: str) -> float:
        """One number, in its file's unit."""
        return float(self.numbers[table][name])

    def list(self, table: str, name: str) -> Floats:
        """A list of numbers, in its file's unit."""
        return np.asarray(self.numbers[table][name], dtype=np.float64)


def shipped_scenarios() -> tuple[str, ...]:
    """Ids of the scenarios that ship with Tirek."""
    folder = files("tirek.simulation.city") / "scenarios"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def load_scenario(id_or_file: str | Path, *, start: date | None = None) -> Scenario:
    """Read a scenario by its id or its file; `start` moves the first day of the run.

    Raises
    ------
    InputError
        There is no such scenario, or a number has no unit or no origin, or is missing; with file and key.
    """
    document = _document(str(id_or_file), depth=0)
    return _scenario(document, str(id_or_file), start)


def _document(name: str, depth: int) -> dict[str, Any]:
    """The TOML with everything that it takes from the scenario it is based on."""
    path = Path(name)
    if path.suffix == ".toml" or path.is_file():
        try:
            text = path.read_text("utf-8")
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", source=name) from None
        except UnicodeDecodeError as error:
            raise InputError(f"not UTF-8: byte {error.start}", source=name) from None
    elif name in shipped_scenarios():
        text = (files("tirek.simulation.city") / "scenarios" / f"{name}.toml").read_text("utf-8")
    else:
        raise InputError(
            f"no scenario '{name}': expected one of {', '.join(shipped_scenarios())} or a .toml file"
        )
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", source=name) from None
    base = document.get("based_on")
    if base is None:
        return document
    if depth > 3 or not isinstance(base, str):
        raise InputError("expected the id or file of one other scenario", source=name, field="based_on")
    merged = _document(base, depth + 1)
    for key, value in document.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = {**merged[key], **value} if both and value else value
    return merged


class _Checker:
    """Reads numbers with their origins out of one document."""

    def __init__(self, document: Mapping[str, Any], source: str) -> None:
        self.document, self.source = document, source
        self.origins: dict[str, str] = {}

    def fail(self, field: str, message: str) -> InputError:
        return InputError(message, source=self.source, field=field)

    def table(self, *path: str) -> Mapping[str, Any]:
        """A table that must be there."""
        value: Any = self.document
        for part in path:
            value = value.get(part) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            raise self.fail(".".join(path), "expected a table")
        return value

    def origin(self, field: str, entry: Mapping[str, Any]) -> None:
        """Note where a number comes from; refuse one that does not say."""
        source, reason = entry.get("source"), entry.get("assumed")
        if (source is None) == (reason is None):
            raise self.fail(field, "expected either source or assumed")
        if source is not None:
            known = self.document.get("sources", {})
            if source not in known and not str(source).startswith("http"):
                raise self.fail(field, f"source: expected an address or a key of [sources], found {source!r}")
            self.origins[field] = str(known.get(source, source))
        else:
            self.origins[field] = f"assumed: {reason}"

    def number(self, field: str, value: Any) -> float:
        """A number that is not negative."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self.fail(field, f"expected a number from 0, found {value!r}")
        return float(value)

    def entry(self, table: str, name: str) -> float | tuple[float, ...]:
        """A number or a list of them, with unit and origin."""
        field = f"{table}.{name}"
        entry = self.table(table).get(name)
        if not isinstance(entry, dict) or "value" not in entry:
            raise self.fail(field, "expected { value = ..., unit = ..., source or assumed = ... }")
        if not isinstance(entry.get("unit"), str):
            raise self.fail(field, "expected a unit")
        self.origin(field, entry)
        value, length = entry["value"], _LENGTHS.get(name)
        if length is None:
            return self.number(field, value)
        if not isinstance(value, list) or len(value) != length:
            raise self.fail(field, f"expected {length} numbers")
        return tuple(self.number(field, item) for item in value)

    def day(self, field: str, value: Any, start: date) -> float:
        """A date as days from the start."""
        if not isinstance(value, date):
            raise self.fail(field, f"expected a date, found {value!r}")
        return float((value - start).days)

    def course(self, name: str, start: date) -> Course:
        """One course with its points."""
        field = f"courses.{name}"
        table = self.table("courses", name)
        points = table.get("points")
        if not isinstance(points, list) or not points:
            raise self.fail(field, "expected at least one point")
        if table.get("between") not in {"line", "step"}:
            raise self.fail(field, f"between: expected line or step, found {table.get('between')!r}")
        days, values = [], []
        for i, point in enumerate(points, start=1):
            self.origin(f"{field}[{i}]", point)
            days.append(self.day(f"{field}[{i}]", point.get("date"), start))
            values.append(self.number(f"{field}[{i}]", point.get("value")))
        if any(b <= a for a, b in pairwise(days)):
            raise self.fail(field, "expected the dates in rising order")
        after = table.get("after")
        if after is None:
            return Course(tuple(days), tuple(values), table["between"] == "step")
        self.origin(f"{field}.after", after)
        toward = self.number(f"{field}.after", after.get("toward"))
        halving = self.number(f"{field}.after", after.get("halving"))
        if not halving > 0:
            raise self.fail(f"{field}.after", "halving: expected days, more than 0")
        return Course(tuple(days), tuple(values), table["between"] == "step", toward, halving)

    def shares(self, *path: str, whole: bool) -> dict[str, float]:
        """Name -> share; `whole` ones add up to 1."""
        field = ".".join(path)
        table = self.table(*path)
        self.origin(field, table)
        found = {
            name: self.number(f"{field}.{name}", value)
            for name, value in table.items()
            if name not in {"unit", "assumed", "source"}
        }
        total = sum(found.values())
        if (whole and abs(total - 1) > 1e-6) or total > 1 + 1e-6:
            raise self.fail(field, f"the shares add up to {total:g}, expected 1{'' if whole else ' at most'}")
        return found

    def stay(self, stream: str) -> tuple[float, float]:
        """Scale and shape of a stream's Weibull stay."""
        table = self.table("stays", stream)
        self.origin(f"stays.{stream}", table)
        scale, shape = (self.number(f"stays.{stream}.{key}", table.get(key)) for key in ("scale", "shape"))
        if not (scale > 0 and shape > 0):
            raise self.fail(f"stays.{stream}", "expected a scale and a shape over 0")
        return scale, shape


def _scenario(document: Mapping[str, Any], source: str, start: date | None) -> Scenario:
    check = _Checker(document, source)
    if document.get("format") != _FORMAT:
        raise check.fail("format", f"expected {_FORMAT}, found {document.get('format')}")
    begin = start or document.get("start")
    if not isinstance(begin, date):
        raise check.fail("start", f"expected a date, found {begin!r}")
    days = document.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise check.fail("days", f"expected a number of days from 1, found {days!r}")
    numbers = {t: {name: check.entry(t, name) for name in names} for t, names in _TABLES.items()}
    openings = {}
    for hospital, entry in document.get("openings", {}).items():
        check.origin(f"openings.{hospital}", entry)
        openings[hospital] = check.day(f"openings.{hospital}", entry.get("date"), begin)
    return Scenario(
        id=str(document.get("id", source)),
        title=str(document.get("title", "")),
        start=begin,
        days=days,
        courses={name: check.course(name, begin) for name in _COURSES},
        numbers=numbers,
        needs={who: check.shares("needs", who, whole=True) for who in ("epidemic", "general")},
        groups=check.shares("groups", whole=False),
        stays={stream: check.stay(stream) for stream in _STREAMS},
        openings=openings,
        origins=check.origins,
    )
