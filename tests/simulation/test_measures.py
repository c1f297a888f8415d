"""What professionals watch is right by hand, leaves out what is absent, and agrees with the scorer."""

import math

import numpy as np
import pytest
from small_run import INTENSIVE, OXYGEN, small_history

from tirek.simulation.figures import Demand, Network, Stays, census, score
from tirek.simulation.measures import beds_of, evenness, highest, measure, middle, overflow


def test_a_hospital_with_unknown_beds_has_no_load():
    """Hospital c has oxygen patients but nobody said how many beds: it counts in no oxygen figure."""
    load = beds_of(small_history(), OXYGEN).load
    assert np.isnan(load[:, 2]).all()
    np.testing.assert_allclose(load[:, 0], [0.5, 1.1, 1.2, 0.9])
    assert np.isnan(load[3, 1])


def test_a_hospital_without_the_kind_is_left_out():
    """Hospital b has no intensive care; it is not an empty one, which would make the network look uneven."""
    load = beds_of(small_history(), INTENSIVE).load
    assert np.isnan(load[:, 1]).all()
    assert np.isnan(load[1, 2])


def test_all_kinds_together_are_the_known_kinds():
    """Hospital c's load is that of its intensive care alone, as long as its oxygen beds are unknown."""
    load = beds_of(small_history()).load
    assert load[0].tolist() == pytest.approx([55 / 110, 100 / 200, 1 / 5])
    assert np.isnan(load[1, 2])


def test_evenness_by_hand():
    """Two hospitals of 100 and 200 beds at 120 % and 95 %: every measure worked out."""
    even = evenness(beds_of(small_history(), OXYGEN))
    mean = (120 + 190) / 300
    variance = (1.2 - mean) ** 2 / 3 + (0.95 - mean) ** 2 * 2 / 3
    assert even.cv[2] == pytest.approx(math.sqrt(variance) / mean)
    assert even.above_median[2] == pytest.approx(1.2 - (1.2 + 0.95) / 2)
    assert even.jain[2] == pytest.approx((1.2 + 0.95) ** 2 / (2 * (1.2**2 + 0.95**2)))
    assert even.jain[0] == pytest.approx(1.0)
    assert even.cv[0] == pytest.approx(0.0)


def test_the_watched_figures_by_hand():
    """Peak, overflow, hospital-days and "full while a neighbour has room" on the tiny run."""
    seen = measure(small_history(), OXYGEN, reach_km=30)
    assert (seen.hospitals, seen.beds, seen.peak_step) == (2, 300.0, 2)
    assert seen.peak_load == pytest.approx(310 / 300)
    assert seen.max_load == pytest.approx(1.2)
    assert seen.overflow_patient_days == pytest.approx((10 + 20) / 24)
    assert seen.days_over == pytest.approx(2 / 24)
    assert seen.high_mean == pytest.approx((0 + 1 + 2 + 0) / 4)
    assert seen.high_most == 2
    # a is over in hours 1 and 2; b has room (50 %) in hour 1 only; 7 of the 8 hospital-hours are known
    assert seen.full_near_room_pct == pytest.approx(100 / 7)


def test_overflow_together_is_the_sum_of_the_kinds():
    """A free oxygen bed is no place for a patient of intensive care."""
    history = small_history()
    assert overflow(history) == pytest.approx(overflow(history, OXYGEN) + overflow(history, INTENSIVE))
    assert measure(history).overflow_patient_days == pytest.approx((30 + 2) / 24)


def test_nothing_known_is_nan_and_not_zero():
    """A run of which nothing was reported has no figures, and says so without a warning."""
    history = small_history(staffed=np.full((3, 2), np.nan))
    seen = measure(history)
    assert (seen.hospitals, seen.peak_step) == (0, -1)
    for name in ("beds", "cv_peak", "jain_mean", "max_load", "overflow_patient_days", "full_near_room_pct"):
        assert math.isnan(seen.to_json()[name]), name


def test_quantiles_skip_the_unknown():
    """The median of a row is that of its known values; a row of unknowns has none."""
    rows = np.array([[3.0, np.nan, 1.0], [np.nan] * 3, [5.0, 1.0, 2.0]])
    np.testing.assert_array_equal(middle(rows), [2.0, np.nan, 2.0])
    np.testing.assert_array_equal(highest(rows), [3.0, np.nan, 5.0])
    assert middle(rows, 0.25)[2] == pytest.approx(1.5)


def test_agrees_with_the_scorer():
    """On a network where everything is known, the measures are the scorer's."""
    rng = np.random.default_rng(3)
    lat, lon, beds = (
        rng.uniform(51, 51.3, 3),
        rng.uniform(71, 71.5, 3),
        np.array([[40.0, 4], [60, 8], [20, 6]]),
    )
    called = np.sort(rng.uniform(0, 60, 400))
    demand = Demand(
        rng.uniform(51, 51.3, 400), rng.uniform(71, 71.5, 400), rng.integers(2, size=400), called, called
    )
    placed = Stays(rng.integers(3, size=400), demand.bed_class, called + 0.3, called + 0.3 + demand.stay)
    nobody = Stays(np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0))
    figures = score(Network(lat, lon, beds), nobody, demand, placed, reach_km=20)
    occupied = census(beds.shape, (placed,), int(called.max()) + 1)
    hospitals = small_history().hospitals
    moved = tuple(
        type(h)(h.id, h.names, type(h.point)(float(a), float(o)))
        for h, a, o in zip(hospitals, lat, lon, strict=True)
    )
    history = small_history(hospitals=moved, staffed=beds, occupied=occupied, calls=None)
    seen = measure(history, reach_km=20)
    assert seen.overflow_patient_days == pytest.approx(figures.overflow_patient_days)
    assert seen.jain_peak == pytest.approx(figures.jain_peak)
    assert seen.cv_peak == pytest.approx(figures.cv_peak)
    assert seen.max_load == pytest.approx(figures.max_load)
    assert seen.full_near_room_pct == pytest.approx(figures.imbalance_pct)
