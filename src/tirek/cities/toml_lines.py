"""On which line of a TOML file a key stands; `tomllib` does not say."""

import re
from collections.abc import Mapping

Key = tuple[str | int, ...]
"""A path into the document: `("hospitals", 0, "beds", "infectious/oxygen/adult")`."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*(?P<path>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_ENTRY = re.compile(
    r"""^\s*(?P<path>(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|[A-Za-z0-9_-]+))*)\s*="""
)
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*\.?""")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PART.findall(text))


class Lines:
    """Lines of the keys of one document that `tomllib` has accepted.

    Written for files as people write them: one key a line. Keys inside an inline table or a list of several
    lines are answered with the line their value begins on.
    """

    def __init__(self, text: str) -> None:
        self._line: dict[Key, int] = {}
        seen: dict[tuple[str, ...], int] = {}
        table: Key = ()
        quote = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if quote:  # inside a text of several lines nothing is a key
                quote = "" if quote in line else quote
                continue
            header = _HEADER.match(line)
            if header:
                path = _parts(header["path"])
                if header[1] == "[[":
                    seen[path] = seen.get(path, -1) + 1
                table = self._placed(path, seen)
                self._line[table] = number
                continue
            entry = _ENTRY.match(line)
            if entry:
                self._line.setdefault((*table, *_parts(entry["path"])), number)
                quote = next((q for q in ('"""', "'''") if line.count(q) == 1), "")

    @staticmethod
    def _placed(path: tuple[str, ...], seen: Mapping[tuple[str, ...], int]) -> Key:
        """The path with the number of the latest entry after each list of tables."""
        placed: list[str | int] = []
        for depth, part in enumerate(path, start=1):
            placed.append(part)
            if path[:depth] in seen:
                placed.append(seen[path[:depth]])
        return tuple(placed)

    def of(self, *key: str | int) -> int:
        """The line of a key, else of the nearest table around it, else 1."""
        while key:
            if key in self._line:
                return self._line[key]
            key = key[:-1]
        return 1
