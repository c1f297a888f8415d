"""Which ways an ambulance drives, by tags alone."""

import pytest

from tirek.roads import rules
from tirek.roads.speeds import ROAD_CLASSES


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary"}, (True, True)),
        ({"highway": "primary", "oneway": "yes"}, (True, False)),
        ({"highway": "primary", "oneway": "1"}, (True, False)),
        ({"highway": "primary", "oneway": "-1"}, (False, True)),
        ({"highway": "primary", "oneway": "no"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "tertiary", "junction": "roundabout"}, (True, False)),
        ({"highway": "primary", "oneway": "yes", "oneway:emergency": "no"}, (True, True)),
        ({"highway": "primary", "oneway:emergency": "yes"}, (True, False)),
    ],
)
def test_directions_follow_oneway_and_what_it_implies(tags, expected):
    assert rules.directions(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, "residential"),
        ({"highway": "secondary_link"}, "link"),
        ({"highway": "road"}, "unclassified"),
        ({"highway": "service", "access": "private"}, None),
        ({"highway": "service", "access": "private", "emergency": "yes"}, "service"),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, "service"),
        ({"highway": "residential", "emergency": "no"}, None),
        ({"highway": "residential", "motor_vehicle": "no"}, None),
        ({"highway": "residential", "access": "destination"}, "residential"),
        ({"highway": "footway"}, None),
        ({"highway": "footway", "access": "yes"}, None),
        ({"highway": "pedestrian", "emergency": "yes"}, "living_street"),
        ({"highway": "construction"}, None),
        ({"highway": "service", "area": "yes"}, None),
        ({"route": "ferry"}, None),
    ],
)
def test_access_is_decided_by_the_most_specific_tag(tags, expected):
    assert rules.road_class(tags) == (None if expected is None else ROAD_CLASSES.index(expected))


def test_a_bollard_stops_us_and_a_gate_does_not():
    assert rules.blocks({"barrier": "bollard"})
    assert not rules.blocks({"barrier": "bollard", "emergency": "yes"})
    assert not rules.blocks({"barrier": "gate"})


def test_restrictions_for_others_do_not_bind_an_ambulance():
    assert rules.turn_rule({"restriction": "no_left_turn"}) == "no_left_turn"
    assert rules.turn_rule({"restriction": "no_left_turn", "except": "psv;emergency"}) is None
    assert rules.turn_rule({"restriction:hgv": "no_left_turn"}) is None
    assert rules.turn_rule({"restriction": "give_way"}) is None
