"""What others do: each rule, behind the interface of the engine, does what its name says."""

from collections import Counter

import pytest
from small_city import city, patient

from tirek.engine.baselines import POLICIES
from tirek.engine.place import place


def chosen(policy, beds, taken, km=0.0, **more):
    proposal = place(city(beds, taken, policy=policy, **more), patient(km), 0.0)
    return proposal.chosen and proposal.chosen.hospital


@pytest.mark.parametrize(
    ("policy", "beds", "taken", "expected"),
    [
        ("nearest", [10, 10, 10], [12, 0, 0], "A"),
        ("nearest-with-room", [10, 10, 10], [10, 9, 0], "B"),
        ("nearest-with-room", [10, 10, 10], [12, 11, 10], "A"),
        ("least-loaded", [10, 10, 10], [2, 5, 1], "C"),
        ("least-loaded", [10, 10, 10], [13, 12, 10], "C"),
        ("least-loaded-when-full", [10, 10, 10], [9, 5, 0], "A"),
        ("least-loaded-when-full", [10, 10, 10], [10, 5, 0], "C"),
        ("least-loaded-when-full", [10, 10, 10], [12, 11, 13], "B"),
        ("round-robin", [10, 10, 10], [10, 0, 0], "B"),
        ("random", [10, 10, 10], [10, 9, 10], "B"),
    ],
)
def test_each_rule_does_what_its_name_says(policy, beds, taken, expected):
    """Three hospitals at 0, 10 and 20 minutes."""
    assert chosen(policy, beds, taken) == expected


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_hard_rules_bind_every_rule(policy):
    """Closed, unknown and beyond reach are no choice for anybody."""
    assert chosen(policy, [10, 10, 10], [float("nan"), 0, 0], reach_minutes=12) == "B"
    assert chosen(policy, [10], [float("nan")]) is None


def test_round_robin_goes_round():
    """Six placements among three hospitals: each twice, in their order; a full one is passed over."""
    state = city([10, 10, 10], [0, 0, 0], policy="round-robin")
    seen = []
    for state.placed in range(6):
        seen.append(place(state, patient(), 0.0).chosen.hospital)
    assert seen == list("ABCABC")


def test_the_lot_is_fair_and_the_same_for_the_same_seed():
    """A thousand lots among three: each about a third; another seed, other lots."""

    def lots(seed):
        state = city([10, 10, 10], [0, 0, 0], policy="random", seed=seed)
        out = []
        for state.placed in range(1000):
            out.append(place(state, patient(), 0.0).chosen.hospital)
        return out

    assert all(270 < count < 400 for count in Counter(lots(0)).values())
    assert lots(0) == lots(0) != lots(1)
