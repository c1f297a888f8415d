"""What the API of every room shares: who asks, requests that come twice, problems, the event log."""

from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Query, Router, Schema, Status
from ninja.security import APIKeyCookie, HttpBearer

from tirek.accounts.actors import Actor, Right
from tirek.accounts.following import events_after
from tirek.accounts.services import actor_for, actor_of_token, once

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        description="New for every write; the same when it is sent again.",
    ),
]
CityAsked = Annotated[
    str | None, Query(alias="city", description="Needed by those with roles in several cities.")
]


class Wrong(Schema):
    """A part of the request that was wrong."""

    field: str
    message: str


class ProblemOut(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    errors: list[Wrong] = Field(default_factory=list)


class Asked(HttpRequest):
    """A request of somebody known; `auth` is set by ninja."""

    auth: Actor


PROBLEMS = {frozenset({400, 401, 403, 404, 409, 422, 429}): ProblemOut}


class Bearer(HttpBearer):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002
        """Whose token it is."""
        return actor_of_token(token)


class Session(APIKeyCookie):
    """The log-in of the pages; writes carry the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:  # noqa: ARG002
        """Who is logged in."""
        return actor_for(request.user) if request.user.is_authenticated else None


def actor_of_headers(authorization: str, session_key: str) -> Actor | None:
    """The same, where there is no Django request: live events."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return actor_of_token(token.strip())
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    return actor_for(user) if user.is_authenticated else None


def answer_once(
    request: Any, response: HttpResponse, key: str, do: Callable[[], tuple[int, Any]]
) -> Status[Any]:
    """Do a write once per Idempotency-Key; an answer from before says so in a header."""
    what = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    status, body, again = once(key, request.auth, what, do)
    if again:
        response["Idempotent-Replayed"] = "true"
    return Status(status, body)


class EventOut(Schema):
    """One change."""

    id: int
    city: str
    at: str
    actor: str
    what: str
    subject: str
    hospital: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class EventPage(Schema):
    """Events in order; ask again with `after=next`."""

    items: list[EventOut]
    next: int = Field(description="Id of the last event told, or `after` where there was none.")


router = Router(tags=["events"])


@router.get("/events", response={200: EventPage, **PROBLEMS})
def events(
    request: Asked,
    city: CityAsked = None,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """What changed since; with `Accept: text/event-stream` the changes as they come (`Last-Event-ID` resumes)."""
    actor = request.auth
    name = actor.city(city)
    only = actor.only_hospital(name)
    actor.must(Right.SEE_EVENTS, name, hospital=only or "", crew=_any_crew(actor, name))
    told = events_after(after, city=name, hospital=only, limit=limit)
    return {"items": [one.as_json() for one in told], "next": told[-1].id if told else after}


def _any_crew(actor: Actor, city: str) -> str:
    """The actor's own crew: what crews may see at all, each of them may."""
    return next((role.crew for role in actor.roles if role.city == city and role.crew), "")
