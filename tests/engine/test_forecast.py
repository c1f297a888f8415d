"""Arrivals of the next days: level, growth and its damping, shares of areas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tirek.engine.forecast import GROWTH_DAMPING, arrivals_ahead, level_and_growth
from tirek.engine.outlook import WINDOWS

AHEAD = np.array([0.5, 1.5, 3.5, 7.0])


def counted(daily, days):
    """What was seen after `days` of `daily(day)` arrivals, the last 24 hours first."""
    out = np.zeros(WINDOWS)
    seen = [daily(day) for day in range(days)][::-1][:WINDOWS]
    out[: len(seen)] = seen
    return out


@pytest.mark.parametrize("days", [1, 2, 5, 14, 60])
@pytest.mark.parametrize("rate", [3.0, 40.0, 900.0])
def test_constant_arrivals_are_forecast_constant(days, rate):
    """No growth is read into a flat line, at any length of the record."""
    level, growth = level_and_growth(counted(lambda _: rate, days), days, prior_level=rate)
    assert level == pytest.approx(rate, rel=1e-9)
    assert growth == pytest.approx(0, abs=1e-9)


def test_a_wrong_prior_is_forgotten():
    """After two weeks a prior ten times too high weighs under a twentieth of the level."""
    level, _ = level_and_growth(counted(lambda _: 50.0, 14), 14, prior_level=500.0)
    assert level == pytest.approx(50, rel=0.05)


@pytest.mark.parametrize("rate", [-0.08, 0.05, 0.12])
def test_growth_is_seen_and_held_back(rate):
    """A steady growth is found with its sign and never overstated; days ahead it levels off."""
    daily = counted(lambda day: 200 * np.exp(rate * day), 14)
    _, growth = level_and_growth(daily, 14, prior_level=200)
    assert 0.4 < growth / rate <= 1
    ahead = arrivals_ahead(daily[None, :], 14, np.array([200.0]), np.array([0.0, 5.0, 10.0, 1e6]))[0]
    steps = np.abs(np.diff(np.log(ahead)))
    assert steps[1] < steps[0]
    assert np.log(ahead[-1] / ahead[0]) == pytest.approx(growth / -np.log(GROWTH_DAMPING))


def test_before_any_count_the_prior_is_the_forecast():
    """No arrivals and no time passed: each area as believed (but for the half patient that each may have)."""
    prior = np.array([60.0, 30.0, 10.0])
    ahead = arrivals_ahead(np.zeros((3, WINDOWS)), 0.0, prior, AHEAD)
    assert ahead.sum(axis=0) == pytest.approx(100)
    assert ahead[:, 0] == pytest.approx((prior + 0.5) / 101.5 * 100)


def test_nothing_at_all_is_no_arrival():
    """No belief and no count: zero, not a failure."""
    assert (arrivals_ahead(np.zeros((2, WINDOWS)), 0.0, np.zeros(2), AHEAD) == 0).all()


def test_when_arrivals_cease_the_forecast_falls_to_almost_none():
    """Two weeks of silence outweigh the prior."""
    level, growth = level_and_growth(np.zeros(WINDOWS), 14.0, prior_level=100.0)
    assert 0 <= level < 3
    assert growth == pytest.approx(0)


def test_areas_keep_their_recent_share():
    """An area with three quarters of the arrivals gets three quarters of the forecast."""
    recent = np.tile([[75.0], [25.0]], (1, WINDOWS))
    ahead = arrivals_ahead(recent, 14.0, np.array([50.0, 50.0]), AHEAD)
    assert ahead[0] / ahead.sum(axis=0) == pytest.approx(0.75, abs=0.03)


@given(
    st.lists(st.integers(0, 3000), min_size=WINDOWS, max_size=WINDOWS),
    st.floats(0, 400),
    st.floats(0, 2000),
)
def test_a_forecast_is_never_negative_nor_infinite(daily, elapsed, prior):
    """Whatever was counted: finite and from 0, a day and a week ahead."""
    seen = np.where(np.arange(WINDOWS) < elapsed, np.array(daily, dtype=float), 0.0)
    ahead = arrivals_ahead(np.stack([seen, seen]), elapsed, np.array([prior, prior]), AHEAD)
    assert np.isfinite(ahead).all()
    assert (ahead >= 0).all()
