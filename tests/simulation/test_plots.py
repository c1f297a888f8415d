"""The trade-off plot says what it found, and no name on it covers another, a mark or the lever's line."""

import math
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tirek.simulation.labels import MARK_PIXELS, Mark, write_labels
from tirek.simulation.plots import PolicyPoint, finding, tradeoff_plot

POINTS = (
    PolicyPoint("nearest (what happened)", 0.0, 21_688, 0.768),
    PolicyPoint("least loaded once full", 6.12, 1053, 0.932),
    PolicyPoint("reports not counted", 5.78, 10_339, math.nan),
)
CURVE = (PolicyPoint("Tirek 0.1", 4.0, 1060, 0.90), PolicyPoint("Tirek 0.25", 4.28, 1053, 0.916))
BOUND = PolicyPoint("hindsight", 2.88, 1029)


def test_both_files_hold_every_name_and_the_finding(tmp_path):
    """The SVG's letters are letters: each policy, the units and the source can be searched and read aloud."""
    svg, png = tradeoff_plot(POINTS, CURVE, BOUND, tmp_path / "deep" / "plot.png", source="a test")
    text = svg.read_text(encoding="utf-8")
    for point in (*POINTS, *CURVE, BOUND):
        assert point.label in text
    for words in ("patient-days, log scale", "km per patient", "Source: a test", "1,053 patient-days"):
        assert words in text
    assert png.read_bytes().startswith(b"\x89PNG")


def test_the_same_plot_is_the_same_file(tmp_path):
    """No date and no random ids, so that a plot changes in a commit only when its figures do."""
    first, _ = tradeoff_plot(POINTS, CURVE, BOUND, tmp_path / "a")
    second, _ = tradeoff_plot(POINTS, CURVE, BOUND, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()


def test_the_finding_compares_the_best_of_the_lever_with_the_worst_policy():
    """Of equal overflow the shorter journey is the finding; the bound is named when there is one."""
    assert "4.3 km" in finding(POINTS, CURVE, BOUND)
    assert finding(POINTS, CURVE, BOUND).endswith("hindsight 1,029")
    assert "hindsight" not in finding(POINTS, CURVE, None)
    assert finding((), (), None)


def test_little_spread_needs_no_logarithm(tmp_path):
    """Where overflow differs little (or is 0), its axis is plain and starts no power of ten."""
    points = (PolicyPoint("a", 0.0, 0.0, 0.5), PolicyPoint("b", 1.0, 30.0, 0.6))
    svg, _ = tradeoff_plot(points, (), None, tmp_path / "plain.svg", title="Said")
    text = svg.read_text(encoding="utf-8")
    assert "log scale" not in text
    assert "Said" in text


@pytest.mark.parametrize("seed", [1, 2])
def test_names_cover_nothing(seed):
    """Fifteen crowded marks: every name is inside, apart from every other name and from every mark."""
    rng = np.random.default_rng(seed)
    figure = Figure(figsize=(10, 5))
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    marks = [Mark(f"a policy with a name, {i}", *rng.normal(0, 1, 2), i < 4) for i in range(15)]
    axes.plot([m.x for m in marks], [m.y for m in marks], "o")
    axes.margins(0.2)
    canvas.draw()
    boxes = write_labels(axes, canvas, marks, [(m.x, m.y) for m in marks[:2]], 0.0)
    at = axes.transData.transform([(m.x, m.y) for m in marks])
    frame = axes.get_window_extent(canvas.get_renderer()).extents
    for i, box in enumerate(boxes):
        assert (box[:2] >= frame[:2]).all()
        assert (box[2:] <= frame[2:]).all()
        assert not ((at > box[:2] - MARK_PIXELS) & (at < box[2:] + MARK_PIXELS)).all(axis=1).any()
        others = np.delete(boxes, i, axis=0)
        assert not ((box[:2] < others[:, 2:]) & (box[2:] > others[:, :2])).all(axis=1).any()


def test_a_plot_that_is_too_full_is_still_drawn():
    """Where no place is free, a name takes the nearest one rather than stopping the run."""
    figure = Figure(figsize=(2, 2))
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    marks = [Mark("a name longer than the whole plot is wide " * 2, 0.5, 0.5, False)] * 2
    assert len(write_labels(axes, canvas, marks)) == 2
    assert len(write_labels(axes, canvas, [])) == 0


def test_pyplot_is_never_touched():
    """A server that plots must not share state between requests."""
    source = Path(__file__).parents[2] / "src" / "tirek" / "simulation" / "plots.py"
    assert "import matplotlib.pyplot" not in source.read_text(encoding="utf-8")
