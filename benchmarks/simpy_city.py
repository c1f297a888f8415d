"""The same city as `tirek.simulation.city`, written with SimPy.

Processes in plain Python, the same engine functions, the same draws: the yardstick for speed, and a second
opinion on the compiled loop, to which it agrees patient by patient.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import simpy

from tirek.engine.baselines import POLICIES
from tirek.engine.crew_choice import choose_call, choose_crew, count_coverage, coverage_loss, kept_back
from tirek.engine.ledger import fill_expected
from tirek.simulation.city.beds import DECLINED_MINUTES, FULL_OFFLOAD
from tirek.simulation.city.build import RunSettings, build_ground, build_rules, build_state, staffed_on
from tirek.simulation.city.demand import DAY, DayDemand, draw_day, needs_of
from tirek.simulation.city.heap import unpack
from tirek.simulation.city.loop import TICK_MINUTES
from tirek.simulation.city.model import ORDINARY, PATIENT_ABOARD, SIREN, CityModel
from tirek.simulation.city.plan import PricePlanner
from tirek.simulation.city.run import draw_reports, open_beds, turn_window
from tirek.simulation.city.scenario import Scenario
from tirek.simulation.city.state import AGE_DAYS, BED_FREE, CALL, REFERRED, SCAN, WINDOW, WINDOWS_A_DAY

Process = Generator[Any, Any, None]


@dataclass
class Totals:
    """What is compared with the compiled loop."""

    received: int = 0
    helped: int = 0
    handed_over: int = 0
    primary_care: int = 0
    withdrawn: int = 0
    placed: int = 0
    redirected: int = 0
    declined: int = 0
    admitted: int = 0
    beyond: int = 0
    reached: list[int] = field(default_factory=lambda: [0] * 4)
    response: list[float] = field(default_factory=lambda: [0.0] * 4)
    overflow_hours: float = 0.0


class Patient:
    """A call, a referral or a walk-in on its way through the city."""

    __slots__ = (
        "arrived", "called", "category", "crew", "declined", "delay", "kind", "line", "luck", "offload",
        "on_scene", "source", "stay", "turnaround", "zone",
    )  # fmt: skip

    def __init__(self, day: DayDemand, i: int) -> None:
        self.called = float(day.called[i])
        self.zone, self.category, self.source = int(day.zone[i]), int(day.category[i]), int(day.source[i])
        self.kind, self.on_scene, self.offload = (
            int(day.kind[i]),
            float(day.on_scene[i]),
            float(day.offload[i]),
        )
        self.turnaround, self.stay, self.delay = (
            float(day.turnaround[i]),
            float(day.stay[i]),
            float(day.delay[i]),
        )
        self.luck = day.luck[i]
        self.declined: list[int] = []
        self.crew = self.line = -1
        self.arrived: Any = None


class SimpyCity:
    """A city as SimPy processes; `run()` gives the totals."""

    def __init__(self, model: CityModel, scenario: Scenario, settings: RunSettings, days: int) -> None:
        self.model, self.scenario, self.settings, self.days = model, scenario, settings, days
        self.needs = needs_of(model, scenario)
        self.g = build_ground(model, scenario, settings, staffed_on(model, scenario, 0.0))
        self.r = build_rules(scenario, settings, days)
        self.s = build_state(model, scenario, settings, self.g, self.needs, 24 * days)
        self.planner = PricePlanner(model, self.needs, settings)
        self.env = simpy.Environment()
        self.totals = Totals()
        self.choose = POLICIES[settings.policy]
        kinds = range(len(model.network.kinds))
        self.lines = [self.g.kind_lines[self.g.kind_start[k] : self.g.kind_start[k + 1]] for k in kinds]
        self.idle: list[int] = []
        self.place_of = [int(home) for home in self.g.crew_home]
        self.token = [0] * len(self.place_of)
        self.on_duty: set[int] = set()
        self.wanted = 0
        self.waiting: list[dict[Patient, Any]] = [{}, {}, {}, {}]
        bays = np.diff(self.g.bay_start)
        self.bays = [simpy.Resource(self.env, int(n)) for n in bays]
        self.factors = self.g.factors[0]

    def run(self) -> Totals:
        """Let it live."""
        heap = self.s
        for time, load in zip(heap.heap_time[: heap.heap_size[0]], heap.heap_load, strict=False):
            what, a, b = unpack(int(load))
            self.env.process(
                self.leave(a, float(time), b) if what == BED_FREE else self.reports(a, float(time))
            )
        self.env.process(self.clock())
        self.env.process(self.calendar())
        self.env.run(until=self.days * DAY)
        return self.totals

    # -- time ----------------------------------------------------------------------------------------------

    def clock(self) -> Process:
        """The pace of the roads, and overflow counted by the hour."""
        for beat in range(int(self.days * DAY / TICK_MINUTES)):
            factors = self.g.factors[beat % len(self.g.factors)]
            if factors[SIREN] != self.factors[SIREN] or beat == 0:
                self.factors = factors
                self.s.cover[:] = 0
                for crew in self.idle:
                    count_coverage(self.g.minutes[self.place_of[crew]], self.reach, self.s.cover, 1)
            self.factors = factors
            if beat % 2 == 0:
                self.totals.overflow_hours += np.maximum(self.s.beds.occupied - self.s.beds.staffed, 0).sum()
            yield self.env.timeout(TICK_MINUTES)

    def calendar(self) -> Process:
        """Each day's beds, demand and crews, and the planner."""
        for day in range(self.days):
            open_beds(self.model, self.scenario, self.g, self.s, day)
            draw_reports(self.scenario, self.settings, self.r, self.s, day)
            self.env.process(
                self.arrivals(draw_day(self.model, self.scenario, self.needs, day, self.settings.seed))
            )
            self.set_duty(round(self.scenario.courses["crews"].at(day)))
            for window in range(WINDOWS_A_DAY):
                turn_window(self.s, day * WINDOWS_A_DAY + window)
                if self.env.now % (self.settings.plan_hours * 60) == 0:
                    self.planner.plan(self.g, self.s, self.env.now)
                yield self.env.timeout(DAY / WINDOWS_A_DAY)

    def arrivals(self, day: DayDemand) -> Process:
        """Everybody of a day."""
        for i in range(day.called.size):
            yield self.env.timeout(max(day.called[i] - self.env.now, 0.0))
            patient = Patient(day, i)
            if patient.source == CALL:
                self.env.process(self.call(patient))
            elif patient.source == REFERRED:
                self.env.process(self.to_hospital(patient))
            else:
                self.walk_in(patient)

    # -- crews ---------------------------------------------------------------------------------------------

    @property
    def reach(self) -> float:
        return float((self.r.cover_within - self.r.chute) / self.factors[SIREN])

    def begin_idle(self, crew: int, place: int) -> None:
        self.place_of[crew] = place
        self.token[crew] += 1
        self.idle.append(crew)
        self.s.idle_at[place] += 1
        count_coverage(self.g.minutes[place], self.reach, self.s.cover, 1)

    def end_idle(self, crew: int) -> None:
        place = self.place_of[crew]
        last = self.idle.pop()  # in the order of the compiled loop, so that ties fall alike
        if last != crew:
            self.idle[self.idle.index(crew)] = last
        self.s.idle_at[place] -= 1
        count_coverage(self.g.minutes[place], self.reach, self.s.cover, -1)

    def set_duty(self, wanted: int) -> None:
        self.wanted = wanted
        while len(self.on_duty) > wanted and self.idle:
            crew = self.idle[-1]
            self.end_idle(crew)
            self.place_of[crew] = int(self.g.crew_home[crew])
            self.on_duty.discard(crew)
        for crew in range(len(self.place_of)):
            if len(self.on_duty) >= wanted:
                break
            if crew not in self.on_duty:
                self.on_duty.add(crew)
                self.place_of[crew] = int(self.g.crew_home[crew])
                self.free(crew)

    def drive(self, category: int) -> float:
        return float(self.factors[SIREN if category <= self.r.siren_through else ORDINARY])

    def pick_crew(self, patient: Patient) -> tuple[int, float]:
        """Position among the idle crews and minutes; -1: none can come."""
        factor = self.drive(patient.category)
        places = np.array([self.place_of[crew] for crew in self.idle])
        minutes = self.g.minutes[places, patient.zone] * factor + self.r.chute
        left = self.g.targets[patient.category - 1] - (self.env.now - patient.called)
        worth = self.g.cover_minutes[patient.category - 1]
        loss = np.zeros(len(places))
        if worth > 0:
            for i, place in enumerate(places):
                if self.s.idle_at[place] == 1 and minutes[i] <= left:
                    loss[i] = coverage_loss(self.g.minutes[place], self.reach, self.s.cover, self.g.weight)
        chosen = choose_crew(minutes, loss, left, worth, np.empty(len(places)))
        return chosen, float(minutes[chosen])

    def call(self, patient: Patient) -> Process:
        """From the call to the crew's next freedom."""
        self.totals.received += 1
        category = patient.category
        held = category > 2 and kept_back(len(self.idle), len(self.on_duty), self.r.reserve_share)
        chosen, minutes = self.pick_crew(patient) if self.idle and not held else (-1, 0.0)
        if chosen >= 0:
            patient.crew = self.idle[chosen]
            self.end_idle(patient.crew)
        else:
            patient.arrived = self.env.event()
            self.waiting[category - 1][patient] = patient.arrived
            lapse = self.env.timeout(self.g.give_up[category - 1])
            yield patient.arrived | lapse
            if not patient.arrived.triggered:
                del self.waiting[category - 1][patient]
                self.totals.primary_care += int(category == 4)
                self.totals.withdrawn += int(category < 4)
                return
            patient.crew, minutes = patient.arrived.value
        self.totals.reached[category - 1] += 1
        self.totals.response[category - 1] += self.env.now + minutes - patient.called
        yield self.env.timeout(minutes)
        yield self.env.timeout(patient.on_scene)
        place = patient.zone
        if patient.kind < 0:
            self.totals.helped += 1
        else:
            yield from self.to_hospital(patient)
            place = self.g.first_hospital + int(self.g.hospital[patient.line])
            self.totals.handed_over += 1
            yield self.env.timeout(patient.turnaround)
        self.place_of[patient.crew] = place
        self.free(patient.crew)

    def free(self, crew: int) -> None:
        """The crew goes off duty, takes a waiting call, or turns home."""
        if len(self.on_duty) > self.wanted:
            self.on_duty.discard(crew)
            self.place_of[crew] = int(self.g.crew_home[crew])
            return
        place = self.place_of[crew]
        chosen = self.pick_call(place)
        if chosen is not None:
            patient, minutes = chosen
            del self.waiting[patient.category - 1][patient]
            patient.arrived.succeed((crew, minutes))
            return
        self.begin_idle(crew, place)
        home = int(self.g.crew_home[crew])
        if place != home and self.g.minutes[place, home] < np.inf:
            half = 0.5 * self.g.minutes[place, home] * self.factors[ORDINARY]
            self.env.process(self.go_home(crew, home, half, self.token[crew]))

    def go_home(self, crew: int, home: int, half: float, token: int) -> Process:
        yield self.env.timeout(half)
        if self.token[crew] == token and crew in self.idle:
            self.end_idle(crew)
            self.begin_idle(crew, home)

    def pick_call(self, place: int) -> tuple[Patient, float] | None:
        """The waiting call that a crew at `place` takes."""
        found = [
            p
            for line in self.waiting
            for p in islice(
                (p for p in line if self.env.now - p.called < self.g.give_up[p.category - 1]), SCAN
            )
        ]
        if not found:
            return None
        category = np.array([p.category for p in found])
        waited = np.array([self.env.now - p.called for p in found])
        factor = np.array([self.drive(p.category) for p in found])
        minutes = self.g.minutes[place, [p.zone for p in found]] * factor + self.r.chute
        reserved = kept_back(len(self.idle) + 1, len(self.on_duty), self.r.reserve_share)
        i = choose_call(category, waited, minutes, self.g.targets, self.r.patience, reserved)
        return (found[i], float(minutes[i])) if i >= 0 else None

    # -- beds ----------------------------------------------------------------------------------------------

    def place(self, patient: Patient, at: int, factor: float) -> float:
        """Choose and promise a bed; minutes of the journey."""
        s, g, lines = self.s, self.g, self.lines[patient.kind]
        first = g.first_hospital
        minutes = g.minutes[at, first : first + s.open_.size] * factor
        fill_expected(s.ledger, lines, self.env.now / 60, self.r.unknown_after, s.expected, s.doubt)
        open_ = s.open_.copy()
        open_[patient.declined] = False
        cost, rule = np.empty(lines.size), np.empty(lines.size, dtype=np.int64)
        i = self.choose(lines, g.hospital, minutes, s.ledger.staffed, s.expected, s.price, open_,
                        self.r.evenness, self.r.reach, cost, rule,
                        (self.r.seed << 32) + self.totals.placed, s.doubt)  # fmt: skip
        if i < 0:
            some = [line for line in lines if s.beds.staffed[line] > 0] or [lines[0]]
            line = int(min(some, key=lambda line: minutes[g.hospital[line]]))
        else:
            line = int(lines[i])
        if not patient.declined:
            home = g.home_hospital[patient.kind, patient.zone]
            s.beds.recent[s.n[WINDOW], patient.kind, home] += 1
            self.totals.placed += 1
            self.totals.redirected += int(g.hospital[line] != home)
        patient.line = line
        s.ledger.promised[line] += 1.0
        return float(minutes[g.hospital[line]])

    def to_hospital(self, patient: Patient) -> Process:
        """From the scene into a bed."""
        by_crew = patient.source == CALL
        column = PATIENT_ABOARD if by_crew else ORDINARY
        minutes = self.place(patient, patient.zone, self.factors[column])
        if patient.delay == np.inf:
            yield self.env.timeout(minutes + self.r.promise_lapse)
            self.s.ledger.promised[patient.line] -= 1.0
            return
        yield self.env.timeout(patient.delay + minutes)
        beds = self.s.beds
        while True:
            hospital = int(self.g.hospital[patient.line])
            full = beds.occupied[patient.line] >= beds.staffed[patient.line]
            share = self.r.decline_full if full else self.r.decline
            times = len(patient.declined)
            if times >= self.r.declines_at_most or patient.luck[times] >= share:
                break
            self.totals.declined += 1
            patient.declined.append(hospital)
            self.s.ledger.promised[patient.line] -= 1.0
            minutes = self.place(patient, self.g.first_hospital + hospital, self.factors[column])
            yield self.env.timeout(DECLINED_MINUTES + minutes)
        offload = patient.offload * (FULL_OFFLOAD if full else 1.0)
        if by_crew:
            with self.bays[hospital].request() as bay:
                yield bay
                yield self.env.timeout(offload)
        else:
            yield self.env.timeout(offload)
        self.s.ledger.promised[patient.line] -= 1.0
        self.s.ledger.arrived[patient.line] += 1.0
        beds.known_arrivals[patient.line] += 1
        self.admit(patient)

    def walk_in(self, patient: Patient) -> None:
        home = self.g.home_hospital[patient.kind, patient.zone]
        patient.line = next(int(line) for line in self.lines[patient.kind] if self.g.hospital[line] == home)
        self.admit(patient)

    def admit(self, patient: Patient) -> None:
        beds, line = self.s.beds, patient.line
        self.totals.beyond += int(beds.occupied[line] >= beds.staffed[line])
        self.totals.admitted += 1
        beds.occupied[line] += 1
        beds.present[line, int(self.env.now / DAY) % AGE_DAYS] += 1
        self.env.process(self.leave(line, patient.stay, int(self.env.now / DAY) + 1))

    def leave(self, line: int, after: float, day_and_one: int) -> Process:
        yield self.env.timeout(after)
        beds = self.s.beds
        beds.occupied[line] -= 1
        if day_and_one == 0:
            beds.present_unknown[line] -= 1
        else:
            beds.present[line, (day_and_one - 1) % AGE_DAYS] -= 1

    def reports(self, hospital: int, first: float) -> Process:
        """A hospital counts its beds again and again."""
        beds = self.s.beds
        lines = self.g.hospital_lines[self.g.hospital_start[hospital] : self.g.hospital_start[hospital + 1]]
        slot = 0
        yield self.env.timeout(first)
        while True:
            counted = np.maximum(np.rint(beds.occupied[lines] * (1 + beds.report_error[slot, lines])), 0)
            late = beds.report_late[slot, hospital]
            if late < np.inf:
                base = beds.known_arrivals[lines].copy()
                self.env.process(self.report(lines, counted, base, int(self.env.now) / 60, float(late)))
            slot = (slot + 1) % self.r.reports_a_day
            yield self.env.timeout(self.r.report_every)

    def report(self, lines: Any, counted: Any, base: Any, at: float, late: float) -> Process:
        """The count reaches the ledger."""
        yield self.env.timeout(late)
        ledger, beds = self.s.ledger, self.s.beds
        ledger.reported[lines] = counted
        ledger.reported_at[lines] = at
        ledger.arrived[lines] = beds.known_arrivals[lines] - base
        ledger.leaving[lines] = counted * beds.leave_rate[lines]
