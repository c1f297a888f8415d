"""Names that a dispatcher can look for: settlements, districts, streets, clinics, addresses."""

import gzip
import io
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point, great_circle_km

PLACES_FILE = "places.tsv.gz"
SAME_KM = 0.3
"""Places of one kind and name this near to each other are one."""
KINDS = ("settlement", "district", "street", "clinic", "address")
"""From the widest to the narrowest; the order in which equally good matches are shown."""


@dataclass(frozen=True)
class Place:
    """A named place: `name` is the one on the map, `names` the translations that OSM has."""

    kind: str
    point: Point
    name: str
    names: Names = field(default_factory=Names)


_FOLD = str.maketrans("ёәғқңөұүһі", "еагкноуухи")
"""Kazakh letters as the Russian ones that people type on a keyboard without them."""


def plain(text: str) -> str:
    """Text as it is compared: lower case, Kazakh letters and ё as their neighbours, signs as spaces."""
    folded = text.casefold().translate(_FOLD)
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


@dataclass(frozen=True, eq=False)
class PlaceIndex:
    """Places in the order of the file, ready to be searched."""

    places: tuple[Place, ...]
    _plain: list[str] = field(init=False, repr=False)
    _all: str = field(init=False, repr=False)
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Prepare the compared texts once."""
        texts = [
            " " + " ".join(plain(n) for n in (p.name, p.names.kk, p.names.ru, p.names.en) if n)
            for p in self.places
        ]
        object.__setattr__(self, "_plain", texts)
        object.__setattr__(self, "_all", "\n".join(texts))
        starts = accumulate((len(text) + 1 for text in texts), initial=0)
        object.__setattr__(self, "_starts", list(starts))

    def __len__(self) -> int:
        """How many places there are."""
        return len(self.places)

    def search(self, text: str, limit: int = 10) -> list[Place]:
        """Places of which every word of `text` begins a word of the name; the shortest and widest first."""
        words = [" " + word for word in plain(text).split()]
        if not words:
            return []
        hits = [i for i in self._holding(max(words, key=len)) if all(w in self._plain[i] for w in words)]
        hits.sort(key=lambda i: (KINDS.index(self.places[i].kind), len(self.places[i].name), i))
        return [self.places[i] for i in hits[:limit]]

    def _holding(self, word: str) -> Iterator[int]:
        """Places whose text holds `word`; one pass over all texts as a single one is ten times faster."""
        at = self._all.find(word)
        while at >= 0:
            index = bisect_right(self._starts, at) - 1
            yield index
            at = self._all.find(word, self._starts[index + 1])


def once(places: Iterable[Place]) -> list[Place]:
    """Places without those that the map has twice: a building and its entrance carry the same address."""
    kept: dict[tuple[str, str], list[Place]] = {}
    for place in sorted(places, key=lambda p: (p.kind, p.name, p.point)):
        same = kept.setdefault((place.kind, place.name), [])
        if all(float(great_circle_km(*place.point, *other.point)) > SAME_KM for other in same):
            same.append(place)
    return [place for same in kept.values() for place in same]


def dump_places(places: Iterable[Place]) -> bytes:
    """The file's bytes, sorted; the same places give the same bytes."""
    rows = sorted(
        (KINDS.index(p.kind), p.name, p.point.lat, p.point.lon, p.names.kk, p.names.ru, p.names.en)
        for p in once(_without_none(p) for p in places)
    )
    lines = [
        "\t".join((KINDS[kind], name, f"{lat:.5f}", f"{lon:.5f}", kk or "", ru or "", en or ""))
        for kind, name, lat, lon, kk, ru, en in rows
    ]
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode() if lines else b"")
    return out.getvalue()


def _without_none(place: Place) -> Place:
    names = Names(*(_one_line(n or "") for n in (place.names.kk, place.names.ru, place.names.en)))
    return Place(place.kind, place.point, _one_line(place.name), names)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def load_places(data: bytes) -> PlaceIndex:
    """Read what `dump_places` wrote; InputError names the line that cannot be read."""
    try:
        text = gzip.decompress(data).decode()
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(f"not a list of places ({error})", source=PLACES_FILE) from None
    places = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            kind, name, lat, lon, kk, ru, en = line.split("\t")
            KINDS.index(kind)
            names = Names(kk or None, ru or None, en or None)
            places.append(Place(kind, Point(float(lat), float(lon)), name, names))
        except ValueError:
            raise InputError(
                "expected kind, name, lat, lon, kk, ru, en divided by tabs", source=PLACES_FILE, line=number
            ) from None
    return PlaceIndex(tuple(places))
