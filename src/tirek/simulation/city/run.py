"""Runs a city: draws each day's demand, plans, and lets the compiled loop go on to the next planning time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tirek.domain.errors import InputError
from tirek.simulation.city.build import (
    RunSettings,
    build_ground,
    build_rules,
    build_state,
    home_hospitals,
    staffed_on,
)
from tirek.simulation.city.crews import set_duty
from tirek.simulation.city.demand import DAY, DayDemand, draw_day, needs_of
from tirek.simulation.city.loop import HEAP_FULL, run_until
from tirek.simulation.city.model import CityModel
from tirek.simulation.city.plan import PricePlanner
from tirek.simulation.city.refs import referred
from tirek.simulation.city.scenario import Scenario
from tirek.simulation.city.state import (
    CALL,
    END_RECORDS,
    RECENT_WINDOWS,
    SENT,
    TO_HOSPITAL,
    WAITING,
    WINDOW,
    WINDOWS_A_DAY,
    Ground,
    Rules,
    State,
)


@dataclass(frozen=True, eq=False)
class CityRun:
    """A finished run: what went in and the arrays as they stand at the end."""

    model: CityModel
    scenario: Scenario
    settings: RunSettings
    days: int
    ground: Ground
    state: State

    def open_calls(self) -> int:
        """Calls that have not ended: waiting, with a crew, or on the way to a hospital."""
        records = self.state.records
        mine = (records.source == CALL) & np.isin(records.status, (WAITING, SENT, TO_HOSPITAL))
        return int(mine.sum())


def simulate_city(
    model: CityModel,
    scenario: Scenario,
    settings: RunSettings | None = None,
    days: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CityRun:
    """Let the city live for `days` (the scenario's own when left out).

    Parameters
    ----------
    progress : called after every day with the number of days done.

    Raises
    ------
    InputError
        The city cannot be simulated, or calls pile up beyond the days that are kept in memory.
    """
    settings = settings or RunSettings()
    days = scenario.days if days is None else days
    if days < 1:
        raise InputError(f"days: expected at least 1, found {days}")
    needs = needs_of(model, scenario)
    ground = build_ground(model, scenario, settings, staffed_on(model, scenario, 0.0))
    rules = build_rules(scenario, settings, days)
    state = build_state(model, scenario, settings, ground, needs, 24 * days)
    planner = PricePlanner(model, needs, settings)
    for day in range(days):
        open_beds(model, scenario, ground, state, day)
        draw_reports(scenario, settings, rules, state, day)
        _add_demand(state, draw_day(model, scenario, needs, day, settings.seed))
        set_duty(*referred(ground, rules, state), round(scenario.courses["crews"].at(day)), day * DAY)
        for window in range(WINDOWS_A_DAY):
            now = day * DAY + window * DAY / WINDOWS_A_DAY
            turn_window(state, day * WINDOWS_A_DAY + window)
            if now % (settings.plan_hours * 60) == 0:
                planner.plan(ground, state, now)
            state = _run(ground, rules, state, now + DAY / WINDOWS_A_DAY)
        if progress is not None:
            progress(day + 1)
    return CityRun(model, scenario, settings, days, ground, state)


def _run(ground: Ground, rules: Rules, state: State, until: float) -> State:
    """Run the loop, with a larger heap as often as it asks for one."""
    while run_until(*referred(ground, rules, state), until) == HEAP_FULL:
        size = state.heap_time.size
        state = state._replace(
            heap_time=np.concatenate((state.heap_time, np.full(size, np.inf))),
            heap_load=np.concatenate((state.heap_load, np.zeros(size, dtype=np.int64))),
        )
    return state


def turn_window(state: State, window: int) -> None:
    """Begin a new window of counted arrivals in the place of the oldest."""
    state.n[WINDOW] = window % RECENT_WINDOWS
    state.beds.recent[state.n[WINDOW]] = 0


def open_beds(model: CityModel, scenario: Scenario, ground: Ground, state: State, day: int) -> None:
    """Beds of the day, and which hospital is the nearest with each kind."""
    staffed = staffed_on(model, scenario, day)
    if day == 0 or not np.array_equal(staffed, state.beds.staffed):
        state.beds.staffed[:] = staffed
        state.ledger.staffed[:] = np.where(np.isnan(model.network.staffed), np.nan, staffed)
        ground.home_hospital[:] = home_hospitals(model, staffed)


def draw_reports(scenario: Scenario, settings: RunSettings, rules: Rules, state: State, day: int) -> None:
    """How late and how wrong the day's reports of beds are."""
    rng = np.random.default_rng([settings.seed, day, 1 << 32])
    numbers = scenario.numbers["reports"]
    shape = state.beds.report_late.shape
    late = np.minimum(rng.exponential(numbers["late"], shape), rules.report_every - 1)
    late[rng.random(shape) < numbers["missed_share"]] = np.inf
    state.beds.report_late[:] = late
    state.beds.report_error[:] = numbers["error"] * rng.standard_normal(state.beds.report_error.shape)


def _add_demand(state: State, demand: DayDemand) -> None:
    """Write a day's records into the ring; InputError when that would overwrite calls under way."""
    records, ring = state.records, state.records.called.size
    first = int(state.n[END_RECORDS])
    at = np.arange(first, first + demand.called.size) % ring
    if np.isin(records.status[at], (WAITING, SENT, TO_HOSPITAL)).any() or demand.called.size > ring:
        raise InputError(
            "too many calls under way at once: crews cannot serve this demand, or hospitals' doors"
        )
    for name in DayDemand.__dataclass_fields__:
        getattr(records, name)[at] = getattr(demand, name)
    records.status[at] = 0
    records.declined[at] = -1
    records.crew[at] = -1
    records.line[at] = -1
    state.n[END_RECORDS] = first + demand.called.size
