"""The bed ledger under any sequence of messages: it always adds up, and no bed is promised twice."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tirek.engine.ledger import HOLDING, BedTaken, Ledger, LedgerError, PromiseState, expected_occupied

LINES = 3
UNKNOWN_AFTER = 24.0
WAYS = {
    PromiseState.PROMISED: set(PromiseState) - {PromiseState.PROMISED},
    PromiseState.EN_ROUTE: set(PromiseState) - {PromiseState.PROMISED, PromiseState.EN_ROUTE},
    PromiseState.LAPSED: set(PromiseState) - {PromiseState.PROMISED, PromiseState.LAPSED},
}

lines = st.integers(0, LINES - 1)
delays = st.integers(0, 8)
numbers = st.integers(0, 9)


@dataclass(frozen=True)
class Report:
    line: int
    at: float
    occupied: float
    counted: frozenset[str] | None

    def counts(self, arrival):
        return arrival.at <= self.at if self.counted is None else arrival.id in self.counted


@dataclass(frozen=True)
class Arrival:
    line: int
    at: float
    id: str


@dataclass(frozen=True)
class Departure:
    line: int
    at: float


class LedgerMachine(RuleBasedStateMachine):
    """Keeps its own list of what was told, and counts every line anew from it after every step."""

    @initialize(staffed=st.lists(st.one_of(st.just(math.nan), numbers.map(float)), min_size=3, max_size=3))
    def open(self, staffed):
        self.ledger = Ledger(staffed, unknown_after=UNKNOWN_AFTER)
        self.staffed = list(staffed)
        self.leaving = [0.0] * LINES
        self.told = []
        self.promised = {}
        self.finished = {}
        self.now = 0.0

    # -- counting anew ---------------------------------------------------------------------------------

    def last_report(self, line):
        """Reports that were not older than one before them; the last of these."""
        last = None
        for one in self.told:
            newer = isinstance(one, Report) and one.line == line and (last is None or one.at >= last.at)
            last = one if newer else last
        return last

    def waiting_to_be_counted(self, line):
        """Arrivals that neither the report they came after nor any later one counts."""
        out, last = [], None
        for one in self.told:
            if isinstance(one, Report) and one.line == line and (last is None or one.at >= last.at):
                last = one
                out = [a for a in out if not one.counts(a)]
            if isinstance(one, Arrival) and one.line == line and not (last and last.counts(one)):
                out.append(one)
        return out

    def taken(self, line, now):
        report = self.last_report(line)
        if report is None or now - report.at > UNKNOWN_AFTER:
            return math.nan
        left = sum(isinstance(d, Departure) and d.line == line and d.at > report.at for d in self.told)
        expected_left = self.leaving[line] * max(now - report.at, 0)
        in_bed = report.occupied + len(self.waiting_to_be_counted(line)) - left - expected_left
        return max(in_bed, 0.0) + self.held(line)

    def held(self, line):
        return sum(on == line and state in HOLDING for on, state in self.promised.values())

    def free(self, line, now):
        """Whole beds left; below zero where there are more patients than beds; None: unknown."""
        left = self.staffed[line] - self.taken(line, now)
        return None if math.isnan(left) else math.floor(left + 1e-9)

    # -- what may happen -------------------------------------------------------------------------------

    def attempt(self, step):
        """Take a step; where the ledger refuses it, nothing at all may have changed."""
        before = copy.deepcopy(vars(self.ledger))
        try:
            step()
        except LedgerError as refusal:
            for name, value in vars(self.ledger).items():
                np.testing.assert_equal(value, before[name])
            return refusal
        return None

    @rule(hours=st.integers(0, 12))
    def wait(self, hours):
        self.now += hours

    @rule(line=lines, delay=delays, occupied=numbers, staffed=st.none() | numbers, data=st.data())
    def report(self, line, delay, occupied, staffed, data):
        names = st.none() | st.frozensets(st.sampled_from(sorted(self.promised) or ["nobody"]))
        counted = data.draw(names)
        at = self.now - delay
        last = self.last_report(line)
        self.ledger.report(line, at, occupied, staffed=staffed, counted=counted)
        if last is not None and at < last.at:
            return
        for name in sorted(counted or ()):
            if name in self.promised and self.promised[name][0] == line:
                self.finish(name, PromiseState.HANDED_OVER, at)
        self.told.append(Report(line, at, occupied, counted))
        self.staffed[line] = self.staffed[line] if staffed is None else float(staffed)

    @rule(line=lines, occupied=st.sampled_from([-1.0, math.nan, math.inf]))
    def impossible_report(self, line, occupied):
        assert self.attempt(lambda: self.ledger.report(line, self.now, occupied)) is not None

    @rule(line=lines, beyond=st.booleans())
    def promise(self, line, beyond):
        name = f"p{len(self.promised) + len(self.finished)}"
        free = self.free(line, self.now)
        refusal = self.attempt(lambda: self.ledger.promise(name, line, self.now, beyond=beyond))
        has_bed = free is not None and free >= 1
        if refusal is None:
            assert has_bed or beyond, "a bed was promised that is not there"
            assert self.ledger.promises[name].beyond is not has_bed
            self.promised[name] = (line, PromiseState.PROMISED)
        else:
            assert isinstance(refusal, BedTaken)
            assert not has_bed

    @rule(state=st.sampled_from(PromiseState), delay=delays, data=st.data())
    def move(self, state, delay, data):
        names = sorted(self.promised) + sorted(self.finished) + ["nobody"]
        name = data.draw(st.sampled_from(names))
        at = self.now - delay
        refusal = self.attempt(lambda: self.ledger.move(name, state, at))
        allowed = name in self.promised and state in WAYS[self.promised[name][1]]
        assert (refusal is None) is allowed
        if refusal is None and state in HOLDING:
            self.promised[name] = (self.promised[name][0], state)
        elif refusal is None:
            self.finish(name, state, at)

    def finish(self, name, state, at):
        line, _ = self.promised.pop(name)
        self.finished[name] = state
        if state is PromiseState.HANDED_OVER:
            self.told.append(Arrival(line, at, name))

    @rule(after=st.integers(0, 12))
    def lapse(self, after):
        for late in self.ledger.overdue(self.now, after):
            assert late.id in self.promised
            assert self.promised[late.id][1] is not PromiseState.LAPSED
            self.ledger.move(late.id, PromiseState.LAPSED, self.now)
            self.promised[late.id] = (late.line, PromiseState.LAPSED)

    @rule(line=lines, delay=delays)
    def leave(self, line, delay):
        at = self.now - delay
        report = self.last_report(line)
        known = report.occupied + len(self.waiting_to_be_counted(line)) if report else 0.0
        left = sum(isinstance(d, Departure) and d.line == line and d.at > report.at for d in self.told)
        refusal = self.attempt(lambda: self.ledger.leave(line, at))
        if report is not None and at <= report.at:
            assert refusal is None
        else:
            assert (refusal is None) is (known - left >= 1)
            if refusal is None:
                self.told.append(Departure(line, at))

    @rule(line=lines, rate=st.sampled_from([0.0, 0.1, 0.5]))
    def expect_departures(self, line, rate):
        self.ledger.columns.leaving[line] = self.leaving[line] = rate

    # -- what must always hold -------------------------------------------------------------------------

    @invariant()
    def adds_up(self):
        for line in range(LINES):
            taken, balance = self.taken(line, self.now), self.ledger.balance(line, self.now)
            got = expected_occupied(self.ledger.columns, line, self.now, UNKNOWN_AFTER)
            assert got == pytest.approx(taken, nan_ok=True)
            assert balance.promised == self.held(line)
            free = self.free(line, self.now)
            if free is None:
                assert (balance.free, balance.over) == (None, None)
                continue
            assert balance.free == max(free, 0)
            assert balance.over == pytest.approx(max(taken - self.staffed[line], 0), abs=1e-9)
            assert balance.free == 0 or balance.over == 0

    @invariant()
    def what_is_finished_stays_finished(self):
        for name, state in self.finished.items():
            assert self.ledger.promises[name].state is state
        for name, (line, state) in self.promised.items():
            assert (self.ledger.promises[name].line, self.ledger.promises[name].state) == (line, state)
        assert set(self.ledger.promises) == set(self.promised) | set(self.finished)


LedgerMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
TestLedgerMachine = LedgerMachine.TestCase
