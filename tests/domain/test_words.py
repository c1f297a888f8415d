"""What people at a station talk about: kinds of beds, urgency, names, distances, errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.call import TARGET_MINUTES, Urgency
from tirek.domain.errors import InputError
from tirek.domain.hospital import Hospital
from tirek.domain.place import EARTH_RADIUS_KM, Names, Point, great_circle_km

kinds = st.builds(BedKind, st.sampled_from(Stream), st.sampled_from(BedClass), st.sampled_from(CareGroup))
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(kinds)
def test_a_kind_of_bed_is_read_as_it_is_written(kind):
    """Files, the ledger and pages name kinds by the same text."""
    assert BedKind.parse(str(kind)) == kind


def test_a_kind_without_a_group_is_for_adults():
    """The short form of city files."""
    assert BedKind.parse("general/oxygen") == BedKind(Stream.GENERAL, BedClass.OXYGEN, CareGroup.ADULT)


@pytest.mark.parametrize(
    ("text", "part"),
    [("oxygen", "oxygen"), ("a/b/c/d", "a/b/c/d"), ("", "''"), ("general/oxigen", "oxigen"),
     ("generic/oxygen", "generic"), ("general/oxygen/adults", "adults"), ("general/oxygen/", "''")],
)  # fmt: skip
def test_a_kind_that_does_not_exist_is_refused_by_its_wrong_part(text, part):
    """Who mistyped sees what."""
    with pytest.raises(ValueError, match="is not") as problem:
        BedKind.parse(text)
    assert part in str(problem.value)


def test_bed_classes_stand_from_the_least_to_the_most():
    """The order is used where another kind would do."""
    assert [c.value for c in BedClass] == ["isolation", "oxygen", "high_dependency", "intensive_care", "ecmo"]


def test_every_urgency_has_a_target_and_the_more_urgent_the_sooner():
    """Kazakhstan's 10, 15, 30 and 60 minutes."""
    assert [TARGET_MINUTES[u] for u in sorted(Urgency)] == [10, 15, 30, 60]


def test_a_hospital_tells_absent_from_zero():
    """No line, a line without a number, and a line of none are three things."""
    oxygen, intensive = BedKind(Stream.GENERAL, BedClass.OXYGEN), BedKind(Stream.GENERAL, BedClass.INTENSIVE)
    beds = Hospital("A", Names(), Point(51, 71), {oxygen: None, intensive: 0}).beds
    assert (beds[oxygen], beds[intensive], BedKind(Stream.GENERAL, BedClass.ECMO) in beds) == (None, 0, False)


def test_a_name_in_another_language_is_better_than_none():
    """The asked language first, then Russian, Kazakh, English; never an error."""
    names = Names(ru="Больница", en="Hospital")
    assert [names.best(language) for language in ("en", "kk", "xx")] == ["Hospital", "Больница", "Больница"]
    assert Names(kk="Аурухана").best("en") == "Аурухана"
    assert Names().best("kk") == ""


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        ((51.1694, 71.4491), (43.2220, 76.8512), 972),  # Astana to Almaty
        ((0, 0), (0, 180), 3.141592653589793 * EARTH_RADIUS_KM),
        ((90, 0), (-90, 123), 3.141592653589793 * EARTH_RADIUS_KM),
        ((51, 179.9), (51, -179.9), 14.0),
    ],
)
def test_known_distances(a, b, km):
    """A pair of cities, half the globe both ways, and across the date line."""
    assert great_circle_km(*a, *b) == pytest.approx(km, rel=0.005)


@given(points, points)
def test_distances_are_distances(a, b):
    """From 0 to half the globe, the same both ways, and none to itself."""
    there = float(great_circle_km(*a, *b))
    assert 0 <= there <= 3.15 * EARTH_RADIUS_KM
    assert there == pytest.approx(float(great_circle_km(*b, *a)), abs=1e-6)
    assert great_circle_km(*a, *a) == 0


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (InputError("wrong", "a.csv", 3, "beds"), "a.csv:3: beds: wrong"),
        (InputError("wrong", "a.csv"), "a.csv: wrong"),
        (InputError("wrong", field="beds"), "beds: wrong"),
        (InputError("wrong", line=3), "wrong"),
    ],
)
def test_an_error_says_where(error, text):
    """One line that an editor can jump to; what is not known is left out."""
    assert str(error) == text
