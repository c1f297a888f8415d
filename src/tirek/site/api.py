"""The API of the room: one document, problems as problem+json."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tirek import __version__
from tirek.accounts.api import Bearer, Session
from tirek.accounts.api import router as events
from tirek.accounts.problems import Problem
from tirek.desk.api import router as desk
from tirek.hospitals.api import router as hospitals

log = logging.getLogger(__name__)
api = NinjaAPI(
    title="Tirek", version=__version__, docs_url=None, openapi_url="/openapi.json", auth=[Bearer(), Session()],
    urls_namespace="api",
)  # fmt: skip
api.add_router("", desk)
api.add_router("", hospitals)
api.add_router("", events)


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    response = api.create_response(request, problem.body(), status=problem.status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(Problem)
def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A rule of the room."""
    return _answer(request, problem)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request has not the form that the document says: every wrong field by name."""
    wrong = [{"field": _field(one["loc"]), "message": str(one["msg"])} for one in error.errors]
    return _answer(request, Problem(422, "invalid", "the request has wrong fields", errors=wrong))


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Nobody is logged in, and no token is known."""
    response = _answer(request, Problem(401, "unauthenticated", "log in, or send a token"))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def malformed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Not JSON, say."""
    return _answer(request, Problem(error.status_code, "malformed", str(error)))


def _field(location: Any) -> str:
    """`body.place.lat` -> `place.lat`; where it was sent (body, query, header) only says how."""
    parts = [str(part) for part in location]
    if parts and parts[0] in {"body", "query", "path", "header"}:
        parts = parts[1:]
    if len(parts) > 1 and parts[0] == "body":
        parts = parts[1:]
    return ".".join(parts)
