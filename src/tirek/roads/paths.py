"""Travel minutes over the road graph: matrices and look-up tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tirek.roads.graph import Ints, RoadGraph
from tirek.roads.search import bucket_width, search_many
from tirek.roads.speeds import TravelProfile

Minutes = npt.NDArray[np.float32]
Weights = npt.NDArray[np.float64]


def segment_minutes(graph: RoadGraph, profile: TravelProfile) -> Weights:
    """(S,) minutes to drive each segment; closed ones take for ever (inf)."""
    per_km = profile.defaults.minutes_per_km() * profile.factor()
    minutes = graph.segment_m / 1000.0 * per_km[graph.segment_class]
    if profile.closed:
        minutes[np.fromiter(profile.closed, dtype=np.int64)] = np.inf
    return minutes


def edge_minutes(graph: RoadGraph, profile: TravelProfile) -> Weights:
    """(E,) minutes of each edge; links of no length take none."""
    return np.append(segment_minutes(graph, profile), 0.0)[graph.edge_segment]


def minutes(
    graph: RoadGraph,
    sources: Sequence[int] | Ints,
    targets: Sequence[int] | Ints,
    profile: TravelProfile | None = None,
) -> Minutes:
    """(len(sources), len(targets)) float32 minutes from place to place; inf where there is no way.

    One search per source or per target, whichever are fewer.
    """
    profile = profile or TravelProfile()
    a, b = np.asarray(sources, dtype=np.int32), np.asarray(targets, dtype=np.int32)
    if a.size == 0 or b.size == 0:
        return np.full((a.size, b.size), np.inf, dtype=np.float32)
    weights = edge_minutes(graph, profile)
    if a.size <= b.size:
        return _from(graph, weights, a, b)
    return np.ascontiguousarray(_to(graph, weights, b, a).T)


def _from(graph: RoadGraph, weights: Weights, sources: Ints, read: Ints | None = None) -> Minutes:
    """(len(sources), P) minutes from each source to every place, or to the places `read`."""
    unique, back = np.unique(sources, return_inverse=True)
    states = graph.arrive if read is None else graph.arrive[read]
    found = search_many(graph.indptr, graph.head, weights, unique, states, bucket_width(weights))
    return found[back]


def _to(graph: RoadGraph, weights: Weights, targets: Ints, read: Ints | None = None) -> Minutes:
    """(len(targets), P) minutes from every place, or from the places `read`, to each target."""
    unique, back = np.unique(targets, return_inverse=True)
    indptr, head, order = graph.reverse
    states = np.arange(graph.n_places, dtype=np.int32) if read is None else read
    turned = weights[order]
    found = search_many(indptr, head, turned, graph.arrive[unique], states, bucket_width(weights))
    return found[back]


@dataclass(frozen=True, eq=False)
class Tables:
    """Minutes between every place and a few targets, for look-ups in microseconds.

    Parameters
    ----------
    targets : (H,) int32 places.
    to_target : (P, H) float32 minutes from each place to each target; inf where there is no way.
    from_target : (P, H) float32 minutes from each target to each place.
    profile : the circumstances they hold for.
    """

    targets: Ints
    to_target: Minutes
    from_target: Minutes
    profile: TravelProfile

    def scale(self, profile: TravelProfile) -> float:
        """What to multiply the tables with under another profile that has the same speeds and closures.

        Raises
        ------
        ValueError
            The other profile closes other roads or has other class speeds; the tables do not hold then.
        """
        if (
            profile.closed != self.profile.closed
            or profile.defaults.class_kmh != self.profile.defaults.class_kmh
        ):
            raise ValueError("the tables were made for other closures or class speeds")
        return profile.factor() / self.profile.factor()


def tables(graph: RoadGraph, targets: Sequence[int] | Ints, profile: TravelProfile | None = None) -> Tables:
    """Minutes from every place to each target and back: one search each way per target."""
    profile = profile or TravelProfile()
    places = np.asarray(targets, dtype=np.int32)
    weights = edge_minutes(graph, profile)
    return Tables(
        places,
        np.ascontiguousarray(_to(graph, weights, places).T),
        np.ascontiguousarray(_from(graph, weights, places).T),
        profile,
    )
