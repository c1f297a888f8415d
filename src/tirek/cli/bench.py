"""`tirek bench`: every policy over one recorded wave, and how far each is from the best possible."""

import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tirek.simulation.replay.wave import Wave

BASELINES = (
    "nearest",
    "nearest-with-room",
    "least-loaded-when-full",
    "least-loaded",
    "round-robin",
    "random",
)
LEVER = (0.0, 0.1, 0.25, 0.5, 0.7, 0.83, 0.95, 1.0)
"""Settings of the lever on the curve; with tirek.engine.place.DEFAULT_EVENNESS and EVEN among them."""
FAR = 2.0
"""Travel, as a multiple of the usual rule's, beyond which a point is named under the plot and not drawn."""


@click.command()
@click.argument("wave", default="nj2020", metavar="[DIR]")
@click.option("--reach-km", type=click.FloatRange(0, min_open=True), default=80.0, show_default=True)
@click.option("--no-bound", is_flag=True, help="Leave out the clairvoyant bound (a large linear program).")
@click.option("--workers", type=click.IntRange(1), help="Processes; as many as cores when left out.")
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw the trade-off (.svg and .png)."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
def bench(
    wave: str, reach_km: float, no_bound: bool, workers: int | None, plot: Path | None, as_json: bool
) -> None:
    """Compare all policies over the recorded wave of DIR (nj2020, which ships, when left out)."""
    from tirek.simulation.replay.wave import load_wave
    from tirek.simulation.waves import wave_folder

    recorded = load_wave(wave_folder(wave))
    rows, bound = run_all(recorded, reach_km, not no_bound, workers or os.cpu_count() or 1)
    if plot is not None:
        draw(recorded.name, reach_km, rows, bound, plot)
    if as_json:
        click.echo(
            json.dumps(
                {"wave": recorded.name, "reach_km": reach_km, "policies": rows, "bound": bound}, indent=1
            )
        )
    else:
        show(recorded, reach_km, rows, bound)


Row = dict[str, Any]


def run_all(wave: "Wave", reach_km: float, with_bound: bool, workers: int) -> tuple[list[Row], Row | None]:
    """Figures of every policy and of Tirek at every setting of the lever, and the bound."""
    from tirek.cli.progress import bar

    jobs: list[tuple[Callable[..., Row], tuple[Any, ...]]] = [
        *((_one, (wave, "tirek", evenness, reach_km)) for evenness in LEVER),
        *((_one, (wave, policy, 0.0, reach_km)) for policy in BASELINES),
    ]
    if with_bound:  # the longest: first
        jobs.insert(0, (_bound, (wave, reach_km)))
    results: dict[int, Row] = {}
    with ProcessPoolExecutor(workers) as pool, bar(f"{wave.name}: {len(jobs)} runs", len(jobs)) as advance:
        futures = {pool.submit(job, *arguments): i for i, (job, arguments) in enumerate(jobs)}
        for done, future in enumerate(as_completed(futures), 1):
            results[futures[future]] = future.result()
            advance(done)
    rows = [results[i] for i in range(len(jobs))]
    return (rows[1:], rows[0]) if with_bound else (rows, None)


def _one(wave: "Wave", policy: str, evenness: float, reach_km: float) -> Row:
    from tirek.simulation.replay.outcome import figures_of
    from tirek.simulation.replay.run import ReplaySettings, replay

    done = replay(wave, ReplaySettings(policy=policy, evenness=evenness, reach_km=reach_km))
    return {"policy": policy, "evenness": evenness if policy == "tirek" else None} | dict(
        figures_of(done, reach_km).to_json()
    )


def _bound(wave: "Wave", reach_km: float) -> Row:
    from tirek.simulation.replay.bound import clairvoyant_bound

    best = clairvoyant_bound(wave, reach_km)
    return {
        "policy": "clairvoyant",
        "overflow_patient_days": round(best.overflow_patient_days, 1),
        "extra_km_mean": round(best.extra_km_mean, 3),
    }


