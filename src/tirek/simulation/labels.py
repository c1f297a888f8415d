"""Names beside the marks of a plot, placed so that none covers a mark, a line or another name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

Pixels: TypeAlias = npt.NDArray[np.float64]
Boxes: TypeAlias = npt.NDArray[np.float64]
"""Boxes as rows (left, bottom, right, top), in pixels."""

INK, SOFT = "#16191d", "#4d5661"
CLEAR = 2.0
"""Pixels kept free around a name."""
MARK_PIXELS = 7.0
"""Half the side of the square that a mark takes."""
NEAR = 10.0
"""Pixels from its mark within which a name needs no leader."""
CROSSING = 250.0
"""Pixels of distance that a leader across a name, a mark or another leader is worth."""
NO_PLACE = 10_000.0
"""What a name costs that finds no free place."""
ORDERS = 16
"""Orders of placing that are tried."""
CROSSING_LINE = 20.0
"""The same for each five pixels of the plot's own line that a leader touches."""


class Mark(NamedTuple):
    """A mark in data coordinates and its name; `strong` ones are written bold."""

    label: str
    x: float
    y: float
    strong: bool


def write_labels(
    axes: Axes,
    canvas: FigureCanvasAgg,
    marks: Sequence[Mark],
    line: Sequence[tuple[float, float]] = (),
    level: float = np.nan,
) -> Boxes:
    """Write every name; returns the boxes they take, in pixels, in the order of `marks`.

    One name after the other takes the place that costs least: near its mark, with a leader that crosses
    nothing; the best of several orders is kept. Names keep off the polyline `line` and the height `level`.
    """
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    at = axes.transData.transform(np.array([(m.x, m.y) for m in marks]).reshape(-1, 2))
    texts = [
        axes.annotate(
            mark.label, (mark.x, mark.y), (0, 0), textcoords="offset points", zorder=5,
            weight="bold" if mark.strong else "normal", fontsize=9, color=INK, va="center", ha="center",
        )
        for mark in marks
    ]  # fmt: skip
    extents = [text.get_window_extent(renderer) for text in texts]
    sizes = np.array([(e.width, e.height) for e in extents]).reshape(-1, 2) + 2 * CLEAR
    frame = np.array(axes.get_window_extent(renderer).extents)
    boxes, leaders = _arrange(at, sizes, frame, _drawn(axes, line, level))
    for text, here, box in zip(texts, at, boxes, strict=True):
        offset = (box[:2] + box[2:]) / 2 - here
        text.xyann = tuple(offset * 72 / axes.figure.dpi)
    for leader in leaders:
        ends = axes.transData.inverted().transform(leader[[0, -1]])
        axes.plot(*ends.T, "-", color=SOFT, lw=0.7, zorder=2, scalex=False, scaley=False)
    return boxes


def _arrange(at: Pixels, sizes: Pixels, frame: Boxes, drawn: Boxes) -> tuple[Boxes, list[Pixels]]:
    """Boxes of all names and their leaders, the best of several orders of choosing."""
    crowd = np.array([(np.hypot(*(at - here).T) < 80).sum() for here in at])
    rng = np.random.default_rng(0)  # which orders are tried; the same plot is the same file
    orders = [np.argsort(-crowd, kind="stable"), *(rng.permutation(len(at)) for _ in range(ORDERS - 1))]
    best, least = None, np.inf
    for order in orders:
        room = _Room(frame, [_around(here, MARK_PIXELS) for here in at], drawn)
        boxes: Boxes = np.empty((len(at), 4))
        for i in order:
            if room.cost >= least:
                break
            boxes[i] = room.place(at[i], *sizes[i])
        if room.cost < least:
            best, least = (boxes, room.leaders), room.cost
    assert best is not None
    return best


