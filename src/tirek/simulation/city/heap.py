"""A binary heap of events in two arrays, for compiled loops: time in minutes, and a packed payload."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FIELD = 24
_MASK = (1 << _FIELD) - 1
MAX_FIELD = _MASK
"""Largest number that fits `a` or `b` of a payload."""


@njit(cache=True)
def pack(what: int, a: int, b: int) -> int:
    """One integer for the kind of event and two small numbers."""
    return (what << (2 * _FIELD)) | (a << _FIELD) | b


@njit(cache=True)
def unpack(load: int) -> tuple[int, int, int]:
    """What `pack` put together."""
    return load >> (2 * _FIELD), (load >> _FIELD) & _MASK, load & _MASK


@njit(cache=True)
def push(times: Floats, loads: Ints, size: Ints, time: float, load: int) -> None:
    """Add an event; `size[0]` counts them. The arrays must have room."""
    i = size[0]
    size[0] = i + 1
    while i > 0:
        parent = (i - 1) >> 1
        if times[parent] <= time:
            break
        times[i] = times[parent]
        loads[i] = loads[parent]
        i = parent
    times[i] = time
    loads[i] = load


@njit(cache=True)
def pop(times: Floats, loads: Ints, size: Ints) -> int:
    """Take the earliest event out (its time is `times[0]` before) and return its payload."""
    load = loads[0]
    n = size[0] - 1
    size[0] = n
    time = times[n]
    last = loads[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and times[child + 1] < times[child]:
            child += 1
        if time <= times[child]:
            break
        times[i] = times[child]
        loads[i] = loads[child]
        i = child
    times[i] = time
    loads[i] = last
    return int(load)
