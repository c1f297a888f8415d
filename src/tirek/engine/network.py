"""The hospitals of a city as rows of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tirek.domain.hospital import Hospital

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Network:
    """Hospitals, kinds of beds and the lines they make.

    Parameters
    ----------
    hospital_ids : ids, in the order of travel vectors.
    kinds : names of the kinds of beds (`infectious/oxygen/adult`, or a benchmark's class).
    hospital, kind : hospital and kind of every line, shape (L,).
    staffed : beds of every line, shape (L,); nan: unknown.
    """

    hospital_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    hospital: Ints
    kind: Ints
    staffed: Floats

    @cached_property
    def lines_by_kind(self) -> Mapping[str, Ints]:
        """Lines of each kind."""
        return {name: np.flatnonzero(self.kind == k) for k, name in enumerate(self.kinds)}

    @cached_property
    def id_array(self) -> npt.NDArray[np.object_]:
        """`hospital_ids`, to be picked from by index arrays."""
        return np.array(self.hospital_ids, dtype=object)

    @cached_property
    def hospital_index(self) -> Mapping[str, int]:
        """Place of a hospital in travel vectors, by id."""
        return {name: i for i, name in enumerate(self.hospital_ids)}

    @cached_property
    def line_of(self) -> Mapping[tuple[str, str], int]:
        """Line by hospital id and kind."""
        pairs = zip(self.hospital, self.kind, strict=True)
        return {(self.hospital_ids[h], self.kinds[k]): i for i, (h, k) in enumerate(pairs)}


def network_of(hospitals: Sequence[Hospital]) -> Network:
    """Lines of all kinds that each hospital has, in the order of the hospitals."""
    kinds = sorted({kind for hospital in hospitals for kind in hospital.beds})
    order = {kind: k for k, kind in enumerate(kinds)}
    rows = [
        (h, order[kind], np.nan if beds is None else float(beds))
        for h, hospital in enumerate(hospitals)
        for kind, beds in sorted(hospital.beds.items())
    ]
    at, kind, staffed = zip(*rows, strict=True) if rows else ((), (), ())
    return Network(
        hospital_ids=tuple(hospital.id for hospital in hospitals),
        kinds=tuple(str(kind) for kind in kinds),
        hospital=np.array(at, dtype=np.int64),
        kind=np.array(kind, dtype=np.int64),
        staffed=np.array(staffed, dtype=float),
    )
