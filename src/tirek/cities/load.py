"""Finding a city: one that ships with Tirek by its id or an alias, or any folder with a `city.toml`."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from tirek.cities.city import BASEMAP_FILE, PROFILE_FILE, ROADS_FILE, City, Station
from tirek.cities.homes import HOMES_FILE
from tirek.cities.places import PLACES_FILE
from tirek.cities.profile import read_profile
from tirek.cities.reading import Note
from tirek.domain.errors import InputError

if TYPE_CHECKING:
    from tirek.domain.hospital import Hospital

FAR_FROM_ROAD_KM = 0.5
"""A hospital farther from every road than this is probably misplaced, or the extract too small."""


_WITHOUT = {
    ROADS_FILE: "nobody can be driven anywhere; `tirek city import` writes it",
    PLACES_FILE: "the search for addresses finds nothing",
    HOMES_FILE: "people are assumed along the streets",
    BASEMAP_FILE: "pages draw the roads only",
}
"""What a missing file means."""


def shipped_cities() -> tuple[str, ...]:
    """Ids of the cities that ship with Tirek."""
    return tuple(sorted(f.name for f in files("tirek.cities").iterdir() if (f / PROFILE_FILE).is_file()))


def load_city(id_or_dir: str | Path, *, assumed: bool = True) -> City:
    """Load a city by its id, one of its aliases (`"Nur-Sultan"`), or the folder of its `city.toml`.

    Parameters
    ----------
    id_or_dir : a folder when it holds a `city.toml`, else the id or alias of a city that ships.
    assumed : whether counts that were only assumed count as known. Simulations need them; the desk passes
        `False`, so that nobody is sent to a bed that was only assumed.

    Raises
    ------
    InputError
        There is no such city, or its profile is wrong: the first fault, by line.
    """
    folder = _folder(id_or_dir)
    city, notes = _read(folder, assumed=assumed)
    for note in notes:
        if note.wrong:
            raise note.error(_shown(folder))
    return city


def check_city(id_or_dir: str | Path) -> tuple[City, list[Note]]:
    """Everything that is wrong or unknown in a city's folder, by line, files included."""
    folder = _folder(id_or_dir)
    city, notes = _read(folder, assumed=True)
    notes.extend(
        Note(None, "", f"{name} is missing: {then}", wrong=name == ROADS_FILE)
        for name, then in _WITHOUT.items()
        if not city.has(name)
    )
    if city.has(ROADS_FILE):
        try:
            notes.extend(_off_road(city))
            _ = city.places, city.homes
        except InputError as error:
            notes.append(Note(None, "", str(error)))
    return city, notes


def _off_road(city: City) -> list[Note]:
    sites: list[Hospital | Station] = [*city.hospitals, *city.stations]
    if not sites:
        return []
    _, km = city.roads.snap([site.point for site in sites])
    return [
        Note(None, site.id, f"{far:.1f} km from the nearest road of {ROADS_FILE}", wrong=False)
        for site, far in zip(sites, km, strict=True)
        if far > FAR_FROM_ROAD_KM
    ]


def _read(folder: Traversable, *, assumed: bool) -> tuple[City, list[Note]]:
    try:
        text = (folder / PROFILE_FILE).read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 ({error.reason} at byte {error.start})", source=_shown(folder)) from None
    return read_profile(text, folder, assumed=assumed)


def _shown(folder: Traversable) -> str:
    """What errors call the file: its path as it was given."""
    return str(folder / PROFILE_FILE)


def _folder(id_or_dir: str | Path) -> Traversable:
    here = Path(id_or_dir)
    if (here / PROFILE_FILE).is_file():
        return here
    wanted = str(id_or_dir).casefold()
    shipped = shipped_cities()
    for one in shipped:
        if one.casefold() == wanted:
            return files("tirek.cities") / one
    for one in shipped:
        city, _ = _read(files("tirek.cities") / one, assumed=True)
        known = (*city.aliases, city.names.kk, city.names.ru, city.names.en)
        if wanted in {name.casefold() for name in known if name}:
            return files("tirek.cities") / one
    raise InputError(
        f"no city '{id_or_dir}': expected one of {', '.join(shipped) or 'none ships'} "
        f"or a folder with a {PROFILE_FILE}"
    )
