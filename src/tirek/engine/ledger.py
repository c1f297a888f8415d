"""The bed ledger: what hospitals reported, what was promised since, who arrived and who left.

One line per kind of bed and hospital. The sum that everything rests on:

    occupied now = reported + arrived since + promised - left since - expected to have left since

A report says how many lie there at a moment; an arrival or departure that it already counts is taken off
again. A line that nobody reported, or whose report is too old, is unknown: not free, and not full.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Columns(NamedTuple):
    """The ledger as arrays, one entry per line, times in hours; what compiled code reads."""

    staffed: Floats
    """Beds that are there and staffed; nan: nobody has said."""
    reported: Floats
    """Patients in bed by the last report; nan: none yet."""
    reported_at: Floats
    """The moment which that report describes; -inf: none yet."""
    arrived: Floats
    """Arrivals since that the report does not count."""
    left: Floats
    """Departures since, known one by one."""
    promised: Floats
    """Beds promised to patients who are not there yet."""
    leaving: Floats
    """Departures an hour to expect where they are not told one by one; 0 where they are."""


@njit(cache=True)
def expected_occupied(columns: Columns, line: int, now: float, unknown_after: float) -> float:
    """Beds of `line` taken or promised at `now` (hours); nan: report older than `unknown_after`."""
    age = now - columns.reported_at[line]
    if not age <= unknown_after:
        return np.nan
    in_bed = columns.reported[line] + columns.arrived[line] - columns.left[line]
    in_bed -= min(columns.leaving[line] * max(age, 0.0), in_bed)
    return float(max(in_bed, 0.0) + columns.promised[line])


@njit(cache=True)
def doubt_of(columns: Columns, line: int, now: float) -> float:
    """Standard deviation of `expected_occupied`: departures that nobody told come by chance (Poisson)."""
    return math.sqrt(columns.leaving[line] * max(now - columns.reported_at[line], 0.0))


@njit(cache=True)
def fill_expected(
    columns: Columns, lines: Ints, now: float, unknown_after: float, occupied: Floats, doubt: Floats
) -> None:
    """`expected_occupied` and `doubt_of` each of `lines`, written at the line's own place."""
    for i in range(lines.size):
        s = lines[i]
        occupied[s] = expected_occupied(columns, s, now, unknown_after)
        doubt[s] = doubt_of(columns, s, now)


class PromiseState(StrEnum):
    """The life of a promised bed."""

    PROMISED = "promised"
    EN_ROUTE = "en_route"
    HANDED_OVER = "handed_over"
    DECLINED = "declined"
    DIVERTED = "diverted"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """The crew never came. Flagged; the bed stays held until a person decides."""


HOLDING = frozenset({PromiseState.PROMISED, PromiseState.EN_ROUTE, PromiseState.LAPSED})
"""States in which a promise holds its bed."""
_NEXT = {
    PromiseState.PROMISED: frozenset(PromiseState) - {PromiseState.PROMISED},
    PromiseState.EN_ROUTE: frozenset(PromiseState) - {PromiseState.PROMISED, PromiseState.EN_ROUTE},
    PromiseState.LAPSED: frozenset(PromiseState) - {PromiseState.PROMISED, PromiseState.LAPSED},
}


class LedgerError(Exception):
    """A step that the ledger refuses; the ledger is as it was."""


class BedTaken(LedgerError):  # noqa: N818  (it is what happened)
    """The line has no bed left to promise."""


@dataclass(frozen=True)
class Promise:
    """A bed held for a patient."""

    id: str
    line: int
    made_at: float
    state: PromiseState
    changed_at: float
    beyond: bool = False
    """Promised knowingly beyond the beds there are, because every hospital within reach was full."""


@dataclass(frozen=True)
class Reconciliation:
    """What a report said against what the ledger expected of it (patients in bed, promises left out)."""

    line: int
    at: float
    reported: float
    expected: float | None
    """`None`: the line was unknown, or a later moment was reported already."""

    @property
    def difference(self) -> float | None:
        """Reported minus expected."""
        return None if self.expected is None else self.reported - self.expected


class Balance(NamedTuple):
    """One line in words that people read; beds and patients, hours."""

    staffed: float | None
    reported: float | None
    age: float | None
    arrived: float
    left: float
    promised: float
    occupied: float | None
    """In bed as expected now, promises left out."""
    free: float | None
    """Beds that may still be promised: never negative; the excess stands in `over`."""
    over: float | None
    uncertainty: float | None
    """Standard deviation of `occupied`, from departures nobody told one by one."""


