"""The dispatcher's work: take a call, triage it, propose a hospital, confirm it, follow it to the door."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tirek.accounts.actors import Actor, PatientFacts, Right
from tirek.accounts.problems import Problem, not_found, wrong
from tirek.accounts.sealing import seal, unseal
from tirek.accounts.services import look, note
from tirek.accounts.writing import write
from tirek.desk.models import Call, Placement
from tirek.desk.proposing import propose_for
from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.call import Urgency
from tirek.engine.ledger import PromiseState
from tirek.hospitals import services as hospitals

ENDED = frozenset({PromiseState.DECLINED, PromiseState.DIVERTED, PromiseState.CANCELLED})
"""States after which the patient needs another bed."""
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Intake:
    """What a caller says; everything may be missing but the place."""

    phone: str = ""
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    happened: str = ""
    age: int | None = None
    signs: list[str] = field(default_factory=list)
    spo2: int | None = None
    temperature: float | None = None
    called_at: datetime | None = None
    """When it was written down on paper first; server time otherwise."""


def take_call(actor: Actor, city: str, intake: Intake) -> Call:
    """Write a call down."""
    actor.must(Right.TAKE_CALLS, city)
    if (intake.lat is None) != (intake.lon is None):
        raise wrong(
            "place.lon" if intake.lon is None else "place.lat", "latitude and longitude come together"
        )
    if intake.lat is None and not intake.address.strip():
        raise wrong("place", "say where the patient is: an address or a point")
    now = timezone.now()
    if intake.called_at and intake.called_at > now + CLOCK_SLACK:
        raise wrong("called_at", "the call is dated in the future")
    with write():
        call = Call.objects.create(
            city=city, called_at=intake.called_at or now, taken_at=now, taken_by=actor.name,
            phone_sealed=seal(intake.phone.strip()), address=intake.address.strip(), lat=intake.lat,
            lon=intake.lon, happened=intake.happened, age=intake.age, signs=intake.signs, spo2=intake.spo2,
            temperature=intake.temperature,
        )  # fmt: skip
        after = {"called_at": call.called_at.isoformat(), "on_map": call.lat is not None}
        if intake.called_at:
            after["entered_afterwards"] = True
        note(city, actor.name, "call.taken", _subject(call), after=after)
    return call


def triage_call(
    actor: Actor, call_id: UUID, urgency: Urgency, stream: Stream | None, bed_class: BedClass | None,
    group: CareGroup = CareGroup.ADULT,
) -> Call:  # fmt: skip
    """Record a triage that a person has confirmed; without a bed class no hospital is needed."""
    with write():
        call = _locked(actor, Right.TRIAGE, call_id)
        if bed_class is not None and stream is None:
            raise wrong("stream", "a bed needs its stream")
        if bed_class is None and call.placements.filter(current=True).exists():
            raise wrong("bed_class", "the patient has a bed; cancel that placement first")
        before = {"urgency": call.urgency}
        call.urgency = urgency.value
        call.kind = str(BedKind(stream, bed_class, group)) if stream and bed_class else ""
        call.triaged_at, call.triaged_by = timezone.now(), actor.name
        call.save(update_fields=["urgency", "kind", "triaged_at", "triaged_by"])
        after = {"urgency": call.urgency, "needs_bed": bool(call.kind)}
        note(call.city, actor.name, "call.triaged", _subject(call), before=before, after=after)
    return call


def see_call(actor: Actor, call_id: UUID, why: str) -> tuple[Call, str]:
    """A call with its phone, for those who may see the patient; the look is recorded."""
    call = Call.objects.filter(id=call_id).first()
    if call is None:
        raise not_found("call")
    look(actor, _subject(call), facts_of(call), why)
    return call, unseal(call.phone_sealed)


def propose(actor: Actor, call_id: UUID) -> dict[str, Any]:
    """Where this patient could go, with reasons; nothing is promised."""
    call, _ = see_call(actor, call_id, "proposal")
    actor.must(Right.PLACE, call.city)
    return _proposal(actor, call, BedKind.parse(_needed(call)))


def confirm(
    actor: Actor, call_id: UUID, hospital: str, bed_class: BedClass, *, beyond: bool = False, reason: str = ""
) -> Placement:  # fmt: skip
    """Promise the bed that a person chose, and record it, in one transaction.

    Where the hospital has no bed to promise this is refused (`BedFull`); `beyond` with a reason sends the
    patient all the same.
    """
    if beyond and not reason.strip():
        raise wrong("reason", "beyond the beds there are: say why")
    with write():
        call = _locked(actor, Right.PLACE, call_id)
        kind = BedKind.parse(_needed(call))._replace(bed_class=bed_class)
        held = call.placements.filter(current=True).first()
        if held is not None:
            title = "the patient has a bed already; cancel or divert it first"
            raise Problem(409, "placed", title, placement=str(held.id))
        room = hospitals.room_facts(call.city)
        promise, is_beyond = hospitals.promise_bed(room, hospital, kind, by=actor.name, beyond=beyond)
        placement = Placement.objects.create(
            id=promise, call=call, city=call.city, hospital=hospital, kind=str(kind),
            made_at=timezone.now(), made_by=actor.name, beyond=is_beyond, reason=reason.strip(),
        )  # fmt: skip
        after = {"call": str(call.id), "hospital": hospital, "beyond": is_beyond, "state": "promised"}
        subject = f"placement/{placement.id}"
        note(call.city, actor.name, "placement.confirmed", subject, hospital=hospital, after=after)
    return placement


def tell_least_bad(full: hospitals.BedFull, actor: Actor, call_id: UUID, bed_class: BedClass) -> None:
    """Add to a refusal where the patient could go instead; called once the refused transaction has ended."""
    call = Call.objects.get(id=call_id)
    if call.lat is None:
        return
    proposal = _proposal(actor, call, BedKind.parse(_needed(call))._replace(bed_class=bed_class))
    full.more |= {
        "city_full": proposal["overfull"] or proposal["chosen"] is None,
        "least_bad": proposal["chosen"],
        "reason": proposal["reason"],
    }


def move_placement(actor: Actor, placement_id: UUID, state: PromiseState, *, reason: str = "") -> Placement:
    """Take a placement to its next state; after a refusal the patient waits for another proposal."""
    found = Placement.objects.filter(id=placement_id).select_related("call").first()
    if found is None or found.city not in actor.cities():
        raise not_found("placement")
    actor.must(Right.MOVE, found.city, hospital=found.hospital, crew=found.call.crew)
    if state in ENDED and not reason.strip():
        raise wrong("reason", "say why")
    with write():
        Call.objects.select_for_update().get(pk=found.call_id)
        room = hospitals.room_facts(found.city)
        old = hospitals.move_promise(room, found.id, state, by=actor.name)
        if state in ENDED:
            found.current, found.ended_because = False, reason.strip()
            found.save(update_fields=["current", "ended_because"])
        note(
            found.city, actor.name, f"placement.{state.value}", f"placement/{found.id}",
            hospital=found.hospital, before={"state": old.value}, after={"state": state.value},
        )  # fmt: skip
    return found


def facts_of(call: Call) -> PatientFacts:
    """What decides who may see this call's patient."""
    homes = call.placements.filter(current=True).values_list("hospital", flat=True)
    return PatientFacts(call.city, frozenset(homes), call.crew)


# -- inside ----------------------------------------------------------------------------------------------


def _subject(call: Call) -> str:
    return f"call/{call.id}"


def _needed(call: Call) -> str:
    if not call.kind:
        why = "not triaged yet" if call.urgency is None else "triaged as needing no bed"
        raise Problem(409, "no-bed-needed", f"the call is {why}")
    return str(call.kind)


def _locked(actor: Actor, right: Right, call_id: UUID) -> Call:
    """The call, held until the transaction ends; unknown to those who have no role in its city."""
    call = Call.objects.select_for_update().filter(id=call_id).first()
    if call is None or call.city not in actor.cities():
        raise not_found("call")
    actor.must(right, call.city)
    return call


def _proposal(actor: Actor, call: Call, kind: BedKind) -> dict[str, Any]:
    if call.lat is None:
        raise wrong("place", "the place is not on the map yet: give a point, then ask again")
    declined = call.placements.filter(current=False).values_list("hospital", flat=True)
    return propose_for(
        hospitals.room_facts(call.city), str(call.id), (call.lat, call.lon), kind, Urgency(call.urgency),
        frozenset(declined), actor.language,
    )  # fmt: skip
