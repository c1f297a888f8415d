"""The arithmetic of sending a crew. Compiled; the desk and the simulator call the same functions.

*Coverage* is the share of the city's demand that has an idle crew within the target of the urgent categories.
A crew's *loss* is the coverage that ends when it leaves: the demand that only this crew covers.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@njit(cache=True)
def count_coverage(minutes: Floats, reach: float, count: Ints, change: int) -> None:
    """Add `change` (+1 or -1) to the zones that a crew covers.

    Parameters
    ----------
    minutes : travel from the crew to every zone, shape (Z,).
    reach : longest travel that still covers a zone, in the same minutes.
    count : idle crews that cover each zone, shape (Z,); written.
    """
    for z in range(count.size):
        if minutes[z] <= reach:
            count[z] += change


@njit(cache=True)
def coverage_loss(minutes: Floats, reach: float, count: Ints, weight: Floats) -> float:
    """Share of demand that loses its last idle crew when the crew with these `minutes` leaves; O(Z)."""
    lost = 0.0
    for z in range(count.size):
        if count[z] == 1 and minutes[z] <= reach:
            lost += weight[z]
    return lost


@njit(cache=True)
def choose_crew(minutes: Floats, loss: Floats, target: float, cover_minutes: float, cost: Floats) -> int:
    """Choose among idle crews.

    Parameters
    ----------
    minutes : of each crew to the call, shape (n,); inf where there is no road.
    loss : coverage that ends when it leaves, 0-1, shape (n,).
    target : minutes that are left of the call's target; may be negative.
    cover_minutes : minutes of travel that are worth the whole city's coverage; 0 sends the nearest.
    cost : written, shape (n,): minutes + cover_minutes * loss.

    Returns
    -------
    Position of the cheapest crew within the target; when none is, of the nearest; -1 when no crew can come.
    """
    best = -1
    late = -1
    for i in range(minutes.size):
        cost[i] = minutes[i] + cover_minutes * loss[i]
        if not minutes[i] < np.inf:
            continue
        if minutes[i] <= target:
            if best < 0 or cost[i] < cost[best]:
                best = i
        elif late < 0 or minutes[i] < minutes[late]:
            late = i
    return best if best >= 0 else late


@njit(cache=True)
def rank_of(category: int, waited: float, target: float, patience: float) -> int:
    """Urgency of a waiting call now: one step up for every `patience` targets it has waited, 2 at most.

    So nothing waits for ever behind more urgent calls, and nothing overtakes category 1.
    """
    if category <= 2:
        return category
    return max(2, category - int(waited / (patience * target)))


@njit(cache=True)
def kept_back(idle: int, on_duty: int, reserve_share: float) -> bool:
    """Whether the `idle` crews are all needed as the reserve for categories 1 and 2."""
    return bool(idle <= reserve_share * on_duty)


@njit(cache=True)
def choose_call(
    category: Ints, waited: Floats, minutes: Floats, targets: Floats, patience: float, reserved: bool
) -> int:
    """Choose the waiting call that a free crew takes.

    Parameters
    ----------
    category : urgency 1-4 of each waiting call, shape (n,).
    waited : minutes since it came in, shape (n,).
    minutes : the crew's travel to it, shape (n,); inf where there is no road.
    targets : target minutes of categories 1-4, shape (4,).
    patience : targets of waiting that raise a call by one category (see `rank_of`).
    reserved : the crew belongs to the reserve and takes only calls of rank 1 and 2.

    Returns
    -------
    Position of the most urgent call; among equals of the one with most waiting, less the travel, against its
    target; -1 when there is none.
    """
    best = -1
    best_rank = 9
    best_score = -np.inf
    for i in range(category.size):
        if not minutes[i] < np.inf:
            continue
        target = targets[category[i] - 1]
        rank = rank_of(category[i], waited[i], target, patience)
        if reserved and rank > 2:
            continue
        score = (waited[i] - minutes[i]) / target
        if rank < best_rank or (rank == best_rank and score > best_score):
            best = i
            best_rank = rank
            best_score = score
    return best
