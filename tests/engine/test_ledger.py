"""The bed ledger, one situation at a time."""

import math

import numpy as np
import pytest

from tirek.engine.ledger import BedTaken, Ledger, LedgerError, PromiseState, doubt_of, expected_occupied

HANDED_OVER = PromiseState.HANDED_OVER


@pytest.fixture
def ledger():
    """One line of ten beds, six taken at hour 10."""
    one = Ledger([10.0])
    one.report(0, 10, 6)
    return one


def test_free_is_reported_less_promised_less_arrived_plus_left(ledger):
    """The sum of the module's head, on one example with each of its parts."""
    for name in "abc":
        ledger.promise(name, 0, 10)
    ledger.move("a", HANDED_OVER, 11)
    ledger.leave(0, 11.5)
    balance = ledger.balance(0, 12)
    assert (balance.reported, balance.arrived, balance.promised, balance.left) == (6, 1, 2, 1)
    assert (balance.occupied, balance.free, balance.over, balance.age) == (6, 2, 0, 2)


def test_the_last_bed_is_promised_once(ledger):
    """Two dispatchers cannot both have the last bed; someone sent beyond it all the same shows as over."""
    for i in range(4):
        ledger.promise(str(i), 0, 10)
    with pytest.raises(BedTaken, match="no bed"):
        ledger.promise("late", 0, 10)
    assert ledger.promise("known to be over", 0, 10, beyond=True).beyond
    assert (ledger.balance(0, 10).free, ledger.balance(0, 10).over) == (0, 1)


def test_a_promise_is_made_once(ledger):
    """The same request told twice does not hold two beds."""
    ledger.promise("a", 0, 10)
    with pytest.raises(LedgerError, match="exists already"):
        ledger.promise("a", 0, 10)
    assert ledger.balance(0, 10).promised == 1


def test_a_report_is_reconciled_with_what_was_expected(ledger):
    """'Reported 12, we expected 9' is told as a difference of 3, promises under way left out."""
    for i in range(4):
        ledger.promise(str(i), 0, 10)
    for i in range(3):
        ledger.move(str(i), HANDED_OVER, 11)
    outcome = ledger.report(0, 12, 12)
    assert (outcome.reported, outcome.expected, outcome.difference) == (12, 9, 3)
    assert ledger.balance(0, 12).free == 0


def test_arrivals_after_the_moment_of_a_late_report_are_kept(ledger):
    """A report of hour 11 told at hour 13 does not swallow who came at 12."""
    for name, at in (("a", 10.5), ("b", 12)):
        ledger.promise(name, 0, 10)
        ledger.move(name, HANDED_OVER, at)
    ledger.leave(0, 12.5)
    outcome = ledger.report(0, 11, 7)
    assert outcome.difference == 0
    assert ledger.balance(0, 13).occupied == 7 + 1 - 1


def test_a_report_that_names_whom_it_counts_is_believed(ledger):
    """An arrival that the hospital has not entered yet is neither lost nor a difference."""
    for name in "ab":
        ledger.promise(name, 0, 10)
        ledger.move(name, HANDED_OVER, 11)
    assert ledger.report(0, 12, 7, counted=["a"]).difference == 0
    assert ledger.balance(0, 12).occupied == 8
    assert ledger.report(0, 13, 8, counted=["b"]).difference == 0
    assert ledger.balance(0, 13).occupied == 8


def test_a_patient_counted_by_the_hospital_no_longer_waits_for_the_crews_word(ledger):
    """A report that counts a promise still under way closes it: the patient is not counted twice."""
    ledger.promise("a", 0, 10)
    assert ledger.report(0, 12, 7, counted=["a"]).difference == 0
    assert ledger.promises["a"].state is HANDED_OVER
    assert ledger.balance(0, 12).free == 3
    with pytest.raises(LedgerError, match="cannot become"):
        ledger.move("a", HANDED_OVER, 12.1)
    assert ledger.balance(0, 13).free == 3


def test_a_handover_told_late_counts_unless_the_report_names_it(ledger):
    """The crew's word of hour 11 comes after a report of hour 12 that says it counts nobody of ours."""
    ledger.promise("a", 0, 10)
    ledger.report(0, 12, 6, counted=[])
    ledger.move("a", HANDED_OVER, 11)
    assert ledger.balance(0, 12).occupied == 7


def test_names_of_other_lines_are_passed_over():
    """A hospital cannot close a promise of another."""
    ledger = Ledger([5.0, 5.0])
    for line in (0, 1):
        ledger.report(line, 0, 0)
    ledger.promise("a", 0, 0)
    ledger.report(1, 1, 1, counted=["a", "never heard of"])
    assert ledger.promises["a"].state is PromiseState.PROMISED


def test_an_older_report_changes_nothing_and_compares_with_nothing(ledger):
    """Messages overtake each other; the newest moment stands."""
    outcome = ledger.report(0, 9, 1)
    assert (outcome.expected, outcome.difference) == (None, None)
    assert ledger.balance(0, 10).reported == 6


