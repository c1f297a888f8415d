"""Place a recorded wave again, patient by patient, with the functions that the desk uses."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tirek.domain.place import Point, great_circle_km
from tirek.engine.ledger import Ledger, PromiseState
from tirek.engine.network import Network
from tirek.engine.place import Patient, Proposal, Settings, State, explain, weigh
from tirek.engine.watch import PLAN_EVERY_HOURS, Watch
from tirek.simulation.replay.wave import Wave

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ARRIVE, LEAVE, REPORT, PLAN = range(4)
"""What can happen, in the order in which simultaneous events are taken."""


@dataclass(frozen=True)
class ReplaySettings:
    """How a wave is replayed."""

    policy: str = "tirek"
    evenness: float = 0.25
    reach_km: float = 80.0
    speed_kmh: float = 50.0
    report_every: float | None = None
    """Hours between the reports of hospitals; `None`: every arrival and departure is told at once."""
    ledger: bool = True
    """Whether the centre counts its own promises between reports."""
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of it; arrays in the order of the wave's patients (N)."""

    wave: Wave
    settings: ReplaySettings
    hospital: Ints
    in_bed_at: Floats
    """Hours since the wave's start."""
    kept: tuple[Proposal, ...]
    """Some of the proposals, spread over the wave."""


@dataclass
class _Room:
    """The centre and the world around it while a wave is replayed."""

    wave: Wave
    settings: ReplaySettings
    state: State
    watch: Watch
    in_bed: Floats
    """The truth: patients in bed per line; only hospitals' reports read it."""
    events: list[tuple[float, int, int, int]] = field(default_factory=list)
    """(time, what, line, patient); patients found at the start are numbered from -1 down."""

    def handle_until(self, now: float) -> None:
        """Let everything happen that happens up to `now`."""
        while self.events and self.events[0][0] <= now:
            at, what, line, who = heapq.heappop(self.events)
            if what == ARRIVE:
                self._arrive(line, who, at)
            elif what == LEAVE:
                self._leave(line, who, at)
            elif what == REPORT:
                self._report(at)
                assert self.settings.report_every is not None
                heapq.heappush(self.events, (at + self.settings.report_every, REPORT, 0, 0))
            else:
                self._plan(at)
                heapq.heappush(self.events, (at + PLAN_EVERY_HOURS, PLAN, 0, 0))

    def _arrive(self, line: int, who: int, at: float) -> None:
        self.in_bed[line] += 1
        if who < 0:  # found there at the start
            self.watch.found_in_bed(line, 1)
            self._told(line, at)
            return
        if self.settings.ledger:
            self.state.ledger.move(self.wave.patient_ids[who], PromiseState.HANDED_OVER, at)
        elif self.settings.report_every is None:
            self.watch.arrive(line, float(self.wave.called_at[who]))
        self._told(line, at)

    def _leave(self, line: int, who: int, at: float) -> None:
        self.in_bed[line] -= 1
        if self.settings.report_every is None:
            self.watch.leave(line, None if who < 0 else float(self.wave.called_at[who]))
            self._told(line, at)

    def _told(self, line: int, at: float) -> None:
        if self.settings.report_every is None:
            self.state.ledger.report(line, at, self.in_bed[line])

    def _report(self, at: float) -> None:
        for line in range(self.in_bed.size):
            self.state.ledger.report(line, at, self.in_bed[line])
            self.watch.report(line, at, self.in_bed[line] + self.state.ledger.columns.promised[line])

    def _plan(self, at: float) -> None:
        if self.settings.report_every is None:  # a hospital that tells everything is never out of date
            for line in range(self.in_bed.size):
                self._told(line, at)
        if self.settings.policy == "tirek" and self.settings.evenness > 0:
            self.state.prices = self.watch.prices(at, self.state.ledger)


