"""The proposal for one patient: hard rules, the least bad of full hospitals, the lever, what else is told."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_city import KINDS, city, patient

from tirek.engine.place import Patient, Settings, place
from tirek.engine.reasons import Because

room = st.integers(0, 30)
beds = st.one_of(st.integers(0, 30).map(float), st.just(math.nan))
cities = st.lists(st.tuples(beds, st.one_of(room.map(float), st.just(math.nan))), min_size=1, max_size=6)
places = st.floats(-10, 70)
levers = st.one_of(st.just(0.0), st.just(1.0), st.floats(0, 1))


def built(lines, evenness=0.25, **more):
    return city([b for b, _ in lines], [t for _, t in lines], evenness=evenness, **more)


def chosen(state, who=None, now=0.0):
    proposal = place(state, who or patient(), now)
    return proposal.chosen and proposal.chosen.hospital


def test_the_nearest_with_room_is_proposed_when_nothing_speaks_against_it():
    """The plain case: half empty city, the patient goes next door."""
    proposal = place(city([10, 10], [5, 5]), patient(1), 0.0)
    assert (proposal.chosen.hospital, proposal.chosen.minutes, proposal.reason.id) == (
        "A",
        1,
        Because.NEAREST,
    )
    assert (proposal.chosen.load_before, proposal.chosen.load_after) == (0.5, 0.6)
    assert not proposal.overfull


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ({"beds": [10, 10], "taken": [10, 0]}, "full"),
        ({"beds": [math.nan, 10], "taken": [0, 0]}, "unknown"),
        ({"beds": [10, 10], "taken": [math.nan, 0]}, "unknown"),
        ({"beds": [0, 10], "taken": [0, 0]}, "closed"),
    ],
)
def test_a_hospital_that_cannot_take_the_patient_is_passed_over_and_named(how, rule):
    """Full, never reported, beds unknown, ward closed: each is told by its own word."""
    proposal = place(city(**how), patient(), 0.0)
    assert proposal.chosen.hospital == "B"
    assert proposal.ruled_out == {rule: ("A",)}


def test_a_closed_hospital_takes_nobody():
    """Closing is above everything else."""
    state = city([10, 10], [0, 9])
    state.open[0] = False
    assert chosen(state) == "B"
    assert place(state, patient(), 0.0).reason.id is Because.NEARER_UNUSABLE


def test_who_was_declined_is_not_sent_there_again():
    """Only for this patient; a hospital outside the network in the list does no harm."""
    state = city([10, 10], [0, 0])
    assert chosen(state, patient(0, declined_by={"A", "elsewhere"})) == "B"
    assert chosen(state) == "A"


def test_an_old_report_is_unknown():
    """Past the ledger's patience a report is not believed, full or free."""
    state = city([10, 10], [0, 0])
    state.ledger.report(1, 40.0, 9)
    assert chosen(state, now=40.0) == "B"
    assert place(state, patient(), 40.0).report_age == 0


def test_reach_holds_except_for_the_nearest():
    """Nobody is driven beyond the longest journey, but the nearest open hospital always takes."""
    state = city([10, 10, 10], [10, 0, 0], reach_minutes=5)
    proposal = place(state, patient(), 0.0)
    assert (proposal.chosen.hospital, proposal.overfull) == ("A", True)
    assert proposal.ruled_out["too_far"] == ("B", "C")
    assert chosen(state, patient(-80)) == "A"


def test_reach_counts_from_the_nearest_that_is_open():
    """With the nearest closed and the next beyond reach, the next is still allowed."""
    state = city([10, 10, 10], [0, 0, 0], reach_minutes=5)
    state.open[0] = False
    assert chosen(state) == "B"


def test_no_road_is_no_choice():
    """An infinite journey is never proposed, not even when it is the only hospital."""
    state = city([10, 10], [10, 0])
    state.travel = lambda _: np.array([3.0, np.inf])
    assert chosen(state) == "A"
    state.travel = lambda _: np.array([np.inf, np.inf])
    assert place(state, patient(), 0.0).reason.id is Because.NOBODY


