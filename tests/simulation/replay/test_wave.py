"""Recorded waves: what is right is read as it stands, what is wrong is refused with its place."""

from datetime import datetime

import numpy as np
import pytest

from tirek.domain.errors import InputError
from tirek.simulation.replay.wave import load_wave


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder):
    with pytest.raises(InputError) as problem:
        load_wave(folder)
    return problem.value


def test_a_wave_is_read_as_it_stands(wave_folder):
    """Every column arrives where it belongs, times as hours since the first patient was in bed."""
    wave = load_wave(wave_folder)
    assert (wave.hospital_ids, wave.hospital_names) == (("A", "B"), ("First", "Second"))
    assert wave.classes == ("oxygen", "intensive")
    assert wave.beds.tolist() == [[2, 1], [3, 0]]
    assert wave.start == datetime(2020, 6, 17)  # noqa: DTZ001  (as the file has it)
    assert (wave.found_hospital.tolist(), wave.found_class.tolist()) == ([0, 1], [0, 0])
    assert (wave.found_at.tolist(), wave.found_stay.tolist()) == ([0, 0], [30.5, 0])
    assert wave.patient_ids == ("P1", "P2", "P3")
    assert wave.called_at.tolist() == [1, 2, 2]
    assert (wave.from_lat.tolist(), wave.bed_class.tolist()) == ([51.11, 51.19, 51.12], [0, 0, 1])
    assert wave.stay.tolist() == [10, 20, 5]


def test_extra_columns_blank_lines_and_a_byte_order_mark_are_no_mistakes(wave_folder):
    """Files that went through a spreadsheet are read too; columns may stand in any order."""
    path = wave_folder / "hospitals.csv"
    path.write_text("\ufefflon,lat,note,hospital_id,name,beds_oxygen,beds_intensive\n"
                    "71.4,51.1,x,A,First,2,1\n\n71.4,51.2,,B,Second,3,0\n", encoding="utf-8")  # fmt: skip
    assert load_wave(wave_folder).beds.tolist() == [[2, 1], [3, 0]]


def test_without_patients_at_the_start_the_clock_starts_at_midnight(wave_folder):
    """`initial.csv` may have a header only."""
    (wave_folder / "initial.csv").write_text("patient_id,hospital_id,bed_class,in_bed_at,stay_hours\n")
    wave = load_wave(wave_folder)
    assert (wave.found_at.size, wave.called_at[0]) == (0, 1)


def test_times_with_zones_are_compared_as_moments(wave_folder):
    """Offsets may differ as long as every time has one."""
    for file, zone in (("initial.csv", "+06:00"), ("demand.csv", "+05:00")):
        path = wave_folder / file
        path.write_text(path.read_text().replace(":00:00,", f":00:00{zone},"))
    assert load_wave(wave_folder).called_at.tolist() == [2, 3, 3]


