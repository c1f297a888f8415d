"""A city as the situation centre knows it before the first call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

from tirek.cities.homes import HOMES_FILE, Homes, homes_of_streets, load_homes
from tirek.cities.places import PLACES_FILE, PlaceIndex, load_places
from tirek.domain.beds import BedKind
from tirek.domain.call import TARGET_MINUTES, Urgency
from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.roads.graph import RoadGraph, load_graph
from tirek.roads.speeds import TravelDefaults

PROFILE_FILE = "city.toml"
ROADS_FILE = "roads.npz"
BASEMAP_FILE = "basemap.pmtiles"
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True)
class Figure:
    """Where a number comes from: a `source` with its `day`, or the reason it was `assumed`."""

    count: int | None
    source: str | None = None
    day: date | None = None
    assumed: str | None = None


@dataclass(frozen=True)
class Station:
    """An ambulance station; `crews` is what it can put on the road at once, `None` where nobody has said."""

    id: str
    names: Names
    point: Point
    crews: int | None = None


@dataclass(frozen=True)
class Thresholds:
    """Limits that the ledger, the pages and the alerts use; the defaults are Tirek's, a city may change each.

    Parameters
    ----------
    load_steps_percent : of available beds, in rising order: watch, act, over (95 % is what overload is
        counted from in the literature, 100 % is full).
    report_ask_after_hours, report_unknown_after_hours : age of a bed report at which the hospital is asked,
        and at which its figures count as unknown.
    promise_lapse_after_hours : a promised bed that nobody reached is flagged.
    transfer_alert_after_hours : an unanswered transfer request is raised.
    offload_target_minutes, offload_limit_minutes : handing a patient over at the door, 90 % within.
    evenness : where the lever of placement rests, 0 nearest ... 1 perfectly even.
    reach_minutes : longest journey of a patient; the nearest hospital is always allowed.
    """

    load_steps_percent: tuple[float, float, float] = (80, 95, 100)
    report_ask_after_hours: float = 6
    report_unknown_after_hours: float = 36
    promise_lapse_after_hours: float = 2
    transfer_alert_after_hours: float = 2
    offload_target_minutes: float = 20
    offload_limit_minutes: float = 30
    evenness: float = 0.25
    reach_minutes: float = 90


@dataclass(frozen=True, eq=False)
class City:
    """A city profile.

    Parameters
    ----------
    folder : where the files lie; a package resource or a directory.
    approximate : why travel times or positions are rough, to be shown; `None` where they are not.
    figures : where each bed count comes from, by hospital and kind.
    totals : beds of a whole hospital where a source tells only those; the kinds are then shares of it.
    position_assumed : hospitals whose place on the map was assumed, and why.
    targets : urgency category to target minutes.
    """

    id: str
    names: Names
    folder: Traversable
    aliases: tuple[str, ...] = ()
    tz: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    attribution: str = ""
    approximate: str | None = None
    hospitals: tuple[Hospital, ...] = ()
    stations: tuple[Station, ...] = ()
    figures: Mapping[tuple[str, BedKind], Figure] = field(default_factory=dict)
    totals: Mapping[str, Figure] = field(default_factory=dict)
    position_assumed: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[Urgency, float] = field(default_factory=lambda: dict(TARGET_MINUTES))
    thresholds: Thresholds = field(default_factory=Thresholds)
    travel: TravelDefaults = field(default_factory=TravelDefaults)

    @property
    def crews(self) -> int:
        """Crews of all stations together; stations that have not said count as none."""
        return sum(station.crews or 0 for station in self.stations)

    @cached_property
    def roads(self) -> RoadGraph:
        """The road graph; read when first asked for. InputError when the file is missing or not one."""
        return load_graph(self.file_bytes(ROADS_FILE), f"{self.id}/{ROADS_FILE}")

    @cached_property
    def places(self) -> PlaceIndex:
        """Names to search; empty when the city has no such file."""
        return load_places(self.file_bytes(PLACES_FILE)) if self.has(PLACES_FILE) else PlaceIndex(())

    @cached_property
    def homes(self) -> Homes:
        """Where people live: floor space by small cells, else the length of streets."""
        return (
            load_homes(self.file_bytes(HOMES_FILE)) if self.has(HOMES_FILE) else homes_of_streets(self.roads)
        )

    def has(self, name: str) -> bool:
        """Whether the city's folder holds this file."""
        return (self.folder / name).is_file()

    def file_bytes(self, name: str) -> bytes:
        """A file of the city's folder; InputError when it is missing."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            from tirek.domain.errors import InputError

            raise InputError(
                "no such file; `tirek city import` writes it", source=f"{self.id}/{name}"
            ) from None
