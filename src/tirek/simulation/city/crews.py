"""Crews in the compiled loop: who goes, who waits, who is idle where. The choices are the engine's."""

import numpy as np
from numba import njit

from tirek.engine.crew_choice import choose_call, choose_crew, count_coverage, coverage_loss, kept_back
from tirek.simulation.city.heap import pack, push
from tirek.simulation.city.state import (
    BUSY,
    BUSY_MINUTES,
    CREW_HOME,
    DUTY_TARGET,
    GAVE_UP,
    IDLE,
    N_IDLE,
    OFF,
    ON_DUTY,
    ORDINARY_NOW,
    PRIMARY_CARE,
    REACH_NOW,
    REACHED,
    RECEIVED,
    RESPONSE_BINS,
    SCAN,
    SCENE_DONE,
    SENT,
    SIREN_NOW,
    TO_PRIMARY_CARE,
    WAITING,
    WITHDRAWN,
    Ground,
    Rules,
    State,
)


@njit(cache=True)
def schedule(s: State, time: float, what: int, a: int, b: int) -> None:
    """Add an event to the heap."""
    push(s.heap_time, s.heap_load, s.heap_size, time, pack(what, a, b))


@njit(cache=True)
def begin_idle(g: Ground, s: State, crew: int, place: int) -> None:
    """The crew can be sent, from `place`."""
    s.crews.place[crew] = place
    s.crews.state[crew] = IDLE
    s.crews.token[crew] = (s.crews.token[crew] + 1) & 0xFFFFFF
    s.crews.slot[crew] = s.n[N_IDLE]
    s.crews.idle[s.n[N_IDLE]] = crew
    s.n[N_IDLE] += 1
    s.idle_at[place] += 1
    count_coverage(g.minutes[place], s.x[REACH_NOW], s.cover, 1)


@njit(cache=True)
def end_idle(g: Ground, s: State, crew: int, state: int) -> None:
    """The crew cannot be sent any more."""
    place = s.crews.place[crew]
    s.crews.state[crew] = state
    last = s.crews.idle[s.n[N_IDLE] - 1]
    s.crews.idle[s.crews.slot[crew]] = last
    s.crews.slot[last] = s.crews.slot[crew]
    s.n[N_IDLE] -= 1
    s.idle_at[place] -= 1
    count_coverage(g.minutes[place], s.x[REACH_NOW], s.cover, -1)


@njit(cache=True)
def recount_coverage(g: Ground, s: State) -> None:
    """Count from the beginning how many idle crews cover each zone: the roads became slower or faster."""
    s.cover[:] = 0
    for place in range(s.idle_at.size):
        if s.idle_at[place] > 0:
            count_coverage(g.minutes[place], s.x[REACH_NOW], s.cover, s.idle_at[place])


@njit(cache=True)
def drive_factor(r: Rules, s: State, category: int) -> float:
    """Times the night's minutes on the way to a call."""
    return float(s.x[SIREN_NOW] if category <= r.siren_through else s.x[ORDINARY_NOW])


@njit(cache=True)
def send(s: State, crew: int, record: int, now: float, minutes: float) -> None:
    """Send the crew; `minutes` until arrival, chute included. The response is recorded."""
    records = s.records
    records.status[record] = SENT
    records.crew[record] = crew
    arrival = now + minutes
    records.reached_at[record] = arrival
    response = arrival - records.called[record]
    category = records.category[record] - 1
    s.series.responses[category, min(int(response * 2), RESPONSE_BINS - 1)] += 1
    s.n[REACHED] += 1
    hour = int(arrival / 60)
    if hour < s.series.reached.shape[0]:
        s.series.reached[hour, category] += 1
        s.series.response_sum[hour, category] += response
    schedule(s, arrival + records.on_scene[record], SCENE_DONE, record, 0)


@njit(cache=True)
def pick_crew(g: Ground, r: Rules, s: State, record: int, now: float) -> int:
    """Position among the idle crews of the one to send; -1: none can come."""
    category = s.records.category[record]
    zone = s.records.zone[record]
    factor = drive_factor(r, s, category)
    left = g.targets[category - 1] - (now - s.records.called[record])
    cover_minutes = g.cover_minutes[category - 1]
    idle = s.n[N_IDLE]
    for i in range(idle):
        place = s.crews.place[s.crews.idle[i]]
        s.crew_minutes[i] = g.minutes[place, zone] * factor + r.chute
        s.crew_loss[i] = 0.0
        # Two crews at one place cover for each other, so only one alone there can take coverage with it.
        if cover_minutes > 0.0 and s.idle_at[place] == 1 and s.crew_minutes[i] <= left:
            s.crew_loss[i] = coverage_loss(g.minutes[place], s.x[REACH_NOW], s.cover, g.weight)
    return choose_crew(s.crew_minutes[:idle], s.crew_loss[:idle], left, cover_minutes, s.crew_cost[:idle])


@njit(cache=True)
def call_arrives(g: Ground, r: Rules, s: State, record: int, now: float) -> None:
    """A call comes in: an idle crew goes, or the call waits."""
    category = s.records.category[record]
    s.n[RECEIVED] += 1
    hour = int(now / 60)
    if hour < s.series.received.shape[0]:
        s.series.received[hour, category - 1] += 1
    s.records.status[record] = WAITING
    held = category > 2 and kept_back(s.n[N_IDLE], s.n[ON_DUTY], r.reserve_share)
    chosen = pick_crew(g, r, s, record, now) if s.n[N_IDLE] > 0 and not held else -1
    if chosen < 0:
        enqueue(s, record, category - 1)
        return
    crew = s.crews.idle[chosen]
    minutes = s.crew_minutes[chosen]
    end_idle(g, s, crew, BUSY)
    s.crews.since[crew] = now
    send(s, crew, record, now, minutes)


