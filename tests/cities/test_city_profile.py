"""What `city.toml` may say, and that a fault is named by its line."""

import re
from datetime import date
from pathlib import Path

import pytest

from tirek.cities.load import check_city, load_city
from tirek.cities.profile import read_profile
from tirek.cities.toml_lines import Lines
from tirek.domain.beds import BedKind
from tirek.domain.errors import InputError

PROFILE = """format = 1
id = "town"
names = { ru = "Тестов" }
time_zone = "Asia/Almaty"
attribution = "© OpenStreetMap contributors"

[sources]
letter = { date = 2020-07-15, url = "https://example.org/letter" }

[assumptions]
guess = "nobody has told"

[targets_minutes]
1 = 9

[thresholds]
load_steps_percent = [70, 90, 100]
promise_lapse_after_hours = 3

[travel]
siren_factor = 0.8
[travel.class_kmh]
primary = 50

[[stations]]
id = "station"
names = { ru = "Станция" }
lat = 50.0
lon = 70.0
crews = { count = 4, assumed = "guess" }

[[hospitals]]
id = "city-1"
names = { kk = "№1 аурухана", ru = "Больница №1" }
lat = 50.005
lon = 70.01
beds_total = { count = 30, source = "letter" }
[hospitals.beds]
"infectious/oxygen" = { count = 20, source = "https://example.org/list", date = 2020-06-01 }
"infectious/intensive_care/child" = { count = 10, assumed = "one in three by the usual share" }

[[hospitals]]
id = "city-2"
names = { ru = "Больница №2" }
lat = 50.0
lon = 70.0
[hospitals.beds]
"general/isolation" = "unknown"
"""


def faults(text):
    return [str(n.error("city.toml")) for n in read_profile(text, Path())[1] if n.wrong]


def test_a_profile_is_read_as_it_is_written():
    city, notes = read_profile(PROFILE, Path())
    assert not [n for n in notes if n.wrong]
    assert [n.message for n in notes] == ["beds general/isolation is unknown"]
    one, two = city.hospitals
    oxygen, intensive = BedKind.parse("infectious/oxygen"), BedKind.parse("infectious/intensive_care/child")
    assert dict(one.beds) == {oxygen: 20, intensive: 10}
    assert dict(two.beds) == {BedKind.parse("general/isolation"): None}
    assert city.figures["city-1", oxygen].source == "https://example.org/list"
    assert city.figures["city-1", oxygen].day == date(2020, 6, 1)
    assert city.totals["city-1"].source == "https://example.org/letter"
    assert city.stations[0].crews == 4
    assert city.targets == {1: 9, 2: 15, 3: 30, 4: 60}
    assert city.thresholds.load_steps_percent == (70, 90, 100)
    assert city.thresholds.promise_lapse_after_hours == 3
    assert city.thresholds.report_ask_after_hours == 6
    assert (city.travel.siren_factor, city.travel.class_kmh["primary"]) == (0.8, 50)


def test_assumptions_can_be_left_out():
    city, _ = read_profile(PROFILE, Path(), assumed=False)
    assert list(city.hospitals[0].beds.values()) == [20, None]
    assert city.stations[0].crews is None


