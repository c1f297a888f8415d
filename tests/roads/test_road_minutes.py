"""Travel minutes: against a search written here, under closures, by hour and as tables."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from town_map import CORNERS, TOWN

from tirek.domain.errors import InputError
from tirek.domain.place import Point
from tirek.roads import closures, search
from tirek.roads.build import graph_from_pbf
from tirek.roads.paths import edge_minutes, minutes, tables
from tirek.roads.routes import route
from tirek.roads.speeds import TravelDefaults, TravelProfile

GRAPH = graph_from_pbf(TOWN)
PLACES = np.arange(GRAPH.n_places)
closed_sets = st.frozensets(st.integers(0, GRAPH.n_segments - 1))


def brute_force(graph, source, profile):
    """Minutes from one place to all, with a heap and plain lists; arrivals at any state of a place count."""
    per_km = profile.defaults.minutes_per_km() * profile.factor()
    best = {source: 0.0}
    queue = [(0.0, source)]
    while queue:
        so_far, state = heapq.heappop(queue)
        if so_far > best[state]:
            continue
        for edge in range(graph.indptr[state], graph.indptr[state + 1]):
            segment = int(graph.edge_segment[edge])
            if segment < 0 or segment in profile.closed:
                continue
            other = int(graph.head[edge])
            through = so_far + float(graph.segment_m[segment]) / 1000 * per_km[graph.segment_class[segment]]
            if through < best.get(other, math.inf):
                best[other] = through
                heapq.heappush(queue, (through, other))
    out = np.full(graph.n_places, np.inf)
    for state, value in best.items():
        place = graph.state_place[state]
        out[place] = min(out[place], value)
    return out


@settings(max_examples=40, deadline=None)
@given(closed=closed_sets, hour=st.floats(0, 24), siren=st.booleans())
def test_the_matrix_agrees_with_a_search_by_hand(closed, hour, siren):
    profile = TravelProfile(hour=hour, siren=siren, closed=closed)
    expected = np.array([brute_force(GRAPH, p, profile) for p in PLACES])
    np.testing.assert_allclose(minutes(GRAPH, PLACES, PLACES, profile), expected, rtol=1e-5)


@settings(max_examples=60, deadline=None)
@given(closed=closed_sets, more=closed_sets)
def test_a_closure_never_makes_a_trip_shorter(closed, more):
    before = minutes(GRAPH, PLACES, PLACES, TravelProfile(closed=closed))
    after = minutes(GRAPH, PLACES, PLACES, TravelProfile(closed=closed | more))
    assert (after >= before).all()


def test_unreachable_is_for_ever_and_never_zero():
    found = minutes(GRAPH, PLACES, PLACES, TravelProfile(closed=frozenset(range(GRAPH.n_segments))))
    off_diagonal = ~np.eye(len(PLACES), dtype=bool)
    assert np.isinf(found[off_diagonal]).all()
    assert (np.diag(found) == 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, GRAPH.n_places - 1))
def test_a_stop_on_the_way_is_no_short_cut_but_for_turns(middle):
    """Triangle inequality; starting anew at a stop may only gain what a forbidden turn costs there."""
    found = minutes(GRAPH, PLACES, PLACES).astype(float)
    restricted = GRAPH.arrive[middle] != middle
    if not restricted:
        assert (found <= found[:, [middle]] + found[[middle], :] + 1e-4).all()


def test_rows_and_columns_may_come_from_either_side():
    few, many = PLACES[:3], PLACES
    np.testing.assert_allclose(minutes(GRAPH, few, many), minutes(GRAPH, many, many)[:3], rtol=1e-6)
    np.testing.assert_allclose(minutes(GRAPH, many, few), minutes(GRAPH, many, many)[:, :3], rtol=1e-6)
    assert minutes(GRAPH, [], many).shape == (0, len(many))
    assert minutes(GRAPH, [0, 0], [1]).shape == (2, 1)


def test_tables_hold_both_directions_and_other_hours():
    targets = [0, 3]
    table = tables(GRAPH, targets)
    whole = minutes(GRAPH, PLACES, PLACES)
    np.testing.assert_allclose(table.to_target, whole[:, targets], rtol=1e-6)
    np.testing.assert_allclose(table.from_target, whole[targets].T, rtol=1e-6)
    rush = TravelProfile(hour=8, siren=True, winter=True)
    np.testing.assert_allclose(
        table.to_target * table.scale(rush), minutes(GRAPH, PLACES, targets, rush), rtol=1e-5
    )
    with pytest.raises(ValueError, match="other closures"):
        table.scale(TravelProfile(closed=frozenset({1})))


@pytest.mark.parametrize(
    ("profile", "factor"),
    [
        (TravelProfile(hour=3), 1.0),
        (TravelProfile(hour=12), 1.2),
        (TravelProfile(hour=7.5), 1.6),
        (TravelProfile(hour=9.5), 1.2),
        (TravelProfile(hour=18), 1.6),
        (TravelProfile(hour=23.99), 1.0),
        (TravelProfile(hour=26), 1.0),
        (TravelProfile(hour=8, siren=True), 1.2 * 0.70),
        (TravelProfile(hour=3, siren=True, patient_aboard=True), 0.85),
        (TravelProfile(hour=3, patient_aboard=True), 1.0),
        (TravelProfile(hour=3, winter=True), 1.2),
    ],
)
def test_the_hour_the_siren_and_the_winter_multiply(profile, factor):
    assert profile.factor() == pytest.approx(factor)


def test_speeds_that_nobody_drives_are_refused():
    with pytest.raises(InputError, match="primary: expected"):
        TravelDefaults(class_kmh={"primary": 0})
    with pytest.raises(InputError, match="unknown road class 'canal'"):
        TravelDefaults(class_kmh={"canal": 10})


def test_a_route_is_as_long_as_the_matrix_says_and_follows_the_streets():
    found = route(GRAPH, CORNERS[4], CORNERS[3])
    a, b = (int(GRAPH.snap([CORNERS[n]])[0][0]) for n in (4, 3))
    assert found.minutes == pytest.approx(float(minutes(GRAPH, [a], [b])[0, 0]), rel=1e-5)
    assert (found.low, found.high) == (
        pytest.approx(found.minutes * 0.75),
        pytest.approx(found.minutes * 1.25),
    )
    assert found.line[0] == pytest.approx(CORNERS[4])
    assert found.line[-1] == pytest.approx(CORNERS[3])
    assert found.streets == ("Мира",)
    assert found.km == pytest.approx(2 * 0.3574 + 0.556, rel=1e-3)
    assert found.snap_km[0] < 0.001
    nothing = route(GRAPH, CORNERS[4], CORNERS[4])
    assert (nothing.minutes, nothing.km, len(nothing.line)) == (0, 0, 1)
    shut = route(GRAPH, CORNERS[4], CORNERS[3], TravelProfile(closed=frozenset(range(GRAPH.n_segments))))
    assert math.isinf(shut.minutes)
    assert len(shut.line) == 0


def ways(segments):
    return sorted({int(GRAPH.segment_way[s]) for s in segments})


def test_closures_by_point_line_area_and_name():
    assert ways(closures.close_near(GRAPH, Point(50.005, 70.0025), 100)) == [102]
    assert ways(closures.close_street(GRAPH, "абай көшесі")) == [101]
    # Along the middle street, drawn by hand: its side streets stay open.
    assert ways(closures.close_line(GRAPH, [Point(50.00505, 70.0003), Point(50.00505, 70.0097)])) == [
        102,
        103,
        113,
    ]
    # Across the two streets in the north.
    assert ways(closures.close_line(GRAPH, [Point(50.008, 69.999), Point(50.008, 70.006)])) == [111, 113]
    ring = [Point(50.011, 70.004), Point(50.011, 70.006), Point(50.009, 70.006), Point(50.009, 70.004)]
    assert ways(closures.close_area(GRAPH, ring)) == [101, 113]
    with pytest.raises(InputError, match="no street is called 'Ленина'"):
        closures.close_street(GRAPH, "Ленина")
    with pytest.raises(InputError, match="at least two points"):
        closures.close_line(GRAPH, [Point(50, 70)])
    with pytest.raises(InputError, match="at least three points"):
        closures.close_area(GRAPH, [Point(50, 70)])
    with pytest.raises(InputError, match="metres > 0"):
        closures.close_near(GRAPH, Point(50, 70), 0)


def test_the_compiled_search_is_the_python_one():
    weights = edge_minutes(GRAPH, TravelProfile())
    width = search.bucket_width(weights)
    for start in PLACES:
        compiled = search.search(GRAPH.indptr, GRAPH.head, weights, start, -1, width)
        plain = search.search.py_func(GRAPH.indptr, GRAPH.head, weights, start, -1, width)
        np.testing.assert_array_equal(compiled[0], plain[0])
        np.testing.assert_array_equal(compiled[1], plain[1])
    many = search.search_many.py_func(GRAPH.indptr, GRAPH.head, weights, PLACES, GRAPH.arrive, width)
    np.testing.assert_array_equal(many, minutes(GRAPH, PLACES, PLACES))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.001, 100))
def test_the_width_of_a_bucket_changes_no_distance(width):
    weights = edge_minutes(GRAPH, TravelProfile())
    expected = search.search(GRAPH.indptr, GRAPH.head, weights, 0, -1, search.bucket_width(weights))[0]
    found = search.search(GRAPH.indptr, GRAPH.head, weights, 0, -1, width)[0]
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert search.bucket_width(np.array([np.inf])) == 1
