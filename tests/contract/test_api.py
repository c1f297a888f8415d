"""The contract of the API, over Django's own client."""

import json
import re
from itertools import count

import pytest
from django.test import Client

from tirek.accounts.services import add_user, issue_token

_keys = count()
POINT = {"lat": 51.13, "lon": 71.43}
OXYGEN = {"stream": "infectious", "bed_class": "oxygen"}


class Program:
    """A program with a token."""

    def __init__(self, token):
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def post(self, path, body=None, key=None):
        headers = {"Idempotency-Key": key or f"key-{next(_keys)}"}
        return self.client.post(f"/api/{path}", body or {}, content_type="application/json", headers=headers)

    def get(self, path, **query):
        return self.client.get(f"/api/{path}", query)


@pytest.fixture
def program(room, people):
    return Program(issue_token(people.senior.name, "test", ["read", "calls", "placements", "beds"]))


def test_the_whole_flow(room, program):
    for hospital in ("near", "middle"):
        assert (
            program.post(f"hospitals/{hospital}/beds", OXYGEN | {"staffed": 1, "occupied": 0}).status_code
            == 201
        )
    ids = []
    for _ in range(3):
        answer = program.post("calls", {"place": POINT, "phone": "103", "spo2": 91})
        assert answer.status_code == 201
        assert "phone" not in answer.json()
        ids.append(answer.json()["id"])
        assert program.post(f"calls/{ids[-1]}/triage", OXYGEN | {"urgency": 2}).json()["urgency"] == 2
    chosen = [program.post(f"calls/{ids[0]}/placement/proposal").json()["chosen"]]
    placed = program.post(f"calls/{ids[0]}/placement", {"hospital": "near", "bed_class": "oxygen"})
    assert (placed.status_code, placed.json()["state"]) == (201, "promised")
    chosen.append(program.post(f"calls/{ids[1]}/placement/proposal").json()["chosen"])
    assert [c["hospital"] for c in chosen] == ["near", "middle"]
    assert (
        program.post(f"calls/{ids[1]}/placement", {"hospital": "middle", "bed_class": "oxygen"}).status_code
        == 201
    )
    full = program.post(f"calls/{ids[2]}/placement", {"hospital": "near", "bed_class": "oxygen"})
    assert full.status_code == 409
    assert full["Content-Type"] == "application/problem+json"
    assert full.json()["type"] == "tirek:full"
    assert full.json()["city_full"]
    assert full.json()["least_bad"]["hospital"] in {"near", "middle"}
    moved = program.post(f"placements/{placed.json()['id']}/handed_over")
    assert moved.json()["state"] == "handed_over"
    lines = {(x["hospital"], x["kind"]): x for x in program.get("ledger").json()["lines"]}
    near = lines["near", "infectious/oxygen/adult"]
    assert (near["promised"], near["arrived"], near["free"]) == (0, 1, 0)
    assert lines["far", "infectious/oxygen/adult"]["free"] is None


def test_a_repeated_write_says_so(room, program):
    body = {"place": POINT}
    first, again = (program.post("calls", body, key="same") for _ in range(2))
    assert first.json() == again.json()
    assert (first.get("Idempotent-Replayed"), again.get("Idempotent-Replayed")) == (None, "true")
    other = program.post("calls", {"place": {"address": "elsewhere"}}, key="same")
    assert (other.status_code, other.json()["type"]) == (409, "tirek:key-reused")
    without = program.client.post("/api/calls", body, content_type="application/json")
    assert without.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("calls", {"place": {"lat": 91, "lon": 0}}, "place.lat"),
        ("calls", {"place": POINT, "age": 400}, "age"),
        ("calls", {"place": POINT, "called_at": "2026-01-01T00:00:00"}, "called_at"),
        ("hospitals/near/beds", OXYGEN | {"occupied": -1}, "occupied"),
        ("hospitals/far/beds", {"stream": "general", "bed_class": "ecmo", "occupied": 1}, "staffed"),
        ("hospitals/near/beds", {"stream": "x", "bed_class": "oxygen", "occupied": 1}, "stream"),
    ],
)
def test_a_problem_names_the_field(room, program, path, body, field):
    answer = program.post(path, body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_what_is_not_there_and_what_is_not_allowed(room, people, program):
    assert program.post("hospitals/nowhere/beds", OXYGEN | {"occupied": 1}).status_code == 404
    assert program.get("calls/00000000-0000-0000-0000-000000000000").status_code == 404
    assert program.get("ledger", city="astana-x").status_code == 403
    narrow = Program(issue_token(people.senior.name, "narrow", ["read"]))
    assert narrow.get("ledger").status_code == 200
    assert narrow.post("calls", {"place": POINT}).status_code == 403
    assert Client().get("/api/ledger").status_code == 401
    assert Program("wrong").get("ledger").status_code == 401


def test_a_hospital_sees_its_own_beds_and_events(room, people, program):
    program.post("hospitals/near/beds", OXYGEN | {"staffed": 4, "occupied": 1})
    program.post("hospitals/far/beds", OXYGEN | {"staffed": 4, "occupied": 1})
    far = Program(issue_token(people.far.name, "test", ["read", "beds"]))
    assert {x["hospital"] for x in far.get("ledger").json()["lines"]} == {"far"}
    assert [x["id"] for x in far.get("hospitals").json()["items"]] == ["far"]
    assert {x["hospital"] for x in far.get("events").json()["items"]} == {"far"}
    assert far.post("hospitals/near/beds", OXYGEN | {"occupied": 1}).status_code == 403


def test_lists_come_in_pages(room, program):
    seen, after = [], ""
    while after is not None:
        page = program.get("hospitals", limit=2, after=after).json()
        seen += [x["id"] for x in page["items"]]
        after = page["next"]
    assert seen == ["far", "middle", "near"]
    program.post("calls", {"place": POINT})
    everything = program.get("events").json()["items"]
    first = program.get("events", limit=3).json()
    assert first["items"] == everything[:3]
    assert program.get("events", after=first["next"]).json()["items"] == everything[3:]


def test_the_pages_log_in_and_their_writes_carry_the_csrf_token(room):
    name = f"aigerim-{room.id}"
    add_user(name, "dispatcher", room.id, password="жеті рет өлше")
    browser = Client(enforce_csrf_checks=True)
    page = browser.get("/accounts/login/")
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    form = {"login": name, "password": "жеті рет өлше", "csrfmiddlewaretoken": token}
    assert browser.post("/accounts/login/", form).status_code == 302
    assert browser.get("/api/ledger").status_code == 200
    write = {"data": json.dumps({"place": POINT}), "content_type": "application/json"}
    assert browser.post("/api/calls", **write, headers={"Idempotency-Key": "1"}).status_code == 403
    csrf = {"Idempotency-Key": "1", "X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.post("/api/calls", **write, headers=csrf).status_code == 201


def test_the_document_tells_every_path_and_every_answer_is_guarded(room):
    answer = Client().get("/api/openapi.json")
    paths = answer.json()["paths"]
    assert {"/api/calls", "/api/calls/{call_id}/placement", "/api/placements/{placement_id}/{status}"} <= set(
        paths
    )
    keyless = {
        path for path, verbs in paths.items() if "post" in verbs
        and not any(p["name"] == "Idempotency-Key" and p["required"] for p in verbs["post"]["parameters"])
    }  # fmt: skip
    assert keyless == {"/api/calls/{call_id}/placement/proposal"}  # it writes nothing
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert Client().get("/accounts/signup/").content.count(b"password1") == 0
