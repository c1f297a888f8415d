"""Calls to the ambulance station and how they end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from tirek.domain.beds import BedKind
from tirek.domain.place import Point


class Urgency(IntEnum):
    """Urgency category of a call (Kazakhstan), 1 the most urgent."""

    IMMEDIATE = 1
    """Immediate threat to life."""
    LIFE = 2
    """Potential threat to life."""
    HEALTH = 3
    """Potential threat to health."""
    NO_THREAT = 4
    """Acute illness with no threat; may pass to primary care."""


TARGET_MINUTES: Mapping[Urgency, float] = {
    Urgency.IMMEDIATE: 10.0,
    Urgency.LIFE: 15.0,
    Urgency.HEALTH: 30.0,
    Urgency.NO_THREAT: 60.0,
}
"""Minutes from call to arrival: Kazakhstan's draft order as reported by iapn.kz. A city may change them."""


class CallOutcome(StrEnum):
    """The one way in which a call ends."""

    HELPED_ON_SCENE = "helped on scene"
    """A crew came; nobody was driven to a hospital."""
    HANDED_OVER = "handed over"
    """A crew drove the patient to a hospital that took them."""
    PRIMARY_CARE = "passed to primary care"
    """No crew came; the polyclinic took the call over (category 4)."""
    WITHDRAWN = "withdrawn"
    """No crew came in time; the caller gave up or found another way."""


@dataclass(frozen=True)
class Call:
    """One call for an ambulance.

    Parameters
    ----------
    called_at : when it came in, with its time zone.
    point : where the patient is.
    urgency : as the triage at the call centre gave it.
    need : the bed the patient probably needs; `None` where nobody knows or none is needed.
    """

    id: str
    called_at: datetime
    point: Point
    urgency: Urgency
    need: BedKind | None = None
