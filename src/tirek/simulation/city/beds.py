"""Beds in the compiled loop: placing, the door, the ward, and what the centre hears of it."""

import numpy as np
from numba import njit

from tirek.engine.baselines import (
    least_loaded,
    least_loaded_when_full,
    nearest,
    nearest_with_room,
    random_choice,
    round_robin,
)
from tirek.engine.choice import choose_line
from tirek.engine.ledger import fill_expected
from tirek.simulation.city.crews import schedule
from tirek.simulation.city.state import (
    ABOARD_NOW,
    ADMITTED,
    AGE_DAYS,
    AT_DOOR,
    BED_FREE,
    BEYOND,
    CALL,
    COUNT_BEDS,
    CREW_FREE,
    DECLINED,
    DISCHARGED,
    EXTRA_MINUTES,
    HANDED,
    HANDED_BY_CREW,
    HANDED_OVER,
    LAPSE,
    NO_SHOW,
    NO_SHOWS,
    OFFLOAD_BINS,
    ORDINARY_NOW,
    PLACED,
    REDIRECTED,
    REFERRED,
    REFERRED_IN,
    REPORT,
    SAMPLE_SIZE,
    SAMPLES,
    TO_HOSPITAL,
    UNPLACED,
    WALKED_IN,
    WINDOW,
    Ground,
    Rules,
    State,
)

POLICY_NAMES = (
    "tirek", "nearest", "nearest-with-room", "least-loaded", "least-loaded-when-full", "round-robin",
    "random",
)  # fmt: skip
"""In the order of `Rules.policy`."""
DECLINED_MINUTES = 5.0
"""At a door that does not open, before the crew drives on."""
FULL_OFFLOAD = 1.5
"""Times the usual handover where the ward is full and a place has to be made."""


@njit(cache=True)
def choose(g: Ground, r: Rules, s: State, kind: int) -> int:
    """Line by the policy of the run, -1: none; `hospital_minutes`, `expected` and `open_` are filled."""
    lines = g.kind_lines[g.kind_start[kind] : g.kind_start[kind + 1]]
    n = lines.size
    minutes, staffed, price = s.hospital_minutes, s.ledger.staffed, s.price
    cost, rule, turn = s.cost[:n], s.rule[:n], (r.seed << 32) + s.n[PLACED]
    if r.policy == 0:
        i = choose_line(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness, r.reach,
                        cost, rule, turn, s.doubt)  # fmt: skip
    elif r.policy == 1:
        i = nearest(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness, r.reach,
                    cost, rule, turn, s.doubt)  # fmt: skip
    elif r.policy == 2:
        i = nearest_with_room(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness,
                              r.reach, cost, rule, turn, s.doubt)  # fmt: skip
    elif r.policy == 3:
        i = least_loaded(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness, r.reach,
                         cost, rule, turn, s.doubt)  # fmt: skip
    elif r.policy == 4:
        i = least_loaded_when_full(lines, g.hospital, minutes, staffed, s.expected, price, s.open_,
                                   r.evenness, r.reach, cost, rule, turn, s.doubt)  # fmt: skip
    elif r.policy == 5:
        i = round_robin(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness, r.reach,
                        cost, rule, turn, s.doubt)  # fmt: skip
    else:
        i = random_choice(lines, g.hospital, minutes, staffed, s.expected, price, s.open_, r.evenness,
                          r.reach, cost, rule, turn, s.doubt)  # fmt: skip
    return int(lines[i]) if i >= 0 else -1


@njit(cache=True)
def line_in_need(g: Ground, s: State, kind: int) -> int:
    """The nearest line of the kind that exists, when the policy finds none: a person would say so too."""
    best = -1
    for i in range(g.kind_start[kind], g.kind_start[kind + 1]):
        line = g.kind_lines[i]
        if s.beds.staffed[line] > 0.0 and (
            best < 0 or s.hospital_minutes[g.hospital[line]] < s.hospital_minutes[g.hospital[best]]
        ):
            best = line
    return best if best >= 0 else g.kind_lines[g.kind_start[kind]]


@njit(cache=True)
def place(g: Ground, r: Rules, s: State, record: int, now: float, at: int, factor: float) -> float:
    """Choose and promise a bed for the patient who is at place `at`; minutes of the journey."""
    records = s.records
    kind = records.kind[record]
    first = g.first_hospital
    for h in range(s.hospital_minutes.size):
        s.hospital_minutes[h] = g.minutes[at, first + h] * factor
    fill_expected(
        s.ledger,
        g.kind_lines[g.kind_start[kind] : g.kind_start[kind + 1]],
        now / 60.0,
        r.unknown_after,
        s.expected,
        s.doubt,
    )
    again = records.declined[record, 0] >= 0
    for i in range(2):
        if records.declined[record, i] >= 0:
            s.open_[records.declined[record, i]] = False
    line = choose(g, r, s, kind)
    for i in range(2):
        if records.declined[record, i] >= 0:
            s.open_[records.declined[record, i]] = True
    if line < 0:
        s.n[UNPLACED] += 1
        line = line_in_need(g, s, kind)
    hospital = g.hospital[line]
    if not again:
        count_placement(g, r, s, record, kind, line, now)
    records.line[record] = line
    s.ledger.promised[line] += 1.0
    return float(s.hospital_minutes[hospital])


