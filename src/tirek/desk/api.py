"""Calls and placements over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Field, Router, Schema, Status

from tirek.accounts.api import PROBLEMS, Asked, CityAsked, Key, answer_once
from tirek.accounts.problems import wrong
from tirek.desk import services
from tirek.desk.models import Call, Placement
from tirek.domain.beds import BedClass, CareGroup, Stream
from tirek.domain.call import Urgency
from tirek.engine.ledger import PromiseState
from tirek.hospitals.services import BedFull

router = Router(tags=["desk"])


class PlaceIn(Schema):
    """Where the patient is: an address, a point, or both."""

    address: str = Field("", max_length=300)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)


class CallIn(Schema):
    """What the caller says."""

    place: PlaceIn
    phone: str = Field("", max_length=40)
    happened: str = Field("", max_length=2000)
    age: int | None = Field(None, ge=0, le=130)
    signs: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=40)
    spo2: int | None = Field(None, ge=0, le=100, description="Oxygen saturation, percent.")
    temperature: float | None = Field(None, ge=20, le=46, description="Degrees Celsius.")
    called_at: datetime | None = Field(None, description="Only for what was first written on paper.")


class CallOut(Schema):
    """A call without what tells who the patient is."""

    id: UUID
    city: str
    called_at: datetime
    urgency: int | None
    kind: str | None


class CallSeen(CallOut):
    """A call as those see it who may see the patient."""

    phone: str
    address: str
    lat: float | None
    lon: float | None
    happened: str
    age: int | None
    signs: list[str]
    spo2: int | None
    temperature: float | None


class TriageIn(Schema):
    """A triage that a person has confirmed. No bed class: no hospital needed."""

    urgency: Annotated[int, Field(ge=1, le=4)]
    stream: Stream | None = None
    bed_class: BedClass | None = None
    group: CareGroup = CareGroup.ADULT


class OptionOut(Schema):
    """A hospital that could take the patient."""

    hospital: str
    name: str
    bed_class: BedClass
    kind: str
    minutes: float
    load_before: float
    load_after: float
    costs_minutes: float = Field(description="Weighed minutes more than the choice.")
    full: bool


class ProposalOut(Schema):
    """The room's proposal. `overfull`: every hospital within reach is full, and this is the least bad."""

    call: UUID
    at: datetime
    chosen: OptionOut | None
    reason: str
    because: str
    overfull: bool
    alternatives: list[OptionOut]
    ruled_out: dict[str, list[str]]
    report_age_hours: float | None
    travel_is_approximate: bool


class PlacementIn(Schema):
    """The bed that a person chose."""

    hospital: str = Field(min_length=1, max_length=60)
    bed_class: BedClass
    beyond: bool = Field(
        default=False, description="Send the patient although no bed is free; needs a reason."
    )
    reason: str = Field("", max_length=300)


class PlacementOut(Schema):
    """A confirmed placement."""

    id: UUID
    call: UUID
    hospital: str
    kind: str
    state: PromiseState
    beyond: bool


class MoveIn(Schema):
    """Why, where a reason is needed."""

    reason: str = Field("", max_length=300)


@router.post("/calls", response={201: CallOut, **PROBLEMS})
def take_call(
    request: Asked, response: HttpResponse, body: CallIn, key: Key, city: CityAsked = None
) -> Status[Any]:
    """Take a call."""
    name = request.auth.city(city)
    if body.called_at is not None and body.called_at.tzinfo is None:
        raise wrong("called_at", "a time needs its zone, such as +05:00 or Z")
    fields = body.dict()
    intake = services.Intake(**fields.pop("place"), **fields)
    return answer_once(
        request, response, key, lambda: (201, _call(services.take_call(request.auth, name, intake)))
    )


@router.get("/calls/{call_id}", response={200: CallSeen, **PROBLEMS})
def see_call(request: Asked, call_id: UUID) -> dict[str, Any]:
    """A call with its patient; the look is recorded."""
    call, phone = services.see_call(request.auth, call_id, "opened")
    names = CallSeen.model_fields.keys() - CallOut.model_fields.keys() - {"phone"}
    return _call(call) | {name: getattr(call, name) for name in names} | {"phone": phone}


@router.post("/calls/{call_id}/triage", response={200: CallOut, **PROBLEMS})
def triage(request: Asked, response: HttpResponse, call_id: UUID, body: TriageIn, key: Key) -> Status[Any]:
    """Record a triage."""

    def do() -> tuple[int, Any]:
        urgency = Urgency(body.urgency)
        call = services.triage_call(
            request.auth, call_id, urgency, body.stream, body.bed_class, body.group
        )  # fmt: skip
        return 200, _call(call)

    return answer_once(request, response, key, do)


@router.post("/calls/{call_id}/placement/proposal", response={200: ProposalOut, **PROBLEMS})
def proposal(request: Asked, call_id: UUID) -> dict[str, Any]:
    """Ask where the patient could go. Promises nothing, so it needs no Idempotency-Key."""
    return services.propose(request.auth, call_id)


@router.post("/calls/{call_id}/placement", response={201: PlacementOut, **PROBLEMS})
def confirm(
    request: Asked, response: HttpResponse, call_id: UUID, body: PlacementIn, key: Key
) -> Status[Any]:
    """Promise the bed. Where it is full: 409 `tirek:full` with `least_bad`, the choice that remains."""

    def do() -> tuple[int, Any]:
        made = services.confirm(
            request.auth, call_id, body.hospital, body.bed_class, beyond=body.beyond, reason=body.reason
        )
        return 201, _placement(made, PromiseState.PROMISED)

    try:
        return answer_once(request, response, key, do)
    except BedFull as full:
        services.tell_least_bad(full, request.auth, call_id, body.bed_class)
        raise


@router.post("/placements/{placement_id}/{status}", response={200: PlacementOut, **PROBLEMS})
def move(
    request: Asked, response: HttpResponse, placement_id: UUID, status: PromiseState, key: Key,
    body: MoveIn | None = None,
) -> Status[Any]:  # fmt: skip
    """Take a placement to its next state."""
    reason = body.reason if body else ""

    def do() -> tuple[int, Any]:
        moved = services.move_placement(request.auth, placement_id, status, reason=reason)
        return 200, _placement(moved, status)

    return answer_once(request, response, key, do)


def _call(call: Call) -> dict[str, Any]:
    return {
        "id": str(call.id), "city": call.city, "called_at": call.called_at.isoformat(),
        "urgency": call.urgency, "kind": call.kind or None,
    }  # fmt: skip


def _placement(one: Placement, state: PromiseState) -> dict[str, Any]:
    return {
        "id": str(one.id), "call": str(one.call_id), "hospital": one.hospital, "kind": one.kind,
        "state": state.value, "beyond": one.beyond,
    }  # fmt: skip
