"""Reading the event log from where one left off."""

from datetime import datetime
from typing import Any, NamedTuple

from tirek.accounts.models import Event


class Told(NamedTuple):
    """An event as it is told, with what decides who is told."""

    id: int
    city: str
    at: datetime
    actor: str
    what: str
    subject: str
    hospital: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """What the API and live events carry."""
        return self._asdict() | {"at": self.at.isoformat()}


def events_after(
    last: int, *, city: str | None = None, hospital: str | None = None, limit: int = 500
) -> list[Told]:
    """Events with larger ids, in order; of one city, and of one hospital, if these are named."""
    events = Event.objects.filter(id__gt=last)
    if city is not None:
        events = events.filter(city=city)
    if hospital is not None:
        events = events.filter(hospital=hospital)
    return [Told(*row) for row in events.order_by("id").values_list(*Told._fields)[:limit]]


def newest() -> int:
    """Id of the last event; 0 where there is none."""
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
