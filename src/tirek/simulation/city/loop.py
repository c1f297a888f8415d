"""The event loop: from one planning time to the next, compiled."""

import numpy as np
from numba import njit

from tirek.engine.ledger import fill_expected
from tirek.simulation.city.beds import (
    at_door,
    bed_free,
    count_beds,
    handed_over,
    lapse,
    leave_scene,
    refer,
    take_report,
    walk_in,
)
from tirek.simulation.city.crews import call_arrives, crew_free, crew_home, give_up, recount_coverage
from tirek.simulation.city.heap import pop, unpack
from tirek.simulation.city.state import (
    ABOARD_NOW,
    AT_DOOR,
    BED_FREE,
    CALL,
    CLOCK,
    COUNT_BEDS,
    CREW_FREE,
    CREW_HOME,
    END_RECORDS,
    HANDED_OVER,
    HELPED,
    LAPSE,
    N_IDLE,
    NEXT_RECORD,
    ON_DUTY,
    ON_SCENE_ENDED,
    ORDINARY_NOW,
    REACH_NOW,
    REFERRED,
    REPORT,
    SCENE_DONE,
    SIREN_NOW,
    TICK,
    Ground,
    Rules,
    State,
)

TICK_MINUTES = 30.0
HEAP_MARGIN = 64
"""Room left in the heap below which the loop stops to be given more."""
DONE, HEAP_FULL = 0, 1


@njit(cache=True)
def record_hour(g: Ground, r: Rules, s: State, hour: int, now: float) -> None:
    """One row of the series."""
    series, ledger = s.series, s.ledger
    lines = np.arange(g.kind.size)
    fill_expected(ledger, lines, now / 60.0, r.unknown_after, s.expected, s.doubt)
    age = 0.0
    counted = 0
    for line in range(g.kind.size):
        series.occupied[hour, line] = s.beds.occupied[line]
        series.promised[hour, line] = ledger.promised[line]
        series.expected[hour, line] = s.expected[line]
        series.staffed[hour, line] = s.beds.staffed[line]
        if s.beds.staffed[line] > 0.0:
            age += now / 60.0 - ledger.reported_at[line]
            counted += 1
    series.report_age[hour] = age / max(counted, 1)
    series.on_duty[hour] = s.n[ON_DUTY]
    series.busy[hour] = s.n[ON_DUTY] - s.n[N_IDLE]


@njit(cache=True)
def tick(g: Ground, r: Rules, s: State, now: float) -> None:
    """Every half hour: the roads' pace, patience, and at full hours a row of the series."""
    half = s.n[TICK] % g.factors.shape[0]
    if s.x[SIREN_NOW] != g.factors[half, 0] or s.n[TICK] == 0:
        s.x[SIREN_NOW] = g.factors[half, 0]
        s.x[REACH_NOW] = (r.cover_within - r.chute) / g.factors[half, 0]
        recount_coverage(g, s)
    s.x[ABOARD_NOW] = g.factors[half, 1]
    s.x[ORDINARY_NOW] = g.factors[half, 2]
    give_up(g, s, now)
    if s.n[TICK] % 2 == 0 and s.n[TICK] // 2 < s.series.occupied.shape[0]:
        record_hour(g, r, s, s.n[TICK] // 2, now)
    s.n[TICK] += 1


@njit(cache=True)
def patient_appears(g: Ground, r: Rules, s: State, now: float) -> None:
    """The next record: a call, a referral or a walk-in."""
    record = s.n[NEXT_RECORD] % s.records.called.size
    s.n[NEXT_RECORD] += 1
    if s.records.source[record] == CALL:
        call_arrives(g, r, s, record, now)
    elif s.records.source[record] == REFERRED:
        refer(g, r, s, record, now)
    else:
        walk_in(g, s, record, now)


@njit(cache=True)
def scene_done(g: Ground, r: Rules, s: State, record: int, now: float) -> None:
    """The crew leaves with the patient, or is free."""
    if s.records.kind[record] >= 0:
        leave_scene(g, r, s, record, now)
        return
    s.records.status[record] = ON_SCENE_ENDED
    s.n[HELPED] += 1
    crew = s.records.crew[record]
    s.crews.place[crew] = s.records.zone[record]
    crew_free(g, r, s, crew, now)


@njit(cache=True)
def happen(g: Ground, r: Rules, s: State, now: float) -> None:
    """Take the earliest event from the heap and let it happen."""
    what, a, b = unpack(pop(s.heap_time, s.heap_load, s.heap_size))
    if what == BED_FREE:
        bed_free(s, a, b)
    elif what == SCENE_DONE:
        scene_done(g, r, s, a, now)
    elif what == AT_DOOR:
        at_door(g, r, s, a, now)
    elif what == HANDED_OVER:
        handed_over(g, s, a, now)
    elif what == CREW_FREE:
        crew_free(g, r, s, a, now)
    elif what == CREW_HOME:
        crew_home(g, s, a, b)
    elif what == COUNT_BEDS:
        count_beds(g, r, s, a, b, now)
    elif what == REPORT:
        take_report(g, s, a)
    elif what == LAPSE:
        lapse(s, a)


@njit(cache=True)
def run_until(g: Ground, r: Rules, s: State, until: float) -> int:
    """Let everything happen before `until`; DONE, or HEAP_FULL when the heap must grow first."""
    while True:
        if s.heap_size[0] + HEAP_MARGIN > s.heap_time.size:
            return HEAP_FULL
        event = s.heap_time[0] if s.heap_size[0] > 0 else np.inf
        beat = s.n[TICK] * TICK_MINUTES
        call = np.inf
        if s.n[NEXT_RECORD] < s.n[END_RECORDS]:
            call = s.records.called[s.n[NEXT_RECORD] % s.records.called.size]
        now = min(event, beat, call)
        if now >= until:
            s.x[CLOCK] = until
            return DONE
        s.x[CLOCK] = now
        if beat <= now:
            tick(g, r, s, now)
        elif call <= now:
            patient_appears(g, r, s, now)
        else:
            happen(g, r, s, now)
