"""Plots for papers and the README: what a policy costs in travel, and what it buys.

Drawn with matplotlib's Agg and SVG backends directly; nothing of pyplot's global state is touched. Colour
means load in Tirek, so policies differ by shape, weight and their written names.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from tirek.simulation.labels import Mark, write_labels

INK, SOFT, LINE = "#16191d", "#4d5661", "#c9d0d8"
SETTINGS: Any = {
    "svg.fonttype": "none",  # letters stay letters: small, searchable, readable aloud
    "svg.hashsalt": "tirek",  # the same plot is the same file
    "font.family": ["DejaVu Sans"],
    "font.size": 10,
}
LOG_FROM_RATIO = 8.0
"""Largest over smallest overflow from which its axis is logarithmic."""
TITLE_LETTERS = 88
"""Letters of the title that fit on one line."""


@dataclass(frozen=True)
class PolicyPoint:
    """One policy on the plot; nan where a figure is not known, and then it is left out of that panel."""

    label: str
    extra_km: float
    overflow_patient_days: float
    jain_peak: float = math.nan


def tradeoff_plot(
    points: Sequence[PolicyPoint],
    curve: Sequence[PolicyPoint],
    bound: PolicyPoint | None,
    path: Path,
    *,
    title: str | None = None,
    source: str = "",
) -> tuple[Path, Path]:
    """Draw overflow and evenness against extra travel, as SVG and PNG beside each other.

    Parameters
    ----------
    points : one per policy, each written beside its mark.
    curve : Tirek at settings of its lever, from the least to the most even; joined by a line.
    bound : the best that was possible in hindsight; a star, and a line that nothing can go under.
    path : where to write; the suffix is replaced by `.svg` and `.png`.
    title : the finding in one sentence; by default that of `finding`.
    source : who made the data.
    """
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(10, 11), layout="constrained")
        canvas = FigureCanvasAgg(figure)
        said = textwrap.fill(title or finding(points, curve, bound), TITLE_LETTERS)
        figure.suptitle(said, x=0.01, ha="left", fontsize=13, weight="bold")
        overflow, evenness = figure.subplots(2, 1, sharex=True, height_ratios=[5, 4])
        _panel(overflow, "overflow_patient_days", points, curve, bound)
        _panel(evenness, "jain_peak", points, curve, bound)
        _dress(overflow, evenness, points, curve, bound)
        if source:
            figure.supxlabel(f"Source: {source}", x=0.01, ha="left", fontsize=8, color=SOFT)
        canvas.draw()  # type: ignore[no-untyped-call]
        figure.set_layout_engine("none")  # labels are placed for good on what was laid out
        for axes, name in ((overflow, "overflow_patient_days"), (evenness, "jain_peak")):
            line = [(p.extra_km, getattr(p, name)) for p in curve]
            level = getattr(bound, name) if bound else math.nan
            write_labels(axes, canvas, _marks(name, points, curve, bound), line, level)
        written = path.with_suffix(".svg"), path.with_suffix(".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(written[0], metadata={"Date": None})
        figure.savefig(written[1], dpi=150)
    return written


def finding(points: Sequence[PolicyPoint], curve: Sequence[PolicyPoint], bound: PolicyPoint | None) -> str:
    """The finding in one sentence: Tirek's least overflow, the worst policy's, and the bound."""
    if not curve or not points:
        return "Overflow and evenness against extra travel"
    best = min(curve, key=lambda p: (round(p.overflow_patient_days), p.extra_km))
    worst = max(points, key=lambda p: p.overflow_patient_days)
    said = (
        f"{best.overflow_patient_days:,.0f} patient-days of overflow for {best.extra_km:.1f} km per patient; "
        f"“{worst.label}” loses {worst.overflow_patient_days:,.0f}"
    )
    return said + (f", hindsight {bound.overflow_patient_days:,.0f}" if bound else "")


def _panel(
    axes: Axes,
    name: str,
    points: Sequence[PolicyPoint],
    curve: Sequence[PolicyPoint],
    bound: PolicyPoint | None,
) -> None:
    """Marks of one panel: circles for policies, a line with dots for the lever, a star for the bound."""
    axes.plot(
        *_xy(points, name), "o", color="white", markeredgecolor=SOFT, markeredgewidth=1.6, ms=7, zorder=3
    )
    axes.plot(*_xy(curve, name), "-o", color=INK, lw=2, ms=6, zorder=4)
    if bound is not None and math.isfinite(getattr(bound, name)):
        axes.axhline(getattr(bound, name), color=INK, lw=1, ls=(0, (4, 3)), zorder=1)
        axes.plot(*_xy([bound], name), "*", color=INK, ms=13, zorder=4)
    axes.grid(visible=True, color=LINE, lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12, y=0.14)


def _dress(
    overflow: Axes,
    evenness: Axes,
    points: Sequence[PolicyPoint],
    curve: Sequence[PolicyPoint],
    bound: PolicyPoint | None,
) -> None:
    """Scales, units and what is better."""
    lost = [p.overflow_patient_days for p in (*points, *curve, *([bound] if bound else []))]
    known = [x for x in lost if x > 0]  # nan compares false
    logarithmic = len(known) == len(lost) and max(known) > LOG_FROM_RATIO * min(known)
    if logarithmic:
        overflow.set_yscale("log")
    overflow.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    overflow.yaxis.set_minor_formatter(FuncFormatter(_minor))
    scale = ", log scale" if logarithmic else ""
    overflow.set_ylabel(f"overflow, patient-days{scale}")
    overflow.set_title("Overflow: lower is better", loc="left", fontsize=11)
    evenness.set_xlabel("extra travel, km per patient (great circle)")
    evenness.set_ylabel("evenness at the peak, Jain's index (1 is even)")
    evenness.set_title("Evenness: higher is better", loc="left", fontsize=11)


def _minor(value: float, _: int | None) -> str:
    """2,000 and 5,000 are written between powers of ten, nothing else."""
    first = value / 10 ** math.floor(math.log10(value)) if value > 0 else 0
    return f"{value:,.0f}" if round(first, 6) in {2, 5} else ""


def _xy(points: Sequence[PolicyPoint], name: str) -> tuple[list[float], list[float]]:
    return [p.extra_km for p in points], [getattr(p, name) for p in points]


def _marks(
    name: str, points: Sequence[PolicyPoint], curve: Sequence[PolicyPoint], bound: PolicyPoint | None
) -> list[Mark]:
    """Every mark whose value is known; the bound's and Tirek's labels are heavier."""
    ordered = [*([bound] if bound else []), *curve, *points]
    own = len(ordered) - len(points)
    marks = [Mark(p.label, p.extra_km, getattr(p, name), i < own) for i, p in enumerate(ordered)]
    return [mark for mark in marks if math.isfinite(mark.x) and math.isfinite(mark.y)]
