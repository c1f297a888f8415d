"""What the room refuses, told so that a person or a program can act on it (RFC 9457, problem+json)."""

from typing import Any


class Problem(Exception):  # noqa: N818  (it is what RFC 9457 calls it)
    """A request that was refused; nothing of it was done.

    Parameters
    ----------
    status : HTTP status.
    kind : short name that programs compare (`full`, `forbidden`, ...).
    title : what is wrong in one sentence.
    field : the part of the request that was wrong.
    more : further members of the answer.
    """

    def __init__(self, status: int, kind: str, title: str, field: str | None = None, **more: Any) -> None:
        super().__init__(title)
        self.status, self.kind, self.title, self.field, self.more = status, kind, title, field, more

    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        body: dict[str, Any] = {"type": f"tirek:{self.kind}", "title": self.title, "status": self.status}
        if self.field:
            body["errors"] = [{"field": self.field, "message": self.title}]
        return body | self.more


def forbidden(title: str = "your role does not allow this") -> Problem:
    """The actor may not."""
    return Problem(403, "forbidden", title)


def not_found(what: str) -> Problem:
    """No such thing, or none that the actor may know of."""
    return Problem(404, "not-found", f"no such {what}")


def wrong(field: str, title: str) -> Problem:
    """A part of the request is wrong."""
    return Problem(422, "invalid", title, field)
