"""Turn restrictions on networks drawn at random, against a search over edges that knows nothing of states."""

import heapq
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tirek.domain.errors import InputError
from tirek.domain.place import great_circle_km
from tirek.roads.build import graph_from_roads
from tirek.roads.osm import RawRoads
from tirek.roads.paths import minutes
from tirek.roads.speeds import ROAD_CLASSES

SIDE = 4
STEP_DEGREES = 0.002
RESIDENTIAL = ROAD_CLASSES.index("residential")
MIN_PER_KM = 60 / 25
LINKS = [
    (a, b) for a in range(SIDE**2) for b in (a + 1, a + SIDE) if b < SIDE**2 and (b != a + 1 or b % SIDE)
]


def where(node):
    return 50 + STEP_DEGREES * (node // SIDE), 70 + STEP_DEGREES * (node % SIDE)


@st.composite
def networks(draw):
    """Ways of two nodes on a grid, some one-way or missing, and restrictions where two of them meet."""
    ways = {}
    for number, (a, b) in enumerate(LINKS, start=1):
        kind = draw(st.sampled_from(["both", "both", "both", "forward", "missing"]))
        if kind != "missing":
            ways[number] = (a, b, kind == "both")
    corners = [
        (first, node, second)
        for first, (a, b, _) in ways.items()
        for node in (a, b)
        for second, (c, d, _) in ways.items()
        if node in {c, d}
    ]
    chosen = draw(st.lists(st.sampled_from(corners), max_size=8)) if corners else []
    rules = [(draw(st.sampled_from(["no_left_turn", "no_u_turn", "only_straight_on"])), *c) for c in chosen]
    return ways, rules


def as_roads(ways, rules):
    raw = RawRoads()
    for number, (a, b, both) in ways.items():
        tags = {} if both else {"oneway": "yes"}
        raw.add([(n + 1, *where(n)) for n in (a, b)], number, tags, RESIDENTIAL)
    raw.turns.extend((rule, first, node + 1, second) for rule, first, node, second in rules)
    return raw


def search_over_edges(ways, rules, kept):
    """Minutes between kept nodes by a search whose states are edges and whose steps are turns."""
    edges = {}
    for number, (a, b, both) in ways.items():
        if a in kept and b in kept:
            edges[number, a, b] = MIN_PER_KM * float(great_circle_km(*where(a), *where(b)))
            if both:
                edges[number, b, a] = edges[number, a, b]
    banned = {}
    for rule, first, node, second in rules:
        into = [e for e in edges if e[0] == first and e[2] == node]
        out = [e for e in edges if e[1] == node]
        to = [e for e in out if e[0] == second]
        if into and to:
            banned.setdefault(into[0], set()).update(to if rule.startswith("no") else set(out) - set(to))
    for edge in list(banned):  # where nothing is left, the junction is open
        if all(e in banned[edge] for e in edges if e[1] == edge[2]):
            del banned[edge]
    found = {}
    for start in kept:
        best = {}
        queue = [(cost, edge) for edge, cost in edges.items() if edge[1] == start]
        heapq.heapify(queue)
        while queue:
            so_far, edge = heapq.heappop(queue)
            if edge in best:
                continue
            best[edge] = so_far
            for after, cost in edges.items():
                if after[1] == edge[2] and after not in banned.get(edge, ()) and after not in best:
                    heapq.heappush(queue, (so_far + cost, after))
        for goal in kept:
            ends = [v for e, v in best.items() if e[2] == goal]
            found[start, goal] = 0 if start == goal else min(ends, default=math.inf)
    return found


@settings(max_examples=100, deadline=None)
@given(networks())
def test_minutes_are_those_of_a_search_over_turns(network):
    ways, rules = network
    if not ways:
        return
    try:
        graph = graph_from_roads(as_roads(ways, rules), "drawn")
    except InputError as error:
        assert "no roads hang together" in str(error)  # noqa: PT017  (both ends are right)
        return
    nodes = [
        round((lat - 50) / STEP_DEGREES) * SIDE + round((lon - 70) / STEP_DEGREES)
        for lat, lon in zip(graph.lat, graph.lon, strict=True)
    ]
    expected = search_over_edges(ways, rules, nodes)
    found = minutes(graph, range(graph.n_places), range(graph.n_places))
    assert np.isfinite(found).all()
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            assert math.isclose(found[i, j], expected[a, b], rel_tol=1e-3, abs_tol=1e-6), (a, b)
