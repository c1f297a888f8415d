"""Which OSM ways an ambulance may drive, in which direction and in what class.

Tags and their meaning are those of the OpenStreetMap wiki (keys `highway`, `access`, `oneway`, `barrier`).
Everything here works on a plain mapping of tags, so that the rules can be tested without a file.
"""

from collections.abc import Mapping

from tirek.roads.speeds import ROAD_CLASSES

Tags = Mapping[str, str]

_CLASS_OF = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "unclassified",
    "road": "unclassified",
    "residential": "residential",
    "living_street": "living_street",
    "service": "service",
    "track": "track",
    "busway": "tertiary",
    "motorway_link": "link",
    "trunk_link": "link",
    "primary_link": "link",
    "secondary_link": "link",
    "tertiary_link": "link",
}
_ON_FOOT = frozenset({"pedestrian", "footway", "path", "cycleway"})
"""Roads for people on foot: driven only where a tag names emergency or motor vehicles."""

_CLOSED = frozenset(
    {"no", "private", "permit", "agricultural", "forestry", "agricultural;forestry", "military"}
)
_OPEN = frozenset({"yes", "designated", "official", "permissive"})
_ACCESS_KEYS = ("emergency", "motorcar", "motor_vehicle", "vehicle", "access")
"""From the most to the least specific for an ambulance; the first one that is there decides."""

_FORWARD = frozenset({"yes", "true", "1"})
_BACKWARD = frozenset({"-1", "reverse"})
_ROUND = frozenset({"roundabout", "circular"})

_BARRIERS = frozenset(
    {"bollard", "block", "jersey_barrier", "chain", "log", "planter", "debris", "wall", "fence"}
)
"""Barriers that stop a car whoever drives it; gates and lift gates are opened for an ambulance."""


def access(tags: Tags) -> str | None:
    """The value that decides on access for an ambulance, or `None` where nothing was tagged."""
    return next((tags[key] for key in _ACCESS_KEYS if key in tags), None)


def road_class(tags: Tags) -> int | None:
    """Index into `ROAD_CLASSES`, or `None` where an ambulance may not or cannot drive.

    Ferries carry no `highway` and so are never roads here.
    """
    highway = tags.get("highway", "")
    allowed = access(tags)
    if highway in _ON_FOOT:
        return ROAD_CLASSES.index("living_street") if allowed in _OPEN and _names_vehicles(tags) else None
    if highway not in _CLASS_OF or allowed in _CLOSED or tags.get("area") == "yes":
        return None
    return ROAD_CLASSES.index(_CLASS_OF[highway])


def _names_vehicles(tags: Tags) -> bool:
    """Whether the open access speaks of vehicles; `access=yes` on a footpath does not."""
    return any(tags.get(key) in _OPEN for key in ("emergency", "motorcar", "motor_vehicle", "vehicle"))


def directions(tags: Tags) -> tuple[bool, bool]:
    """Whether the way may be driven along its nodes, and against them.

    `oneway:emergency` is written for us and decides before `oneway`. A motorway and a roundabout are one-way
    unless `oneway=no`.
    """
    value = tags.get("oneway:emergency") or tags.get("oneway")
    if value is None:
        implied = tags.get("highway") == "motorway" or tags.get("junction") in _ROUND
        return True, not implied
    if value in _BACKWARD:
        return False, True
    return True, value not in _FORWARD


def blocks(tags: Tags) -> bool:
    """Whether a node with these tags stops an ambulance."""
    if tags.get("barrier") not in _BARRIERS:
        return False
    return not any(tags.get(key) in _OPEN for key in _ACCESS_KEYS)


def turn_rule(tags: Tags) -> str | None:
    """The turn restriction that binds us (`no_left_turn`, `only_straight_on` ...), or `None`.

    Restrictions for a part of the day or for other vehicles do not bind an ambulance; one that excepts
    emergency vehicles does not either.
    """
    if "emergency" in tags.get("except", "").split(";"):
        return None
    rule = (
        tags.get("restriction") or tags.get("restriction:motorcar") or tags.get("restriction:motor_vehicle")
    )
    return rule if rule and rule.startswith(("no_", "only_")) else None