def replay(
    wave: Wave, settings: ReplaySettings, progress: Callable[[int], None] = lambda _: None, keep: int = 24
) -> Replay:
    """Place every patient of `wave` in the order of their calls.

    `progress` is told how many were placed, about every hundredth; `keep` proposals are kept as samples.
    """
    minutes = 60 / settings.speed_kmh * great_circle_km(
        wave.from_lat[:, None], wave.from_lon[:, None], wave.lat, wave.lon
    )  # fmt: skip
    room = _open_room(wave, settings)
    nearest = np.stack(
        [np.where(wave.beds[:, k] > 0, minutes, np.inf).argmin(axis=1) for k in range(len(wave.classes))]
    )
    count = len(wave.patient_ids)
    hospital, in_bed_at = np.empty(count, dtype=np.int64), np.empty(count)
    wanted = set(np.linspace(0, count - 1, min(keep, count), dtype=int).tolist())
    kept = []
    for i in range(count):
        now = float(wave.called_at[i])
        room.handle_until(now)
        kind = int(wave.bed_class[i])
        row = minutes[i]
        room.state.travel = lambda _, row=row: row  # type: ignore[misc]
        where = Point(float(wave.from_lat[i]), float(wave.from_lon[i]))
        patient = Patient(wave.patient_ids[i], where, (wave.classes[kind],))
        weighed = weigh(room.state, patient, now)
        line = weighed.line
        assert line is not None  # load_wave saw a bed of every class that is asked for
        if i in wanted:
            kept.append(explain(room.state, patient, weighed))
        hospital[i] = room.state.network.hospital[line]
        in_bed_at[i] = now + float(row[hospital[i]]) / 60
        room.watch.ask(kind, int(nearest[kind, i]), now)
        if settings.ledger:
            room.state.ledger.promise(patient.id, line, now, beyond=not weighed.has_room)
            room.watch.arrive(line, now)
        room.state.placed += 1
        heapq.heappush(room.events, (float(in_bed_at[i]), ARRIVE, line, i))
        heapq.heappush(room.events, (float(in_bed_at[i] + wave.stay[i]), LEAVE, line, i))
        if i % max(count // 100, 1) == 0:
            progress(i)
    progress(count)
    return Replay(wave, settings, hospital, in_bed_at, tuple(kept))


def _open_room(wave: Wave, settings: ReplaySettings) -> _Room:
    h, k = np.nonzero(wave.beds > 0)
    found = set(zip(wave.found_hospital.tolist(), wave.found_class.tolist(), strict=True))
    pairs = sorted(set(zip(h.tolist(), k.tolist(), strict=True)) | found)
    network = Network(
        hospital_ids=wave.hospital_ids,
        kinds=wave.classes,
        hospital=np.array([p[0] for p in pairs], dtype=np.int64),
        kind=np.array([p[1] for p in pairs], dtype=np.int64),
        staffed=np.array([wave.beds[p] for p in pairs]),
    )
    line_at = {pair: line for line, pair in enumerate(pairs)}
    between = (
        60 / settings.speed_kmh * great_circle_km(wave.lat[:, None], wave.lon[:, None], wave.lat, wave.lon)
    )
    every = settings.report_every
    reach = 60 * settings.reach_km / settings.speed_kmh + 1e-9
    state = State(
        network,
        Ledger(network.staffed, unknown_after=max(36.0, 2 * every) if every else np.inf),
        lambda _: np.full(len(wave.hospital_ids), np.nan),
        Settings(settings.evenness, reach, settings.policy, settings.seed),
    )
    watch = Watch(network, between, reach, 0.0, told=every is None)
    room = _Room(wave, settings, state, watch, np.zeros(network.kind.size))
    for i, (hospital, kind) in enumerate(zip(wave.found_hospital, wave.found_class, strict=True)):
        line, at = line_at[int(hospital), int(kind)], float(wave.found_at[i])
        room.events.append((at, ARRIVE, line, -i - 1))
        room.events.append((at + float(wave.found_stay[i]), LEAVE, line, -i - 1))
    room.events.append((0.0, REPORT if every else PLAN, 0, 0))
    if every:
        room.events.append((0.0, PLAN, 0, 0))
    heapq.heapify(room.events)
    for line in range(network.kind.size):
        state.ledger.report(line, 0.0, 0)
    return room
