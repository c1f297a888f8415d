"""What others do: simple rules behind the interface of `choose_line`, to measure Tirek against."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from tirek.engine.choice import ALLOWED, FULL, Floats, Ints, choose_line, judge

Bools = npt.NDArray[np.bool_]
Choose = Callable[..., int]
"""A compiled rule with the parameters and the answer of `choose_line`."""


@njit(cache=True)
def _least(lines: Ints, rule: Ints, wanted: int, by: Floats) -> int:
    """Position of the line with the least `by` among those whose rule is `wanted`; -1 for none."""
    best = -1
    for i in range(lines.size):
        if rule[i] == wanted and (best < 0 or by[i] < by[best]):
            best = i
    return best


@njit(cache=True)
def _first_with_room(lines: Ints, rule: Ints, by: Floats) -> int:
    """Least `by` among lines with room; among the full ones when there is none."""
    best = _least(lines, rule, ALLOWED, by)
    return best if best >= 0 else _least(lines, rule, FULL, by)


@njit(cache=True)
def nearest(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """The nearest, full or not: what happens without a situation centre."""
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    best = -1
    for i in range(lines.size):
        cost[i] = minutes[hospital[lines[i]]]
        if rule[i] in {ALLOWED, FULL} and (best < 0 or cost[i] < cost[best]):
            best = i
    return best


@njit(cache=True)
def nearest_with_room(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """The nearest that has a free bed."""
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    for i in range(lines.size):
        cost[i] = minutes[hospital[lines[i]]]
    return _first_with_room(lines, rule, cost)


@njit(cache=True)
def least_loaded(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """The least loaded within reach."""
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    for i in range(lines.size):
        s = lines[i]
        cost[i] = (occupied[s] + 1.0) / staffed[s] if rule[i] in {ALLOWED, FULL} else np.inf
    return _first_with_room(lines, rule, cost)


@njit(cache=True)
def least_loaded_when_full(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """The nearest while it has a bed, then the least loaded within reach: the usual rule."""
    home = nearest(
        lines, hospital, minutes, staffed, occupied, price, open_, evenness, reach_minutes, cost, rule, turn
    )
    if home >= 0 and rule[home] == ALLOWED:
        return home
    return least_loaded(
        lines, hospital, minutes, staffed, occupied, price, open_, evenness, reach_minutes, cost, rule, turn
    )


@njit(cache=True)
def round_robin(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """Each in turn, among those within reach that have a bed."""
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    for i in range(lines.size):
        cost[i] = float((i - turn) % lines.size)
    return _first_with_room(lines, rule, cost)


@njit(cache=True)
def random_choice(
    lines: Ints, hospital: Ints, minutes: Floats, staffed: Floats, occupied: Floats, price: Floats,
    open_: Bools, evenness: float, reach_minutes: float, cost: Floats, rule: Ints, turn: int = 0,
    doubt: Floats | None = None,
) -> int:  # fmt: skip
    """By lot, among those within reach that have a bed; the lot is a hash of `turn` (splitmix64)."""
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    for i in range(lines.size):
        z = np.uint64(turn + 1) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(i) * np.uint64(0xD1B54A32D192ED03)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        cost[i] = float(z >> np.uint64(11))
    return _first_with_room(lines, rule, cost)


POLICIES: dict[str, Any] = {
    "tirek": choose_line,
    "nearest": nearest,
    "nearest-with-room": nearest_with_room,
    "least-loaded": least_loaded,
    "least-loaded-when-full": least_loaded_when_full,
    "round-robin": round_robin,
    "random": random_choice,
}
"""Every policy by the name that commands take."""
