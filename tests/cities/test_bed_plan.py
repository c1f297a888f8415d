"""The assumed bed plan: whole numbers that add up, known beds kept, floor space as the measure."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tirek.cities.bed_plan import floors, plan
from tirek.cities.osm_sites import Building, Site
from tirek.domain.beds import BedClass, CareGroup, Stream
from tirek.domain.place import Names, Point


def site(name="Больница", floor_m2=1000.0, beds=None):
    return Site("n1", Names(ru=name), Point(50, 70), beds=beds, floor_m2=floor_m2)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=30), st.integers(0, 5000))
def test_no_bed_is_lost_or_made(floor_spaces, total):
    plans = plan([site(floor_m2=m2) for m2 in floor_spaces], total)
    assert sum(sum(p.values()) for p in plans) == total
    assert all(n > 0 for p in plans for n in p.values())


def test_more_floor_means_more_beds_and_known_beds_stay():
    small, large, known = (sum(p.values()) for p in plan([site(), site(floor_m2=3000), site(beds=50)], 450))
    assert (small, large, known) == (100, 300, 50)
    assert sum(sum(p.values()) for p in plan([site(), site(beds=50)], 10)) == 50


def test_names_tell_what_a_hospital_is_for():
    general, infectious, child, birth = plan(
        [site(), site("Инфекционная больница"), site("Детская больница"), site("Перинатальный центр")], 4000
    )
    assert {k.stream for k in general} >= {Stream.GENERAL, Stream.INFECTIOUS}
    assert Stream.GENERAL not in {k.stream for k in infectious}
    assert BedClass.INTENSIVE in {k.bed_class for k in infectious}
    assert {k.group for k in child} == {CareGroup.CHILD}
    assert {k.group for k in birth} == {CareGroup.MATERNITY}


def test_floor_space_is_that_of_what_stands_on_the_ground():
    ring = (Point(50, 70), Point(50, 70.002), Point(50.002, 70.002), Point(50.002, 70))
    ground = Site("w1", Names(ru="Больница"), Point(50.001, 70.001), ring=ring)
    point = Site("n2", Names(ru="Больница"), Point(50.01, 70.01))
    alone = Site("n3", Names(ru="Больница"), Point(50.1, 70.1))
    buildings = [
        Building(Point(50.0005, 70.0005), 400, lived_in=False),
        Building(Point(50.0015, 70.0015), 600, lived_in=False),
        Building(Point(50.0021, 70.001), 9999, lived_in=True),
        Building(Point(50.0101, 70.01), 300, lived_in=False),
        Building(Point(50.0102, 70.01), 500, lived_in=False),
    ]
    assert [s.floor_m2 for s in floors([ground, point, alone], buildings)] == [1000, 500, 1500]
