"""What the first dispatcher of the day should not wait for: compiled code, road tables."""

from django.utils import timezone

from tirek.desk.travel import minutes_to
from tirek.domain.place import Point
from tirek.hospitals.services import ledger_of, room_facts, room_ids


def warm_up() -> None:
    """Read every room's ledger and make its road tables."""
    for name in room_ids():
        room = room_facts(name)
        known = ledger_of(room)
        known.balances(0.0)
        points = tuple(Point(h.lat, h.lon) for h in known.hospitals)
        if points:
            minutes_to(room.city, points[0], points, timezone.now(), siren=False)
