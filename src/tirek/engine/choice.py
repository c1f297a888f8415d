"""The arithmetic of one placement: which ledger line a patient goes to. Compiled; everything else calls it.

A *line* is one row of the bed ledger: one kind of bed in one hospital.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Why a line is no choice for a patient (`rule`), in the order in which they are tested.
ALLOWED = 0
CLOSED = 1
"""The hospital or this ward is closed (no bed staffed), or the patient was declined there."""
UNKNOWN = 2
"""Nobody has said how many beds there are, or the report is too old to be believed."""
TOO_FAR = 3
"""Farther than the longest journey, and not the nearest."""
FULL = 4
"""No bed left that is not promised."""

LOAD_MINUTES = 36.0
"""Minutes of travel that a full hospital weighs at evenness 0.5 (docs/explanation/placement.md)."""
WAIT_MINUTES = 430.0
"""Minutes that a load of one hospital beyond its beds weighs: so many patients wait a mean stay of 12 days
for a bed, at 36 minutes of travel a day (`tirek.engine.outlook.OVERFLOW_MINUTES_PER_DAY`)."""
MISSING_BED_MINUTES = 200.0
"""Minutes that arriving where the bed turns out not to be free weighs."""
PRICE_SHARE = 0.8
"""Part of the expected price of a bed that is charged: a forecast is not a fact."""
PRICE_FROM = 0.25
"""Evenness from which the price is charged in that part; under it, proportionally less, 0 at "nearest"."""


@njit(cache=True)
def charged_share(evenness: float) -> float:
    """Part of a bed's price that counts at this setting of the lever (0 nearest ... 1 perfectly even)."""
    return PRICE_SHARE * min(1.0, evenness / PRICE_FROM)


@njit(cache=True)
def cost_of(minutes: float, price: float, load_after: float, evenness: float) -> float:
    """Cost of one line for one patient, in minutes weighed by the lever.

    At 0 it is the journey alone (and the wait for a bed where all are taken), at 1 the load; between them a
    full hospital weighs `LOAD_MINUTES * evenness / (1 - evenness)` minutes, a half full one a quarter of it.
    """
    journey = minutes + charged_share(evenness) * price + WAIT_MINUTES * max(load_after - 1.0, 0.0)
    return (1.0 - evenness) * journey + evenness * LOAD_MINUTES * load_after**2


@njit(cache=True)
def chance_missing(free: float, doubt: float) -> float:
    """Chance that no bed is free where `free` are expected, give or take `doubt` (a normal law)."""
    return 0.5 * math.erfc((free - 0.5) / (math.sqrt(2.0) * doubt))


@njit(cache=True)
def judge(
    lines: Ints,
    hospital: Ints,
    minutes: Floats,
    staffed: Floats,
    occupied: Floats,
    open_: npt.NDArray[np.bool_],
    reach_minutes: float,
    rule: Ints,
) -> None:
    """Write into `rule` (n,) what speaks against each of `lines`; arguments as in `choose_line`."""
    nearest = np.inf
    for i in range(lines.size):
        s = lines[i]
        rule[i] = ALLOWED
        if not open_[hospital[s]] or staffed[s] == 0.0:
            rule[i] = CLOSED
        elif not (staffed[s] > 0.0 and occupied[s] >= 0.0):  # nan compares false
            rule[i] = UNKNOWN
        elif minutes[hospital[s]] < nearest:
            nearest = minutes[hospital[s]]
    for i in range(lines.size):
        s = lines[i]
        if rule[i] != ALLOWED:
            continue
        travel = minutes[hospital[s]]
        if not travel < np.inf or (travel > reach_minutes and travel > nearest):
            rule[i] = TOO_FAR
        elif staffed[s] - occupied[s] < 1.0:  # as the ledger counts free beds, to the last bit
            rule[i] = FULL


@njit(cache=True)
def choose_line(
    lines: Ints,
    hospital: Ints,
    minutes: Floats,
    staffed: Floats,
    occupied: Floats,
    price: Floats,
    open_: npt.NDArray[np.bool_],
    evenness: float,
    reach_minutes: float,
    cost: Floats,
    rule: Ints,
    turn: int = 0,  # noqa: ARG001  (the baselines share this signature)
    doubt: Floats | None = None,
) -> int:
    """Choose among `lines` (indices of ledger lines of the right kind).

    Parameters
    ----------
    lines : candidate lines, shape (n,).
    hospital : hospital of every ledger line, shape (L,).
    minutes : travel from the patient to every hospital, shape (H,); inf where there is no road.
    staffed : beds of every line, shape (L,); nan where unknown.
    occupied : beds expected to be taken now, promises included, shape (L,); nan where unknown.
    price : minutes that a bed of this line is worth to later patients, shape (L,).
    open_ : whether the hospital takes patients (and this one), shape (H,).
    evenness : the lever, 0 nearest ... 1 perfectly even.
    reach_minutes : longest journey; the nearest open hospital of the kind is always allowed.
    cost, rule : written, shape (n,): cost of each candidate (inf where it is no choice even in need) and
        the rule that excluded it.
    turn : running number of the placement; only the baselines that take turns or draw lots look at it.
    doubt : standard deviation of `occupied`, shape (L,); omitted where every departure is told at once.

    Returns
    -------
    Position in `lines` of the choice: the cheapest with a free bed; when all are full, the cheapest of those
    within reach; -1 when no hospital can take the patient at all. Of equals, the nearer.
    """
    judge(lines, hospital, minutes, staffed, occupied, open_, reach_minutes, rule)
    best = -1
    best_full = -1
    for i in range(lines.size):
        s = lines[i]
        cost[i] = np.inf
        if rule[i] != ALLOWED and rule[i] != FULL:
            continue
        travel = minutes[hospital[s]]
        cost[i] = cost_of(travel, price[s], (occupied[s] + 1.0) / staffed[s], evenness)
        if doubt is not None and doubt[s] > 0.0:
            cost[i] += (
                (1.0 - evenness) * MISSING_BED_MINUTES * chance_missing(staffed[s] - occupied[s], doubt[s])
            )
        rival = best_full if rule[i] == FULL else best
        if rival < 0 or (cost[i], travel) < (cost[rival], minutes[hospital[lines[rival]]]):
            if rule[i] == FULL:
                best_full = i
            else:
                best = i
    return best if best >= 0 else best_full