@dataclass
class Since:
    """Arrivals and departures that the last report may not count, by time (hours)."""

    arrivals: list[tuple[float, str]] = field(default_factory=list)
    departures: list[float] = field(default_factory=list)
    counted: frozenset[str] | None = None
    """Promises that the last report said it counts; `None`: it did not say, so all up to its moment."""

    def counts(self, arrival: tuple[float, str], reported_at: float) -> bool:
        """Whether the last report, of `reported_at`, counts this arrival."""
        return arrival[0] <= reported_at if self.counted is None else arrival[1] in self.counted


class Ledger:
    """The bed ledger of a network; every change keeps the sum of the module's head.

    Parameters
    ----------
    staffed : beds per line, shape (L,); nan where nobody has said how many.
    unknown_after : age in hours from which a report counts for nothing.
    """

    def __init__(self, staffed: npt.ArrayLike, unknown_after: float = 36.0) -> None:
        beds = np.array(staffed, dtype=float)
        if np.any(beds < 0):
            raise LedgerError(f"beds are counted from 0; line {int(np.argmax(beds < 0))} has fewer")
        size = beds.size
        zeros = (np.zeros(size) for _ in range(4))
        self.columns = Columns(beds, np.full(size, np.nan), np.full(size, -np.inf), *zeros)
        self.unknown_after = unknown_after
        self.promises: dict[str, Promise] = {}
        self._holding: dict[str, Promise] = {}
        self._since = [Since() for _ in range(size)]

    @classmethod
    def resume(
        cls, columns: Columns, unknown_after: float, promises: Iterable[Promise] = (),
        since: Iterable[Since] | None = None,
    ) -> "Ledger":  # fmt: skip
        """Go on from what was kept (in a database, say): the same steps then give the same sums.

        `promises` and `since` may be left out as far as the steps to come do not ask for them: a new promise
        asks for neither, `move` for its promise and what the last report counts, `report` for all.
        """
        ledger = cls(columns.staffed, unknown_after)
        ledger.columns = columns
        ledger.promises = {promise.id: promise for promise in promises}
        ledger._holding = {name: p for name, p in ledger.promises.items() if p.state in HOLDING}
        if since is not None:
            ledger._since = list(since)
        return ledger

    def since(self, line: int) -> Since:
        """What the last report of `line` may not count; to be kept together with the columns."""
        self._check_line(line)
        return self._since[line]

    # -- what hospitals say ------------------------------------------------------------------------------

    def report(
        self, line: int, at: float, occupied: float, *, staffed: float | None = None,
        counted: Iterable[str] | None = None,
    ) -> Reconciliation:  # fmt: skip
        """Take a hospital's report of patients in bed at the moment `at`.

        Arrivals up to `at` are taken as counted by it, later ones not; where the hospital says which promises
        it counts, `counted` names them: those still held are thereby handed over. Names of other lines are
        passed over. A report older than the last one changes nothing.
        """
        self._check_line(line)
        if not math.isfinite(at):
            raise LedgerError(f"time of a report: expected hours, found {at}")
        if not (occupied >= 0 and math.isfinite(occupied)):
            raise LedgerError(f"patients in bed: expected a number from 0, found {occupied}")
        if staffed is not None and not (staffed >= 0 and math.isfinite(staffed)):
            raise LedgerError(f"staffed beds: expected a number from 0, found {staffed}")
        c, since = self.columns, self._since[line]
        if at < c.reported_at[line]:
            return Reconciliation(line, at, occupied, None)
        names = None if counted is None else frozenset(counted)
        for name in names or ():
            if name in self._holding and self._holding[name].line == line:
                self.move(name, PromiseState.HANDED_OVER, at)
        since.counted = names
        arrivals = [a for a in since.arrivals if not since.counts(a, at)]
        departures = [d for d in since.departures if d > at]
        expected = None
        age = at - c.reported_at[line]
        if math.isfinite(age) and age <= self.unknown_after:
            in_bed = c.reported[line] + c.arrived[line] - len(arrivals) - c.left[line] + len(departures)
            expected = float(max(in_bed - c.leaving[line] * age, 0.0))
        since.arrivals, since.departures = arrivals, departures
        c.reported[line], c.reported_at[line] = occupied, at
        c.arrived[line], c.left[line] = len(arrivals), len(departures)
        if staffed is not None:
            c.staffed[line] = staffed
        return Reconciliation(line, at, occupied, expected)

    def leave(self, line: int, at: float) -> None:
        """A patient left; counted until a report of a later moment counts it itself."""
        self._check_line(line)
        c = self.columns
        if at <= c.reported_at[line]:
            return
        if not c.reported[line] + c.arrived[line] - c.left[line] >= 1:
            raise LedgerError(f"line {line}: nobody is in bed who could leave")
        self._since[line].departures.append(at)
        c.left[line] += 1

    # -- the life of a promise ---------------------------------------------------------------------------

    def promise(self, promise_id: str, line: int, at: float, *, beyond: bool = False) -> Promise:
        """Hold a bed. `beyond` says that a person knows there is none and sends the patient all the same."""
        if promise_id in self.promises:
            raise LedgerError(f"promise {promise_id} exists already")
        self._check_line(line)
        free = self.free(line, at)
        if not beyond and (free is None or free < 1):
            raise BedTaken(f"line {line}: {'unknown' if free is None else 'no'} bed to promise")
        made = Promise(promise_id, line, at, PromiseState.PROMISED, at, beyond=free is None or free < 1)
        self.promises[promise_id] = self._holding[promise_id] = made
        self.columns.promised[line] += 1
        return made

    def move(self, promise_id: str, state: PromiseState, at: float) -> Promise:
        """Take a promise to its next state; LedgerError where its life does not allow it."""
        old = self.promises.get(promise_id)
        if old is None:
            raise LedgerError(f"promise {promise_id} is not known")
        if state not in _NEXT.get(old.state, frozenset()):
            raise LedgerError(f"promise {promise_id} is {old.state} and cannot become {state}")
        new = self.promises[promise_id] = replace(old, state=state, changed_at=at)
        if state in HOLDING:
            self._holding[promise_id] = new
            return new
        del self._holding[promise_id]
        self.columns.promised[old.line] -= 1
        if state is PromiseState.HANDED_OVER:
            since = self._since[old.line]
            if not since.counts((at, promise_id), float(self.columns.reported_at[old.line])):
                since.arrivals.append((at, promise_id))
                self.columns.arrived[old.line] += 1
        return new

    def overdue(self, now: float, after: float) -> list[Promise]:
        """Promises whose crew should have come: held unchanged for `after` hours and not yet flagged."""
        return [
            p for p in self._holding.values()
            if p.state is not PromiseState.LAPSED and now - p.changed_at > after
        ]  # fmt: skip

    # -- what is known -----------------------------------------------------------------------------------

    def free(self, line: int, now: float) -> float | None:
        """Beds that may still be promised, in whole beds; `None`: unknown."""
        taken = expected_occupied(self.columns, line, now, self.unknown_after)
        staffed = self.columns.staffed[line]
        if math.isnan(taken) or math.isnan(staffed):
            return None
        return float(max(math.floor(staffed - taken), 0))

    def balance(self, line: int, now: float) -> Balance:
        """The line as people read it."""
        c = self.columns
        taken = expected_occupied(c, line, now, self.unknown_after)
        known, staffed = not math.isnan(taken), float(c.staffed[line])
        both = known and not math.isnan(staffed)
        age = now - float(c.reported_at[line])
        return Balance(
            staffed=None if math.isnan(staffed) else staffed,
            reported=None if math.isnan(c.reported[line]) else float(c.reported[line]),
            age=None if math.isinf(age) else age,
            arrived=float(c.arrived[line]),
            left=float(c.left[line]),
            promised=float(c.promised[line]),
            occupied=taken - float(c.promised[line]) if known else None,
            free=self.free(line, now),
            over=max(taken - staffed, 0.0) if both else None,
            uncertainty=doubt_of(c, line, now) if known else None,
        )

    def expected(self, lines: Ints, now: float, occupied: Floats, doubt: Floats) -> None:
        """Beds taken or promised of `lines` (nan: unknown) and the doubt, at each line's own place (L,)."""
        fill_expected(self.columns, lines, now, self.unknown_after, occupied, doubt)

    def _check_line(self, line: int) -> None:
        """Compiled code does not look whether a line exists."""
        if not 0 <= line < len(self._since):
            raise LedgerError(f"no line {line}; the ledger has lines 0 to {len(self._since) - 1}")
