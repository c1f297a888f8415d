"""Minutes from a patient to every hospital by the city's roads, as driven now."""

import threading
from datetime import datetime

import numpy as np
import numpy.typing as npt

from tirek.accounts.problems import wrong
from tirek.cities.city import City
from tirek.domain.place import Point
from tirek.roads.paths import Tables, tables
from tirek.roads.speeds import TravelProfile

FAR_FROM_ROAD_KM = 20.0
"""A place farther than this from every road is a slip of the hand, not a patient of this city."""

_tables: dict[tuple[str, tuple[Point, ...]], Tables] = {}
_making = threading.Lock()


def _of(city: City, hospitals: tuple[Point, ...]) -> Tables:
    """Tables to these hospitals; made once (about a second) and kept."""
    key = (f"{city.id}:{city.folder}", hospitals)
    with _making:
        if key not in _tables:
            targets, _ = city.roads.snap(hospitals)
            _tables[key] = tables(city.roads, targets, TravelProfile(defaults=city.travel))
        return _tables[key]


def minutes_to(
    city: City, place: Point, hospitals: tuple[Point, ...], now: datetime, *, siren: bool
) -> npt.NDArray[np.float64]:
    """Minutes to each hospital with the patient aboard, shape (H,); `now` in the city's zone."""
    nodes, km = city.roads.snap([place])
    if km[0] > FAR_FROM_ROAD_KM:
        raise wrong("place", f"{km[0]:.0f} km from the nearest road of this city")
    known = _of(city, hospitals)
    local = now.astimezone(city.tz)
    driven = TravelProfile(
        hour=local.hour + local.minute / 60, siren=siren, patient_aboard=True, defaults=city.travel
    )
    return np.asarray(known.to_target[nodes[0]], dtype=float) * known.scale(driven)
