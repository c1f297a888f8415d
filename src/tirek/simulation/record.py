"""What a run leaves behind, so that figures, plots and reports can be made of it without running it again.

A simulated city, a replayed wave and the live desk all leave the same `History`. Arrays have one row per
step: row `t` holds what was true at the instant `start + t * step_hours`. Unknown is nan, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tirek.domain.hospital import Hospital
from tirek.domain.place import Point

Floats: TypeAlias = npt.NDArray[np.float64] | npt.NDArray[np.float32]

LOAD_STEPS = (0.8, 0.95, 1.0)
"""Loads at which a hospital stops having room, is nearly full, is full or over; a city may set its own."""

URGENCIES = (1, 2, 3, 4)
"""Urgency categories, in the order of the last axis of every call series."""


@dataclass(frozen=True)
class Text:
    """A sentence in the three languages of the pages; each is written, none may be missing."""

    kk: str
    ru: str
    en: str

    @classmethod
    def same(cls, text: str) -> "Text":
        """What reads alike in every language: a proper name, a number with a symbol."""
        return cls(text, text, text)

    def __post_init__(self) -> None:
        for language in ("kk", "ru", "en"):
            if not getattr(self, language).strip():
                raise ValueError(f"a text has no words in '{language}': {self}")


@dataclass(frozen=True)
class Alternative:
    """A hospital that was not chosen, and what it would have cost.

    `minutes` is the journey; `cost` is in weighed minutes more than the choice (nan where the hospital was no
    choice at all); `rule` names what speaks against it: `closed`, `unknown`, `too_far`, `full`, or nothing.
    """

    hospital_id: str
    minutes: float
    cost: float
    rule: str | None = None


@dataclass(frozen=True)
class SamplePlacement:
    """One placement as the dispatcher saw it. Loads are patients per staffed bed (1.0 is full)."""

    at: datetime
    patient_id: str
    kind: str
    place: Point
    hospital_id: str
    minutes: float
    load_before: float
    load_after: float
    reason: Text
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, eq=False)
class CallSeries:
    """Calls by hour and urgency category, each array shaped [T, 4], nan where not recorded.

    `received` and `served` count the calls of the hour that begins at the row's instant; `waiting` counts
    those that no crew had reached at the instant itself.
    """

    received: Floats
    served: Floats
    waiting: Floats

    def __post_init__(self) -> None:
        for name in ("received", "served", "waiting"):
            shape = getattr(self, name).shape
            if len(shape) != 2 or shape[1] != len(URGENCIES) or shape != self.received.shape:
                raise ValueError(f"calls {name} has shape {shape}, expected [T, 4] like the others")


@dataclass(frozen=True)
class ResponseSummary:
    """Minutes from call to the crew's arrival, of one urgency category, over the whole run.

    `within` is the share (0 to 1) that arrived within `target_minutes`.
    """

    urgency: int
    target_minutes: float
    calls: int
    mean_minutes: float
    p90_minutes: float
    within: float


@dataclass(frozen=True, eq=False)
class Outline:
    """Main roads or a border as polylines, a background that makes a map readable with no tiles.

    Each segment is a pair of arrays (latitudes, longitudes) in degrees, of equal length.
    """

    segments: tuple[tuple[Floats, Floats], ...]

    def __post_init__(self) -> None:
        for lat, lon in self.segments:
            if lat.shape != lon.shape or lat.ndim != 1:
                raise ValueError(f"an outline segment has {lat.shape} latitudes and {lon.shape} longitudes")


@dataclass(frozen=True, eq=False)
class History:
    """What a run leaves behind.

    Parameters
    ----------
    title : what was run, in one line.
    start : instant of row 0, with its offset from UTC.
    zone : IANA name of the clock of the pages, such as `Asia/Almaty`.
    hospitals : H of them; their `beds` are not read, `staffed` is what counts here.
    kinds : K bed kinds as written by `BedKind`, or bare bed classes where a benchmark has no more.
    staffed : staffed beds, [H, K], or [T, H, K] where beds were opened or closed on the way; nan unknown,
        0 where the hospital has none of the kind.
    occupied : patients in bed, [T, H, K]; nan unknown.
    policy : how patients were placed.
    step_hours : hours between rows.
    promised : beds promised to patients who have not arrived, [T, H, K]; not counted in `occupied`.
    calls, responses : what the ambulance station did, where the run has calls at all.
    settings : name -> value, everything needed to run it again.
    figures : name -> value of what the run measured itself; the names are those of docs/reference/figures.md.
    samples : some placements with their reasons.
    notes : what the reader must know to believe the right amount.
    attribution : who made the data, such as "OpenStreetMap contributors"; shown under the map.
    outline : background of the map.
    load_steps : loads from which a hospital counts as filling, nearly full, and full or over.
    """

    title: Text
    start: datetime
    zone: str
    hospitals: tuple[Hospital, ...]
    kinds: tuple[str, ...]
    staffed: Floats
    occupied: Floats
    policy: Text
    step_hours: float = 1.0
    promised: Floats | None = None
    calls: CallSeries | None = None
    responses: tuple[ResponseSummary, ...] = ()
    settings: Mapping[str, str | float | bool] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[SamplePlacement, ...] = ()
    notes: tuple[Text, ...] = ()
    attribution: tuple[str, ...] = ()
    outline: Outline | None = None
    load_steps: tuple[float, float, float] = LOAD_STEPS

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None:
            raise ValueError(f"start {self.start} has no offset from UTC; give it the zone of the city")
        if not self.step_hours > 0:
            raise ValueError(f"step_hours is {self.step_hours}, expected more than 0")
        if not 0 < self.load_steps[0] < self.load_steps[1] < self.load_steps[2]:
            raise ValueError(f"load_steps {self.load_steps} do not rise")
        _unique("hospital", [hospital.id for hospital in self.hospitals])
        _unique("kind", self.kinds)
        self._check_shapes()
        self._check_samples()

    def _check_shapes(self) -> None:
        """Arrays agree with each other and with the lists; an empty run is refused."""
        sides = (len(self.hospitals), len(self.kinds))
        if self.occupied.ndim != 3 or self.occupied.shape[1:] != sides or 0 in self.occupied.shape:
            raise ValueError(
                f"occupied has shape {self.occupied.shape}, expected [T, {sides[0]}, {sides[1]}]"
            )
        if self.staffed.shape not in {sides, self.occupied.shape}:
            raise ValueError(
                f"staffed has shape {self.staffed.shape}, expected {list(sides)} or one per step"
            )
        if self.promised is not None and self.promised.shape != self.occupied.shape:
            raise ValueError(f"promised has shape {self.promised.shape}, occupied {self.occupied.shape}")
        if self.calls is not None and self.calls.received.shape[0] != self.steps:
            raise ValueError(f"calls have {self.calls.received.shape[0]} rows, occupied has {self.steps}")
        for name in ("staffed", "occupied", "promised"):
            values = getattr(self, name)
            if values is not None and (np.nanmin(values, initial=0.0) < 0 or np.isinf(values).any()):
                raise ValueError(f"{name} holds a negative or infinite number; unknown is nan")

    def _check_samples(self) -> None:
        """Samples speak only of hospitals and kinds of this run."""
        known = {hospital.id for hospital in self.hospitals}
        for sample in self.samples:
            named = {sample.hospital_id, *(other.hospital_id for other in sample.alternatives)}
            if not named <= known:
                raise ValueError(
                    f"sample {sample.patient_id} names unknown hospitals {sorted(named - known)}"
                )
            if sample.kind not in self.kinds:
                raise ValueError(f"sample {sample.patient_id} has the unknown kind '{sample.kind}'")
            if sample.at.utcoffset() is None:
                raise ValueError(f"sample {sample.patient_id} has a time with no offset from UTC")

    @property
    def steps(self) -> int:
        """T, the number of rows."""
        return int(self.occupied.shape[0])

    def time_of(self, step: int) -> datetime:
        """Instant of a row."""
        return self.start + timedelta(hours=step * self.step_hours)

    def staffed_by_step(self) -> npt.NDArray[np.float64]:
        """Staffed beds as [T, H, K] whether or not they changed; a read-only view where they did not."""
        return np.broadcast_to(np.asarray(self.staffed, dtype=np.float64), self.occupied.shape)


def _unique(what: str, ids: Sequence[str]) -> None:
    """Refuse a list in which one id stands twice."""
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise ValueError(f"{what} {min(twice)!r} stands twice")
