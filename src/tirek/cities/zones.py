"""Demand areas of a city: a few points that stand for where its people are."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tirek.cities.city import City
from tirek.cities.homes import Homes
from tirek.domain.errors import InputError
from tirek.domain.place import Point


class Zone(NamedTuple):
    """A demand area: an inhabited point in it, and its share of all people (the shares add up to 1)."""

    point: Point
    weight: float


def demand_zones(city: City, n: int) -> list[Zone]:
    """At most `n` areas of nearly equal weight that cover the city; the same city gives the same areas.

    The heaviest area is cut at its weighted median across its longer side until there are `n`. Each stands at
    the inhabited cell nearest to its weighted middle, never in the river between two banks. Fewer come back
    when the city has fewer inhabited cells.
    """
    if n < 1:
        raise InputError(f"zones: expected at least 1, found {n}")
    return zones_of(city.homes, n)


def zones_of(homes: Homes, n: int) -> list[Zone]:
    """The same for any weighted points."""
    flat = np.stack((homes.lon * np.cos(np.radians(homes.lat.mean())), homes.lat), axis=1)
    areas: list[npt.NDArray[np.intp]] = [np.arange(len(homes.lat))]
    while len(areas) < n:
        weights = [homes.weight[a].sum() if len(a) > 1 else -1.0 for a in areas]
        heaviest = int(np.argmax(weights))
        if weights[heaviest] < 0:
            break
        areas[heaviest : heaviest + 1] = _halves(flat, homes.weight, areas[heaviest])
    total = homes.weight.sum()
    zones = [
        Zone(Point(float(homes.lat[i]), float(homes.lon[i])), float(homes.weight[a].sum() / total))
        for a in areas
        for i in [_middle(flat, homes.weight, a)]
    ]
    return sorted(zones, key=lambda zone: (-zone.weight, zone.point))


def _halves(
    flat: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], area: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """An area cut in two of nearly equal weight across its longer side."""
    spread = flat[area].max(axis=0) - flat[area].min(axis=0)
    axis = int(np.argmax(spread))
    order = area[np.lexsort((flat[area, 1 - axis], flat[area, axis]))]
    along = np.cumsum(weight[order])
    cut = int(np.clip(np.searchsorted(along, along[-1] / 2) + 1, 1, len(order) - 1))
    return order[:cut], order[cut:]


def _middle(
    flat: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], area: npt.NDArray[np.intp]
) -> int:
    """The point of the area nearest to its weighted middle."""
    middle = np.average(flat[area], axis=0, weights=weight[area])
    return int(area[np.argmin(((flat[area] - middle) ** 2).sum(axis=1))])
