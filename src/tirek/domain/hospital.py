"""Hospitals as the ambulance station knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tirek.domain.beds import BedKind
from tirek.domain.place import Names, Point


class HospitalStatus(StrEnum):
    """Whether a hospital takes patients (the words of EDXL-HAVE)."""

    OPEN = "open"
    FULL = "full"
    EXCEEDED = "exceeded"
    INACTIVE = "inactive"


@dataclass(frozen=True)
class Hospital:
    """A hospital with its staffed beds.

    `beds` maps a kind to the number that is licensed, physically there and staffed, or to `None` where nobody
    has said how many. A kind that is missing does not exist there. Absent is not zero.
    """

    id: str
    names: Names
    point: Point
    beds: Mapping[BedKind, int | None] = field(default_factory=dict)
    status: HospitalStatus = HospitalStatus.OPEN
    phone: str | None = None
