"""The graph of the hand-made town: what is in it, what is not, and that the file keeps it."""

import numpy as np
import pytest
from town_map import CORNERS, TOWN

from tirek.domain.errors import InputError
from tirek.domain.place import Point
from tirek.roads.build import graph_from_pbf
from tirek.roads.graph import load_graph, nearest_nodes
from tirek.roads.osm import BBox
from tirek.roads.paths import minutes
from tirek.roads.routes import route
from tirek.roads.speeds import TravelProfile

RESIDENTIAL, SECONDARY, TRACK, SERVICE = (60 / kmh for kmh in (25, 42, 12, 15))
EAST_KM, NORTH_KM = 0.35737, 0.55597
"""Sides of the town's grid cells on the sphere of 6371 km, at 50.005 degrees north."""


def drive(town, corner, a, b, **profile):
    return float(minutes(town, [corner[a]], [corner[b]], TravelProfile(**profile))[0, 0])


def test_what_hangs_together_is_kept_and_islands_are_not(town):
    assert town.n_places == 9 + 2  # the corners, and the bollard's two sides
    assert town.km_dropped == pytest.approx(EAST_KM, abs=0.001)
    assert town.turns_used == 2
    assert town.turns_ignored == 1  # over a via way; the one with an exception is no restriction for us
    # A point on the island is snapped to the main part.
    assert nearest_nodes(town, [Point(50.020, 70.000)])[0] == nearest_nodes(town, [CORNERS[1]])[0]


def test_a_one_way_street_is_driven_one_way(town, corner):
    assert drive(town, corner, 1, 3) == pytest.approx(2 * EAST_KM * SECONDARY, rel=1e-3)
    around = (2 * EAST_KM + NORTH_KM) * RESIDENTIAL + NORTH_KM * TRACK
    assert drive(town, corner, 3, 1) == pytest.approx(around, rel=1e-3)


def test_a_forbidden_left_turn_is_not_taken(town, corner):
    by_turn = (EAST_KM + NORTH_KM) * RESIDENTIAL
    # The other way: the slow track, then the one-way street.
    around = NORTH_KM * TRACK + EAST_KM * SECONDARY
    assert drive(town, corner, 4, 2) == pytest.approx(around, rel=1e-3)
    assert drive(town, corner, 4, 2) > by_turn
    # The same corner is free from the other side and for those who start there.
    assert drive(town, corner, 6, 2) == pytest.approx(by_turn, rel=1e-3)
    assert drive(town, corner, 5, 2) == pytest.approx(NORTH_KM * RESIDENTIAL, rel=1e-3)


def test_only_straight_on_forbids_the_other_turns(town, corner):
    # 7>8>5 is forbidden; by 4 is the way.
    assert drive(town, corner, 7, 5) == pytest.approx((NORTH_KM + EAST_KM) * RESIDENTIAL, rel=1e-3)
    streets = route(town, CORNERS[7], CORNERS[5])
    assert [tuple(np.round(p, 4)) for p in streets.line] == [CORNERS[7], CORNERS[4], CORNERS[5]]
    # One who must go on to 9 and comes back may turn into 5: two residential blocks more.
    assert drive(town, corner, 7, 9) == pytest.approx(2 * EAST_KM * RESIDENTIAL, rel=1e-3)
    assert drive(town, corner, 9, 5) == pytest.approx((EAST_KM + NORTH_KM) * RESIDENTIAL, rel=1e-3)


def test_arriving_at_a_restricted_junction_counts_from_every_side(town, corner):
    assert drive(town, corner, 4, 5) == pytest.approx(EAST_KM * RESIDENTIAL, rel=1e-3)
    assert drive(town, corner, 7, 8) == pytest.approx(EAST_KM * RESIDENTIAL, rel=1e-3)
    assert drive(town, corner, 5, 5) == 0


def test_private_ways_are_left_out_unless_they_are_ours(town, corner):
    assert drive(town, corner, 5, 9) == pytest.approx((NORTH_KM + EAST_KM) * RESIDENTIAL, rel=1e-3)
    assert 121 in town.segment_way
    assert 120 not in town.segment_way


def test_a_bollard_is_reached_and_not_passed(town, corner):
    assert drive(town, corner, 6, 9) == pytest.approx((2 * EAST_KM + NORTH_KM) * RESIDENTIAL, rel=1e-3)
    place = int(town.snap([Point(50.0025, 70.0101)])[0][0])
    assert np.isfinite(minutes(town, [corner[6]], [place])[0, 0])


def test_the_file_keeps_the_graph_and_is_the_same_each_time(town, tmp_path):
    for name in ("a.npz", "b.npz"):
        graph_from_pbf(TOWN).save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = load_graph(tmp_path / "a.npz")
    places = np.arange(town.n_places)
    assert np.array_equal(minutes(again, places, places), minutes(town, places, places))
    assert again.names == town.names
    assert np.array_equal(again.shape(0), town.shape(0))


@pytest.mark.parametrize("content", [b"", b"not a graph", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_graph_gives_one_clear_error(tmp_path, content):
    (tmp_path / "roads.npz").write_bytes(content)
    with pytest.raises(InputError, match="not a road graph"):
        load_graph(tmp_path / "roads.npz")


def test_bad_extracts_and_boxes_give_one_clear_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        graph_from_pbf(tmp_path / "nowhere.osm.pbf")
    (tmp_path / "bad.osm.pbf").write_bytes(b"this is no protobuf at all")
    with pytest.raises(InputError, match="cannot be read as an OSM extract"):
        graph_from_pbf(tmp_path / "bad.osm.pbf")
    with pytest.raises(InputError, match="no road that a car may drive was found inside the bbox"):
        graph_from_pbf(TOWN, BBox(0, 0, 1, 1))
    for text in ("1,2,3", "a,b,c,d", "10,0,5,1", "0,0,1,95", ""):
        with pytest.raises(InputError, match="bbox"):
            BBox.parse(text)


def test_a_box_cuts_the_town():
    west = graph_from_pbf(TOWN, BBox(69.999, 49.999, 70.006, 50.011))
    assert west.n_places == 6
    assert west.lon.max() < 70.006


def test_liechtenstein_is_one_network(liechtenstein):
    places = np.linspace(0, liechtenstein.n_places - 1, 20).astype(int)
    found = minutes(liechtenstein, places, places)
    assert np.isfinite(found).all()
    assert liechtenstein.km > 500
