"""Why a hospital was proposed: every sentence is there in three languages, and says what is true."""

import math
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_city import city, patient

from tirek.engine.baselines import POLICIES
from tirek.engine.choice import LOAD_MINUTES, MISSING_BED_MINUTES, chance_missing, charged_share
from tirek.engine.place import place
from tirek.engine.reasons import SENTENCES, Because, Reason

LANGUAGES = ("kk", "ru", "en")


def situations():
    """One situation for each reason: what leads to it and the state."""
    scarce = city([10, 10], [5, 5])
    scarce.prices[0] = 60.0
    closed = city([10, 10], [5, 5])
    closed.open[0] = False
    unsure = city([10, 10], [9, 9], leaving=0.05)
    unsure.ledger.report(1, 20.0, 9)
    return {
        Because.NEAREST: (city([10, 10], [5, 5]), 0.0),
        Because.NEARER_FULL: (city([10, 10], [10, 5]), 0.0),
        Because.NEARER_NEEDED: (scarce, 0.0),
        Because.EVENER: (city([10, 10], [8, 0], evenness=0.8), 0.0),
        Because.NEARER_UNSURE: (unsure, 20.0),
        Because.NEARER_UNUSABLE: (closed, 0.0),
        Because.ALL_FULL: (city([10, 10], [10, 12]), 0.0),
        Because.NOBODY: (city([10], [math.nan]), 0.0),
        Because.BY_RULE: (city([10, 10], [5, 5], policy="round-robin"), 0.0),
    }


def test_there_is_a_situation_for_every_reason():
    """Nothing in the list of reasons is dead, and a new one needs an example here."""
    assert set(situations()) == set(Because)


@pytest.mark.parametrize("because", Because)
def test_each_situation_gives_its_reason_and_a_sentence_in_each_language(because):
    """The values that the engine gives are those that each sentence names; no brace is left over."""
    state, now = situations()[because]
    reason = place(state, patient(), now).reason
    assert reason.id is because
    for language in LANGUAGES:
        said = reason.say(language, {"A": "Больница № 1"})
        assert said.endswith(".")
        assert not set("{}") & set(said)
        assert "nan" not in said
        assert ("Больница № 1" in said) is (
            "nearer" in reason.values and "{nearer}" in SENTENCES["ru"][because]
        )


@pytest.mark.parametrize("because", Because)
def test_the_three_languages_name_the_same_values(because):
    """A translation that drops a figure, or invents one, is caught."""
    named = [
        {field for _, field, _, _ in string.Formatter().parse(SENTENCES[language][because]) if field}
        for language in LANGUAGES
    ]
    assert named[0] == named[1] == named[2]


def test_languages_are_complete():
    """Each language has each sentence, and no two sentences of it are the same."""
    assert set(SENTENCES) == set(LANGUAGES)
    for sentences in SENTENCES.values():
        assert set(sentences) == set(Because)
        assert len(set(sentences.values())) == len(Because)


def test_a_name_that_nobody_knows_stays_an_id():
    """The sentence is still said."""
    reason = Reason(Because.NEARER_FULL, {"nearer": "H7", "extra": 3.2, "load": 0.5, "minutes": 9.0})
    assert reason.say("en", {"H1": "One"}) == "H7 is full; 3 min farther there is a bed, load 50% after."


@pytest.mark.parametrize("policy", sorted(set(POLICIES) - {"tirek"}))
def test_a_baseline_gives_its_rule_as_the_reason_even_at_a_full_hospital(policy):
    """'Every hospital is full' is never said of a rule that did not look."""
    reason = place(city([10, 10], [10, 5], policy=policy), patient(), 0.0).reason
    assert (reason.id, reason.values["policy"]) == (Because.BY_RULE, policy)


beds = st.one_of(st.integers(0, 20).map(float), st.just(math.nan))
rows = st.lists(
    st.tuples(beds, st.one_of(st.integers(0, 20).map(float), st.just(math.nan)), st.floats(0, 200)),
    min_size=1,
    max_size=6,
)


@given(rows, st.floats(-10, 70), st.floats(0, 1), st.sampled_from([0.0, 0.1, 0.5]), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_the_reason_is_true(lines, km, evenness, leaving, now):
    """Recounted from the facts: who is nearest, whether it is full, and what it is that costs more there."""
    state = city([b for b, _, _ in lines], [t for _, t, _ in lines], evenness=evenness, leaving=leaving)
    state.prices = np.array([p for _, _, p in lines])
    proposal = place(state, patient(km), float(now))
    reason, option = proposal.reason, proposal.chosen
    if option is None:
        assert reason.id is Because.NOBODY
        return
    occupied, doubt = state.occupied, state.doubt
    staffed = state.ledger.columns.staffed
    minutes = np.abs(10.0 * np.arange(len(lines)) - km)
    home = int(minutes.argmin())
    assert reason.values["minutes"] == option.minutes
    assert reason.values["load"] == (occupied[option.line] + 1) / staffed[option.line]
    if reason.id is Because.ALL_FULL:
        usable = (minutes <= 90) & ~np.isnan(occupied) & (staffed > 0)
        assert (staffed - occupied < 1)[usable].all()
        return
    if reason.id is Because.NEAREST:
        assert option.minutes == minutes[home]
        return
    assert option.minutes > minutes[home]
    assert reason.values["nearer"] == state.network.hospital_ids[home]
    assert reason.values["extra"] == option.minutes - minutes[home]
    unusable = bool(math.isnan(staffed[home]) or math.isnan(occupied[home]) or staffed[home] == 0)
    assert (reason.id is Because.NEARER_UNUSABLE) is unusable
    full = bool(not unusable and staffed[home] - occupied[home] < 1)
    assert (reason.id is Because.NEARER_FULL) is full
    if unusable or full:
        return
    with np.errstate(divide="ignore"):  # a ward without beds elsewhere has no load
        load = (occupied + 1) / staffed
    missing = [
        chance_missing(staffed[i] - occupied[i], doubt[i]) if doubt[i] else 0 for i in range(len(lines))
    ]
    parts = {
        Because.EVENER: evenness * LOAD_MINUTES * (load[home] ** 2 - load[option.line] ** 2),
        Because.NEARER_NEEDED: (1 - evenness)
        * charged_share(evenness)
        * (state.prices[home] - state.prices[option.line]),
        Because.NEARER_UNSURE: (1 - evenness) * MISSING_BED_MINUTES * (missing[home] - missing[option.line]),
    }
    assert parts[reason.id] == max(parts.values()) > 0
    assert sum(parts.values()) >= (1 - evenness) * reason.values["extra"] - 1e-9
    if reason.id is Because.EVENER:
        assert reason.values["nearer_load"] == load[home] > load[option.line]
