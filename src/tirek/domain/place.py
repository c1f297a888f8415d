"""Places on the ground and the straight distance between them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_KM = 6371.0
"""Mean radius; the great circle is then right to 0.5 %."""


class Point(NamedTuple):
    """A place in degrees of WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Names:
    """A name in the three languages of the pages; `None` where nobody wrote one."""

    kk: str | None = None
    ru: str | None = None
    en: str | None = None

    def best(self, language: str) -> str:
        """Name in `language`, else in another that has one, else an empty string."""
        return getattr(self, language, None) or self.ru or self.kk or self.en or ""


def great_circle_km(
    lat_a: npt.ArrayLike, lon_a: npt.ArrayLike, lat_b: npt.ArrayLike, lon_b: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    """Kilometres between points in degrees by the haversine formula; shapes broadcast."""
    la, oa, lb, ob = (np.radians(np.asarray(x, dtype=float)) for x in (lat_a, lon_a, lat_b, lon_b))
    half = np.sin((lb - la) / 2) ** 2 + np.cos(la) * np.cos(lb) * np.sin((ob - oa) / 2) ** 2
    km: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    return km
