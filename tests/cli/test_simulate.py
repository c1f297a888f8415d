"""`tirek simulate`: what a user sees, on a town that is made in a moment."""

import json
import sys

import pytest
from click.testing import CliRunner

from tirek.cli import city_model as builder
from tirek.cli.simulate import simulate
from tirek.domain.errors import InputError

DAY = ["astana", "--days", "1"]


def run(*args):
    return CliRunner().invoke(simulate, args, catch_exceptions=False)


@pytest.fixture(autouse=True)
def few_zones(monkeypatch):
    monkeypatch.setattr(builder.city_model, "__defaults__", (20,))


def test_a_day_is_told_in_a_table_with_units_and_what_was_assumed():
    result = run(*DAY)
    assert result.exit_code == 0
    assert "Astana, june-2020: 1 days from 2020-06-17, tirek, evenness 0.25; seed 1" in result.stdout
    assert "response, category 1, 90 %" in result.stdout
    assert "are assumed" in result.stdout


def test_json_has_every_figure_with_its_spread_over_runs_and_every_origin():
    document = json.loads(run(*DAY, "--runs", "2", "--workers", "1", "--json").stdout)
    assert document["seeds"] == [1, 2]
    served = document["figures"]["calls_served"]
    assert served["min"] < served["mean"] < served["max"]
    assert document["figures"]["calls_received"]["mean"] > 3000
    assert "cv_mean[infectious/oxygen/adult]" in document["figures"]
    assert document["sources"]["courses.crews[1]"].startswith("https://")
    assert document["assumed"]["reports.late"].startswith("assumed: ")


def test_processes_give_the_same_figures_as_one_after_another():
    one = run(*DAY, "--runs", "2", "--workers", "1", "--json").stdout
    two = run(*DAY, "--runs", "2", "--workers", "2", "--json").stdout
    assert one == two


def test_a_report_is_written(tmp_path):
    path = tmp_path / "out" / "report.html"
    result = run(*DAY, "--html", str(path), "--against", "nearest")
    assert f"report: {path}" in result.stderr
    assert "<html" in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nowhere"], "no city 'nowhere'"),
        ([*DAY, "--scenario", "july"], "no scenario 'july'"),
        ([*DAY, "--policy", "best"], "no policy 'best'"),
    ],
)
def test_wrong_words_are_answered_in_one_line(args, said):
    with pytest.raises(InputError, match=said) as error:
        run(*args)
    assert "\n" not in str(error.value)


def test_a_cluster_without_the_extra_is_answered_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"tirek\[cluster\]"):
        run(*DAY, "--cluster", "tcp://127.0.0.1:1")


def test_a_cluster_gives_the_same_figures():
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as cluster:
        theirs = run(*DAY, "--runs", "2", "--cluster", cluster.scheduler_address, "--json").stdout
    assert theirs == run(*DAY, "--runs", "2", "--workers", "1", "--json").stdout


def test_no_scheduler_is_answered_in_one_line(monkeypatch):
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    from tirek.simulation.city import many

    monkeypatch.setattr(many, "CONNECT_SECONDS", 1)
    with pytest.raises(InputError, match="no Dask scheduler"):
        run(*DAY, "--cluster", "tcp://127.0.0.1:1")
