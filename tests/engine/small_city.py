"""A tiny city for the engine's tests: hospitals on a line, a minute a kilometre."""

import numpy as np

from tirek.domain.place import Point
from tirek.engine.ledger import Ledger
from tirek.engine.network import Network
from tirek.engine.place import Patient, Settings, State

KINDS = ("oxygen", "intensive")


def city(
    beds, taken, at=None, *, kinds=KINDS[:1], now=0.0, leaving=0.0, told_at=0.0, **settings
):  # fmt: skip
    """State of hospitals A, B, C ... at kilometres `at` (0, 10, 20 ...).

    `beds` and `taken` have a row per hospital, of one number or one per kind; nan taken: never reported.
    """
    beds = np.array(beds, dtype=float).reshape(len(beds), -1)
    taken = np.array(taken, dtype=float).reshape(len(taken), -1)
    count, width = beds.shape
    at = np.arange(count) * 10.0 if at is None else np.array(at, dtype=float)
    network = Network(
        hospital_ids=tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]),
        kinds=tuple(kinds[:width]),
        hospital=np.repeat(np.arange(count), width),
        kind=np.tile(np.arange(width), count),
        staffed=beds.ravel(),
    )
    ledger = Ledger(network.staffed)
    for line, patients in enumerate(taken.ravel()):
        if not np.isnan(patients):
            ledger.report(line, told_at, patients)
    ledger.columns.leaving[:] = leaving
    state = State(network, ledger, lambda point: np.abs(at - point.lon), Settings(**settings))
    state.prices = np.zeros(network.kind.size)
    return state


def patient(km=0.0, *kinds, declined_by=()):
    """Somebody `km` along the line, who needs oxygen unless told otherwise."""
    return Patient("P", Point(0.0, km), kinds or KINDS[:1], frozenset(declined_by))
