"""Crews: who is sent, why, and which call a free crew takes."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tirek.domain.call import Call, Urgency
from tirek.domain.crew import Crew, CrewStatus
from tirek.domain.place import Point, great_circle_km
from tirek.engine.crew_choice import choose_call, choose_crew, rank_of
from tirek.engine.dispatch import DispatchSettings, DispatchState, dispatch, next_call
from tirek.engine.dispatch_reasons import SENTENCES, Why

NOW = datetime(2020, 6, 17, 12, tzinfo=UTC)
WEST, MIDDLE, EAST = Point(51.1, 71.30), Point(51.1, 71.40), Point(51.1, 71.50)
NO_RESERVE = DispatchSettings(reserve_share=0.0)


def minutes(sources, targets, now, *, siren):
    """A minute a kilometre, half of it with siren."""
    a, b = np.array(sources), np.array(targets)
    return great_circle_km(a[:, None, 0], a[:, None, 1], b[:, 0], b[:, 1]) * (0.5 if siren else 1.0)


def crew(name, point, status=CrewStatus.IDLE):
    return Crew(name, "station", point, status)


def call(point, urgency, minutes_ago=0.0, name="call"):
    return Call(name, NOW - timedelta(minutes=minutes_ago), point, Urgency(urgency))


def state(*crews, settings=NO_RESERVE):
    return DispatchState(crews, (WEST, MIDDLE, EAST), (0.5, 0.1, 0.4), minutes, settings)


def test_category_1_gets_the_nearest_crew_whatever_it_covers():
    answer = dispatch(state(crew("w", WEST), crew("m", MIDDLE), crew("e", EAST)), call(WEST, 1), NOW)
    assert (answer.crew, answer.reason.id) == ("w", Why.NEAREST)


def test_a_crew_that_alone_covers_half_the_city_is_spared_for_category_3():
    settings = DispatchSettings(reserve_share=0.0, cover_within=3.0)
    here = Point(51.1, 71.31)
    answer = dispatch(
        state(crew("w", WEST), crew("m1", MIDDLE), crew("m2", MIDDLE), settings=settings), call(here, 3), NOW
    )
    assert answer.crew in {"m1", "m2"}
    assert answer.minutes <= 30
    assert answer.reason.id is Why.KEEPS_COVERAGE
    assert answer.reason.values["coverage_kept"] == pytest.approx(0.5)
    assert {other.crew for other in answer.others} == {"w", "m1", "m2"} - {answer.crew}


def test_nearest_baseline_stands_behind_the_same_interface():
    settings = DispatchSettings(cover_within=3.0).nearest()
    answer = dispatch(
        state(crew("w", WEST), crew("m1", MIDDLE), crew("m2", MIDDLE), settings=settings),
        call(Point(51.1, 71.31), 3),
        NOW,
    )
    assert answer.crew == "w"


def test_the_answer_names_the_next_three_with_their_cost():
    crews = [crew(str(i), Point(51.1, 71.3 + i / 100)) for i in range(6)]
    answer = dispatch(state(*crews), call(WEST, 1), NOW)
    assert [other.crew for other in answer.others] == ["1", "2", "3"]
    assert all(other.cost >= other.minutes for other in answer.others)


def test_busy_crews_are_not_sent_and_a_call_waits_when_all_are():
    answer = dispatch(state(crew("w", WEST, CrewStatus.ON_SCENE)), call(WEST, 1), NOW)
    assert (answer.crew, answer.reason.id) == (None, Why.NO_IDLE_CREW)


def test_the_last_idle_crews_are_kept_for_categories_1_and_2():
    crews = [crew("idle", WEST), *(crew(str(i), WEST, CrewStatus.ON_SCENE) for i in range(19))]
    settings = DispatchSettings(reserve_share=0.05)
    assert dispatch(state(*crews, settings=settings), call(WEST, 3), NOW).reason.id is Why.HELD
    assert dispatch(state(*crews, settings=settings), call(WEST, 2), NOW).crew == "idle"


def test_no_road_is_said():
    def no_road(sources, targets, now, *, siren):
        return np.full((len(sources), len(targets)), np.inf)

    answer = dispatch(DispatchState((crew("w", WEST),), (), (), no_road, NO_RESERVE), call(WEST, 1), NOW)
    assert (answer.crew, answer.reason.id) == (None, Why.NO_ROAD)


def test_a_late_crew_is_the_nearest_one_and_how_late_is_said():
    answer = dispatch(state(crew("m", MIDDLE), crew("e", EAST)), call(WEST, 1, minutes_ago=30), NOW)
    assert (answer.crew, answer.reason.id) == ("m", Why.NEAREST_BUT_LATE)
    assert answer.reason.values["late"] == pytest.approx(20 + answer.minutes)


def test_a_free_crew_takes_the_most_urgent_call():
    waiting = [call(WEST, 3, 100, "old"), call(EAST, 2, 1, "urgent"), call(WEST, 4, 200, "mild")]
    answer = next_call(crew("w", WEST), waiting, minutes, NOW)
    assert (answer.call, answer.reason.id) == ("urgent", Why.MOST_URGENT)
    assert next_call(crew("w", WEST), [], minutes, NOW).reason.id is Why.NOTHING_WAITS


def test_a_call_that_waited_long_enough_does_not_starve_behind_more_urgent_ones():
    waiting = [call(WEST, 3, 30 * 16 + 1, "old"), call(EAST, 2, 1, "new")]
    assert next_call(crew("w", WEST), waiting, minutes, NOW).call == "old"


def test_a_reserved_crew_leaves_categories_3_and_4_waiting():
    waiting = [call(WEST, 3, 100, "old")]
    assert next_call(crew("w", WEST), waiting, minutes, NOW, reserved=True).call is None


def test_every_reason_has_its_sentence_in_every_language():
    values = dict.fromkeys(
        ("minutes", "target", "late", "nearest_minutes", "coverage_kept", "idle", "waiting", "category",
         "waited"), 1.0
    ) | {"nearest": "7"}  # fmt: skip
    for sentences in SENTENCES.values():
        assert set(sentences) == set(Why)
        assert all(sentence.format_map(values) for sentence in sentences.values())


crews_of = st.lists(st.tuples(st.floats(0, 60) | st.just(np.inf), st.floats(0, 1)), min_size=1, max_size=12)


@given(crews_of, st.floats(-30, 60), st.sampled_from([0.0, 20.0, 400.0]))
def test_the_chosen_crew_can_come_and_is_in_time_when_any_is(crews, target, cover_minutes):
    travel, loss = (np.array(column, dtype=float) for column in zip(*crews, strict=True))
    chosen = choose_crew(travel, loss, target, cover_minutes, np.empty(travel.size))
    if not np.isfinite(travel).any():
        assert chosen == -1
        return
    assert np.isfinite(travel[chosen])
    if (travel <= target).any():
        assert travel[chosen] <= target
    else:
        assert travel[chosen] == travel.min()
    if cover_minutes == 0:
        assert travel[chosen] == travel.min()


waiting_calls = st.lists(
    st.tuples(st.integers(1, 4), st.floats(0, 600), st.floats(0, 60)), min_size=1, max_size=20
)


@given(waiting_calls)
def test_nothing_overtakes_a_more_urgent_rank_and_category_1_comes_first(calls):
    category, waited, travel = (np.array(column) for column in zip(*calls, strict=True))
    targets = np.array([10.0, 15.0, 30.0, 60.0])
    chosen = choose_call(category, waited, travel, targets, 16.0, False)
    ranks = [rank_of(c, w, targets[c - 1], 16.0) for c, w in zip(category, waited, strict=True)]
    assert ranks[chosen] == min(ranks)
    assert (category[chosen] == 1) == (1 in category)