def test_a_departure_that_the_report_counts_changes_nothing():
    """Told late that someone left before an empty ward was counted: no error, no change."""
    ledger = Ledger([5.0])
    ledger.report(0, 10, 0)
    ledger.leave(0, 9)
    assert ledger.balance(0, 10).occupied == 0
    with pytest.raises(LedgerError, match="nobody is in bed"):
        ledger.leave(0, 11)


@pytest.mark.parametrize("unknown_after", [36.0, math.inf])
def test_absent_is_neither_free_nor_full(unknown_after):
    """No report, or no bed count: unknown, whatever the patience with old reports."""
    ledger = Ledger([5.0, math.nan], unknown_after=unknown_after)
    ledger.report(1, 0, 2)
    assert math.isnan(expected_occupied(ledger.columns, 0, 1.0, unknown_after))
    for line in (0, 1):
        assert ledger.free(line, 1) is None
        assert ledger.balance(line, 1).over is None
        with pytest.raises(BedTaken, match="unknown bed"):
            ledger.promise("x", line, 1)
    assert ledger.balance(0, 1).age is None
    assert ledger.report(0, 1, 3).expected is None


def test_an_old_report_becomes_unknown(ledger):
    """Past the limit nobody is sent there as if it were free; a new report mends it."""
    assert ledger.free(0, 46) == 4
    assert ledger.free(0, 46.01) is None
    assert ledger.report(0, 47, 2).expected is None
    assert ledger.free(0, 47) == 8


def test_doubt_grows_with_the_age_of_a_report(ledger):
    """Departures that nobody tells are expected and make the figure less sure; a report ends the doubt."""
    ledger.columns.leaving[0] = 0.25
    assert [ledger.balance(0, t).uncertainty for t in (10, 14, 26)] == [0, 1, 2]
    assert [ledger.balance(0, t).occupied for t in (10, 14, 26)] == [6, 5, 2]
    ledger.report(0, 26, 6)
    assert doubt_of(ledger.columns, 0, 26.0) == 0


def test_expected_departures_never_empty_more_than_the_beds(ledger):
    """However long the silence, promises stay and nobody counts below zero."""
    ledger.columns.leaving[0] = 5
    ledger.promise("a", 0, 10)
    assert expected_occupied(ledger.columns, 0, 40.0, 36.0) == 1


def test_a_crew_that_never_came_is_flagged_once_and_its_bed_stays_held(ledger):
    """Lapsed is a flag for a person, not a release."""
    ledger.promise("a", 0, 10)
    assert ledger.overdue(12, after=2) == []
    assert [p.id for p in ledger.overdue(12.1, after=2)] == ["a"]
    ledger.move("a", PromiseState.LAPSED, 12.1)
    assert ledger.overdue(99, after=2) == []
    assert ledger.balance(0, 12.1).promised == 1
    ledger.move("a", PromiseState.EN_ROUTE, 12.2)
    ledger.move("a", HANDED_OVER, 12.3)
    assert (ledger.balance(0, 12.3).promised, ledger.balance(0, 12.3).arrived) == (0, 1)


@pytest.mark.parametrize("end", ["declined", "diverted", "cancelled"])
def test_a_bed_given_back_is_free_again(ledger, end):
    """Every end but the arrival frees the bed."""
    ledger.promise("a", 0, 10)
    ledger.move("a", PromiseState(end), 11)
    assert (ledger.free(0, 11), ledger.balance(0, 11).arrived) == (4, 0)


@pytest.mark.parametrize("line", [-1, 1, 99])
def test_a_line_that_does_not_exist_is_refused(ledger, line):
    """Compiled code would read past the end; the ledger says so first."""
    for step in (
        lambda: ledger.report(line, 11, 1),
        lambda: ledger.promise("x", line, 11),
        lambda: ledger.leave(line, 11),
    ):
        with pytest.raises(LedgerError, match="no line"):
            step()
    assert "x" not in ledger.promises


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("patients in bed", {"occupied": -1}),
        ("patients in bed", {"occupied": math.nan}),
        ("staffed beds", {"occupied": 1, "staffed": -2}),
        ("time of a report", {"occupied": 1, "at": math.inf}),
    ],
)
def test_an_impossible_report_is_refused(ledger, words, how):
    """The words name what was wrong; the line stays as it was."""
    with pytest.raises(LedgerError, match=words):
        ledger.report(**{"line": 0, "at": 11, **how})
    assert ledger.balance(0, 10).reported == 6


def test_beds_below_zero_are_refused():
    """A ledger does not open on a bed count that cannot be."""
    with pytest.raises(LedgerError, match="line 1"):
        Ledger([3.0, -1.0])


def test_arrays_for_compiled_code_say_the_same_as_the_balance(ledger):
    """`expected` fills only the lines it was asked for."""
    occupied, doubt = np.full(1, np.nan), np.full(1, np.nan)
    ledger.expected(np.array([], dtype=np.int64), 11.0, occupied, doubt)
    assert np.isnan(occupied).all()
    ledger.expected(np.array([0]), 11.0, occupied, doubt)
    assert (occupied[0], doubt[0]) == (6, 0)
