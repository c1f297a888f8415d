"""The figures are right by hand on a tiny network, and equal the benchmark's own scorer on the whole wave."""

import csv
import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tirek.domain.place import great_circle_km
from tirek.simulation.figures import Demand, Network, Stays, census, full_near_room, score

KM_PER_DEGREE = math.radians(1) * 6371


def two_hospitals():
    """Hospital 0 with 2 beds on the equator, hospital 1 with 4 beds half a degree (55.6 km) east."""
    return Network(np.zeros(2), np.array([0.0, 0.5]), np.array([[2.0], [4.0]]))


def stays(*rows):
    """Rows of (hospital, class, start hour, end hour)."""
    hospital, bed_class, start, end = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Stays(
        np.array(hospital, int), np.array(bed_class, int), np.array(start, float), np.array(end, float)
    )


def demand(*rows):
    """Rows of (longitude on the equator, class, hour of the call, stay)."""
    lon, bed_class, called, stay = zip(*rows, strict=True)
    return Demand(
        np.zeros(len(lon)),
        np.array(lon, float),
        np.array(bed_class),
        np.array(called, float),
        np.array(stay, float),
    )


def test_a_case_small_enough_to_count_on_paper():
    """Three patients, two hospitals, five hours: every figure is worked out in the comments."""
    initial = stays((0, 0, 0.0, 100.0), (0, 0, 0.0, 2.5))
    called = demand((0.0, 0, 0.5, 10.0), (0.0, 0, 1.0, 10.0), (0.5, 0, 4.0, 10.0))
    placed = stays((0, 0, 0.5, 10.5), (1, 0, 1.5, 11.5), (1, 0, 4.0, 14.0))
    # hour:        0  1  2  3  4     T = int(4.0) + 1 = 5
    # hospital 0:  2  3  3  2  2     (the second patient of the start leaves at 2.5, seen from hour 3)
    # hospital 1:  0  0  1  1  2     loads / 4
    result = score(two_hospitals(), initial, called, placed, reach_km=60)
    assert result.patients == 3
    assert result.overflow_patient_days == pytest.approx(2 / 24)
    assert result.redirected_pct == pytest.approx(100 / 3)
    assert result.extra_km_mean == pytest.approx(0.5 * KM_PER_DEGREE / 3)
    # the network is fullest first at hour 2, 4 patients: loads 1.5 and 0.25, weights 1/3 and 2/3, mean 2/3
    assert result.jain_peak == pytest.approx(1.75**2 / (2 * (1.5**2 + 0.25**2)))
    deviation = math.sqrt((1.5 - 2 / 3) ** 2 / 3 + (0.25 - 2 / 3) ** 2 * 2 / 3)
    assert result.cv_peak == pytest.approx(deviation / (2 / 3))
    assert result.spread_mean == pytest.approx((1.0 + 1.5 + 1.25 + 0.75 + 0.5) / 5)
    assert result.max_load == pytest.approx(1.5)
    # hospital 0 is at or over 100 % in all five hours and 1 always has room: 5 of 10 hospital-hours
    assert result.imbalance_pct == pytest.approx(50.0)


def test_a_neighbour_beyond_reach_is_no_neighbour():
    """The same loads count as imbalance only where help is near enough."""
    called = demand((0.0, 0, 3.0, 10.0), (0.0, 0, 3.0, 10.0))
    placed = stays((0, 0, 3.0, 13.0), (0, 0, 3.0, 13.0))
    assert score(two_hospitals(), stays(), called, placed, reach_km=60).imbalance_pct > 0
    assert score(two_hospitals(), stays(), called, placed, reach_km=50).imbalance_pct == 0


def test_nearest_means_nearest_with_the_class():
    """A hospital next door without the class is neither nearest nor redirected from, and has no load."""
    network = Network(np.zeros(2), np.array([0.0, 0.5]), np.array([[2.0, 0.0], [0.0, 2.0]]))
    called = demand((0.0, 1, 0.0, 5.0), (0.5, 0, 0.0, 5.0))
    placed = stays((1, 1, 0.0, 5.0), (0, 0, 0.0, 5.0))
    result = score(network, stays(), called, placed)
    assert result.redirected_pct == 0
    assert result.extra_km_mean == 0
    assert result.max_load == 0.5


def test_overflow_is_counted_in_each_class():
    """A free bed of one class is no bed for a patient of another."""
    network = Network(np.zeros(1), np.zeros(1), np.array([[1.0, 1.0]]))
    called = demand((0.0, 0, 0.0, 24.0), (0.0, 0, 0.0, 24.0), (0.0, 0, 23.0, 24.0))
    placed = stays((0, 0, 0.0, 24.0), (0, 0, 0.0, 24.0), (0, 0, 23.0, 47.0))
    result = score(network, stays(), called, placed)
    assert result.overflow_patient_days == pytest.approx((23 * 1 + 2) / 24)


def test_census_counts_from_the_first_full_hour_in_bed():
    """A patient from 0.2 h to 2.0 h is seen at hour 1 only; one there before the start from hour 0."""
    seen = census((1, 1), (stays((0, 0, 0.2, 2.0), (0, 0, -5.0, 1.0)),), 4)
    assert seen[:, 0, 0].tolist() == [1.0, 1.0, 0.0, 0.0]


