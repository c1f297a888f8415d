"""Reading values out of a parsed TOML document; every fault is noted by its line, not only the first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tirek.cities.toml_lines import Key, Lines
from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point

UNKNOWN = "unknown"
"""What stands where nobody has said: absent is not zero."""


@dataclass(frozen=True)
class Note:
    """One thing that was found: `wrong` must be put right, the others are only not known.

    `line` is in `city.toml`, from 1; `None` where the note is about the city's other files.
    """

    line: int | None
    what: str
    message: str
    wrong: bool = True

    def error(self, source: str) -> InputError:
        """The same as an error."""
        place = None if self.line is None else source
        return InputError(self.message, source=place, line=self.line, field=self.what or None)


@dataclass
class Reader:
    """A document, where its keys stand, and what was found so far."""

    document: dict[str, Any]
    lines: Lines
    notes: list[Note] = field(default_factory=list)

    def wrong(self, key: Key, what: str, message: str) -> None:
        """Note a fault at a key."""
        self.notes.append(Note(self.lines.of(*key), what, message))

    def unknown(self, key: Key, what: str, message: str) -> None:
        """Note something that is only not known."""
        self.notes.append(Note(self.lines.of(*key), what, message, wrong=False))

    def get(self, key: Key) -> Any:
        """The value at a path, or `None`."""
        value: Any = self.document
        for part in key:
            if isinstance(part, str) and isinstance(value, dict):
                value = value.get(part)
            elif isinstance(part, int) and isinstance(value, list) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    def table(self, key: Key, what: str = "") -> dict[str, Any]:
        """A table; empty when missing."""
        value = self.get(key)
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        self.wrong(key, what, f"{key[-1]}: expected a table, found {value!r}")
        return {}

    def tables(self, key: Key) -> list[dict[str, Any]]:
        """A list of tables; empty when missing."""
        value = self.get(key)
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.wrong(key, "", f"{key[-1]}: expected [[{key[-1]}]] tables, found {value!r}")
        return []

    def text(self, key: Key, what: str = "", *, required: bool = True) -> str | None:
        """A text that is not empty."""
        value = self.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if value is not None or required:
            self.wrong(key, what, f"{key[-1]}: expected a text, {_found(value)}")
        return None

    def number(
        self, key: Key, low: float, high: float, what: str = "", *, default: float | None = None
    ) -> float | None:
        """A number from `low` to `high`; the default where it is missing."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.wrong(key, what, f"{key[-1]}: expected a number {low:g} to {high:g}, {_found(value)}")
        return default

    def names(self, key: Key, what: str) -> Names:
        """Names by language, at least one."""
        value = self.get(key)
        good = isinstance(value, dict) and value and all(isinstance(v, str) and v for v in value.values())
        if not good:
            self.wrong(
                key, what, f'{key[-1]}: expected {{ kk = "...", ru = "...", en = "..." }}, {_found(value)}'
            )
            return Names()
        for language in sorted(set(value) - {"kk", "ru", "en"}):
            self.wrong(key, what, f"{key[-1]}: expected kk, ru or en, found {language}")
        return Names(value.get("kk"), value.get("ru"), value.get("en"))

    def point(self, key: Key, what: str) -> Point | None:
        """The point in `lat` and `lon` of a table."""
        lat = self.number((*key, "lat"), -90, 90, what)
        lon = self.number((*key, "lon"), -180, 180, what)
        return None if lat is None or lon is None else Point(lat, lon)

    def count(self, key: Key, what: str, value: Any, name: str) -> int | None:
        """A whole number >= 0, or `None` for "unknown"."""
        if value == UNKNOWN:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.wrong(key, what, f'{name}: expected a whole number >= 0 or "{UNKNOWN}", {_found(value)}')
        return None

    def only(self, key: Key, allowed: Sequence[str], what: str = "") -> None:
        """Note keys that mean nothing: most are misspelt."""
        table = self.get(key) if key else self.document
        for name in table if isinstance(table, dict) else ():
            if name not in allowed:
                self.wrong((*key, name), what, f"unknown key '{name}', expected one of {', '.join(allowed)}")


def _found(value: Any) -> str:
    return (
        "but it is missing" if value is None else f"found {value}" if value != "" else "found an empty text"
    )
