"""How long patients stay: the curve, and its pace learnt from those who left."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tirek.engine.stays import StayModel

models = st.builds(
    StayModel, scale_days=st.floats(2, 40), shape=st.floats(0.7, 3), pace=st.floats(0.05, 5)
)  # fmt: skip
DAYS = np.linspace(0, 200, 801)


@given(models)
def test_the_share_in_bed_falls_from_one(model):
    """Nobody comes back, for patients seen from admission and for those found in bed."""
    for share in (model.remaining(DAYS), model.remaining_unknown(DAYS)):
        assert share[0] == 1
        assert (np.diff(share) <= 0).all()
        assert (share >= 0).all()


def test_time_before_admission_is_admission():
    """A clock that runs a little ahead does not make a share above one."""
    assert StayModel().remaining([-3.0])[0] == StayModel().remaining_unknown(-3.0) == 1


@pytest.mark.parametrize("pace", [0.3, 1.0, 2.5])
def test_the_mean_is_the_area_under_the_curve(pace):
    """Closed form against a sum."""
    model = StayModel(pace=pace)
    days = np.arange(0, 400, 0.01) + 0.005
    assert model.mean_days() == pytest.approx(model.remaining(days).sum() * 0.01, rel=1e-4)


def test_patients_found_in_bed_leave_as_a_steady_ward_does():
    """Closed form for shape 1, where age does not matter: both curves are the same exponential."""
    model = StayModel(scale_days=8, shape=1)
    assert model.remaining_unknown(DAYS[:100]) == pytest.approx(model.remaining(DAYS[:100]), abs=0.02)


@given(st.floats(0, 500), st.floats(0, 500))
def test_pace_moves_the_right_way(seen, expected):
    """More left than expected: shorter stays, never by more than was seen; as many: the curve as given."""
    learnt = StayModel().learnt(seen, expected)
    low, high = sorted([1.0, seen / max(expected, 1e-9)])
    assert low - 0.01 <= learnt.pace <= high + 0.01
    if seen > expected + 1:
        assert learnt.mean_days() < StayModel().mean_days()
    if seen + 1 < expected:
        assert learnt.mean_days() > StayModel().mean_days()


def test_nothing_seen_is_the_curve_as_given():
    """Before anybody left, the prior holds."""
    assert StayModel().learnt(0, 0) == StayModel()


def test_pace_never_reaches_zero():
    """Nobody leaving for months does not make stays endless."""
    assert StayModel().learnt(0, 1e9).pace == 0.05
