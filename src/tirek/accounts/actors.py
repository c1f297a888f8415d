"""Who acts, what their roles allow, and who may see a patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tirek.accounts.models import RoleName
from tirek.accounts.problems import Problem, forbidden


class Right(StrEnum):
    """What somebody may do in a room."""

    TAKE_CALLS = "take_calls"
    TRIAGE = "triage"
    PLACE = "place"
    MOVE = "move"
    """Take a placement to its next state."""
    REPORT_BEDS = "report_beds"
    SEE_HOSPITALS = "see_hospitals"
    SEE_EVENTS = "see_events"
    ADMINISTER = "administer"
    READ_LOOKS = "read_looks"


_EVERYONE = frozenset({Right.SEE_HOSPITALS, Right.SEE_EVENTS})
_DESK = _EVERYONE | {Right.TAKE_CALLS, Right.TRIAGE, Right.PLACE, Right.MOVE}
RIGHTS: dict[str, frozenset[Right]] = {
    RoleName.DISPATCHER: _DESK,
    RoleName.SENIOR: _DESK | {Right.REPORT_BEDS},
    RoleName.CREW: _EVERYONE | {Right.MOVE},
    RoleName.HOSPITAL: _EVERYONE | {Right.MOVE, Right.REPORT_BEDS},
    RoleName.HEADQUARTERS: _EVERYONE,
    RoleName.ADMINISTRATOR: _EVERYONE | {Right.ADMINISTER},
    RoleName.AUDITOR: _EVERYONE | {Right.READ_LOOKS},
}
SCOPES: dict[str, frozenset[Right]] = {
    "read": frozenset({Right.SEE_HOSPITALS, Right.SEE_EVENTS}),
    "calls": frozenset({Right.TAKE_CALLS, Right.TRIAGE}),
    "placements": frozenset({Right.PLACE, Right.MOVE}),
    "beds": frozenset({Right.REPORT_BEDS}),
}
"""What a token may do, within its owner's rights."""


@dataclass(frozen=True)
class HeldRole:
    """A role in one city, as the actor holds it."""

    name: str
    city: str
    hospital: str = ""
    crew: str = ""


@dataclass(frozen=True)
class Actor:
    """Who acts: a person in a browser, or a program with a token of theirs (`scopes`)."""

    name: str
    roles: tuple[HeldRole, ...]
    scopes: frozenset[str] | None = None
    language: str = "ru"

    def cities(self) -> tuple[str, ...]:
        """Cities in which the actor has a role."""
        return tuple(dict.fromkeys(role.city for role in self.roles))

    def roles_for(self, right: Right, city: str) -> tuple[HeldRole, ...]:
        """Roles in `city` that give `right`; none where the token's scopes leave it out."""
        if self.scopes is not None and not any(right in SCOPES.get(scope, ()) for scope in self.scopes):
            return ()
        return tuple(role for role in self.roles if role.city == city and right in RIGHTS[role.name])

    def must(self, right: Right, city: str, *, hospital: str = "", crew: str = "") -> None:
        """Refuse unless a role gives `right`; a role of one hospital or crew gives it for that one only."""
        for role in self.roles_for(right, city):
            if role.hospital and role.hospital != hospital:
                continue
            if role.crew and role.crew != crew:
                continue
            return
        raise forbidden()

    def city(self, asked: str | None) -> str:
        """The city that a request is about: the one asked for, or the only one of the actor."""
        mine = self.cities()
        if asked:
            if asked not in mine:
                raise Problem(403, "forbidden", f"you have no role in '{asked}'", field="city")
            return asked
        if len(mine) != 1:
            raise Problem(422, "invalid", f"say which city: one of {', '.join(mine) or 'none'}", field="city")
        return mine[0]

    def only_hospital(self, city: str) -> str | None:
        """The one hospital that the actor's view is limited to; `None`: no such limit."""
        roles = [role for role in self.roles if role.city == city]
        if roles and all(role.hospital for role in roles):
            return roles[0].hospital
        return None


@dataclass(frozen=True)
class PatientFacts:
    """What decides who may see a patient: the city, where they lie or are driven to, and by whom."""

    city: str
    hospitals: frozenset[str] = frozenset()
    crew: str = ""


def may_see_patient(actor: Actor, patient: PatientFacts) -> bool:
    """Whether `actor` may see this patient; the one place where that is decided.

    The desk sees its city's patients, a hospital those in it or on the way to it, a crew the one it drives.
    Headquarters, administrators and auditors see none. A token sees what its owner may, if its scopes have
    to do with patients at all.
    """
    if actor.scopes is not None and not actor.scopes & {"calls", "placements"}:
        return False
    for role in actor.roles:
        if role.city != patient.city:
            continue
        if role.name in {RoleName.DISPATCHER, RoleName.SENIOR}:
            return True
        if role.name == RoleName.HOSPITAL and role.hospital in patient.hospitals:
            return True
        if role.name == RoleName.CREW and role.crew == patient.crew:
            return True
    return False


def unknown_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes that do not exist."""
    return sorted(set(scopes) - SCOPES.keys())
