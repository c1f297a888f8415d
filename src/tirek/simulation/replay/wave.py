"""Recorded waves: a folder with hospitals.csv, initial.csv and demand.csv (docs/reference/wave.md)."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tirek.domain.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LONGEST_STAY_HOURS = 10 * 365 * 24.0
"""A longer stay is taken for a mistake."""


@dataclass(frozen=True, eq=False)
class Wave:
    """A recorded wave: times in hours since `start`, indices into `hospital_ids` (H) and `classes` (K)."""

    name: str
    start: datetime
    hospital_ids: tuple[str, ...]
    hospital_names: tuple[str, ...]
    lat: Floats
    lon: Floats
    classes: tuple[str, ...]
    beds: Floats
    """Beds of each class, shape (H, K)."""
    found_hospital: Ints
    """Hospital of each patient in bed at the start, shape (M,)."""
    found_class: Ints
    found_at: Floats
    found_stay: Floats
    """Hours still to stay."""
    patient_ids: tuple[str, ...]
    """Those who asked for a bed, in the order of their calls (N)."""
    called_at: Floats
    from_lat: Floats
    from_lon: Floats
    bed_class: Ints
    stay: Floats
    """Hours in bed. The future: nothing that decides may read it before the patient has left."""

    def time(self, hours: float) -> datetime:
        """The moment `hours` after the start, in whole seconds, never earlier."""
        return self.start + timedelta(seconds=math.ceil(hours * 3600 - 1e-6))


def load_wave(folder: Path) -> Wave:
    """Read and check a wave; InputError names the file, the line, the field and what was expected."""
    if not folder.is_dir():
        raise InputError(
            "no such folder; expected one with hospitals.csv, initial.csv and demand.csv", str(folder)
        )
    index: dict[str, int] = {}
    patients: dict[str, int] = {}
    hospitals = _table(folder / "hospitals.csv", ("hospital_id", "name", "lat", "lon"), index, "hospital")
    found = _table(
        folder / "initial.csv",
        ("patient_id", "hospital_id", "bed_class", "in_bed_at", "stay_hours"),
        patients,
    )
    asked = _table(
        folder / "demand.csv",
        ("patient_id", "called_at", "lat", "lon", "bed_class", "stay_hours"),
        patients,
        "patient",
    )
    classes = tuple(c.removeprefix("beds_") for c in hospitals[0].values if c.startswith("beds_"))
    if not classes:
        message = "no column beds_<class>; expected one per bed class"
        raise InputError(message, str(folder / "hospitals.csv"), 1)
    beds = np.array([[row.beds(f"beds_{c}") for c in classes] for row in hospitals])
    kinds = {c: k for k, c in enumerate(classes)}
    found_times = [row.time("in_bed_at") for row in found]
    call_times = [row.time("called_at") for row in asked]
    _check_zones(((found, found_times, "in_bed_at"), (asked, call_times, "called_at")))
    start = min(found_times, default=call_times[0].replace(hour=0, minute=0, second=0, microsecond=0))
    _check_order(asked, call_times, start)
    bed_class = np.array([row.one_of("bed_class", kinds) for row in asked], dtype=np.int64)
    for row, k in zip(asked, bed_class, strict=True):
        if not beds[:, k].sum() > 0:
            raise row.error("bed_class", f"no hospital has a bed of class '{classes[k]}'")
    return Wave(
        name=folder.resolve().name,
        start=start,
        hospital_ids=tuple(index),
        hospital_names=tuple(row.values["name"] for row in hospitals),
        lat=np.array([row.degrees("lat", 90) for row in hospitals]),
        lon=np.array([row.degrees("lon", 180) for row in hospitals]),
        classes=classes,
        beds=beds,
        found_hospital=np.array([row.one_of("hospital_id", index) for row in found], dtype=np.int64),
        found_class=np.array([row.one_of("bed_class", kinds) for row in found], dtype=np.int64),
        found_at=np.array([(t - start) / timedelta(hours=1) for t in found_times]),
        found_stay=np.array([row.stay("stay_hours") for row in found]),
        patient_ids=tuple(row.values["patient_id"] for row in asked),
        called_at=np.array([(t - start) / timedelta(hours=1) for t in call_times]),
        from_lat=np.array([row.degrees("lat", 90) for row in asked]),
        from_lon=np.array([row.degrees("lon", 180) for row in asked]),
        bed_class=bed_class,
        stay=np.array([row.stay("stay_hours") for row in asked]),
    )


@dataclass(frozen=True)
class _Row:
    """One line of a CSV file, with checked readers for its fields."""

    source: str
    line: int
    values: Mapping[str, str]

    def error(self, field: str, message: str) -> InputError:
        return InputError(message, self.source, self.line, field)

    def unique(self, field: str, seen: dict[str, int]) -> None:
        """Enter the field's value into `seen`; refused when it is empty or stands there already."""
        value = self.values[field]
        if not value:
            raise self.error(field, "expected an id, found nothing")
        if value in seen:
            raise self.error(field, f"'{value}' stands twice; expected each once")
        seen[value] = len(seen)

    def one_of(self, field: str, known: Mapping[str, int]) -> int:
        value = self.values[field]
        if value not in known:
            some = ", ".join(list(known)[:5]) + (", ..." if len(known) > 5 else "")
            raise self.error(field, f"'{value}' is unknown; expected one of {some}")
        return known[value]

    def number(self, field: str, expected: str, allowed: Callable[[float], bool]) -> float:
        try:
            value = float(self.values[field])
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and allowed(value)):
            raise self.error(field, f"expected {expected}, found '{self.values[field]}'")
        return value

    def beds(self, field: str) -> float:
        return self.number(field, "a whole number of beds from 0", lambda v: v >= 0 and v == int(v))

    def degrees(self, field: str, limit: float) -> float:
        return self.number(field, f"degrees from -{limit:g} to {limit:g}", lambda v: abs(v) <= limit)

    def stay(self, field: str) -> float:
        return self.number(field, "hours from 0 to ten years", lambda v: 0 <= v <= LONGEST_STAY_HOURS)

    def time(self, field: str) -> datetime:
        try:
            return datetime.fromisoformat(self.values[field])
        except ValueError:
            message = f"expected a time such as 2020-04-05T00:04:12, found '{self.values[field]}'"
            raise self.error(field, message) from None


