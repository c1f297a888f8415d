"""Ambulance crews and what they are doing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tirek.domain.place import Point


class CrewStatus(StrEnum):
    """What a crew is doing, in the order of a call."""

    IDLE = "idle"
    """At its station or on the way back to it: it can be sent."""
    EN_ROUTE = "en route"
    ON_SCENE = "on scene"
    TO_HOSPITAL = "to hospital"
    AT_HOSPITAL = "at hospital"
    """Handing the patient over (offload)."""
    TURNAROUND = "turnaround"
    """Cleaning, restocking, papers; not yet free."""
    OFF_DUTY = "off duty"


@dataclass(frozen=True)
class Crew:
    """One ambulance with its crew.

    Parameters
    ----------
    point : where it is, or was last seen.
    seen_at : when it was there; `None` where nobody knows.
    """

    id: str
    station: str
    point: Point
    status: CrewStatus = CrewStatus.IDLE
    seen_at: datetime | None = None