def test_unknown_load_is_neither_full_nor_room():
    """A hospital that does not report gives nobody a neighbour with room."""
    near = np.ones((2, 2), dtype=bool)
    assert full_near_room(np.array([[1.2, np.nan]]), near) == 0
    assert full_near_room(np.array([[1.2, 0.5]]), near) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hospital": np.array([7])}, "unknown hospital"),
        ({"hospital": np.array([0, 0])}, "were placed"),
        ({"bed_class": np.array([1])}, "another bed class"),
        ({"start": np.array([0.5])}, "before the call"),
        ({"end": np.array([9.0])}, "stay differs"),
    ],
)
def test_a_false_trace_is_refused(change, message):
    """What the benchmark's scorer refuses is refused here, in words."""
    placed = dataclasses.replace(stays((0, 0, 1.0, 6.0)), **change)
    with pytest.raises(ValueError, match=message):
        score(two_hospitals(), stays(), demand((0.0, 0, 1.0, 5.0)), placed)


def test_a_network_must_be_whole():
    """Unknown bed counts and lists of different length are refused before anything is computed."""
    with pytest.raises(ValueError, match="every bed count"):
        Network(np.zeros(1), np.zeros(1), np.array([[np.nan]]))
    with pytest.raises(ValueError, match="latitudes"):
        Network(np.zeros(1), np.zeros(2), np.ones((2, 1)))
    nobody = Demand(*(np.zeros(0),) * 2, np.zeros(0, int), *(np.zeros(0),) * 2)
    with pytest.raises(ValueError, match="no patient"):
        score(two_hospitals(), stays(), nobody, stays())


SHARED = Path(os.environ.get("TIREK_SHARED", Path(__file__).parents[3] / "shared"))
BENCH = SHARED / "bench" / "nj2020"


@pytest.fixture(scope="module")
def wave():
    """The New Jersey benchmark as tables of strings."""
    if not BENCH.is_dir():
        pytest.skip("the shared benchmark folder is not next to this checkout; set TIREK_SHARED")
    pytest.importorskip("pandas", reason="the benchmark's own scorer needs pandas")
    return {
        name: list(csv.DictReader((BENCH / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("hospitals", "initial", "demand")
    }


def hours(rows, column, origin):
    """Hours since `origin`, computed from whole seconds."""
    stamps = np.array([row[column] for row in rows], dtype="datetime64[s]")
    return (stamps - origin) / np.timedelta64(1, "h")


def floats(rows, column):
    return np.array([row[column] for row in rows], dtype=float)


@pytest.mark.parametrize("classes", [1, 3])
def test_agrees_with_the_benchmarks_own_scorer(wave, tmp_path, classes):
    """Every printed digit of score.py is ours too, for the real wave and for three classes."""
    rng = np.random.default_rng(7)
    names = [f"c{k}" for k in range(classes)]
    number = {row["hospital_id"]: i for i, row in enumerate(wave["hospitals"])}
    lat, lon = floats(wave["hospitals"], "lat"), floats(wave["hospitals"], "lon")
    whole = floats(wave["hospitals"], "beds_isolation")
    beds = np.stack(
        [np.floor(whole / classes) * (rng.random(len(whole)) < 0.9 + 0.1 / classes) for _ in names], 1
    )
    origin = np.datetime64("2020-04-05T00:00:00")
    first_class = rng.integers(classes, size=len(wave["initial"]))
    called_class = rng.integers(classes, size=len(wave["demand"]))
    starts, stay0 = hours(wave["initial"], "in_bed_at", origin), floats(wave["initial"], "stay_hours")
    initial = Stays(
        np.array([number[r["hospital_id"]] for r in wave["initial"]]), first_class, starts, starts + stay0
    )
    called = Demand(
        floats(wave["demand"], "lat"),
        floats(wave["demand"], "lon"),
        called_class,
        hours(wave["demand"], "called_at", origin),
        floats(wave["demand"], "stay_hours"),
    )
    km = great_circle_km(called.lat[:, None], called.lon[:, None], lat, lon)
    chosen = np.where(rng.random(len(km)) < 0.8, km.argmin(axis=1), rng.integers(len(lat), size=len(km)))
    in_bed = origin + np.ceil(called.called * 3600 + 60 * km[np.arange(len(km)), chosen]).astype(
        "timedelta64[s]"
    )
    left = in_bed + np.round(called.stay * 3600).astype("timedelta64[s]")
    since = (in_bed - origin) / np.timedelta64(1, "h"), (left - origin) / np.timedelta64(1, "h")
    ours = score(Network(lat, lon, beds), initial, called, Stays(chosen, called_class, *since))
    write(tmp_path, wave, names, beds, first_class, called_class)
    with (tmp_path / "placed.csv").open("w", encoding="utf-8") as file:
        file.write("patient_id,hospital_id,in_bed_at,left_at\n")
        for row, h, begin, end in zip(wave["demand"], chosen, in_bed, left, strict=True):
            file.write(f"{row['patient_id']},{wave['hospitals'][h]['hospital_id']},{begin},{end}\n")
    done = subprocess.run(
        [sys.executable, SHARED / "bench" / "score.py", tmp_path, tmp_path / "placed.csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert dict(ours.to_json()) == json.loads(done.stdout)
    assert list(ours.to_json()) == list(json.loads(done.stdout))


def write(folder, wave, names, beds, first_class, called_class):
    """Write the wave as a benchmark folder with the classes `names`."""
    tables = {
        "hospitals": [
            {key: row[key] for key in ("hospital_id", "name", "lat", "lon")}
            | {f"beds_{name}": line[k] for k, name in enumerate(names)}
            for row, line in zip(wave["hospitals"], beds, strict=True)
        ],
        "initial": [
            row | {"bed_class": names[k]} for row, k in zip(wave["initial"], first_class, strict=True)
        ],
        "demand": [
            row | {"bed_class": names[k]} for row, k in zip(wave["demand"], called_class, strict=True)
        ],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
