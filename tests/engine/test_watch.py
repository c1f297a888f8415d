"""What the centre has seen: areas, cohorts, discharges, and what follows for prices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_city import city

from tirek.engine.outlook import WINDOWS
from tirek.engine.stays import StayModel
from tirek.engine.watch import Watch

DAY = 24.0


def opened(beds=(10, 100), taken=(0, 0), *, told=True):
    state = city(list(beds), list(taken))
    watch = Watch(state.network, np.array([[0.0, 20.0], [20.0, 0.0]]), 90.0, 0.0, told=told)
    return watch, state.ledger


def run_full(watch, ledger, days=3, a_day=24):
    """Arrivals at the first hospital, evenly over some days, nobody leaving."""
    for i in range(days * a_day):
        now = i * DAY / a_day
        watch.ask(0, 0, now)
        watch.arrive(0, now)
        ledger.report(0, now, i + 1.0)
    return days * DAY


def test_a_hospital_that_fills_up_gets_a_price():
    """24 a day into ten beds: scarce; the neighbour with a hundred beds has room for now."""
    watch, ledger = opened()
    assert (watch.prices(0.0, ledger) == 0).all()
    prices = watch.prices(run_full(watch, ledger), ledger)
    assert prices[0] > 0
    assert prices[0] > prices[1] >= 0


def test_asking_for_prices_changes_nothing_that_was_seen():
    """Two looks at the same moment see the same."""
    watch, ledger = opened()
    now = run_full(watch, ledger)
    assert (watch.prices(now, ledger) == watch.prices(now, ledger)).all()


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, 1)), min_size=1, max_size=40))
def test_the_hours_of_the_ring_are_counted_into_days_back_from_now(steps):
    """However irregular the calls: each counts in its own 24 hours, none after two weeks."""
    watch, ledger = opened()
    seen = []
    watch._planners[watch.network.kinds[0]].ahead = lambda recent, *_: seen.append(recent) or np.zeros((2, 7))
    now, calls = 0.0, []
    for wait, area in steps:
        now += wait
        watch.ask(0, area, now)
        calls.append((int(now), area))
    now = float(int(now) + 1)
    watch.prices(now, ledger)
    expected = np.zeros((2, WINDOWS))
    for hour, area in calls:
        back = int((now - 1 - hour) // DAY)
        if back < WINDOWS and now - 1 - hour < WINDOWS * DAY - 1:
            expected[area, back] += 1
    assert (seen[0] == expected).all()


def test_discharges_sooner_than_the_curve_quicken_the_pace():
    """A ward that empties in two days teaches shorter stays, one that keeps everybody longer ones."""
    paces = []
    for stay_days in (2.0, 60.0):
        watch, ledger = opened(beds=(1000, 1000))
        for day in range(30):
            now = day * DAY
            for _ in range(20):
                watch.arrive(0, now)
                if day >= stay_days:
                    watch.leave(0, now - stay_days * DAY)
            watch.prices(now, ledger)
        paces.append(watch._curve.pace)
    assert paces[0] > 1.5
    assert paces[1] < 0.7


def test_patients_found_in_bed_leave_as_found():
    """Those whose admission nobody told are counted apart, and never below none."""
    watch, ledger = opened()
    watch.found_in_bed(0, 8)
    for _ in range(8):
        watch.leave(0, None)
    assert (watch._census(np.array([0, 1]), 0.0).unknown_age == 0).all()
    assert (watch.prices(1.0, ledger) == 0).all()


def test_untold_departures_are_expected_until_the_next_report():
    """Between reports the ledger lets patients leave by the curve; the next count sets it right."""
    watch, ledger = opened(beds=(50, 50), told=False)
    watch.found_in_bed(0, 40)
    ledger.report(0, 0.0, 40)
    watch.prices(0.0, ledger)
    rate = ledger.columns.leaving[0]
    assert 40 * 24 * 0.5 / StayModel().mean_days() < rate * 24 * 24 < 40 * 24 * 2 / StayModel().mean_days()
    assert ledger.columns.leaving[1] == 0
    assert ledger.balance(0, DAY).occupied == pytest.approx(40 - DAY * rate)
    watch.report(0, DAY, 10.0)
    watch.prices(DAY, ledger)
    assert ledger.columns.leaving[0] < rate


def test_a_report_of_more_patients_than_known_is_believed():
    """Walk-ins that the centre never saw: the cohorts grow to what was counted."""
    watch, _ = opened(told=False)
    watch.report(0, 5.0, 7.0)
    census = watch._census(np.array([0]), 5.0)
    assert census.unknown_age.sum() + census.by_age.sum() == pytest.approx(7)
    watch.report(0, 29.0, 14.0)
    census = watch._census(np.array([0]), 29.0)
    assert census.unknown_age.sum() + census.by_age.sum() == pytest.approx(14)


def test_departures_that_are_told_are_not_expected_as_well():
    """With every departure told, the ledger's `leaving` stays at none and reports teach nothing here."""
    watch, ledger = opened()
    now = run_full(watch, ledger)
    watch.report(0, now, 3.0)
    watch.prices(now, ledger)
    assert (ledger.columns.leaving == 0).all()
