"""`tirek replay` and `tirek bench` on a wave of three patients."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_wave import write_wave

from tirek.cli import tirek as command

SHARED = Path(os.environ.get("TIREK_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture
def wave(tmp_path):
    return write_wave(tmp_path / "wave")


def test_replay_places_every_patient_once(wave, tmp_path):
    """Each patient of the wave stands in the placements once, for as long as they stayed."""
    out = tmp_path / "placements.csv"
    done = CliRunner().invoke(command, ["replay", str(wave), "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "patient-days" in done.output
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["patient_id"] for row in rows] == ["P1", "P2", "P3"]
    assert [row["hospital_id"] for row in rows] == ["A", "B", "B"]  # A had one bed left


def test_json_has_the_scorers_keys(wave):
    """`--json` prints one object with the figures of the reference."""
    done = CliRunner().invoke(command, ["replay", str(wave), "--json"], catch_exceptions=False)
    figures = json.loads(done.stdout)
    assert figures["patients"] == 3
    assert figures["overflow_patient_days"] == 0
    assert set(figures) >= {"redirected_pct", "extra_km_mean", "jain_peak", "cv_peak", "imbalance_pct"}


def test_html_report_is_written(wave, tmp_path):
    """`--html` writes a page that stands alone."""
    page = tmp_path / "report.html"
    CliRunner().invoke(command, ["replay", str(wave), "--html", str(page)], catch_exceptions=False)
    assert "<html" in page.read_text(encoding="utf-8")


def test_bench_compares_all_policies_with_the_bound(wave):
    """The comparison has a row for every policy, and nothing beats the bound on overflow."""
    done = CliRunner().invoke(
        command, ["bench", str(wave), "--json", "--workers", "1"], catch_exceptions=False
    )
    table = json.loads(done.stdout)
    assert {row["policy"] for row in table["policies"]} >= {
        "tirek",
        "nearest",
        "least-loaded-when-full",
        "random",
    }
    best = table["bound"]["overflow_patient_days"]
    assert all(row["overflow_patient_days"] >= best - 1e-6 for row in table["policies"])


def test_figures_agree_with_the_benchmarks_own_scorer(wave, tmp_path):
    """The benchmark's scorer prints the same figures for our placements."""
    scorer = SHARED / "bench" / "score.py"
    if not scorer.is_file():
        pytest.skip(f"no scorer at {scorer}: it belongs to the benchmark, not to the project")
    pytest.importorskip("pandas", reason="the benchmark's scorer needs pandas, which Tirek does not")
    out = tmp_path / "placements.csv"
    ours = CliRunner().invoke(
        command, ["replay", str(wave), "--out", str(out), "--json"], catch_exceptions=False
    )
    theirs = subprocess.run([sys.executable, scorer, wave, out], capture_output=True, text=True, check=True)
    assert json.loads(ours.stdout) == json.loads(theirs.stdout)
