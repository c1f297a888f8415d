"""What the page of a report is told: plain numbers and texts of a run, thinned until they are small.

Loads are not sent but patients and staffed beds, so that the page can state both; unknown is `UNKNOWN`.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tirek.domain.beds import BedClass, BedKind
from tirek.simulation.measures import Beds, beds_of, highest, measure, middle
from tirek.simulation.record import Alternative, History, Outline, SamplePlacement, Text
from tirek.simulation.report.shown import COMPARED, FIGURES, MEASURED

Floats: TypeAlias = npt.NDArray[np.float64]
Json: TypeAlias = Mapping[str, object]

UNKNOWN = 65535
"""Stands for nan in arrays of 16-bit counts; larger counts do not occur in one hospital."""
MOST_ROWS = 600
"""Rows drawn at most: more than a screen has pixels to tell apart."""
MOST_BYTES = 450_000
"""Bytes of one array at most; with base64 and a second array the page stays under 2 MB."""
BAND_ROWS = 300
"""Rows of the small charts at most; they are 320 pixels wide."""
ROW_HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
OSM = "OpenStreetMap"
OSM_CREDIT = "© OpenStreetMap contributors"


def payload(history: History, others: Sequence[History], reach_km: float) -> Json:
    """Everything that the page shows, as values that JSON can hold."""
    every, due, changes = thinning(history), history.promised, history.staffed.ndim == 3
    lines = lines_of(history)
    return {
        "title": _text(history.title),
        "policy": _text(history.policy),
        "start": history.start.replace(tzinfo=None).isoformat(),
        "offset": history.start.isoformat()[-6:],
        "zone": history.zone,
        "hours": history.steps * history.step_hours,
        "rowHours": every * history.step_hours,
        "hospitals": [_hospital(history, h) for h in range(len(history.hospitals))],
        "kinds": [kind_parts(kind) for kind in history.kinds],
        "lines": lines.tolist(),
        "occupied": _counts(_rows(history.occupied, every)[:, lines]),
        "promised": None if due is None else _counts(_rows(due, every)[:, lines]),
        "staffed": _counts(_rows(history.staffed if changes else history.staffed[None], every)[:, lines]),
        "staffedChanges": changes,
        "policies": [_policy(run, reach_km) for run in (history, *others)],
        "calls": _calls(history),
        "responses": [_numbers(vars(response)) for response in history.responses],
        "settings": {k: _number(v) if isinstance(v, float) else v for k, v in history.settings.items()},
        "samples": [_sample(history, sample) for sample in history.samples],
        "notes": [_text(note) for note in history.notes],
        "attribution": list(credits_of(history)),
        "outline": [] if history.outline is None else _outline(history.outline),
        "figures": {name: list(shown) for name, shown in FIGURES.items()},
        "measured": MEASURED,
        "compared": COMPARED,
        "reachKm": reach_km,
        "loadSteps": history.load_steps,
    }


def thinning(history: History) -> int:
    """Rows of the record per drawn row: the least of `ROW_HOURS` that keeps the page small."""
    row_bytes = 2 * max(1, lines_of(history).size)
    for every in ROW_HOURS:
        rows = math.ceil(history.steps / every)
        if rows <= MOST_ROWS and rows * row_bytes <= MOST_BYTES:
            return every
    most = max(1, min(MOST_ROWS, MOST_BYTES // row_bytes))
    return math.ceil(history.steps / most)


def lines_of(history: History) -> npt.NDArray[np.int64]:
    """Numbers `h * K + k` of the lines worth sending: with beds, unknown beds, or patients at any step."""
    staffed = np.nan_to_num(np.asarray(history.staffed), nan=1.0).reshape(-1, *history.occupied.shape[1:])
    return np.flatnonzero((staffed > 0).any(axis=0) | (history.occupied > 0).any(axis=0))


def _rows(values: npt.NDArray[np.floating[Any]], every: int) -> Floats:
    """Every so many steps of [T, H, K], as [rows, H * K]."""
    kept = np.asarray(values[::every], dtype=np.float64)
    return kept.reshape(len(kept), -1)


def kind_parts(kind: str) -> Json:
    """A kind of bed as message ids of its parts; one that nobody defined is shown as it is written."""
    try:
        parsed = BedKind.parse(kind)
    except ValueError:
        known = kind in set(BedClass)
        return {"key": kind, "parts": [f"class.{kind}"] if known else [], "raw": kind}
    parts = [f"class.{parsed.bed_class}", f"stream.{parsed.stream}", f"group.{parsed.group}"]
    return {"key": kind, "parts": parts, "raw": kind}


def credits_of(history: History) -> tuple[str, ...]:
    """Who made the data; OpenStreetMap is named whenever a note says that its map was used."""
    said = any(OSM in note.en for note in history.notes)
    if said and not any(OSM in line for line in history.attribution):
        return (*history.attribution, OSM_CREDIT)
    return history.attribution


def _hospital(history: History, h: int) -> Json:
    hospital = history.hospitals[h]
    names = {language: hospital.names.best(language) or hospital.id for language in ("kk", "ru", "en")}
    return {"id": hospital.id, "names": names, "lat": hospital.point.lat, "lon": hospital.point.lon}


def _policy(history: History, reach_km: float) -> Json:
    """One policy of the comparison: its figures, its measures by kind, and a band of loads by kind."""
    every = max(thinning(history), math.ceil(history.steps / BAND_ROWS))
    kinds: list[str | None] = [None, *history.kinds]
    return {
        "name": _text(history.policy),
        "rowHours": every * history.step_hours,
        "figures": _numbers(history.figures),
        "measures": {kind or "": _measures(history, kind, reach_km) for kind in kinds},
        "bands": {kind or "": _band(beds_of(history, kind), every) for kind in kinds},
    }


def _measures(history: History, kind: str | None, reach_km: float) -> Json:
    """Measures of one kind, and where and when (hours from the start) the fullest hospital was fullest."""
    measures = measure(history, kind, reach_km)
    load = beds_of(history, kind).load
    worst = int(np.nanargmax(load)) if np.isfinite(load).any() else None
    return {
        **_numbers(measures.to_json()),
        "peakHour": None if measures.peak_step < 0 else measures.peak_step * history.step_hours,
        "worstHospital": None if worst is None else worst % load.shape[1],
        "worstHour": None if worst is None else worst // load.shape[1] * history.step_hours,
    }


def _band(beds: Beds, every: int) -> Json:
    """Fullest, median and the middle 80 % of hospitals over time, in thousandths of their beds."""
    load = beds.load[::every]
    lines = {
        "most": highest(load),
        "high": middle(load, 0.9),
        "median": middle(load),
        "low": middle(load, 0.1),
    }
    return {name: _counts(1000 * line) for name, line in lines.items()}


def _calls(history: History) -> Json | None:
    """Calls by day, or by hour where the run is shorter than four days; all categories and each."""
    if history.calls is None:
        return None
    bin_hours = 1 if history.steps * history.step_hours <= 96 else 24
    rows = max(1, round(bin_hours / history.step_hours))
    starts = np.arange(0, history.steps, rows)
    calls = history.calls
    return {
        "binHours": rows * history.step_hours,
        "received": _table(np.add.reduceat(calls.received, starts)),
        "served": _table(np.add.reduceat(calls.served, starts)),
        "waiting": _table(np.fmax.reduceat(calls.waiting, starts)),
    }


def _sample(history: History, sample: SamplePlacement) -> Json:
    """A placement without the patient's place: a page travels farther than the people in it should."""
    number = {hospital.id: h for h, hospital in enumerate(history.hospitals)}
    at = sample.at.astimezone(history.start.tzinfo)
    return {
        "hour": (at - history.start).total_seconds() / 3600,
        "patient": sample.patient_id,
        "kind": history.kinds.index(sample.kind),
        "hospital": number[sample.hospital_id],
        "minutes": _number(sample.minutes),
        "before": _number(sample.load_before),
        "after": _number(sample.load_after),
        "reason": _text(sample.reason),
        "others": [_alternative(number[other.hospital_id], other) for other in sample.alternatives],
    }


def _alternative(hospital: int, other: Alternative) -> Json:
    return {
        "hospital": hospital,
        "minutes": _number(other.minutes),
        "cost": _number(other.cost),
        "rule": other.rule,
    }


def _outline(outline: Outline) -> list[list[float]]:
    """Polylines as flat lists `lat, lon, lat, lon`, rounded to about ten metres."""
    return [np.stack(segment, axis=1).round(4).ravel().tolist() for segment in outline.segments]


def _counts(values: Floats) -> str:
    """Counts as little-endian 16-bit numbers in base64."""
    known = np.isfinite(values)
    whole = np.where(known, np.clip(np.round(values), 0, UNKNOWN - 1), UNKNOWN)
    return base64.b64encode(whole.astype("<u2").tobytes()).decode("ascii")


def _table(values: npt.NDArray[np.floating[Any]]) -> list[list[float | None]]:
    return [[_number(value) for value in row] for row in values.tolist()]


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float) -> float | None:
    """JSON has no nan: unknown is null."""
    return value if math.isfinite(value) else None


def _text(text: Text) -> Mapping[str, str]:
    return {"kk": text.kk, "ru": text.ru, "en": text.en}
