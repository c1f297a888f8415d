"""From call to handed-over patient through the services: who may, what is recorded, what comes twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.db import connections

from tirek.accounts import services as accounts
from tirek.accounts.actors import PatientFacts, may_see_patient
from tirek.accounts.following import events_after
from tirek.accounts.models import Answer, Look
from tirek.accounts.problems import Problem
from tirek.desk import services as desk
from tirek.desk.models import Call, Placement
from tirek.domain.beds import BedClass, BedKind, Stream
from tirek.domain.call import Urgency
from tirek.engine.ledger import PromiseState
from tirek.hospitals import services as hospitals

OXYGEN = BedKind.parse("infectious/oxygen/adult")
PHONE = "+7 701 555 12 34"


def intake(**more):
    return desk.Intake(phone=PHONE, lat=51.13, lon=71.43, happened="short of breath", age=61, spo2=88, **more)


def triaged(people, city):
    call = desk.take_call(people.dispatcher, city, intake())
    return desk.triage_call(people.dispatcher, call.id, Urgency.LIFE, Stream.INFECTIOUS, BedClass.OXYGEN)


def beds(room, **staffed):
    for hospital, number in staffed.items():
        hospitals.report_beds(room, hospital, OXYGEN, 0, by="test", staffed=number)


def test_a_patient_goes_to_the_proposed_bed_and_is_handed_over(room, people):
    beds(room, near=10, middle=10, far=10)
    call = triaged(people, room.id)
    proposal = desk.propose(people.dispatcher, call.id)
    assert proposal["chosen"]["hospital"] == "near"
    assert proposal["reason"].startswith("The nearest with a free bed")
    assert {option["hospital"] for option in proposal["alternatives"]} == {"middle", "far"}
    made = desk.confirm(people.dispatcher, call.id, "near", BedClass.OXYGEN)
    desk.move_placement(people.crew if call.crew else people.dispatcher, made.id, PromiseState.EN_ROUTE)
    desk.move_placement(people.near, made.id, PromiseState.HANDED_OVER)
    assert hospitals.state_of(made.id) is PromiseState.HANDED_OVER
    told = [e.what for e in events_after(0, city=room.id) if e.subject.startswith(("call/", "placement/"))]
    assert told == [
        "call.taken", "call.triaged", "placement.confirmed", "placement.en_route", "placement.handed_over",
    ]  # fmt: skip


def test_full_is_said_with_the_least_bad_choice_and_beyond_needs_a_reason(room, people):
    beds(room, near=1, middle=0)
    first, second = triaged(people, room.id), triaged(people, room.id)
    desk.confirm(people.dispatcher, first.id, "near", BedClass.OXYGEN)
    with pytest.raises(hospitals.BedFull) as refused:
        desk.confirm(people.dispatcher, second.id, "near", BedClass.OXYGEN)
    desk.tell_least_bad(refused.value, people.dispatcher, second.id, BedClass.OXYGEN)
    assert refused.value.kind == "full"
    assert refused.value.more["city_full"]
    assert refused.value.more["least_bad"]["hospital"] == "near"
    with pytest.raises(Problem, match="say why"):
        desk.confirm(people.dispatcher, second.id, "near", BedClass.OXYGEN, beyond=True)
    made = desk.confirm(people.dispatcher, second.id, "near", BedClass.OXYGEN, beyond=True, reason="all full")
    assert made.beyond


def test_a_patient_has_one_bed_and_is_not_sent_back_to_who_declined(room, people):
    beds(room, near=5, middle=5)
    call = triaged(people, room.id)
    made = desk.confirm(people.dispatcher, call.id, "near", BedClass.OXYGEN)
    with pytest.raises(Problem, match="has a bed already"):
        desk.confirm(people.dispatcher, call.id, "middle", BedClass.OXYGEN)
    with pytest.raises(Problem, match="say why"):
        desk.move_placement(people.near, made.id, PromiseState.DECLINED)
    desk.move_placement(people.near, made.id, PromiseState.DECLINED, reason="no oxygen")
    assert desk.propose(people.dispatcher, call.id)["chosen"]["hospital"] == "middle"
    desk.confirm(people.dispatcher, call.id, "middle", BedClass.OXYGEN)


def test_nothing_of_a_confirmation_is_kept_when_its_event_fails(room, people):
    beds(room, near=5)
    call = triaged(people, room.id)
    before = events_after(0, city=room.id)
    with mock.patch.object(desk, "note", side_effect=RuntimeError("disk")), pytest.raises(RuntimeError):
        desk.confirm(people.dispatcher, call.id, "near", BedClass.OXYGEN)
    assert not Placement.objects.filter(call=call).exists()
    assert events_after(0, city=room.id) == before


def test_who_may_see_a_patient(room, people):
    """One function decides; every look is recorded, and a refusal does not say that the patient exists."""
    facts = PatientFacts(room.id, frozenset({"near"}), crew="7")
    may = {name for name, actor in vars(people).items() if may_see_patient(actor, facts)}
    assert may == {"dispatcher", "senior", "near", "crew"}
    assert not may_see_patient(people.dispatcher, PatientFacts("elsewhere"))
    beds(room, near=5)
    call = triaged(people, room.id)
    for actor in (people.near, people.headquarters):
        with pytest.raises(Problem) as refused:
            desk.see_call(actor, call.id, "opened")
        assert refused.value.status == 404
    desk.confirm(people.dispatcher, call.id, "near", BedClass.OXYGEN)
    assert desk.see_call(people.near, call.id, "opened")[1] == PHONE
    looks = Look.objects.filter(city=room.id).values_list("actor", "patient", "why")
    assert list(looks) == [(people.near.name, f"call/{call.id}", "opened")]


def test_only_their_own(room, people):
    """Nobody acts beyond their role, hospital or city."""
    beds(room, near=5)
    call = triaged(people, room.id)
    made = desk.confirm(people.dispatcher, call.id, "near", BedClass.OXYGEN)
    for actor in (people.far, people.crew, people.headquarters, people.auditor):
        with pytest.raises(Problem) as refused:
            desk.move_placement(actor, made.id, PromiseState.HANDED_OVER)
        assert refused.value.status == 403
    for actor in (people.near, people.headquarters, people.administrator):
        with pytest.raises(Problem) as refused:
            desk.take_call(actor, room.id, intake())
        assert refused.value.status == 403


def test_neither_phone_nor_words_of_the_caller_are_in_the_log_or_readable_in_the_file(room, people):
    call = triaged(people, room.id)
    told = str([e.as_json() for e in events_after(0, city=room.id)])
    assert "555" not in told
    assert "breath" not in told
    assert "555" not in Call.objects.get(pk=call.pk).phone_sealed
    assert "555" not in str(call)


def test_the_same_request_again_changes_nothing(room, people):
    """Ten threads send one request; one call is taken, all get its answer."""
    start = threading.Barrier(10)

    def do():
        return 201, {"id": str(desk.take_call(people.dispatcher, room.id, intake()).id)}

    def send(_):
        start.wait()
        try:
            return accounts.once("k1", people.dispatcher, b"same", do)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert Call.objects.filter(city=room.id).count() == 1
    assert len({body["id"] for _, body, _ in answers}) == 1
    assert sum(not again for _, _, again in answers) == 1
    with pytest.raises(Problem) as refused:
        accounts.once("k1", people.dispatcher, b"other", do)
    assert (refused.value.status, refused.value.kind) == (409, "key-reused")
    assert accounts.once("k1", people.senior, b"other", lambda: (200, {}))[2] is False


def test_a_request_that_failed_may_be_sent_again(room, people):
    def fail():
        desk.take_call(people.dispatcher, room.id, intake())
        raise RuntimeError("disk")

    with pytest.raises(RuntimeError):
        accounts.once("k2", people.dispatcher, b"x", fail)
    assert not Call.objects.filter(city=room.id).exists()
    assert not Answer.objects.filter(actor=people.dispatcher.name).exists()
    assert accounts.once("k2", people.dispatcher, b"x", lambda: (200, {}))[0] == 200


@pytest.mark.parametrize(
    ("given", "field"),
    [({"lat": None}, "place.lat"), ({"lon": None}, "place.lon"), ({"lat": None, "lon": None}, "place")],
)
def test_a_call_needs_a_place(room, people, given, field):
    with pytest.raises(Problem) as refused:
        desk.take_call(people.dispatcher, room.id, desk.Intake(**({"lat": 51.1, "lon": 71.4} | given)))
    assert refused.value.field == field