@njit(cache=True)
def count_placement(g: Ground, r: Rules, s: State, record: int, kind: int, line: int, now: float) -> None:
    """Count a first placement: redirected or not, for the forecast, and some as samples."""
    zone = s.records.zone[record]
    home = g.home_hospital[kind, zone]
    hospital = g.hospital[line]
    s.beds.recent[s.n[WINDOW], kind, home] += 1
    hour = int(now / 60)
    if hour < s.series.redirected.shape[0]:
        s.series.redirected[hour, 0] += 1
        s.series.redirected[hour, 1] += int(hospital != home)
    if hospital != home:
        s.n[REDIRECTED] += 1
        s.x[EXTRA_MINUTES] += s.hospital_minutes[hospital] - s.hospital_minutes[home]
    if s.n[PLACED] % r.sample_every == 0:
        keep_sample(g, s, zone, kind, line, now)
    s.n[PLACED] += 1


@njit(cache=True)
def keep_sample(g: Ground, s: State, zone: int, kind: int, line: int, now: float) -> None:
    """Keep what this placement saw: expected occupancy and price on the kind's line of every hospital."""
    row = s.n[SAMPLES] % SAMPLE_SIZE
    series = s.series
    series.sample_at[row] = now
    series.sample_of[row, 0] = zone
    series.sample_of[row, 1] = kind
    series.sample_of[row, 2] = line
    series.sample_of[row, 3] = s.n[PLACED]
    series.sample_occupied[row] = np.nan
    series.sample_price[row] = np.nan
    series.sample_minutes[row] = s.hospital_minutes
    for i in range(g.kind_start[kind], g.kind_start[kind + 1]):
        other = g.kind_lines[i]
        series.sample_occupied[row, g.hospital[other]] = s.expected[other]
        series.sample_price[row, g.hospital[other]] = s.price[other]
        series.sample_doubt[row, g.hospital[other]] = s.doubt[other]
        series.sample_reported_at[row, g.hospital[other]] = s.ledger.reported_at[other]
    s.n[SAMPLES] += 1


@njit(cache=True)
def leave_scene(g: Ground, r: Rules, s: State, record: int, now: float) -> None:
    """The crew sets off with its patient."""
    minutes = place(g, r, s, record, now, s.records.zone[record], s.x[ABOARD_NOW])
    s.records.status[record] = TO_HOSPITAL
    schedule(s, now + minutes, AT_DOOR, record, 0)


@njit(cache=True)
def refer(g: Ground, r: Rules, s: State, record: int, now: float) -> None:
    """A polyclinic refers a patient: a bed is promised; they travel by themselves, or never come."""
    minutes = place(g, r, s, record, now, s.records.zone[record], s.x[ORDINARY_NOW])
    s.records.status[record] = TO_HOSPITAL
    if s.records.delay[record] < np.inf:
        schedule(s, now + s.records.delay[record] + minutes, AT_DOOR, record, 0)
    else:
        schedule(s, now + minutes + r.promise_lapse, LAPSE, record, 0)


@njit(cache=True)
def walk_in(g: Ground, s: State, record: int, now: float) -> None:
    """A patient comes to the nearest hospital by themselves; the centre knows nothing of it."""
    kind = s.records.kind[record]
    home = g.home_hospital[kind, s.records.zone[record]]
    for i in range(g.kind_start[kind], g.kind_start[kind + 1]):
        if g.hospital[g.kind_lines[i]] == home:
            s.records.line[record] = g.kind_lines[i]
    s.n[WALKED_IN] += 1
    admit(s, record, now, 2)


@njit(cache=True)
def lapse(s: State, record: int) -> None:
    """The referred patient never came: the promise is given back."""
    s.ledger.promised[s.records.line[record]] -= 1.0
    s.records.status[record] = NO_SHOW
    s.n[NO_SHOWS] += 1