def test_written_times_are_never_before_the_moment(wave_folder):
    """Whole seconds, rounded up: nobody is in bed before the call."""
    wave = load_wave(wave_folder)
    assert wave.time(1 / 3600) == wave.start.replace(second=1)
    assert wave.time(1.2 / 3600) == wave.start.replace(second=2)
    assert wave.time(1.0) == wave.start.replace(hour=1)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "field", "words"),
    [
        ("hospitals.csv", "name", "title", 1, "name", "missing; found hospital_id, title"),
        ("hospitals.csv", "beds_oxygen,beds_intensive", "oxygen,intensive", 1, None, "no column beds_"),
        ("hospitals.csv", "beds_intensive", "beds_oxygen", 1, "beds_oxygen", "stands twice"),
        ("hospitals.csv", "B,Second", "A,Second", 3, "hospital_id", "'A' stands twice"),
        ("hospitals.csv", "B,Second", ",Second", 3, "hospital_id", "expected an id"),
        ("hospitals.csv", "51.2,", "91.2,", 3, "lat", "degrees from -90 to 90, found '91.2'"),
        ("hospitals.csv", "71.4,3", "nan,3", 3, "lon", "degrees from -180 to 180, found 'nan'"),
        ("hospitals.csv", "71.4,2,1", "71.4,-2,1", 2, "beds_oxygen", "beds from 0, found '-2'"),
        ("hospitals.csv", "71.4,2,1", "71.4,2.5,1", 2, "beds_oxygen", "whole number"),
        ("hospitals.csv", "71.4,2,1", "71.4,,1", 2, "beds_oxygen", "found ''"),
        ("hospitals.csv", "71.4,2,1", "71.4,inf,1", 2, "beds_oxygen", "found 'inf'"),
        ("hospitals.csv", "71.4,2,1", "71.4,2", 2, None, "expected 6 fields, found 5"),
        ("initial.csv", "F1,A", "F1,C", 2, "hospital_id", "'C' is unknown; expected one of A, B"),
        ("initial.csv", "A,oxygen", "A,ecmo", 2, "bed_class", "'ecmo' is unknown"),
        ("initial.csv", "F2,", "F1,", 3, "patient_id", "'F1' stands twice"),
        ("initial.csv", "30.5", "-1", 2, "stay_hours", "from 0 to ten years, found '-1'"),
        ("initial.csv", "30.5", "NaN", 2, "stay_hours", "found 'NaN'"),
        ("initial.csv", "30.5", "99999999", 2, "stay_hours", "ten years"),
        ("initial.csv", "2020-06-17T", "17.06.2020 ", 2, "in_bed_at", "expected a time such as"),
        ("initial.csv", "00:00:00,0", "00:00:00Z,0", 3, "in_bed_at", "with a time zone, or all without"),
        ("initial.csv", "00:00:00,30.5", "00:00:00+06:00,30.5", 3, "in_bed_at", "with a time zone"),
        ("demand.csv", "02:00:00", "02:00:00+06:00", 3, "called_at", "with a time zone"),
        ("demand.csv", "02:00:00", "00:59:59", 3, "called_at", "earlier than the line above"),
        ("demand.csv", "06-17T01", "06-16T01", 2, "called_at", "before the first patient was in bed"),
        ("demand.csv", "06-17T01", "06-31T01", 2, "called_at", "found '2020-06-31T01:00:00'"),
        ("demand.csv", "P2,", "P1,", 3, "patient_id", "'P1' stands twice"),
        ("demand.csv", "P2,", "F1,", 3, "patient_id", "'F1' stands twice"),
        ("demand.csv", "intensive", "icu", 4, "bed_class", "'icu' is unknown; expected one of oxygen"),
        ("demand.csv", "51.19", "fifty", 3, "lat", "found 'fifty'"),
        ("demand.csv", "oxygen,20", "oxygen,20,", 3, None, "expected 6 fields, found 7"),
        ("demand.csv", "oxygen,20", "oxygen,", 3, "stay_hours", "found ''"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_place(wave_folder, file, old, new, line, field, words):
    """File, line and field are named, and what was expected is said."""
    change(wave_folder, file, old, new)
    problem = refusal(wave_folder)
    assert (problem.source, problem.line, problem.field) == (str(wave_folder / file), line, field)
    assert words in problem.message
    assert str(problem).startswith(f"{wave_folder / file}:{line}: ")


def test_a_class_that_no_hospital_has_is_refused_at_the_first_who_needs_it(wave_folder):
    """Nobody could ever be placed: better said before the replay than in it."""
    change(wave_folder, "hospitals.csv", "71.4,2,1", "71.4,2,0")
    problem = refusal(wave_folder)
    assert (problem.line, problem.field) == (4, "bed_class")
    assert "no hospital has a bed of class 'intensive'" in problem.message


@pytest.mark.parametrize("file", ["hospitals.csv", "initial.csv", "demand.csv"])
def test_an_empty_a_missing_and_an_unreadable_file(wave_folder, file):
    """Each is told apart, by the file's name."""
    path = wave_folder / file
    path.write_bytes(b"")
    assert "missing; found nothing" in refusal(wave_folder).message
    path.write_bytes("hospital_id,Больница".encode("cp1251"))
    assert "CSV in UTF-8" in refusal(wave_folder).message
    path.unlink()
    assert (refusal(wave_folder).message, refusal(wave_folder).source) == ("no such file", str(path))
    path.mkdir()
    assert refusal(wave_folder).source == str(path)


@pytest.mark.parametrize("file", ["hospitals.csv", "demand.csv"])
def test_a_header_alone_is_not_enough(wave_folder, file):
    """A wave has a hospital and a patient."""
    path = wave_folder / file
    path.write_text(path.read_text().splitlines()[0] + "\n")
    problem = refusal(wave_folder)
    assert problem.source == str(path)
    assert "expected at least one" in problem.message


def test_a_folder_that_is_not_there(tmp_path):
    """The three files that are expected are named."""
    assert "hospitals.csv, initial.csv and demand.csv" in refusal(tmp_path / "nowhere").message


def test_numbers_are_arrays_of_the_right_shape(wave_folder):
    """What the replay indexes with are whole numbers, even when nobody was in bed at the start."""
    (wave_folder / "initial.csv").write_text("patient_id,hospital_id,bed_class,in_bed_at,stay_hours\n")
    wave = load_wave(wave_folder)
    assert wave.found_hospital.dtype == wave.found_class.dtype == wave.bed_class.dtype == np.int64