@njit(cache=True)
def enqueue(s: State, record: int, line: int) -> None:
    """Put a call behind the others of its category."""
    newest = s.queue_new[line]
    s.records.older[record] = newest
    s.records.newer[record] = -1
    if newest >= 0:
        s.records.newer[newest] = record
    else:
        s.queue_old[line] = record
    s.queue_new[line] = record
    s.queue_size[line] += 1


@njit(cache=True)
def dequeue(s: State, record: int, line: int) -> None:
    """Take a call out of its queue."""
    older = s.records.older[record]
    newer = s.records.newer[record]
    if older >= 0:
        s.records.newer[older] = newer
    else:
        s.queue_old[line] = newer
    if newer >= 0:
        s.records.older[newer] = older
    else:
        s.queue_new[line] = older
    s.queue_size[line] -= 1


@njit(cache=True)
def give_up(g: Ground, s: State, now: float) -> None:
    """End the calls that have waited too long: category 4 goes to the polyclinic, others are withdrawn."""
    for line in range(4):
        while s.queue_old[line] >= 0:
            record = s.queue_old[line]
            if now - s.records.called[record] < g.give_up[line]:
                break
            dequeue(s, record, line)
            if line == 3:
                s.records.status[record] = PRIMARY_CARE
                s.n[TO_PRIMARY_CARE] += 1
            else:
                s.records.status[record] = WITHDRAWN
                s.n[GAVE_UP] += 1
            hour = int(now / 60)
            if hour < s.series.lapsed.shape[0]:
                s.series.lapsed[hour, line] += 1


@njit(cache=True)
def pick_call(g: Ground, r: Rules, s: State, place: int, now: float) -> int:
    """Position in `wait_record` of the call that a free crew at `place` takes; -1: none."""
    n = 0
    for line in range(4):
        record = s.queue_old[line]
        factor = drive_factor(r, s, line + 1)
        for _ in range(SCAN):
            if record < 0:
                break
            s.wait_record[n] = record
            s.wait_category[n] = line + 1
            s.wait_waited[n] = now - s.records.called[record]
            s.wait_minutes[n] = g.minutes[place, s.records.zone[record]] * factor + r.chute
            n += 1
            record = s.records.newer[record]
    if n == 0:
        return -1
    reserved = kept_back(s.n[N_IDLE] + 1, s.n[ON_DUTY], r.reserve_share)
    return choose_call(
        s.wait_category[:n], s.wait_waited[:n], s.wait_minutes[:n], g.targets, r.patience, reserved
    )


@njit(cache=True)
def crew_free(g: Ground, r: Rules, s: State, crew: int, now: float) -> None:
    """The crew has finished, at its place: it goes off duty, takes a waiting call, or turns home."""
    if s.crews.state[crew] == BUSY:
        s.x[BUSY_MINUTES] += now - s.crews.since[crew]
    if s.n[ON_DUTY] > s.n[DUTY_TARGET]:
        s.n[ON_DUTY] -= 1
        s.crews.state[crew] = OFF
        s.crews.place[crew] = g.crew_home[crew]
        return
    place = s.crews.place[crew]
    give_up(g, s, now)
    chosen = pick_call(g, r, s, place, now)
    if chosen >= 0:
        record = s.wait_record[chosen]
        dequeue(s, record, s.wait_category[chosen] - 1)
        s.crews.state[crew] = BUSY
        s.crews.since[crew] = now
        send(s, crew, record, now, s.wait_minutes[chosen])
        return
    begin_idle(g, s, crew, place)
    home = g.crew_home[crew]
    way = g.minutes[place, home]
    if place != home and way < np.inf:
        # Half way home it counts as being there.
        schedule(s, now + 0.5 * way * s.x[ORDINARY_NOW], CREW_HOME, crew, s.crews.token[crew])


@njit(cache=True)
def crew_home(g: Ground, s: State, crew: int, token: int) -> None:
    """An idle crew on its way home is now nearer to home, unless it was sent meanwhile."""
    if s.crews.state[crew] == IDLE and s.crews.token[crew] == token:
        end_idle(g, s, crew, BUSY)
        begin_idle(g, s, crew, g.crew_home[crew])


@njit(cache=True)
def set_duty(g: Ground, r: Rules, s: State, wanted: int, now: float) -> None:
    """Bring crews on duty or send idle ones home until `wanted` are; busy ones finish their call first."""
    s.n[DUTY_TARGET] = wanted
    while s.n[ON_DUTY] > wanted and s.n[N_IDLE] > 0:
        crew = s.crews.idle[s.n[N_IDLE] - 1]
        end_idle(g, s, crew, OFF)
        s.crews.place[crew] = g.crew_home[crew]
        s.n[ON_DUTY] -= 1
    for crew in range(s.crews.state.size):
        if s.n[ON_DUTY] >= wanted:
            break
        if s.crews.state[crew] == OFF:
            s.n[ON_DUTY] += 1
            s.crews.place[crew] = g.crew_home[crew]
            crew_free(g, r, s, crew, now)