def test_a_journey_that_nobody_could_work_out_is_no_choice():
    """A nan among the minutes counts as no road, and does not become 'the nearest' in the reason."""
    state = city([10, 10, 10], [0, 10, 0])
    state.travel = lambda _: np.array([np.nan, 10.0, 20.0])
    proposal = place(state, patient(), 0.0)
    assert (proposal.chosen.hospital, proposal.reason.id) == ("C", Because.NEARER_FULL)
    assert proposal.reason.values["nearer"] == "B"


def test_when_all_are_full_the_least_bad_is_proposed_and_flagged():
    """Nobody is turned away; the proposal says that it is beyond the beds."""
    proposal = place(city([10, 10, 10], [25, 10, 11]), patient(), 0.0)
    assert (proposal.chosen.hospital, proposal.overfull) == ("B", True)
    assert proposal.reason.id is Because.ALL_FULL
    assert {option.rule for option in proposal.alternatives} == {"full"}


def test_nobody_at_all_is_said_so():
    """No open hospital that has reported: no choice, and who was ruled out why."""
    proposal = place(city([10, math.nan], [math.nan, 3]), patient(), 0.0)
    assert proposal.chosen is None
    assert not proposal.overfull
    assert (proposal.reason.id, proposal.ruled_out) == (Because.NOBODY, {"unknown": ("A", "B")})
    assert proposal.alternatives == ()


def test_a_kind_that_no_hospital_has_is_nobody():
    """A typed kind that does not exist here does not break the desk."""
    assert chosen(city([10], [0]), patient(0, "no such kind")) is None


def test_a_patient_without_a_kind_is_refused():
    """That is a mistake of the caller, not a lack of beds."""
    with pytest.raises(ValueError, match="no kind of bed"):
        place(city([10], [0]), Patient("P", patient().place, ()), 0.0)


@pytest.mark.parametrize(
    ("oxygen", "expected"),
    [([1, 1], "oxygen"), ([2, 1], "oxygen"), ([2, 2], "intensive"), ([math.nan, math.nan], "intensive")],
)
def test_another_kind_only_where_the_right_one_is_not_to_be_had(oxygen, expected):
    """One free bed of the right kind anywhere within reach beats a nearer one that would also do."""
    state = city([[2, 2], [2, 2]], [[oxygen[0], 0], [oxygen[1], 0]], kinds=KINDS)
    proposal = place(state, patient(0, "oxygen", "intensive"), 0.0)
    assert (proposal.chosen.kind, proposal.overfull) == (expected, False)


def test_when_no_kind_has_room_the_right_kind_is_overfilled():
    """Intensive care is not taken for a patient who needs oxygen when both are full."""
    state = city([[2, 2], [2, 2]], [[2, 2], [3, 2]], kinds=KINDS)
    proposal = place(state, patient(0, "oxygen", "intensive"), 0.0)
    assert (proposal.chosen.kind, proposal.chosen.hospital, proposal.overfull) == ("oxygen", "A", True)


def test_place_promises_nothing():
    """Asking twice gives the same answer and holds no bed."""
    state = city([10, 10], [9, 9])
    assert place(state, patient(), 0.0) == place(state, patient(), 0.0)
    assert not state.ledger.promises


@given(cities, places, levers, st.sampled_from([5.0, 25.0, 90.0]))
@settings(max_examples=100, deadline=None)
def test_hard_rules_hold_whatever_the_lever(lines, km, evenness, reach):
    """A hospital is never proposed that is closed, unknown, or beyond reach and not the nearest usable."""
    state = built(lines, evenness, reach_minutes=reach)
    proposal = place(state, patient(km), 0.0)
    usable = [i for i, (b, t) in enumerate(lines) if b > 0 and t >= 0]
    if not usable:
        assert proposal.chosen is None
        return
    minutes = {i: abs(10.0 * i - km) for i in usable}
    allowed = {i for i in usable if minutes[i] <= max(reach, min(minutes.values()))}
    free = {i for i in allowed if lines[i][0] - lines[i][1] >= 1}
    option = proposal.chosen
    assert state.network.hospital_index[option.hospital] in (free or allowed)
    assert proposal.overfull is (not free)
    told = {h for names in proposal.ruled_out.values() for h in names}
    assert told == {state.network.hospital_ids[i] for i in range(len(lines)) if i not in free}


