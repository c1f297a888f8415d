"""Looking ahead: what a bed is worth to later patients."""

import itertools

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from tirek.engine.outlook import OVERFLOW_MINUTES_PER_DAY, Census, Planner, _Program
from tirek.engine.stays import StayModel

STAYS = StayModel()
TRAVEL = np.array([[0.0, 20.0], [20.0, 0.0]])
EDGES = (0.0, 1.0, 2.0, 4.0)


def empty(lines=2):
    return Census(np.zeros((lines, 1)), np.zeros(lines), 0.0)


def prices(beds, arrivals, travel=TRAVEL, census=None, reach=90.0, stays=STAYS):
    planner = Planner(np.array(travel), reach, edges=EDGES)
    coming = np.tile(np.array(arrivals, dtype=float)[:, None], (1, len(EDGES) - 1))
    return planner.prices(stays, census or empty(len(beds)), np.array(beds, dtype=float), coming)


def presence():
    """Share of step m that a patient arriving evenly within step k is in bed; 20 moments of each."""
    within = (np.arange(20) + 0.5) / 20
    steps = [start + within * (end - start) for start, end in itertools.pairwise(EDGES)]
    waited = [[later[None, :] - early[:, None] for later in steps] for early in steps]
    return np.array([[np.where(w < 0, 0, STAYS.remaining(w)).mean() for w in row] for row in waited])


def objective(beds, arrivals, travel, reach=90.0):
    """Least cost of the same plan by another solver, written out flow by flow."""
    edges = np.array(EDGES)
    length = np.diff(edges)
    stay = presence()
    areas, lines, steps = len(arrivals), beds.shape[0], len(length)
    flows = [
        (a, n, k) for a in range(areas) for n in range(lines) for k in range(steps)
        if travel[a, n] <= max(reach, travel[a].min())
    ]  # fmt: skip
    spills = [(n, m) for n in range(lines) for m in range(steps)]
    cost = [travel[a, n] for a, n, _ in flows] + [OVERFLOW_MINUTES_PER_DAY * length[m] for _, m in spills]
    room = [[stay[k, m] * (n == at) for a, n, k in flows] + [-float(s == (at, m)) for s in spills]
            for at, m in spills]  # fmt: skip
    all_go = [[float((a, k) == (area, step)) for a, _, k in flows] + [0.0] * len(spills)
              for area in range(areas) for step in range(steps)]  # fmt: skip
    coming = [arrivals[area] * length[step] for area in range(areas) for step in range(steps)]
    return scipy.optimize.linprog(cost, room, beds.ravel(), all_go, coming).fun


def test_with_slack_every_bed_is_free_of_charge():
    """Where everyone fits at home, a bed more saves nothing."""
    assert (prices([100, 100], [5, 5]) == 0).all()


def test_a_scarce_hospital_has_a_price_and_its_roomy_neighbour_has_none():
    """One bed more at the full one saves something, and never more than the overflow of the days planned."""
    price = prices([5, 500], [10, 1])
    assert price[0] > 0
    assert price[1] == 0
    assert price[0] <= OVERFLOW_MINUTES_PER_DAY * EDGES[-1]


def test_a_short_city_has_a_price_everywhere():
    """Where even the whole city has too few beds, every bed saves overflow."""
    assert (prices([2, 2], [10, 10]) > 0).all()


def test_prices_rise_with_the_need():
    """More arrivals never make a scarce bed cheaper."""
    seen = [prices([20, 40], [n, 2])[0] for n in (4, 8, 16, 32, 64)]
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


@given(
    st.lists(st.floats(0.5, 40), min_size=2, max_size=2),
    st.lists(st.floats(0.5, 20), min_size=2, max_size=2),
    st.floats(1, 80),
)
@settings(max_examples=12, deadline=None)
def test_duals_are_what_one_bed_more_saves(beds, arrivals, km):
    """Between the savings of a little more and the cost of a little less room, found by solving again."""
    travel = np.array([[0.0, km], [km, 0.0]])
    edges = np.array(EDGES)
    length = np.diff(edges)
    room = np.tile(np.array(beds)[:, None], (1, len(length)))
    program = _Program(travel, 90.0, presence(), OVERFLOW_MINUTES_PER_DAY * length)
    duals = program.solve(room, np.array(arrivals)[:, None] * length)
    step, base = 1e-3, objective(room, arrivals, travel)
    for n, m in np.ndindex(room.shape):
        more, less = room.copy(), room.copy()
        more[n, m] += step
        less[n, m] -= step
        saved = (base - objective(more, arrivals, travel)) / step
        missed = (objective(less, arrivals, travel) - base) / step
        assert saved - 1e-4 <= duals[n, m] <= missed + 1e-4


def test_a_road_that_does_not_exist_is_not_planned_with():
    """The roomy neighbour behind an infinite journey relieves nobody."""
    apart = [[0.0, np.inf], [np.inf, 0.0]]
    assert prices([5, 500], [10, 1], travel=apart)[0] > prices([5, 500], [10, 1])[0]


def test_beyond_reach_is_not_planned_with_but_the_nearest_is():
    """A longest journey of ten minutes leaves the neighbour at twenty out."""
    assert prices([5, 500], [10, 1], reach=10)[0] > prices([5, 500], [10, 1], reach=20)[0]
    far = [[50.0, 70.0], [20.0, 0.0]]
    assert np.isfinite(prices([5, 500], [10, 1], travel=far, reach=10)).all()


def test_an_area_with_no_road_at_all_does_not_spoil_the_prices():
    """A place that nobody can drive from is left out; the others keep their prices."""
    cut_off = [[0.0, 20.0], [np.inf, np.inf]]
    alone = prices([5, 500], [10, 0])
    assert alone[0] > 0
    assert prices([5, 500], [10, 30], travel=cut_off) == pytest.approx(alone)


def test_unknown_beds_offer_none():
    """A hospital that has not said how many beds it has relieves nobody."""
    assert prices([5, np.nan], [10, 0])[0] > prices([5, 500], [10, 0])[0]


def test_patients_in_bed_take_room_and_leave_by_the_curve():
    """The same beds are scarcer with patients in them, less so when they have lain long."""
    fresh = Census(np.array([[20.0], [0.0]]), np.zeros(2), 0.0, ages=np.array([0.5]))
    old = Census(np.array([[20.0], [0.0]]), np.zeros(2), 0.0, ages=np.array([15.0]))
    bare, young, late = (prices([30, 500], [8, 0], census=c)[0] for c in (empty(), fresh, old))
    assert bare <= late <= young
    assert bare < young
    in_bed = fresh.remaining(STAYS, np.array([0.0, 3.0]))
    assert in_bed[0] == pytest.approx([20.0, 20 * STAYS.remaining(3.5) / STAYS.remaining(0.5)])


def test_a_warm_start_gives_the_prices_of_a_cold_one():
    """Another pace rebuilds the program from its last solution; the answer is that of a new planner."""
    planner = Planner(TRAVEL, 90.0, edges=EDGES)
    coming = np.tile([[12.0], [3.0]], (1, 3))
    for pace in (1.0, 1.1, 0.8):
        stays = StayModel(pace=pace)
        warm = planner.prices(stays, empty(), np.array([20.0, 300.0]), coming)
        assert warm == pytest.approx(prices([20, 300], [12, 3], stays=stays))
        assert warm[0] > 0