@dataclass
class _Room:
    """What of a panel is taken: marks and names, the plot's own lines, leaders as points along them."""

    frame: Boxes
    taken: list[Boxes]
    drawn: Boxes
    leaders: list[Pixels] = field(default_factory=list)
    cost: float = 0.0

    def place(self, at: Pixels, width: float, height: float) -> Boxes:
        """Take the free box that costs least, with its leader; where none is free, the nearest."""
        taken = np.array(self.taken)
        others = taken[~_holds(taken, at[None]).any(axis=0)]
        best, best_leader, least = None, None, np.inf
        for ring, box in _places(at, width, height):
            if ring >= least:
                break
            best = box if best is None else best
            if not self._free(box, taken):
                continue
            leader = _leader(at, box)
            cost = ring
            if leader is not None:
                crossed = _holds(others, leader).any(axis=0).sum() + self._crossed(leader)
                cost += CROSSING * crossed + CROSSING_LINE * _holds(self.drawn, leader).any(axis=0).sum()
            if cost < least:
                best, best_leader, least = box, leader, cost
        assert best is not None
        self.taken.append(best)
        if best_leader is not None:
            self.leaders.append(best_leader)
        self.cost += min(least, NO_PLACE)
        return best

    def _free(self, box: Boxes, taken: Boxes) -> bool:
        """Whether a box is inside the frame and covers nothing."""
        if (box[:2] < self.frame[:2]).any() or (box[2:] > self.frame[2:]).any():
            return False
        if any(_overlap(box, boxes) for boxes in (taken, self.drawn)):
            return False
        return not any(_holds(box[None], leader).any() for leader in self.leaders)

    def _crossed(self, leader: Pixels) -> int:
        """How many earlier leaders come within three pixels of this one."""
        return sum(bool((np.abs(leader[:, None] - other).max(axis=2) < 3).any()) for other in self.leaders)


def _places(at: Pixels, width: float, height: float) -> Iterator[tuple[float, Boxes]]:
    """Distance and box of places around a mark, nearest first, right before left."""
    directions = [(1, 0), (-1, 0), (0, 1), (0, -1), (0.6, 1), (-0.6, 1), (0.6, -1), (-0.6, -1), (1, 0.6)]
    directions += [(-1, 0.6), (1, -0.6), (-1, -0.6), (1, 1), (-1, 1), (1, -1), (-1, -1)]
    half = np.array([width, height]) / 2
    for ring in range(9, 330, 7):
        for direction in directions:
            centre = at + np.array(direction) * (half + ring)
            yield float(ring), np.concatenate([centre - half, centre + half])


def _drawn(axes: Axes, line: Sequence[tuple[float, float]], level: float) -> Boxes:
    """Small boxes along the polyline, and one along the level."""
    boxes = []
    ends = axes.transData.transform(np.array(line, dtype=float).reshape(-1, 2))
    for a, b in pairwise(ends[np.isfinite(ends).all(axis=1)]):
        count = max(2, int(np.hypot(*(b - a)) / 5))
        boxes += [_around(a + (b - a) * share, 2.5) for share in np.linspace(0, 1, count)]
    if np.isfinite(level):
        height = axes.transData.transform((axes.get_xlim()[0], level))[1]
        boxes.append(np.array([-np.inf, height - 2, np.inf, height + 2]))
    return np.array(boxes).reshape(-1, 4)


def _around(at: Pixels, half: float) -> Boxes:
    return np.concatenate([at - half, at + half])


def _overlap(box: Boxes, boxes: Boxes) -> bool:
    return bool(((box[:2] < boxes[:, 2:]) & (box[2:] > boxes[:, :2])).all(axis=1).any())


def _holds(boxes: Boxes, points: Pixels) -> npt.NDArray[np.bool_]:
    """Which points [P] lie in which boxes [B], shape [P, B]."""
    inside = (points[:, None] >= boxes[:, :2]) & (points[:, None] <= boxes[:, 2:])
    return np.asarray(inside.all(axis=2))


def _leader(at: Pixels, box: Boxes) -> Pixels | None:
    """Points two pixels apart from a mark to its box; `None` where they all but touch."""
    end = np.clip(at, box[:2], box[2:])
    length = float(np.hypot(*(end - at)))
    if length <= NEAR:
        return None
    return at + (end - at) * np.linspace(0, 1, max(2, int(length / 2)))[:, None]
