"""`tirek replay`: place a recorded wave again."""

import json
from pathlib import Path

import click

POLICIES = (
    "tirek", "nearest", "nearest-with-room", "least-loaded", "least-loaded-when-full", "round-robin", "random",
)  # fmt: skip
"""As in `tirek.engine.baselines.POLICIES`, written out so that help needs no compiler; a test compares them."""

FIGURES = (
    ("overflow_patient_days", "overflow", "patient-days"),
    ("redirected_pct", "redirected", "% of patients"),
    ("extra_km_mean", "extra travel", "km per patient"),
    ("jain_peak", "Jain at the peak", "1 is even"),
    ("cv_peak", "variation at the peak", "0 is even"),
    ("spread_mean", "fullest minus emptiest, mean", "load"),
    ("max_load", "highest load", "patients per bed"),
    ("imbalance_pct", "full while a neighbour has room", "% of hospital-hours"),
)
"""Figures as a table shows them: key, words, unit (docs/reference/figures.md)."""


@click.command()
@click.argument("wave", metavar="BENCH_DIR")
@click.option("--policy", type=click.Choice(POLICIES), default="tirek", show_default=True)
@click.option("--reach-km", type=click.FloatRange(0, min_open=True), default=80.0, show_default=True,
              help="Longest journey; the nearest hospital is always allowed.")  # fmt: skip
@click.option(
    "--evenness", type=click.FloatRange(0, 1), help="The lever: 0 nearest ... 1 perfectly even; 0.25."
)
@click.option("--report-every", type=click.FloatRange(0, min_open=True), metavar="HOURS",
              help="Hospitals' counts are seen only so often; live when left out.")  # fmt: skip
@click.option("--no-ledger", is_flag=True, help="Do not count own promises between reports.")
@click.option("--speed-kmh", type=click.FloatRange(0, min_open=True), default=50.0, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Placements, one row a patient.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a report.")
def replay(
    wave: str, policy: str, reach_km: float, evenness: float | None, report_every: float | None, no_ledger: bool,
    speed_kmh: float, seed: int, out: Path | None, as_json: bool, html: Path | None,
) -> None:  # fmt: skip
    """Place the recorded wave of BENCH_DIR again (a folder, or the name of one that ships: nj2020).

    The folder holds hospitals.csv, initial.csv and demand.csv. How long a patient stays is learnt only when the
    patient leaves.
    """
    from tirek.cli.progress import bar
    from tirek.engine.place import DEFAULT_EVENNESS
    from tirek.simulation.replay.outcome import figures_of, history_of, write_placements
    from tirek.simulation.replay.run import ReplaySettings
    from tirek.simulation.replay.run import replay as run
    from tirek.simulation.replay.wave import load_wave
    from tirek.simulation.waves import wave_folder

    recorded = load_wave(wave_folder(wave))
    settings = ReplaySettings(
        policy=policy,
        evenness=DEFAULT_EVENNESS if evenness is None else evenness,
        reach_km=reach_km,
        speed_kmh=speed_kmh,
        report_every=report_every,
        ledger=not no_ledger,
        seed=seed,
    )
    with bar(f"placing {len(recorded.patient_ids):,} patients", len(recorded.patient_ids)) as advance:
        done = run(recorded, settings, advance)
    figures = figures_of(done, reach_km)
    if out is not None:
        write_placements(done, out)
    if html is not None:
        from tirek.simulation.report.write import write_report

        write_report(history_of(done, figures), html, reach_km=reach_km)
        click.echo(f"report: {html}", err=True)
    values = figures.to_json()
    if as_json:
        click.echo(json.dumps(values))
        return
    click.echo(f"{recorded.name}: {values['patients']:,} patients, policy {policy}, reach {reach_km:g} km")
    for key, words, unit in FIGURES:
        click.echo(f"  {words:<32} {values[key]:>10,} {unit}")
