"""People and tokens; what every change records; requests that come twice."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tirek.accounts.actors import Actor, HeldRole, PatientFacts, may_see_patient, unknown_scopes
from tirek.accounts.models import Answer, Event, Look, Role, RoleName, Token, User
from tirek.accounts.problems import Problem, not_found, wrong
from tirek.accounts.sealing import seal, unseal
from tirek.accounts.writing import write

EVENT_ORDER_LOCK = 7_103
"""PostgreSQL gives ids before commit. Whoever records an event holds this lock from then to its commit, so
that a follower who has seen id n never meets a smaller one later."""


# -- people and tokens -----------------------------------------------------------------------------------


def add_user(
    name: str, role: str, city: str, *, password: str | None = None, hospital: str = "", crew: str = "",
    language: str = "ru", by: str = "command line",
) -> User:  # fmt: skip
    """Add a role to a user, who is made if need be; a password is set where one is given."""
    if role not in RoleName.values:
        raise wrong("role", f"expected one of {', '.join(RoleName.values)}, found '{role}'")
    if (role == RoleName.HOSPITAL) != bool(hospital):
        raise wrong("hospital", "the role 'hospital' names its hospital, and no other role does")
    if (role == RoleName.CREW) != bool(crew):
        raise wrong("crew", "the role 'crew' names its crew, and no other role does")
    with write():
        user, made = User.objects.get_or_create(username=name, defaults={"language": language})
        if password is not None:
            try:
                password_validation.validate_password(password, user)
            except ValidationError as error:
                raise wrong("password", " ".join(error.messages)) from None
            user.set_password(password)
        elif made:
            user.set_unusable_password()
        user.save()
        Role.objects.get_or_create(user=user, city=city, name=role, hospital=hospital, crew=crew)
        after = {"role": role, "hospital": hospital, "crew": crew}
        note(city, by, "role.given", f"user/{name}", hospital=hospital, after=after)
    return user


def has_user(name: str) -> bool:
    """Whether somebody has this name."""
    return bool(User.objects.filter(username=name).exists())


def issue_token(name: str, label: str, scopes: list[str], *, ends_at: datetime | None = None) -> str:
    """Make a token for the user `name`; the answer is the only time that it can be read."""
    if bad := unknown_scopes(scopes):
        raise wrong("scopes", f"no such scope: {', '.join(bad)}")
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise not_found(f"user '{name}'")
    secret = secrets.token_urlsafe(32)
    with write():
        Token.objects.create(user=user, name=label, digest=_digest(secret), scopes=scopes, ends_at=ends_at)
        for city in actor_for(user).cities():
            note(city, name, "token.issued", f"user/{name}", after={"label": label, "scopes": scopes})
    return secret


def actor_for(user: User, scopes: frozenset[str] | None = None) -> Actor:
    """The user as somebody who acts."""
    roles = tuple(HeldRole(r.name, r.city, r.hospital, r.crew) for r in user.roles.order_by("id"))
    return Actor(user.username, roles, scopes, user.language)


def actor_of_token(secret: str) -> Actor | None:
    """Whose token this is; `None` where it is unknown, ended, or its owner may no longer log in."""
    token = Token.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None or not token.user.is_active:
        return None
    if token.ends_at is not None and token.ends_at <= timezone.now():
        return None
    return actor_for(token.user, frozenset(token.scopes))


def _digest(secret: str) -> str:
    """Tokens are long random words, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


# -- the record ------------------------------------------------------------------------------------------


def note(
    city: str, actor: str, what: str, subject: str, *, hospital: str = "",
    before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:  # fmt: skip
    """Record a change, in the transaction that makes it; call it after all rows are locked.

    `before` and `after` name ids, states and numbers of beds: nothing that tells who a patient is or what
    ails them.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [EVENT_ORDER_LOCK])
    event = Event(
        city=city, at=at or timezone.now(), actor=actor, what=what, subject=subject, hospital=hospital,
        before=before, after=after,
    )  # fmt: skip
    event.save()
    return event


def look(actor: Actor, patient: str, facts: PatientFacts, why: str) -> None:
    """Let `actor` look at a patient, and record it; a patient they may not see does not exist for them."""
    if not may_see_patient(actor, facts):
        raise not_found("call")
    with write():
        Look(city=facts.city, at=timezone.now(), actor=actor.name, patient=patient, why=why).save()


# -- requests that come twice ----------------------------------------------------------------------------


def once(
    key: str, actor: Actor, request: bytes, do: Callable[[], tuple[int, Any]]
) -> tuple[int, Any, bool]:  # fmt: skip
    """Do a write once per key: status, answer, and whether it was an answer kept from before.

    The answer is kept in the transaction of the change. What fails is not kept: nothing happened, and the
    same request may be sent again.
    """
    digest = hashlib.sha256(request).hexdigest()
    kept = _kept(key, actor, digest)
    if kept is not None:
        return kept
    try:
        with write():
            kept = _kept(key, actor, digest)  # it may have come while this one waited its turn
            if kept is not None:
                return kept
            row = Answer(key=key, actor=actor.name, digest=digest, at=timezone.now())
            with transaction.atomic():
                row.save()  # another process with the same key waits here until this one is done
            row.status, answer = do()
            row.body = seal(json.dumps(answer))
            row.save(update_fields=["status", "body"])
            return row.status, answer, False
    except IntegrityError:
        kept = _kept(key, actor, digest)
        if kept is None:
            raise
        return kept


def _kept(key: str, actor: Actor, digest: str) -> tuple[int, Any, bool] | None:
    row = Answer.objects.filter(actor=actor.name, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        title = "this Idempotency-Key came before with another request"
        raise Problem(409, "key-reused", title, field="Idempotency-Key")
    return row.status, json.loads(unseal(row.body)), True
