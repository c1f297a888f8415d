"""A record that contradicts itself is refused when it is made, in words that say what was expected."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest
from small_run import HOSPITALS, OCCUPIED, STAFFED, START, small_history, small_sample

from tirek.simulation.record import CallSeries, Outline, Text


def test_time_runs_from_the_start_by_steps():
    """Row 3 of a two-hourly run is six hours after the start, on the same clock."""
    history = small_history(step_hours=2.0)
    assert history.steps == 4
    assert history.time_of(3) == START + timedelta(hours=6)
    assert history.time_of(3).utcoffset() == START.utcoffset()


def test_staffed_beds_may_change_on_the_way():
    """One table for the whole run and one for each step are read alike."""
    constant = small_history().staffed_by_step()
    changing = small_history(staffed=np.array(np.broadcast_to(STAFFED, OCCUPIED.shape))).staffed_by_step()
    np.testing.assert_array_equal(constant, changing)


def test_unknown_is_allowed_everywhere():
    """A run of which nothing was reported is a record all the same."""
    history = small_history(staffed=np.full((3, 2), np.nan), occupied=np.full((4, 3, 2), np.nan))
    assert np.isnan(history.occupied).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": START.replace(tzinfo=None)}, "no offset from UTC"),
        ({"step_hours": 0.0}, "step_hours"),
        ({"load_steps": (0.9, 0.9, 1.0)}, "do not rise"),
        ({"hospitals": (HOSPITALS[0],) * 3}, "hospital 'a' stands twice"),
        ({"kinds": ("x", "x")}, "kind 'x' stands twice"),
        ({"occupied": OCCUPIED[:, :2]}, "occupied has shape"),
        ({"occupied": OCCUPIED[:0]}, "occupied has shape"),
        ({"staffed": STAFFED.T}, "staffed has shape"),
        ({"promised": OCCUPIED[:2]}, "promised has shape"),
        ({"occupied": OCCUPIED - 40}, "occupied holds a negative"),
        ({"staffed": np.where(STAFFED > 0, np.inf, STAFFED)}, "staffed holds a negative or infinite"),
        ({"calls": CallSeries(*(np.zeros((3, 4)),) * 3)}, "calls have 3 rows"),
        ({"samples": (dataclasses.replace(small_sample(), hospital_id="z"),)}, "unknown hospitals"),
        ({"samples": (dataclasses.replace(small_sample(), kind="bed"),)}, "unknown kind"),
        (
            {"samples": (dataclasses.replace(small_sample(), at=START.replace(tzinfo=None)),)},
            "time with no offset",
        ),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(change, message):
    """Shapes, names and times must agree."""
    with pytest.raises(ValueError, match=message):
        small_history(**change)


def test_calls_have_four_categories():
    """A series by something else than the four urgency categories is refused."""
    with pytest.raises(ValueError, match=r"expected \[T, 4\]"):
        CallSeries(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 3)))


def test_a_text_has_all_three_languages():
    """Nobody meets an empty sentence in their own language."""
    assert Text.same("80 km").ru == "80 km"
    with pytest.raises(ValueError, match="no words in 'kk'"):
        Text(" ", "есть", "is")


def test_an_outline_has_as_many_latitudes_as_longitudes():
    """A broken polyline is refused before a map is drawn."""
    with pytest.raises(ValueError, match=r"\(2,\) latitudes"):
        Outline(((np.zeros(2), np.zeros(3)),))
