"""A tiny readable run: three hospitals, two kinds of beds, four hours; some things unknown."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.simulation.record import (
    Alternative,
    CallSeries,
    History,
    Outline,
    ResponseSummary,
    SamplePlacement,
    Text,
)

NAN = np.nan
OXYGEN, INTENSIVE = "infectious/oxygen/adult", "infectious/intensive_care/adult"
START = datetime(2020, 6, 25, 0, 0, tzinfo=timezone(timedelta(hours=6)))

HOSPITALS = (
    Hospital(
        "a", Names("№1 қалалық аурухана", "Городская больница № 1", "City Hospital 1"), Point(51.10, 71.40)
    ),
    Hospital("b", Names(ru="Модульная больница"), Point(51.15, 71.47)),
    Hospital("c", Names(ru="Областная </script> больница"), Point(51.20, 71.30)),
)

STAFFED = np.array([[100.0, 10.0], [200.0, 0.0], [NAN, 5.0]])
"""Oxygen and intensive-care beds of a, b and c; nobody has said how many oxygen beds c has."""

OCCUPIED = np.array(
    [
        [[50.0, 5.0], [100.0, 0.0], [30.0, 1.0]],
        [[110.0, 9.0], [100.0, 0.0], [31.0, NAN]],
        [[120.0, 12.0], [190.0, 0.0], [32.0, 5.0]],
        [[90.0, 10.0], [NAN, 0.0], [33.0, 5.0]],
    ],
    dtype=np.float32,
)


def small_calls():
    """Four hours of calls in four categories; the last hour's waiting is not recorded."""
    received = np.array([[5, 20, 30, 10], [6, 25, 35, 12], [9, 40, 50, 20], [4, 20, 30, 9]], dtype=float)
    waiting = np.array([[0, 2, 5, 3], [0, 4, 9, 6], [1, 9, 20, 15], [NAN] * 4])
    return CallSeries(received, received * 0.8, waiting)


def small_sample():
    """One patient who was sent past a full hospital."""
    return SamplePlacement(
        at=START.astimezone(UTC) + timedelta(hours=1.5),
        patient_id="P7",
        kind=OXYGEN,
        place=Point(51.11, 71.41),
        hospital_id="b",
        minutes=17.4,
        load_before=0.5,
        load_after=0.505,
        reason=Text(
            "А толы; 8 мин алысырақта төсек бар.", "А полна; на 8 мин дальше есть койка.", "A is full."
        ),
        alternatives=(Alternative("a", 9.0, 12.0, "full"), Alternative("c", 25.0, NAN, "unknown")),
    )


def small_history(**changes):
    """The run, with some fields changed."""
    fields = {
        "title": Text("Сынақ", "Проба", "A trial"),
        "start": START,
        "zone": "Asia/Almaty",
        "hospitals": HOSPITALS,
        "kinds": (OXYGEN, INTENSIVE),
        "staffed": STAFFED,
        "occupied": OCCUPIED,
        "policy": Text("Тірек 0,25", "Тирек 0,25", "Tirek 0.25"),
        "calls": small_calls(),
        "responses": (
            ResponseSummary(1, 10.0, 24, 8.2, 14.1, 0.81),
            ResponseSummary(4, 60.0, 9, NAN, NAN, NAN),
        ),
        "settings": {"evenness": 0.25, "seed": 7},
        "figures": {
            "redirected_pct": 12.92,
            "extra_km_mean": 6.055,
            "jain_peak": 0.93,
            "response_1_p90_minutes": 14.1,
            "own": 2.5,
        },
        "samples": (small_sample(),),
        "notes": (
            Text("Көше торы шамамен.", "Сеть улиц приблизительна.", "The street graph is approximate."),
        ),
        "attribution": ("© OpenStreetMap contributors",),
        "outline": Outline(((np.array([51.10, 51.15, 51.2]), np.array([71.3, 71.4, 71.5])),)),
    }
    return History(**fields | changes)
