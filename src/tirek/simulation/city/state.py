"""Arrays of the compiled loop. Times are minutes since the start of the run unless a comment says hours."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tirek.engine.ledger import Columns

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int8]

# Kinds of events.
SCENE_DONE, AT_DOOR, HANDED_OVER, CREW_FREE, CREW_HOME, BED_FREE, COUNT_BEDS, REPORT, LAPSE = range(9)

# How a patient came to a call's record.
CALL, REFERRED, WALK_IN = range(3)

# What became of a record.
UNUSED, WAITING, SENT, TO_HOSPITAL, ON_SCENE_ENDED, HANDED, PRIMARY_CARE, WITHDRAWN, NO_SHOW = range(9)

# Crews.
OFF, IDLE, BUSY = range(3)

# Places in `State.n`.
(
    N_IDLE, NEXT_RECORD, END_RECORDS, TICK, ON_DUTY, DUTY_TARGET, PLACED, REDIRECTED, DECLINED, UNPLACED,
    HELPED, HANDED_BY_CREW, TO_PRIMARY_CARE, GAVE_UP, RECEIVED, REACHED, REFERRED_IN, WALKED_IN, NO_SHOWS,
    ADMITTED, DISCHARGED, BEYOND, SAMPLES, WINDOW, N_SIZE,
) = range(25)  # fmt: skip

# Places in `State.x`.
SIREN_NOW, ABOARD_NOW, ORDINARY_NOW, EXTRA_MINUTES, BUSY_MINUTES, CLOCK, REACH_NOW, X_SIZE = range(8)

RESPONSE_BINS = 1440
"""Half minutes, 12 h; the last takes all longer ones."""
OFFLOAD_BINS = 600
"""Minutes at the door, and of turnaround."""
AGE_DAYS = 64
"""Days of admission that the planner tells apart; no stay is longer."""
WINDOWS_A_DAY = 4
"""Windows of 6 h in which arrivals are counted for the forecast."""
RECENT_WINDOWS = 14 * WINDOWS_A_DAY
SCAN = 16
"""Oldest waiting calls of each category that a free crew chooses among."""
SAMPLE_SIZE = 2048
"""Placements kept with what was seen; one of `Rules.sample_every`, so that a run fills about half of them."""


class Ground(NamedTuple):
    """What does not change in a run."""

    minutes: Floats  # (P, P) night, ordinary car
    weight: Floats  # (Z,)
    first_hospital: int
    hospital: Ints  # (L,)
    kind: Ints  # (L,)
    kind_start: Ints  # (K + 1,) into kind_lines
    kind_lines: Ints  # (L,)
    home_hospital: Ints  # (K, Z) nearest hospital with the kind; -1: none
    hospital_start: Ints  # (H + 1,) into hospital_lines
    hospital_lines: Ints  # (L,)
    factors: Floats  # (48, 3)
    targets: Floats  # (4,)
    cover_minutes: Floats  # (4,)
    give_up: Floats  # (4,)
    bay_start: Ints  # (H + 1,) into State.bays
    crew_home: Ints  # (C,) place of its station
    epidemic_kind: Small  # (K,) 1 where the stream is not general


class Rules(NamedTuple):
    """Settings as plain numbers."""

    policy: int
    seed: int
    evenness: float
    reach: float
    cover_within: float
    patience: float
    reserve_share: float
    siren_through: int
    chute: float
    unknown_after: float  # hours
    decline: float
    decline_full: float
    declines_at_most: int
    promise_lapse: float
    report_every: float
    reports_a_day: int
    sample_every: int


class Records(NamedTuple):
    """Calls and other arrivals in a ring of N, all shape (N,) but `declined` (N, 2) and `luck` (N, 2)."""

    called: Floats
    zone: Ints
    category: Small
    source: Small
    kind: Ints  # -1: stays at home
    epidemic: Small
    on_scene: Floats
    offload: Floats
    turnaround: Floats
    stay: Floats  # minutes
    delay: Floats  # from referral to journey; inf: never comes
    luck: Floats  # uniform numbers for the doors
    status: Small
    crew: Ints
    line: Ints
    reached_at: Floats  # the crew at the scene
    at_door: Floats
    declined: Ints  # hospitals, -1: none
    older: Ints  # neighbours in the queue of its category, -1: none
    newer: Ints


class Crews(NamedTuple):
    """Crews, shape (C,)."""

    place: Ints
    state: Small
    token: Ints  # counts its changes, so that an outdated event is known
    idle: Ints  # the first n[N_IDLE] are idle crews
    slot: Ints  # place of an idle crew in `idle`
    since: Floats  # busy since


class Beds(NamedTuple):
    """What is true, and what a hospital has counted but not yet sent; shape (L,) but where noted."""

    staffed: Floats
    occupied: Ints
    known_arrivals: Ints  # by the centre's own patients, ever
    arrivals_base: Ints  # of them counted by the report in the ledger
    counted: Floats
    counted_base: Ints
    counted_at: Ints  # minutes, per hospital (H,)
    present: Ints  # (L, AGE_DAYS) by day of admission, modulo
    present_unknown: Ints  # in bed at the start
    recent: Ints  # (RECENT_WINDOWS, K, H) arrivals by area, ring
    bays: Floats  # free again at, by bay
    leave_rate: Floats  # a patient an hour
    report_late: Floats  # (R, H) minutes; inf: not sent
    report_error: Floats  # (R, L) share


class Series(NamedTuple):
    """What is recorded, hour by hour: T rows."""

    occupied: Floats32  # (T, L)
    promised: Floats32
    expected: Floats32
    staffed: Floats32
    received: Ints  # (T, 4)
    reached: Ints
    lapsed: Ints
    response_sum: Floats  # (T, 4) minutes of those reached in the hour
    on_duty: Floats  # (T,)
    busy: Floats  # (T,) crews busy at the hour
    report_age: Floats  # (T,) hours, mean over lines
    arrivals: Ints  # (T, 3) patients into beds: by crew, referred, walked in
    redirected: Ints  # (T, 2) placements, of them not to the nearest
    responses: Ints  # (4, RESPONSE_BINS)
    offload: Ints  # (OFFLOAD_BINS,)
    turnaround: Ints  # (OFFLOAD_BINS,)
    sample_at: Floats  # (SAMPLE_SIZE,)
    sample_of: Ints  # (SAMPLE_SIZE, 4) zone, kind, line, running number
    sample_occupied: Floats  # (SAMPLE_SIZE, H) expected on the kind's line of each hospital
    sample_price: Floats
    sample_doubt: Floats
    sample_reported_at: Floats
    sample_minutes: Floats  # (SAMPLE_SIZE, H)


class State(NamedTuple):
    """Everything that the loop reads and writes."""

    n: Ints
    x: Floats
    records: Records
    queue_old: Ints  # (4,) oldest waiting, -1: none
    queue_new: Ints  # (4,)
    queue_size: Ints  # (4,)
    crews: Crews
    beds: Beds
    ledger: Columns
    price: Floats  # (L,)
    cover: Ints  # (Z,) idle crews that cover a zone
    idle_at: Ints  # (P,) idle crews at a place
    heap_time: Floats
    heap_load: Ints
    heap_size: Ints  # (1,)
    series: Series
    # scratch
    expected: Floats  # (L,)
    doubt: Floats  # (L,)
    open_: npt.NDArray[np.bool_]  # (H,)
    hospital_minutes: Floats  # (H,)
    cost: Floats
    rule: Ints
    crew_minutes: Floats  # (C,)
    crew_loss: Floats
    crew_cost: Floats
    wait_record: Ints  # (4 * SCAN,)
    wait_category: Ints
    wait_waited: Floats
    wait_minutes: Floats


def empty_records(size: int) -> Records:
    """A ring with no record in it."""
    dtypes: dict[str, Any] = {
        "category": np.int8, "source": np.int8, "epidemic": np.int8, "status": np.int8, "zone": np.int64,
        "kind": np.int64, "crew": np.int64, "line": np.int64, "older": np.int64, "newer": np.int64,
    }  # fmt: skip
    arrays: dict[str, Any] = {f: np.zeros(size, dtypes.get(f, np.float64)) for f in Records._fields}
    arrays["luck"] = np.zeros((size, 2))
    arrays["declined"] = np.full((size, 2), -1, dtype=np.int64)
    return Records(**arrays)


def empty_series(hours: int, lines: int, hospitals: int) -> Series:
    """Room for `hours` rows."""
    by_line = {
        name: np.zeros((hours, lines), dtype=np.float32)
        for name in ("occupied", "promised", "expected", "staffed")
    }
    by_category = {name: np.zeros((hours, 4), dtype=np.int64) for name in ("received", "reached", "lapsed")}
    by_hour = {name: np.zeros(hours) for name in ("on_duty", "busy", "report_age")}
    arrays: dict[str, Any] = {**by_line, **by_category, **by_hour}
    return Series(
        **arrays,
        response_sum=np.zeros((hours, 4)),
        arrivals=np.zeros((hours, 3), dtype=np.int64),
        redirected=np.zeros((hours, 2), dtype=np.int64),
        responses=np.zeros((4, RESPONSE_BINS), dtype=np.int64),
        offload=np.zeros(OFFLOAD_BINS, dtype=np.int64),
        turnaround=np.zeros(OFFLOAD_BINS, dtype=np.int64),
        sample_at=np.zeros(SAMPLE_SIZE),
        sample_of=np.zeros((SAMPLE_SIZE, 4), dtype=np.int64),
        sample_occupied=np.full((SAMPLE_SIZE, hospitals), np.nan),
        sample_price=np.full((SAMPLE_SIZE, hospitals), np.nan),
        sample_doubt=np.full((SAMPLE_SIZE, hospitals), np.nan),
        sample_reported_at=np.full((SAMPLE_SIZE, hospitals), np.nan),
        sample_minutes=np.full((SAMPLE_SIZE, hospitals), np.nan),
    )
