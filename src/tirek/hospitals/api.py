"""Hospitals, their beds and the ledger, over HTTP."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tirek.accounts.actors import Actor, Right
from tirek.accounts.api import PROBLEMS, Asked, CityAsked, Key, answer_once
from tirek.accounts.problems import wrong
from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.place import Names
from tirek.hospitals import services
from tirek.hospitals.book import CityLedger, hours

router = Router(tags=["hospitals"])


class BedsIn(Schema):
    """What lies in one kind of bed. Staffed beds count; licensed ones do not."""

    stream: Stream
    bed_class: BedClass
    group: CareGroup = CareGroup.ADULT
    staffed: int | None = Field(None, ge=0, le=100_000, description="Left out: as before.")
    occupied: int = Field(ge=0, le=100_000)
    at: datetime | None = Field(None, description="The moment described, with its zone; left out: now.")
    counted: list[str] | None = Field(
        None,
        max_length=5000,
        description="Placements that `occupied` counts; left out: all that arrived up to `at`.",
    )


class BedsOut(Schema):
    """The report, and what the ledger had expected of it."""

    hospital: str
    kind: str
    occupied: int
    expected: float | None
    difference: float | None


class LineOut(Schema):
    """One kind of bed. `null` is unknown, not zero."""

    hospital: str
    kind: str
    staffed: float | None
    reported: float | None
    age_hours: float | None
    arrived: float
    left: float
    promised: float
    occupied: float | None
    free: float | None
    over: float | None
    uncertainty: float | None


class LedgerOut(Schema):
    """The bed ledger of a city."""

    city: str
    at: datetime
    unknown_after_hours: float
    lines: list[LineOut]


class HospitalOut(Schema):
    """A hospital."""

    id: str
    name: str
    names: dict[str, str | None]
    lat: float
    lon: float
    phone: str
    status: str
    beds: list[LineOut]


class HospitalPage(Schema):
    """Hospitals by id; ask again with `after=next`."""

    items: list[HospitalOut]
    next: str | None


@router.get("/hospitals", response={200: HospitalPage, **PROBLEMS})
def hospitals(
    request: Asked, city: CityAsked = None, after: str = "", limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> dict[str, Any]:
    """Hospitals with what is known of their beds; a hospital's own people see theirs."""
    room, only = _seen(request.auth, city)
    known = services.ledger_of(room)
    lines = _lines(known, only)
    mine = [h for h in known.hospitals if h.code > after and only in {None, h.code}]
    items = [
        {
            "id": h.code, "name": Names(**h.names).best(request.auth.language) or h.code, "names": h.names,
            "lat": h.lat, "lon": h.lon, "phone": h.phone, "status": h.status,
            "beds": [line for line in lines if line["hospital"] == h.code],
        }
        for h in mine[:limit]
    ]  # fmt: skip
    return {"items": items, "next": mine[limit - 1].code if len(mine) > limit else None}


@router.get("/ledger", response={200: LedgerOut, **PROBLEMS})
def ledger(request: Asked, city: CityAsked = None) -> dict[str, Any]:
    """Every line of the bed ledger, now."""
    room, only = _seen(request.auth, city)
    return {
        "city": room.id,
        "at": timezone.now(),
        "unknown_after_hours": room.thresholds.report_unknown_after_hours,
        "lines": _lines(services.ledger_of(room), only),
    }


@router.post("/hospitals/{hospital}/beds", response={201: BedsOut, **PROBLEMS})
def beds(
    request: Asked, response: HttpResponse, hospital: str, body: BedsIn, key: Key, city: CityAsked = None
) -> Status[Any]:
    """Report the beds of one kind."""
    actor = request.auth
    name = actor.city(city)
    actor.must(Right.REPORT_BEDS, name, hospital=hospital)
    if body.at is not None and body.at.tzinfo is None:
        raise wrong("at", "a time needs its zone, such as +05:00 or Z")
    kind = BedKind(body.stream, body.bed_class, body.group)

    def do() -> tuple[int, Any]:
        services.hospital_code(name, hospital)
        room = services.room_facts(name)
        told = services.report_beds(
            room, hospital, kind, body.occupied, by=actor.name, staffed=body.staffed, at=body.at,
            counted=body.counted,
        )  # fmt: skip
        return 201, {
            "hospital": hospital, "kind": str(kind), "occupied": body.occupied, "expected": told.expected,
            "difference": told.difference,
        }  # fmt: skip

    return answer_once(request, response, key, do)


def _seen(actor: Actor, city: str | None) -> tuple[services.RoomFacts, str | None]:
    """The room, and the one hospital that the actor is limited to."""
    name = actor.city(city)
    only = actor.only_hospital(name)
    crew = next((role.crew for role in actor.roles if role.city == name and role.crew), "")
    actor.must(Right.SEE_HOSPITALS, name, hospital=only or "", crew=crew)
    return services.room_facts(name), only


def _lines(known: CityLedger, only: str | None) -> list[dict[str, Any]]:
    out = []
    for hospital, kind, balance in known.balances(hours(timezone.now())):
        if only in {None, hospital}:
            line = balance._asdict()
            out.append({"hospital": hospital, "kind": kind, "age_hours": line.pop("age"), **line})
    return out