CHANGES = [
    # (what is written, what is written instead, the key's line now begins with, what check says)
    (
        "{ count = 20,",
        "{ count = -3,",
        '"infectious/oxygen"',
        'hospital city-1: beds infectious/oxygen: expected a whole number >= 0 or "unknown", found -3',
    ),
    (
        '"general/isolation" = "unknown"',
        '"general/isolation" = 5',
        '"general/isolation"',
        "hospital city-2: beds general/isolation: say where 5 comes from: source or assumed",
    ),
    (
        "general/isolation",
        "general/cellar",
        '"general/cellar"',
        "hospital city-2: beds: 'cellar' is not a valid BedClass",
    ),
    (
        "lat = 50.005",
        "lat = 500",
        "lat = 500",
        "hospital city-1: lat: expected a number -90 to 90, found 500",
    ),
    (
        "count = 30",
        "count = 31",
        "beds_total",
        "hospital city-1: beds_total is 31, but the kinds add up to 30",
    ),
    (
        'source = "letter"',
        'source = "leter"',
        "beds_total",
        "hospital city-1: source: expected an address or a key of [sources], found leter",
    ),
    (
        'assumed = "guess"',
        'assumed = "gues"',
        "crews",
        "station station: assumed: expected a reason or a key of [assumptions], found 'gues'",
    ),
    (
        ", date = 2020-06-01",
        "",
        '"infectious/oxygen"',
        "hospital city-1: date: expected the day of the source, found None",
    ),
    (
        "Asia/Almaty",
        "Asia/Atlantis",
        "time_zone",
        "time_zone: expected a name as Asia/Almaty, found Asia/Atlantis",
    ),
    (
        "[70, 90, 100]",
        "[90, 70, 100]",
        "load_steps",
        "load_steps_percent: expected three rising numbers, found [90, 70, 100]",
    ),
    ("primary = 50", "primary = 0", "primary", "primary: expected a number 1 to 200, found 0"),
    (
        "siren_factor",
        "siren_faktor",
        "siren_faktor",
        "unknown key 'siren_faktor', expected one of siren_excess",
    ),
    ("1 = 9", "5 = 9", "5 = 9", "targets_minutes: expected 1 to 4, found 5"),
    (
        '{ ru = "Больница №2" }',
        '"Больница №2"',
        'names = "Больница №2"',
        "hospital city-2: names: expected { kk =",
    ),
    ("format = 1", "format = 2", "format", "format: expected 1, found 2"),
]


@pytest.mark.parametrize(("old", "new", "begins", "message"), CHANGES)
def test_a_fault_is_named_by_its_line(old, new, begins, message):
    text = PROFILE.replace(old, new, 1)
    assert text != PROFILE
    line = next(n for n, written in enumerate(text.splitlines(), start=1) if written.startswith(begins))
    found = faults(text)
    assert len(found) == 1, found
    assert found[0].startswith(f"city.toml:{line}: {message}")


def test_an_id_used_twice_and_a_missing_key_are_named_too():
    assert (
        faults(PROFILE.replace('"city-2"', '"city-1"'))[0]
        == "city.toml:43: hospital: id 'city-1' is used twice"
    )
    expected = "city.toml:32: hospital city-1: lat: expected a number -90 to 90, but it is missing"
    assert faults(PROFILE.replace("lat = 50.005\n", "")) == [expected]


def test_what_is_no_toml_is_named_by_its_line_too():
    with pytest.raises(InputError, match=r"^city.toml:3: not TOML"):
        read_profile(PROFILE.replace('"Тестов"', '"Тестов'), Path())


def test_all_faults_are_told_and_the_first_one_stops_loading(imported, tmp_path):
    text = (imported / "city.toml").read_text("utf-8")
    broken = re.sub(r"lat = .*", "lat = 91", text)
    (tmp_path / "city.toml").write_text(broken, "utf-8")
    _, notes = check_city(tmp_path)
    assert sum("lat: expected" in n.message for n in notes) == 3
    assert any("roads.npz is missing" in n.message and n.wrong for n in notes)
    with pytest.raises(
        InputError, match=r"city.toml:\d+: station .*: lat: expected a number -90 to 90, found 91"
    ):
        load_city(tmp_path)


def test_lines_of_keys_in_tables_lists_and_long_texts():
    text = (
        'a = 1\nlong = """\nb = 2\n"""\n[t]\n"x/y" = 3\n[[l]]\nk = 1\n[l.sub]\nk = 2\n[[l]]\nk = [\n 1,\n]\n'
    )
    lines = Lines(text)
    assert lines.of("a") == 1
    assert lines.of("b") == 1  # no key: inside the long text
    assert lines.of("t", "x/y") == 6
    assert lines.of("l", 0, "sub", "k") == 10
    assert lines.of("l", 1, "k") == 12
    assert lines.of("l", 1, "nothing") == 11
