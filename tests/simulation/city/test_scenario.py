"""Scenarios: every number has a unit and an origin, and wrong ones are refused by name."""

from datetime import date

import pytest

from tirek.domain.errors import InputError
from tirek.simulation.city.scenario import Course, load_scenario, shipped_scenarios


def test_shipped_scenarios_say_where_every_number_comes_from():
    assert shipped_scenarios() == ("june-2020", "june-2020-year")
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        assert all(origin.startswith(("assumed: ", "https://")) for origin in scenario.origins.values())


def test_june_2020_is_what_was_reported():
    june = load_scenario("june-2020")
    day = {d: (date(2020, 6, d) - june.start).days for d in (10, 17, 25, 26)}
    assert june.courses["calls"].at(day[10]) == 2250
    assert june.courses["calls"].at(day[17]) == 3700
    assert june.courses["calls"].at(day[25]) == 4500
    assert june.courses["epidemic_calls"].at(day[17]) == 427
    assert june.courses["crews"].at(day[17]) == 110
    assert june.courses["crews"].at(day[26]) == 150
    assert june.courses["epidemic_beds"].at(day[17]) * june.number(
        "initial", "epidemic_occupancy"
    ) == pytest.approx(1711, abs=1)


def test_after_the_facts_the_wave_falls_by_halves():
    course = Course((0.0, 10.0), (100.0, 300.0), steps=False, toward=100.0, halving=20.0)
    assert [course.at(day) for day in (-5, 0, 5, 10, 30, 50)] == [100, 100, 200, 300, 200, 150]
    assert Course((0.0, 10.0), (1.0, 3.0), steps=True).at(9.9) == 1.0


def test_a_year_is_a_steady_load():
    year = load_scenario("june-2020-year")
    assert year.days == 365
    assert {year.courses["calls"].at(day) for day in range(365)} == {4300}
    assert year.stays["infectious"] == (12.88, 1.38)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('value = 120, assumed = "a town"', "value = 120", "courses.calls.* source or assumed"),
        ("value = 120, assumed", "value = -1, assumed", "courses.calls.* number from 0"),
        ('value = 120, assumed = "a town"', 'value = 120, source = "nowhere"', "key of .sources."),
        ("2020-06-18, value = 8", "2020-06-16, value = 8", "courses.crews.* rising order"),
        ('based_on = "june-2020"', 'based_on = "july"', "no scenario 'july'"),
        ("format = 1", "format = 7", "format: expected 1"),
        ("days = 3", "days = 0", "days: "),
        ('between = "step"', 'between = "curve"', "between: expected line or step"),
        ("format = 1", "format 1", "not TOML"),
        ("openings = {}", 'openings = {}\n[reports]\nevery = { value = 6, assumed = "x" }', "every: .* unit"),
        ("openings = {}", 'openings = {}\n[groups]\nchild = 2\nassumed = "x"', "groups: the shares add up"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_refused_by_its_name(scenario_file, tmp_path, old, new, said):
    text = scenario_file.read_text("utf-8")
    assert old in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=said) as error:
        load_scenario(path)
    assert "\n" not in str(error.value)


def test_an_unknown_scenario_is_answered_with_those_that_ship():
    with pytest.raises(InputError, match="june-2020, june-2020-year"):
        load_scenario("july-2021")
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario("nothing.toml")
