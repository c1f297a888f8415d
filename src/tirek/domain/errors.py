"""Errors that a person can act on: where it stands, what was found, what was expected."""

from dataclasses import dataclass


@dataclass(eq=False)  # not frozen: contextlib and click set __traceback__ on the way up
class InputError(Exception):
    """Input that was refused, and why.

    Parameters
    ----------
    message : what was found and what was expected, in one sentence.
    source : the file (or other input) it was found in.
    line : its line, from 1.
    field : the column or key.
    """

    message: str
    source: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        """One line: `file:line: field: message`."""
        place = self.source or ""
        if place and self.line is not None:
            place += f":{self.line}"
        return ": ".join(part for part in (place, self.field, self.message) if part)
