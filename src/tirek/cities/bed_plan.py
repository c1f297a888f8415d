"""An assumed bed plan for cities of which no bed counts are known, so that they can be simulated."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tirek.cities.osm_sites import Building, Site, inside_ring
from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.place import great_circle_km

INFECTIOUS_WORDS = ("инфекц", "туберк", "жұқпалы", "infectious", "фтизи")
CHILD_WORDS = ("детск", "балалар", "child", "pediatr", "paediatr")
MATERNITY_WORDS = ("перинат", "родильн", "материн", "maternity", "босан")

GENERAL_SHARES = {
    (Stream.GENERAL, BedClass.ISOLATION): 0.62,
    (Stream.GENERAL, BedClass.OXYGEN): 0.10,
    (Stream.GENERAL, BedClass.INTENSIVE): 0.03,
    (Stream.PROVISIONAL, BedClass.ISOLATION): 0.08,
    (Stream.PROVISIONAL, BedClass.OXYGEN): 0.04,
    (Stream.INFECTIOUS, BedClass.OXYGEN): 0.09,
    (Stream.INFECTIOUS, BedClass.HIGH_DEPENDENCY): 0.02,
    (Stream.INFECTIOUS, BedClass.INTENSIVE): 0.02,
}
"""Of a general hospital's beds in an epidemic (assumed). A plain general bed is written isolation."""
INFECTIOUS_SHARES = {
    (Stream.PROVISIONAL, BedClass.ISOLATION): 0.20,
    (Stream.INFECTIOUS, BedClass.ISOLATION): 0.30,
    (Stream.INFECTIOUS, BedClass.OXYGEN): 0.38,
    (Stream.INFECTIOUS, BedClass.HIGH_DEPENDENCY): 0.07,
    (Stream.INFECTIOUS, BedClass.INTENSIVE): 0.05,
}
"""Of an infectious hospital's beds (assumed)."""

NEAR_KM = 0.06
"""A hospital that is a point on the map owns the largest building this near to it."""
CAMPUS_KM = 2.0
"""No hospital's ground reaches farther from its middle."""


def floors(sites: Sequence[Site], buildings: Sequence[Building]) -> list[Site]:
    """Sites with the floor space of what stands on their ground."""
    lat, lon = (np.array([getattr(b.point, axis) for b in buildings]) for axis in ("lat", "lon"))
    out = []
    for site in sites:
        around = np.flatnonzero(great_circle_km(lat, lon, *site.point) <= CAMPUS_KM).tolist()
        floor = 0.0
        if len(site.ring) > 2:
            floor = sum(buildings[i].floor_m2 for i in around if inside_ring(buildings[i].point, site.ring))
        else:
            near = [i for i in around if great_circle_km(lat[i], lon[i], *site.point) <= NEAR_KM]
            floor = max((buildings[i].floor_m2 for i in near), default=0.0)
        out.append(replace(site, floor_m2=floor or site.floor_m2))
    return out


def plan(sites: Sequence[Site], total: int) -> list[dict[BedKind, int]]:
    """Share `total` beds over the sites, and each site's over kinds.

    A site whose beds are known gets those; the others share the rest by floor space. The sum is `total`, or
    what is known when that is more.
    """
    rest = max(0, total - sum(site.beds or 0 for site in sites))
    others = iter(_apportion([site.floor_m2 for site in sites if site.beds is None], rest))
    shares = [next(others) if site.beds is None else site.beds for site in sites]
    plans = []
    for site, beds in zip(sites, shares, strict=True):
        name = " ".join(n for n in (site.names.kk, site.names.ru, site.names.en) if n).casefold()
        split = INFECTIOUS_SHARES if any(w in name for w in INFECTIOUS_WORDS) else GENERAL_SHARES
        group = CareGroup.ADULT
        if any(w in name for w in CHILD_WORDS):
            group = CareGroup.CHILD
        elif any(w in name for w in MATERNITY_WORDS):
            group = CareGroup.MATERNITY
        counts = _apportion(list(split.values()), beds)
        plans.append({BedKind(*kind, group): n for kind, n in zip(split, counts, strict=True) if n})
    return plans


def _apportion(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that add up to `total` (largest remainders)."""
    whole = sum(weights)
    exact = [w / whole * total for w in weights] if whole else []
    counts = [int(e) for e in exact]
    order = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return counts
