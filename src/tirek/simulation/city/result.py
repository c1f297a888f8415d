"""What came of a run: figures by name, and a `History` for plots and reports."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from tirek.simulation.city.loop import TICK_MINUTES
from tirek.simulation.city.run import CityRun
from tirek.simulation.city.samples import sample_placements
from tirek.simulation.city.state import (
    BUSY_MINUTES,
    DECLINED,
    EXTRA_MINUTES,
    GAVE_UP,
    HANDED_BY_CREW,
    HELPED,
    NO_SHOWS,
    PLACED,
    RECEIVED,
    REDIRECTED,
    TO_PRIMARY_CARE,
    UNPLACED,
)
from tirek.simulation.measures import measure
from tirek.simulation.policy_names import policy_name
from tirek.simulation.record import URGENCIES, CallSeries, History, ResponseSummary, Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EVENNESS = ("cv_mean", "jain_mean", "above_median_mean", "max_load", "overflow_patient_days", "days_over")
"""Measures given for each kind of bed."""
OVERALL = (*EVENNESS, "high_mean", "high_most", "full_near_room_pct", "peak_load")
"""Measures given for all beds together."""


def quantile(counts: Ints, share: float, width: float) -> float:
    """Upper edge of the bin in which `share` of the counted lie; nan where nothing was counted.

    Parameters
    ----------
    counts : how many fell in each bin of `width`, the first from 0.
    """
    total = counts.sum()
    if total == 0:
        return float("nan")
    return float((np.searchsorted(np.cumsum(counts), share * total) + 1) * width)


def _mean_of(counts: Ints, width: float) -> float:
    total = counts.sum()
    return float(((np.arange(counts.size) + 0.5) * width) @ counts / total) if total else float("nan")


def responses_of(run: CityRun) -> tuple[ResponseSummary, ...]:
    """Response by urgency category; calls that nobody reached have none."""
    series = run.state.series
    out = []
    for i, urgency in enumerate(URGENCIES):
        counts, target = series.responses[i], float(run.ground.targets[i])
        reached = int(counts.sum())
        mean = series.response_sum[:, i].sum() / max(series.reached[:, i].sum(), 1)
        out.append(
            ResponseSummary(
                urgency=urgency,
                target_minutes=target,
                calls=reached,
                mean_minutes=float(mean) if reached else float("nan"),
                p90_minutes=quantile(counts, 0.9, 0.5),
                within=float(counts[: int(2 * target)].sum() / reached) if reached else float("nan"),
            )
        )
    return tuple(out)


def station_figures(run: CityRun) -> dict[str, float]:
    """What the ambulance station and the placement did; names as in docs/reference/figures.md where there."""
    state, n = run.state, run.state.n
    series = state.series
    days = float(run.days)
    duty_hours = series.on_duty.sum()
    figures = {
        "calls_received": float(n[RECEIVED]),
        "calls_served": float(n[HELPED] + n[HANDED_BY_CREW]),
        "calls_to_primary_care": float(n[TO_PRIMARY_CARE]),
        "calls_withdrawn": float(n[GAVE_UP]),
        "calls_open": float(run.open_calls()),
        "calls_received_per_day": float(n[RECEIVED]) / days,
        "calls_served_per_day": float(n[HELPED] + n[HANDED_BY_CREW]) / days,
        "crew_utilisation_pct": 100 * float(series.busy.sum() / duty_hours),
        "crew_minutes_per_call": float(state.x[BUSY_MINUTES] / max(n[HELPED] + n[HANDED_BY_CREW], 1)),
        "offload_p90_minutes": quantile(series.offload, 0.9, 1.0),
        "offload_mean_minutes": _mean_of(series.offload, 1.0),
        "turnaround_mean_minutes": _mean_of(series.turnaround, 1.0),
        "turnaround_p90_minutes": quantile(series.turnaround, 0.9, 1.0),
        "placements": float(n[PLACED]),
        "redirected_pct": 100 * float(n[REDIRECTED] / max(n[PLACED], 1)),
        "extra_minutes_mean": float(state.x[EXTRA_MINUTES] / max(n[PLACED], 1)),
        "declined_pct": 100 * float(n[DECLINED] / max(n[PLACED], 1)),
        "placed_without_choice_pct": 100 * float(n[UNPLACED] / max(n[PLACED], 1)),
        "no_shows": float(n[NO_SHOWS]),
        "report_age_hours_mean": float(series.report_age.mean()),
        "promised_not_arrived_mean": float(series.promised.sum(axis=1, dtype=float).mean()),
        "hospital_arrivals_per_day": float(series.arrivals.sum()) / days,
    }
    for response in responses_of(run):
        at = f"response_{response.urgency}"
        figures[f"{at}_mean_minutes"] = response.mean_minutes
        figures[f"{at}_p90_minutes"] = response.p90_minutes
        figures[f"{at}_within_target_pct"] = 100 * response.within
        received = series.received[:, response.urgency - 1].sum()
        figures[f"calls_{response.urgency}_reached_pct"] = 100 * response.calls / max(float(received), 1.0)
    return figures


def by_hospital(run: CityRun, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """From one column per line, shape (T, L), to (T, H, K); 0 where a hospital has no line of the kind."""
    network = run.model.network
    out = np.zeros((values.shape[0], len(network.hospital_ids), len(network.kinds)), dtype=np.float32)
    out[:, network.hospital, network.kind] = values
    return out


def _calls(run: CityRun) -> CallSeries:
    series = run.state.series
    gone = series.reached + series.lapsed
    waiting = np.zeros(series.received.shape)
    waiting[1:] = np.cumsum(series.received - gone, axis=0)[:-1]
    return CallSeries(series.received.astype(np.float64), series.reached.astype(np.float64), waiting)


def _notes(run: CityRun) -> tuple[Text, ...]:
    assumed = sum(origin.startswith("assumed") for origin in run.scenario.origins.values())
    sourced = len(run.scenario.origins) - assumed
    return (
        Text(
            "Бұл болжам емес, модель: сценарийдің "
            f"{sourced} санының дереккөзі бар, {assumed} саны жорамалмен алынды.",
            "Это модель, а не прогноз: "
            f"у {sourced} чисел сценария есть источник, {assumed} приняты как допущения.",
            "This is a model, not a forecast: "
            f"{sourced} numbers of the scenario have a source, {assumed} are assumed.",
        ),
        *(Text.same(note) for note in run.model.notes),
    )


def history_of(run: CityRun, samples: int = 40) -> History:
    """The run as a record: hour by hour, with some placements and their reasons."""
    series, scenario, settings = run.state.series, run.scenario, run.settings
    zone = ZoneInfo(run.model.zone_name)
    return History(
        title=Text.same(f"{run.model.name}: {scenario.title}"),
        start=datetime.combine(scenario.start, time(), zone),
        zone=run.model.zone_name,
        hospitals=run.model.hospitals,
        kinds=run.model.network.kinds,
        staffed=by_hospital(run, series.staffed),
        occupied=by_hospital(run, series.occupied),
        policy=policy_name(settings.policy, settings.evenness),
        step_hours=2 * TICK_MINUTES / 60,
        promised=np.maximum(by_hospital(run, series.promised), 0),
        calls=_calls(run),
        responses=responses_of(run),
        settings={
            "city": run.model.id,
            "scenario": scenario.id,
            "days": run.days,
            "policy": settings.policy,
            "evenness": settings.evenness,
            "seed": settings.seed,
            "plan_hours": settings.plan_hours,
            "reserve_share": settings.dispatch.reserve_share,
        },
        figures=station_figures(run),
        samples=sample_placements(run, samples),
        notes=_notes(run),
        attribution=(run.model.attribution,) if run.model.attribution else (),
        load_steps=run.model.load_steps,
    )


def all_figures(run: CityRun, history: History | None = None) -> dict[str, float]:
    """Every figure of a run by one flat name; those of one kind as `cv_mean[infectious/oxygen/adult]`."""
    history = history or history_of(run, samples=0)
    figures = station_figures(run)
    overall = measure(history).to_json()
    figures |= {name: float(overall[name]) for name in OVERALL}
    for kind in history.kinds:
        found = measure(history, kind).to_json()
        figures |= {f"{name}[{kind}]": float(found[name]) for name in EVENNESS}
    return figures


def summary(runs: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Mean, standard deviation between runs, least and most of every figure; nan (unknown) is left out."""
    out = {}
    for name in runs[0]:
        values = np.array([run[name] for run in runs], dtype=float)
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
        out[name] = {
            "mean": float(values.mean()), "sd": spread,
            "min": float(values.min()), "max": float(values.max()),
        }  # fmt: skip
    return out
