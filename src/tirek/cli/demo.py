"""`tirek demo`: the main job on what ships: a recorded wave placed again, and a week of a simulated one."""

from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tirek.simulation.record import History

WAVE = "nj2020"
CITY, SCENARIO, DAYS = "astana", "june-2020", 7
RUNS = (("tirek", "Tirek"), ("nearest", "as it was"), ("least-loaded-when-full", "usual rule"))
"""Policies of the replay, with the words of the summary; the report compares with the second."""


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), show_default=True,
              help="Folder for the reports.")  # fmt: skip
def demo(out: Path) -> None:
    """Place a recorded wave again, live through a week of June 2020 in Astana, and write both reports."""
    from tirek.cli.progress import bar

    out.mkdir(parents=True, exist_ok=True)
    click.echo("The first run compiles for about a minute; later ones start at once.", err=True)
    with (
        ProcessPoolExecutor(2) as pool,
        bar("recorded wave and simulated week", len(RUNS) + 2, always=True) as move,
    ):
        waiting: dict[str, Future[Any]] = {"bound": pool.submit(_bound), "week": pool.submit(_week)}
        waiting |= {policy: pool.submit(_replay, policy) for policy, _ in RUNS}
        for done, future in enumerate(as_completed(waiting.values()), 1):
            future.result()
            move(done)
        results = {name: future.result() for name, future in waiting.items()}
    _tell_wave(results, out)
    _tell_week(results["week"], out)


def _replay(policy: str) -> tuple["History", dict[str, float]]:
    from tirek.simulation.replay.outcome import figures_of, history_of
    from tirek.simulation.replay.run import ReplaySettings, replay
    from tirek.simulation.replay.wave import load_wave
    from tirek.simulation.waves import wave_folder

    done = replay(load_wave(wave_folder(WAVE)), ReplaySettings(policy=policy))
    figures = figures_of(done)
    return history_of(done, figures), dict(figures.to_json())


def _bound() -> tuple[float, float]:
    from tirek.simulation.replay.bound import clairvoyant_bound
    from tirek.simulation.replay.run import ReplaySettings
    from tirek.simulation.replay.wave import load_wave
    from tirek.simulation.waves import wave_folder

    best = clairvoyant_bound(load_wave(wave_folder(WAVE)), ReplaySettings().reach_km)
    return best.overflow_patient_days, best.extra_km_mean


def _week() -> tuple["History", dict[str, float]]:
    from tirek.cities.load import load_city
    from tirek.cli.city_model import city_model
    from tirek.simulation.city.build import RunSettings
    from tirek.simulation.city.many import run_many
    from tirek.simulation.city.scenario import load_scenario

    model = city_model(load_city(CITY))
    (outcome,) = run_many(model, load_scenario(SCENARIO), RunSettings(), DAYS, 1, workers=1)
    assert outcome.history is not None
    return outcome.history, dict(outcome.figures)


def _tell_wave(results: dict[str, Any], out: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from tirek.simulation.report.write import write_report

    histories = {policy: results[policy][0] for policy, _ in RUNS}
    report = out / f"{WAVE}.html"
    write_report(histories["tirek"], report, [histories[policy] for policy, _ in RUNS[1:]])
    over, km = results["bound"]
    table = Table(title="New Jersey, spring 2020: 22,711 patients placed again", title_justify="left")
    table.add_column("")
    for head in ("overflow\npatient-days", "extra km\nper patient", "redirected\n%", "Jain at\nthe peak"):
        table.add_column(head, justify="right")
    for policy, words in (*RUNS[1:], RUNS[0]):
        f = results[policy][1]
        table.add_row(
            words, f"{f['overflow_patient_days']:,.0f}", f"{f['extra_km_mean']:.2f}", f"{f['redirected_pct']:.1f}",
            f"{f['jain_peak']:.3f}", style="bold" if policy == "tirek" else "",
        )  # fmt: skip
    table.add_row("possible in hindsight", f"{over:,.0f}", f"{km:.2f}", "–", "–", style="dim")
    console = Console()
    console.print(table)
    ours, was = results["tirek"][1], results["nearest"][1]
    avoidable = was["overflow_patient_days"] - over
    share = (was["overflow_patient_days"] - ours["overflow_patient_days"]) / avoidable
    console.print(
        f"Of the patient-days without a bed that could be avoided at all, Tirek avoids {share:.1%}."
    )
    console.print(f"Report: {report}\n")


def _tell_week(week: tuple["History", dict[str, float]], out: Path) -> None:
    from rich.console import Console

    from tirek.simulation.report.write import write_report

    history, figures = week
    report = out / f"{CITY}-{SCENARIO}.html"
    write_report(history, report)
    console = Console()
    console.print(
        "[bold]Astana, a week of June 2020, simulated[/bold] (assumed figures are marked in the city's file)"
    )
    console.print(
        f"  {figures['calls_received_per_day']:,.0f} calls a day, {figures['calls_served_per_day']:,.0f} served; "
        f"category 1 reached in {figures['response_1_mean_minutes']:.1f} min on average; "
        f"{figures['hospital_arrivals_per_day']:,.0f} hospital arrivals a day"
    )
    console.print(
        f"  evenness (Jain) {figures['jain_mean']:.3f} on average, "
        f"overflow {figures['overflow_patient_days']:,.0f} patient-days, "
        f"{figures['redirected_pct']:.1f} % redirected, {figures['extra_minutes_mean']:.2f} min extra"
    )
    console.print(f"Report: {report}")
