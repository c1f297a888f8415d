"""What happens to beds: reports, promises and their life, departures. Others call these, never the models."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from tirek.accounts.problems import Problem, not_found, wrong
from tirek.accounts.services import note
from tirek.accounts.writing import write
from tirek.cities.city import City, Thresholds
from tirek.cities.load import load_city
from tirek.domain.beds import BedKind
from tirek.engine.ledger import BedTaken, LedgerError, PromiseState, Reconciliation
from tirek.hospitals import book
from tirek.hospitals.models import BedReport, Departure, Hospital, Line, Promise, Room

CLOCK_SLACK = timedelta(minutes=5)
"""Clocks of others may be so far ahead; what is dated later is refused."""


# -- rooms -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RoomFacts:
    """A room as other apps know it."""

    id: str
    city: City = field(repr=False)
    tz: ZoneInfo
    thresholds: Thresholds
    training: bool


def seed_city(
    profile: str, room_id: str | None = None, *, training: bool = False, by: str = "command line"
) -> RoomFacts:
    """Open a room for a city profile, or add to it what the profile has got since; counts are left alone.

    Bed counts that the profile only assumes are unknown here, except in a training room.
    """
    city = load_city(profile, assumed=training)
    room_id = room_id or (f"{city.id}-training" if training else city.id)
    with write():
        room, made = Room.objects.get_or_create(
            id=room_id,
            defaults={
                "profile": profile, "names": asdict(city.names), "training": training,
                "time_zone": city.tz.key, "settings": {"thresholds": asdict(city.thresholds)},
            },
        )  # fmt: skip
        if room.training != training:
            raise Problem(
                409, "training", f"room '{room_id}' is {'' if room.training else 'not '}for training"
            )
        for one in city.hospitals:
            hospital, _ = Hospital.objects.get_or_create(
                room=room, code=one.id,
                defaults={
                    "names": asdict(one.names), "lat": one.point.lat, "lon": one.point.lon,
                    "phone": one.phone or "", "status": one.status.value,
                },
            )  # fmt: skip
            have = set(hospital.lines.values_list("kind", flat=True))
            Line.objects.bulk_create(
                Line(hospital=hospital, kind=str(kind), staffed=beds)
                for kind, beds in one.beds.items()
                if str(kind) not in have
            )
        if made:
            note(
                room.id,
                by,
                "room.opened",
                f"room/{room.id}",
                after={"profile": city.id, "training": training},
            )
    return room_facts(room_id)


def room_ids() -> tuple[str, ...]:
    """Rooms of this installation."""
    return tuple(Room.objects.order_by("id").values_list("id", flat=True))


def room_facts(room_id: str) -> RoomFacts:
    """The room by its id; a problem where there is none."""
    room = Room.objects.filter(id=room_id).first()
    if room is None:
        raise not_found("city")
    given = room.settings.get("thresholds", {})
    city = _profile(room.profile)
    return RoomFacts(room.id, city, ZoneInfo(room.time_zone), Thresholds(**given), room.training)


@lru_cache(maxsize=8)
def _profile(profile: str) -> City:
    """Profiles are read once; roads and places come with them."""
    return load_city(profile, assumed=False)


# -- what is known ---------------------------------------------------------------------------------------


def ledger_of(room: RoomFacts) -> book.CityLedger:
    """The bed ledger of a room, now."""
    return book.read_ledger(Room(id=room.id), room.thresholds.report_unknown_after_hours)


def hospital_code(room_id: str, code: str) -> str:
    """The code, if the room has such a hospital; else a problem."""
    if not Hospital.objects.filter(room_id=room_id, code=code).exists():
        raise not_found("hospital")
    return code


def state_of(promise_id: UUID) -> PromiseState:
    """The state of a promise."""
    return PromiseState(Promise.objects.values_list("state", flat=True).get(id=promise_id))


# -- what hospitals say ----------------------------------------------------------------------------------


def report_beds(
    room: RoomFacts, hospital: str, kind: BedKind, occupied: int, *, by: str, staffed: int | None = None,
    at: datetime | None = None, counted: Sequence[str] | None = None,
) -> Reconciliation:  # fmt: skip
    """Take a hospital's report of one line; `counted` names the promises that it already counts.

    A kind of bed that the hospital had not before is added when the report says how many are staffed.
    """
    now = timezone.now()
    at = at or now
    if at > now + CLOCK_SLACK:
        raise wrong("at", "the report is dated in the future")
    with write():
        line = _line_for_report(room.id, hospital, kind, staffed)
        known = [str(x) for x in map(book.as_id, counted or ()) if x]
        promises = list(line.promises.filter(uncounted=True)) + list(
            line.promises.filter(id__in=known, uncounted=False)
        )
        departures = list(line.departures.values_list("at", flat=True))
        ledger = book.open_line(line, room.thresholds.report_unknown_after_hours, promises, departures)
        before = _shown(line)
        newer = line.reported_at is None or at >= line.reported_at
        names = None if counted is None else known
        result = ledger.report(0, book.hours(at), occupied, staffed=staffed, counted=names)
        if newer:
            book.keep_line(line, ledger, reported_at=at)
            book.keep_promises(promises, ledger, at)
            line.departures.filter(at__lte=at).delete()
        BedReport.objects.create(
            line=line, at=at, actor=by, occupied=occupied, staffed=staffed, counted=names,
            expected=result.expected,
        )  # fmt: skip
        what = "beds.reported" if newer else "beds.reported_late"
        note(
            room.id, by, what, f"bed/{hospital}/{kind}", hospital=hospital, before=before, after=_shown(line)
        )
    return result


def tell_departure(room: RoomFacts, hospital: str, kind: BedKind, *, by: str) -> None:
    """A patient left; counts until a later report does."""
    with write():
        line = _locked(room.id, hospital, kind)
        at = timezone.now()
        ledger = book.open_line(line, room.thresholds.report_unknown_after_hours)
        before = _shown(line)
        try:
            ledger.leave(0, book.hours(at))
        except LedgerError as error:
            raise Problem(409, "nobody-there", str(error)) from None
        Departure.objects.create(line=line, at=at)
        book.keep_line(line, ledger)
        note(
            room.id,
            by,
            "beds.departure",
            f"bed/{hospital}/{kind}",
            hospital=hospital,
            before=before,
            after=_shown(line),
        )


# -- the life of a promise -------------------------------------------------------------------------------


class BedFull(Problem):
    """No bed that may be promised; the desk adds the least bad choice."""


def promise_bed(
    room: RoomFacts, hospital: str, kind: BedKind, *, by: str, beyond: bool = False
) -> tuple[UUID, bool]:
    """Hold a bed, in the transaction of the caller or one of its own: its id, and whether it is beyond.

    The line is locked before its free beds are counted, so that a bed is never promised twice.
    """
    with write():
        line = _locked(room.id, hospital, kind)
        now = timezone.now()
        ledger = book.open_line(line, room.thresholds.report_unknown_after_hours)
        before = _shown(line)
        name = uuid4()
        try:
            made = ledger.promise(str(name), 0, book.hours(now), beyond=beyond)
        except BedTaken:
            unknown = ledger.free(0, book.hours(now)) is None
            kind_of = "unknown" if unknown else "full"
            title = "has not said what is free" if unknown else "has no free bed"
            raise BedFull(409, kind_of, f"{hospital} {title} of {kind}", field="hospital") from None
        book.keep_line(line, ledger)
        Promise.objects.create(
            id=name, line=line, made_at=now, state=made.state.value, changed_at=now, beyond=made.beyond
        )
        note(
            room.id,
            by,
            "bed.promised",
            f"bed/{hospital}/{kind}",
            hospital=hospital,
            before=before,
            after=_shown(line),
        )
    return name, made.beyond


def move_promise(room: RoomFacts, promise_id: UUID, state: PromiseState, *, by: str) -> PromiseState:
    """Take a promise to its next state; the state it had before."""
    with write():
        found = Promise.objects.filter(id=promise_id, line__hospital__room_id=room.id).first()
        if found is None:
            raise not_found("placement")
        line = Line.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=found.line_id)
        row = Promise.objects.get(id=promise_id)  # as it is now that the line is ours
        at = timezone.now()
        ledger = book.open_line(line, room.thresholds.report_unknown_after_hours, [row])
        before, old = _shown(line), PromiseState(row.state)
        try:
            ledger.move(str(row.id), state, book.hours(at))
        except LedgerError:
            raise Problem(
                409, "state", f"a placement that is {old} cannot become {state}", field="status"
            ) from None
        book.keep_line(line, ledger)
        row.state, row.changed_at = state.value, at
        row.uncounted = bool(ledger.since(0).arrivals)
        row.save(update_fields=["state", "changed_at", "uncounted"])
        code = line.hospital.code
        note(
            room.id,
            by,
            f"bed.{state}",
            f"bed/{code}/{line.kind}",
            hospital=code,
            before=before,
            after=_shown(line),
        )
    return old


# -- inside ----------------------------------------------------------------------------------------------


def _locked(room_id: str, hospital: str, kind: BedKind) -> Line:
    """The line, held until the transaction ends."""
    lines = Line.objects.select_for_update(of=("self",)).select_related("hospital")
    line = lines.filter(hospital__room_id=room_id, hospital__code=hospital, kind=str(kind)).first()
    if line is None:
        hospital_code(room_id, hospital)
        raise wrong("bed_class", f"{hospital} has no beds of {kind}")
    return line


def _line_for_report(room_id: str, hospital: str, kind: BedKind, staffed: int | None) -> Line:
    try:
        return _locked(room_id, hospital, kind)
    except Problem as problem:
        if problem.status == 404:
            raise
    if staffed is None:
        raise wrong("staffed", f"{hospital} had no beds of {kind} yet: say how many are staffed")
    home = Hospital.objects.get(room_id=room_id, code=hospital)
    Line.objects.get_or_create(hospital=home, kind=str(kind))
    return _locked(room_id, hospital, kind)


def _shown(line: Line) -> dict[str, float | str | None]:
    """The line as events tell it: numbers of beds only."""
    at = line.reported_at
    return {
        "staffed": line.staffed, "reported": line.reported, "promised": line.promised,
        "arrived": line.arrived, "left": line.left, "reported_at": at.isoformat() if at else None,
    }  # fmt: skip
