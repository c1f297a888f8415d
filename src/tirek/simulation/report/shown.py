"""How each named figure is shown: its unit, its scale, its digits. No number appears without a unit."""

from collections.abc import Mapping
from typing import NamedTuple


class Shown(NamedTuple):
    """`unit` is a message id; the value times `scale` is printed with `digits` after the point."""

    unit: str
    scale: float = 1.0
    digits: int = 1


FIGURES: Mapping[str, Shown] = {
    # what a policy did (tirek.simulation.figures)
    "patients": Shown("patients", digits=0),
    "overflow_patient_days": Shown("patient_days"),
    "redirected_pct": Shown("pct_patients"),
    "extra_km_mean": Shown("km_per_patient", digits=2),
    "jain_peak": Shown("jain", digits=3),
    "cv_peak": Shown("cv", digits=3),
    "spread_mean": Shown("points", 100, 0),
    "max_load": Shown("pct_beds", 100, 0),
    "imbalance_pct": Shown("pct_hospital_hours", digits=2),
    # what professionals watch (tirek.simulation.measures)
    "hospitals": Shown("hospitals", digits=0),
    "beds": Shown("beds", digits=0),
    "peak_load": Shown("pct_beds", 100, 0),
    "max_load_peak": Shown("pct_beds", 100, 0),
    "above_median_peak": Shown("points", 100, 0),
    "above_median_mean": Shown("points", 100, 0),
    "cv_mean": Shown("cv", digits=3),
    "jain_mean": Shown("jain", digits=3),
    "days_over": Shown("hospital_days"),
    "high_mean": Shown("hospitals"),
    "high_most": Shown("hospitals", digits=0),
    "full_near_room_pct": Shown("pct_hospital_hours", digits=2),
    # what the run recorded itself: the ambulance station, the placement desk, the hospitals' doors
    "calls_received": Shown("calls", digits=0),
    "calls_served": Shown("calls", digits=0),
    "calls_received_per_day": Shown("calls_per_day", digits=0),
    "calls_served_per_day": Shown("calls_per_day", digits=0),
    "calls_to_primary_care": Shown("calls", digits=0),
    "calls_withdrawn": Shown("calls", digits=0),
    "calls_open": Shown("calls", digits=0),
    "calls_*_reached_pct": Shown("pct_calls"),
    "response_*_mean_minutes": Shown("minutes"),
    "response_*_p90_minutes": Shown("minutes"),
    "response_*_within_target_pct": Shown("pct_reached"),
    "crew_utilisation_pct": Shown("pct_crew_hours"),
    "crew_minutes_per_call": Shown("minutes"),
    "offload_mean_minutes": Shown("minutes"),
    "offload_p90_minutes": Shown("minutes"),
    "turnaround_mean_minutes": Shown("minutes"),
    "turnaround_p90_minutes": Shown("minutes"),
    "placements": Shown("patients", digits=0),
    "extra_minutes_mean": Shown("min_per_patient"),
    "declined_pct": Shown("pct_patients"),
    "placed_without_choice_pct": Shown("pct_patients"),
    "no_shows": Shown("patients", digits=0),
    "hospital_arrivals_per_day": Shown("patients_per_day", digits=0),
    "report_age_hours_mean": Shown("hours"),
    "promised_not_arrived_mean": Shown("patients"),
    "transfers_per_100": Shown("transfers_per_100"),
}

MEASURED = (
    "hospitals", "beds", "peak_load", "max_load", "cv_peak", "jain_peak", "above_median_peak",
    "max_load_peak", "cv_mean", "jain_mean", "above_median_mean", "overflow_patient_days", "days_over",
    "high_most", "high_mean", "full_near_room_pct",
)  # fmt: skip
"""Rows of the table of measures, in the order in which they are read."""

COMPARED = (
    "overflow_patient_days", "max_load", "max_load_peak", "jain_peak", "cv_peak", "days_over", "high_most",
    "full_near_room_pct", "redirected_pct", "extra_km_mean", "extra_minutes_mean",
)  # fmt: skip
"""Rows of the comparison of policies."""