def show(wave: "Wave", reach_km: float, rows: list[Row], bound: Row | None) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    title = f"{wave.name}: {len(wave.patient_ids):,} patients, {len(wave.hospital_ids)} hospitals, reach {reach_km:g} km"
    table = Table(title=title, title_justify="left")
    table.add_column("policy", no_wrap=True)
    heads = ["overflow\npat.-days", "redir.\n%", "extra\nkm/pat.", "Jain,\npeak"]
    heads += ["to bound\npat.-days", "to bound\nkm/pat."] if bound else []
    for head in heads:
        table.add_column(head, justify="right")
    for row in sorted(
        rows, key=lambda r: (r["policy"] != "tirek", r["evenness"] or 0, r["overflow_patient_days"])
    ):
        cells = [
            f"{row['overflow_patient_days']:,.1f}", f"{row['redirected_pct']:.1f}", f"{row['extra_km_mean']:.2f}",
            f"{row['jain_peak']:.3f}",
        ]  # fmt: skip
        if bound:
            cells += [
                f"{row['overflow_patient_days'] - bound['overflow_patient_days']:,.1f}",
                f"{row['extra_km_mean'] - bound['extra_km_mean']:+.2f}",
            ]
        table.add_row(label(row), *cells, style="bold" if row["policy"] == "tirek" else "")
    if bound:
        over, km = bound["overflow_patient_days"], bound["extra_km_mean"]
        table.add_row("clairvoyant bound", f"{over:,.1f}", "–", f"{km:.2f}", "–", "0.0", "+0.00", style="dim")
    console = Console()
    console = console if console.is_terminal else Console(width=100)  # a file has room for every name
    console.print(table)


def label(row: Row) -> str:
    """Policy as a table and a plot name it."""
    from tirek.engine.place import DEFAULT_EVENNESS, EVEN

    if row["policy"] != "tirek":
        return str(row["policy"])
    named = {DEFAULT_EVENNESS: " (default)", EVEN: " (even)"}.get(row["evenness"], "")
    return f"tirek {row['evenness']:g}{named}"


def finding(rows: list[Row], bound: Row | None) -> str:
    """What the plot shows, in one sentence."""
    ours = next(row for row in rows if "(default)" in label(row))
    usual = next(row for row in rows if row["policy"] == "least-loaded-when-full")
    known = [("Tirek", ours), ("the usual rule", usual)] + ([("hindsight", bound)] if bound else [])
    said = [
        f"{who} {row['overflow_patient_days']:,.0f} for {row['extra_km_mean']:.1f} km" for who, row in known
    ]
    return f"Patient-days without a bed, and km more per patient: {', '.join(said)}"


def draw(name: str, reach_km: float, rows: list[Row], bound: Row | None, path: Path) -> None:
    """Draw overflow and evenness against extra travel; what is far off to the right is named instead."""
    from tirek.simulation.plots import PolicyPoint, tradeoff_plot

    def point(row: Row) -> PolicyPoint:
        figures = (row["extra_km_mean"], row["overflow_patient_days"], row.get("jain_peak", float("nan")))
        return PolicyPoint("clairvoyant bound" if row is bound else label(row), *figures)

    usual = next(row["extra_km_mean"] for row in rows if row["policy"] == "least-loaded-when-full")
    seen = [row for row in rows if row["extra_km_mean"] <= FAR * usual]
    far = [f"{label(row)} {row['extra_km_mean']:.0f} km" for row in rows if row not in seen]
    off = f"; off to the right: {', '.join(far)}" if far else ""
    written = tradeoff_plot(
        [point(row) for row in seen if row["policy"] != "tirek"],
        [point(row) for row in seen if row["policy"] == "tirek"],
        point(bound) if bound else None,
        path,
        title=finding(rows, bound),
        source=f"{name}, reach {reach_km:g} km, live reports; tirek bench{off}",
    )
    click.echo(f"plot: {', '.join(map(str, written))}", err=True)
