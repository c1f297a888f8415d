"""From the room's ledger to the engine's proposal, and from there to what people read."""

from typing import Any

from django.utils import timezone

from tirek.desk.travel import minutes_to
from tirek.domain.beds import BedKind
from tirek.domain.call import Urgency
from tirek.domain.place import Names, Point
from tirek.engine.place import Option, Patient, Settings, State, place
from tirek.hospitals.book import hours
from tirek.hospitals.services import RoomFacts, ledger_of


def propose_for(
    room: RoomFacts, patient: str, where: tuple[float, float], kind: BedKind, urgency: Urgency,
    declined_by: frozenset[str], language: str,
) -> dict[str, Any]:  # fmt: skip
    """Ask the engine; the same `place` that simulations are measured with."""
    known = ledger_of(room)
    now = timezone.now()
    points = tuple(Point(h.lat, h.lon) for h in known.hospitals)
    names = {h.code: Names(**h.names).best(language) or h.code for h in known.hospitals}
    state = State(
        network=known.network,
        ledger=known.ledger,
        travel=lambda at: minutes_to(room.city, at, points, now, siren=urgency <= Urgency.LIFE),
        settings=Settings(room.thresholds.evenness, room.thresholds.reach_minutes),
        open=known.open,
    )
    answer = place(state, Patient(patient, Point(*where), (str(kind),), declined_by), hours(now))

    def told(option: Option) -> dict[str, Any]:
        return {
            "hospital": option.hospital,
            "name": names[option.hospital],
            "bed_class": str(BedKind.parse(option.kind).bed_class),
            "kind": option.kind,
            "minutes": round(option.minutes, 1),
            "load_before": round(option.load_before, 4),
            "load_after": round(option.load_after, 4),
            "costs_minutes": round(option.costs, 1),
            "full": option.rule == "full",
        }

    return {
        "call": patient,
        "at": now.isoformat(),
        "chosen": told(answer.chosen) if answer.chosen else None,
        "reason": answer.reason.say(language, names),
        "because": answer.reason.id.value,
        "overfull": answer.overfull,
        "alternatives": [told(option) for option in answer.alternatives],
        "ruled_out": {rule: list(ids) for rule, ids in answer.ruled_out.items()},
        "report_age_hours": None if answer.report_age is None else round(answer.report_age, 2),
        "travel_is_approximate": room.city.approximate is not None,
    }
