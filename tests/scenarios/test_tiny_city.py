"""The tiny city, placed again: every placement and its reason as they are kept, under six settings."""

import pytest
from golden import RUNS, TINY, expected, placements

from tirek.engine.baselines import POLICIES
from tirek.simulation.replay.outcome import figures_of
from tirek.simulation.replay.run import ReplaySettings, replay
from tirek.simulation.replay.wave import load_wave


@pytest.fixture(scope="module")
def tiny():
    return load_wave(TINY)


def overflow(wave, **settings):
    return figures_of(replay(wave, ReplaySettings(reach_km=30, **settings))).overflow_patient_days


def test_placements_are_as_kept():
    """A change of the engine shows here patient by patient; golden.py says how to accept it."""
    got, kept = placements(), expected()
    assert got[0] == kept[0] == ["patient", *RUNS]
    assert got == kept


@pytest.mark.parametrize("policy", ["tirek", "nearest-with-room", "least-loaded", "least-loaded-when-full"])
@pytest.mark.parametrize("hours", [8, 12, 24])
def test_without_the_ledger_the_same_rule_overfills_more(tiny, policy, hours):
    """With reports only every so often, counting one's own promises keeps hospitals from overflowing."""
    assert overflow(tiny, policy=policy, report_every=hours) < overflow(
        tiny, policy=policy, report_every=hours, ledger=False
    )


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_told_at_once_the_ledger_changes_little(tiny, policy):
    """With every arrival told, only the minutes on the road lie between the two."""
    told = [overflow(tiny, policy=policy, ledger=on) for on in (True, False)]
    assert told[0] == pytest.approx(told[1], abs=0.2)


def test_the_lever_trades_travel_for_evenness(tiny):
    """From nearest to even: the mean journey grows and the peak is more even."""
    runs = [figures_of(replay(tiny, ReplaySettings(reach_km=30, evenness=e))) for e in (0.0, 0.25, 0.83)]
    km = [run.extra_km_mean for run in runs]
    assert km[0] < km[2]
    assert km[1] < km[2]
    assert runs[0].cv_peak > runs[2].cv_peak
