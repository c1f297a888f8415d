"""`tirek simulate`: let a city live through a wave."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tirek.simulation.city.build import RunSettings
    from tirek.simulation.city.scenario import Scenario

_TABLE = (
    ("calls a day", "calls_received_per_day", "calls", 0),
    ("served a day", "calls_served_per_day", "calls", 0),
    ("to primary care", "calls_to_primary_care", "calls", 0),
    ("withdrawn by the caller", "calls_withdrawn", "calls", 0),
    ("response, category 1, mean", "response_1_mean_minutes", "min", 1),
    ("response, category 1, 90 %", "response_1_p90_minutes", "min", 1),
    ("response, category 2, mean", "response_2_mean_minutes", "min", 1),
    ("response, category 2, 90 %", "response_2_p90_minutes", "min", 1),
    ("response, category 3, mean", "response_3_mean_minutes", "min", 1),
    ("response, category 3, 90 %", "response_3_p90_minutes", "min", 1),
    ("response, category 4, mean", "response_4_mean_minutes", "min", 1),
    ("response, category 4, 90 %", "response_4_p90_minutes", "min", 1),
    ("offload, 90 %", "offload_p90_minutes", "min", 0),
    ("turnaround, mean", "turnaround_mean_minutes", "min", 1),
    ("crews busy", "crew_utilisation_pct", "% of crew-hours", 1),
    ("hospital arrivals a day", "hospital_arrivals_per_day", "patients", 0),
    ("redirected", "redirected_pct", "% of patients", 1),
    ("extra journey", "extra_minutes_mean", "min a patient", 2),
    ("declined at the door", "declined_pct", "% of patients", 1),
    ("evenness, Jain, mean", "jain_mean", "1 is even", 3),
    ("evenness, variation, mean", "cv_mean", "0 is even", 3),
    ("fullest minus median, mean", "above_median_mean", "of beds", 3),
    ("overflow", "overflow_patient_days", "patient-days", 0),
    ("hospitals at or over 95 %", "high_mean", "hospitals, mean", 1),
    ("full while a neighbour has room", "full_near_room_pct", "% of hospital-hours", 2),
    ("age of bed reports", "report_age_hours_mean", "h", 1),
    ("promised, not yet arrived", "promised_not_arrived_mean", "patients, mean", 0),
)


@click.command()
@click.argument("city")
@click.option("--scenario", "scenario_name", default="june-2020", show_default=True,
              help="Id of a scenario that ships, or a .toml file.")  # fmt: skip
@click.option(
    "--start", type=click.DateTime(["%Y-%m-%d"]), help="First day; the scenario's own when left out."
)
@click.option("--days", type=click.IntRange(1), help="Length; the scenario's own when left out.")
@click.option("--policy", default="tirek", show_default=True,
              help="Of placement: tirek, nearest, nearest-with-room, least-loaded, least-loaded-when-full, "
              "round-robin or random.")  # fmt: skip
@click.option("--dispatch", "sending", type=click.Choice(["coverage", "nearest"]), default="coverage",
              show_default=True, help="Of crews: keep the city covered, or always the nearest idle crew.")  # fmt: skip
@click.option("--evenness", type=click.FloatRange(0, 1), help="The lever: 0 nearest ... 1 perfectly even.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--runs", type=click.IntRange(1), default=1, show_default=True,
              help="Runs with the seeds SEED, SEED+1, ...")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Processes; as many as cores when left out.")
@click.option("--cluster", metavar="ADDRESS", help="Dask scheduler to run on (extra `cluster`).")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a report of the first run."
)
@click.option("--against", "rivals", multiple=True, metavar="POLICY",
              help="Compare with this policy over the same patients in the report; may be repeated.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
def simulate(
    city: str,
    scenario_name: str,
    start: datetime | None,
    days: int | None,
    policy: str,
    sending: str,
    evenness: float | None,
    seed: int,
    runs: int,
    workers: int | None,
    cluster: str | None,
    html: Path | None,
    rivals: tuple[str, ...],
    as_json: bool,
) -> None:
    """Let CITY (an id or a folder) live through a wave: calls, crews, hospitals, and what was decided."""
    from tirek.cities.load import load_city
    from tirek.cli.city_model import city_model
    from tirek.cli.progress import bar
    from tirek.engine.dispatch import DispatchSettings
    from tirek.simulation.city.build import RunSettings
    from tirek.simulation.city.many import run_many
    from tirek.simulation.city.result import summary
    from tirek.simulation.city.scenario import load_scenario

    profile = load_city(city)
    scenario = load_scenario(scenario_name, start=start.replace(tzinfo=UTC).date() if start else None)
    dispatch = DispatchSettings()
    settings = RunSettings(
        policy=policy,
        evenness=profile.thresholds.evenness if evenness is None else evenness,
        seed=seed,
        reach_minutes=profile.thresholds.reach_minutes,
        dispatch=dispatch.nearest() if sending == "nearest" else dispatch,
    )
    against = [replace(settings, policy=rival) for rival in rivals if html is not None]
    model = city_model(profile)
    length = days or scenario.days
    done = count()  # every finished day, of whichever run
    with bar("simulated days", runs * length) as show:
        outcomes = run_many(
            model, scenario, settings, length, runs,
            workers=workers or os.cpu_count() or 1, cluster=cluster, progress=lambda days: show(max(next(done) for _ in range(days)) + 1),
        )  # fmt: skip
    figures = summary([outcome.figures for outcome in outcomes])
    if html is not None:
        from tirek.simulation.outline import main_roads
        from tirek.simulation.report.write import write_report

        records = [run_many(model, scenario, rival, length)[0].history for rival in against]
        roads = main_roads(profile.roads)
        first, *others = (replace(h, outline=roads) for h in (outcomes[0].history, *records) if h is not None)
        click.echo(f"report: {write_report(first, html, others)}", err=True)
    if as_json:
        click.echo(json.dumps(_document(model.id, scenario, settings, length, runs, figures), indent=2))
    else:
        _print(model.name, scenario, settings, length, runs, figures)


def _document(
    city: str,
    scenario: "Scenario",
    settings: "RunSettings",
    days: int,
    runs: int,
    figures: "Mapping[str, Mapping[str, float]]",
) -> dict[str, object]:
    return {
        "city": city,
        "scenario": scenario.id,
        "start": scenario.start.isoformat(),
        "days": days,
        "policy": settings.policy,
        "evenness": settings.evenness,
        "reserve_share": settings.dispatch.reserve_share,
        "seeds": [settings.seed + i for i in range(runs)],
        "figures": figures,
        "assumed": {name: why for name, why in scenario.origins.items() if why.startswith("assumed")},
        "sources": {name: why for name, why in scenario.origins.items() if not why.startswith("assumed")},
    }


def _print(
    city: str,
    scenario: "Scenario",
    settings: "RunSettings",
    days: int,
    runs: int,
    figures: "Mapping[str, Mapping[str, float]]",
) -> None:
    lever = f", evenness {settings.evenness:g}" if settings.policy == "tirek" else ""
    seeds = f"seed {settings.seed}" if runs == 1 else f"{runs} runs, seeds from {settings.seed}, mean and sd"
    click.echo(f"{city}, {scenario.id}: {days} days from {scenario.start}, {settings.policy}{lever}; {seeds}")
    for words, name, unit, digits in _TABLE:
        if name not in figures:
            continue
        found = figures[name]
        spread = f" ± {found['sd']:.{digits}f}" if runs > 1 else ""
        click.echo(f"  {words:<34}{found['mean']:>10.{digits}f}{spread}  {unit}")
    assumed = sum(why.startswith("assumed") for why in scenario.origins.values())
    click.echo(
        f"A model, not a forecast: {len(scenario.origins) - assumed} numbers of the scenario have a source, "
        f"{assumed} are assumed (--json lists both)."
    )