@given(cities, places, levers)
@settings(max_examples=100, deadline=None)
def test_alternatives_are_the_next_best_in_order(lines, km, evenness):
    """At most three, none twice, those with room first; each part in order of cost, none below the choice."""
    proposal = place(built(lines, evenness), patient(km), 0.0)
    others = proposal.alternatives
    names = [option.hospital for option in others]
    assert len(names) == len(set(names)) <= 3
    assert proposal.chosen is None or proposal.chosen.hospital not in names
    assert [o.rule or "" for o in others] == sorted(o.rule or "" for o in others)
    for rule in (None, "full"):
        costs = [o.costs for o in others if o.rule == rule]
        assert costs == sorted(costs)
    assert all(o.costs >= 0 for o in others if o.rule is None or proposal.overfull)


@given(cities, places)
@settings(max_examples=100, deadline=None)
def test_lever_at_nearest_picks_the_nearest_with_room(lines, km):
    """Evenness 0: no price and no load counts while a bed is free."""
    state = built(lines, 0.0)
    state.prices = np.linspace(0, 500, len(lines))[::-1].copy()
    proposal = place(state, patient(km), 0.0)
    free = [i for i, (b, t) in enumerate(lines) if b - t >= 1 and abs(10.0 * i - km) <= 90]
    if free:
        assert proposal.chosen.minutes == min(abs(10.0 * i - km) for i in free)


@given(cities, places)
@settings(max_examples=100, deadline=None)
def test_lever_at_even_picks_the_least_loaded_and_of_equals_the_nearer(lines, km):
    """Evenness 1: the load after is all that counts."""
    proposal = place(built(lines, 1.0), patient(km), 0.0)
    loads = {i: ((t + 1) / b, abs(10.0 * i - km)) for i, (b, t) in enumerate(lines) if b - t >= 1}
    if loads:
        assert (proposal.chosen.load_after, proposal.chosen.minutes) == min(loads.values())


@given(st.lists(st.tuples(st.integers(20, 60), st.floats(0, 1)), min_size=6, max_size=6), st.data())
@settings(max_examples=20, deadline=None)
def test_more_evenness_costs_travel_and_buys_evenness(hospitals, data):
    """One step of the lever never shortens the journey; the load that is chosen never rises."""
    beds = [b for b, _ in hospitals]
    taken = [int(b * share) for b, share in hospitals]
    km = data.draw(places)
    levers = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    options = [place(city(beds, taken, evenness=e), patient(km), 0.0).chosen for e in levers]
    if all(option.rule is None for option in options):
        minutes, loads = [o.minutes for o in options], [o.load_after for o in options]
        assert minutes == sorted(minutes)
        assert loads == sorted(loads, reverse=True)


def test_a_scarce_bed_is_spared_for_those_who_need_it_more():
    """The price of a bed diverts before the hospital is full."""
    state = city([10, 10], [5, 5])
    state.prices[0] = 40.0
    assert chosen(state) == "B"


def test_a_doubtful_bed_weighs_less_than_a_sure_one():
    """A count of yesterday with one bed left loses against a sure bed a little farther."""
    state = city([10, 10], [9, 9], leaving=0.05)
    assert chosen(state, now=0.0) == "A"
    state.ledger.report(1, 20.0, 9)
    assert chosen(state, now=20.0) == "B"


@pytest.mark.parametrize(
    "wrong", [{"evenness": -0.1}, {"evenness": 1.1}, {"evenness": math.nan}, {"reach_minutes": -1},
              {"reach_minutes": math.nan}, {"policy": "best"}],
)  # fmt: skip
def test_settings_that_the_lever_does_not_have_are_refused(wrong):
    """A city's file with a wrong number fails when it is read, not when a patient waits."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)