def _table(
    path: Path, columns: tuple[str, ...], ids: dict[str, int], needed: str | None = None
) -> list[_Row]:
    """All rows of a file, at least one if any is `needed`; the first of `columns` is an id for `ids`."""
    rows = list(_rows(path, columns))
    if needed and not rows:
        raise InputError(f"no {needed}; expected at least one", str(path))
    for row in rows:
        row.unique(columns[0], ids)
    return rows


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[_Row]:
    """Rows of a CSV file with a header that has at least `columns`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            missing = [column for column in columns if column not in header]
            if missing:
                found = ", ".join(header) or "nothing"
                raise InputError(f"the column is missing; found {found}", str(path), 1, ", ".join(missing))
            twice = [column for column in header if header.count(column) > 1]
            if twice:
                raise InputError("the column stands twice; expected once", str(path), 1, twice[0])
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    message = f"expected {len(header)} fields, found {len(cells)}"
                    raise InputError(message, str(path), reader.line_num)
                yield _Row(str(path), reader.line_num, dict(zip(header, map(str.strip, cells), strict=True)))
    except FileNotFoundError:
        raise InputError("no such file", str(path)) from None
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        raise InputError(f"cannot be read as CSV in UTF-8: {problem}", str(path)) from None


def _check_zones(columns: Iterable[tuple[list[_Row], list[datetime], str]]) -> None:
    """All times have a zone or none has: times of both sorts cannot be put in order."""
    rows = [
        (row, time, field) for rows, times, field in columns for row, time in zip(rows, times, strict=True)
    ]
    zoned = rows[0][1].tzinfo is not None
    for row, time, field in rows:
        if (time.tzinfo is not None) != zoned:
            raise row.error(field, "expected all times with a time zone, or all without")


def _check_order(asked: list[_Row], called: list[datetime], start: datetime) -> None:
    """Calls in order, none before the start."""
    before = start
    for row, time in zip(asked, called, strict=True):
        if time < start:
            raise row.error("called_at", f"{time.isoformat()} is before the first patient was in bed")
        if time < before:
            message = f"{time.isoformat()} is earlier than the line above; expected rising times"
            raise row.error("called_at", message)
        before = time