@njit(cache=True)
def at_door(g: Ground, r: Rules, s: State, record: int, now: float) -> None:
    """The hospital takes the patient, or declines and the centre places them again."""
    records = s.records
    line = records.line[record]
    hospital = g.hospital[line]
    full = s.beds.occupied[line] >= s.beds.staffed[line]
    times = int(records.declined[record, 0] >= 0) + int(records.declined[record, 1] >= 0)
    share = r.decline_full if full else r.decline
    by_crew = records.source[record] == CALL
    if times < r.declines_at_most and records.luck[record, times] < share:
        s.n[DECLINED] += 1
        records.declined[record, times] = hospital
        s.ledger.promised[line] -= 1.0
        factor = s.x[ABOARD_NOW] if by_crew else s.x[ORDINARY_NOW]
        minutes = place(g, r, s, record, now, g.first_hospital + hospital, factor)
        schedule(s, now + DECLINED_MINUTES + minutes, AT_DOOR, record, 0)
        return
    records.at_door[record] = now
    minutes = records.offload[record] * (FULL_OFFLOAD if full else 1.0)
    begin = now
    if by_crew:
        best = g.bay_start[hospital]
        for bay in range(best + 1, g.bay_start[hospital + 1]):
            if s.beds.bays[bay] < s.beds.bays[best]:
                best = bay
        begin = max(now, s.beds.bays[best])
        s.beds.bays[best] = begin + minutes
    schedule(s, begin + minutes, HANDED_OVER, record, 0)


@njit(cache=True)
def handed_over(g: Ground, s: State, record: int, now: float) -> None:
    """The patient is in bed and both sides know it; the crew begins its turnaround."""
    records = s.records
    line = records.line[record]
    s.ledger.promised[line] -= 1.0
    s.ledger.arrived[line] += 1.0
    s.beds.known_arrivals[line] += 1
    if records.source[record] == REFERRED:
        s.n[REFERRED_IN] += 1
        admit(s, record, now, 1)
        return
    s.n[HANDED_BY_CREW] += 1
    wait = now - records.at_door[record]
    s.series.offload[min(int(wait), OFFLOAD_BINS - 1)] += 1
    whole = wait + records.turnaround[record]
    s.series.turnaround[min(int(whole), OFFLOAD_BINS - 1)] += 1
    crew = records.crew[record]
    s.crews.place[crew] = g.first_hospital + g.hospital[line]
    schedule(s, now + records.turnaround[record], CREW_FREE, crew, 0)
    admit(s, record, now, 0)


@njit(cache=True)
def admit(s: State, record: int, now: float, way: int) -> None:
    """One more in bed, for the length of the stay. `way`: 0 by crew, 1 referred, 2 walked in."""
    line = s.records.line[record]
    s.records.status[record] = HANDED
    if s.beds.occupied[line] >= s.beds.staffed[line]:
        s.n[BEYOND] += 1
    s.beds.occupied[line] += 1
    s.n[ADMITTED] += 1
    hour = int(now / 60)
    if hour < s.series.arrivals.shape[0]:
        s.series.arrivals[hour, way] += 1
    day = int(now / 1440)
    s.beds.present[line, day % AGE_DAYS] += 1
    schedule(s, now + s.records.stay[record], BED_FREE, line, day + 1)


@njit(cache=True)
def bed_free(s: State, line: int, day_and_one: int) -> None:
    """One leaves the ward; 0 stands for those who were there at the start."""
    s.beds.occupied[line] -= 1
    s.n[DISCHARGED] += 1
    if day_and_one == 0:
        s.beds.present_unknown[line] -= 1
    else:
        s.beds.present[line, (day_and_one - 1) % AGE_DAYS] -= 1


@njit(cache=True)
def count_beds(g: Ground, r: Rules, s: State, hospital: int, slot: int, now: float) -> None:
    """A hospital counts its patients, a little wrong; the report goes out later, or not at all."""
    beds = s.beds
    for i in range(g.hospital_start[hospital], g.hospital_start[hospital + 1]):
        line = g.hospital_lines[i]
        beds.counted[line] = max(np.rint(beds.occupied[line] * (1.0 + beds.report_error[slot, line])), 0.0)
        beds.counted_base[line] = beds.known_arrivals[line]
    beds.counted_at[hospital] = int(now)
    if beds.report_late[slot, hospital] < np.inf:
        schedule(s, now + beds.report_late[slot, hospital], REPORT, hospital, 0)
    schedule(s, now + r.report_every, COUNT_BEDS, hospital, (slot + 1) % r.reports_a_day)


@njit(cache=True)
def take_report(g: Ground, s: State, hospital: int) -> None:
    """The report is in the ledger: what it counts is no longer counted as arrived since."""
    beds, ledger = s.beds, s.ledger
    for i in range(g.hospital_start[hospital], g.hospital_start[hospital + 1]):
        line = g.hospital_lines[i]
        ledger.reported[line] = beds.counted[line]
        ledger.reported_at[line] = beds.counted_at[hospital] / 60.0
        beds.arrivals_base[line] = beds.counted_base[line]
        ledger.arrived[line] = float(beds.known_arrivals[line] - beds.arrivals_base[line])
        ledger.leaving[line] = beds.counted[line] * beds.leave_rate[line]
