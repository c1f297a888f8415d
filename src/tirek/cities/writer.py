"""Writing `city.toml` so that a person likes to read it and to correct it by hand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tirek.cities.city import Thresholds
from tirek.cities.osm_sites import Site
from tirek.cities.profile import FORMAT
from tirek.domain.beds import BedKind
from tirek.domain.call import TARGET_MINUTES
from tirek.domain.place import Names
from tirek.roads.speeds import CLASS_KMH, TravelDefaults

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya a g q n o u u h i".split(  # noqa: SIM905  (one letter under another)
            " "
        ),
        strict=True,
    )
)
_LONGEST_ID = 40

_THRESHOLD_NOTES = {
    "load_steps_percent": "of available beds: watch, act, over (overload is counted from 95 and 100)",
    "report_ask_after_hours": "older bed reports are asked for (Tirek's default: once a shift)",
    "report_unknown_after_hours": "older figures count as unknown (Tirek's default: a daily report missed)",
    "promise_lapse_after_hours": "a promised bed nobody came to is flagged (Tirek's default)",
    "transfer_alert_after_hours": "a transfer request without an answer is raised (users of CARE, #748)",
    "offload_target_minutes": "handover at the door, 90 % within; usual targets are 20-30 minutes",
    "offload_limit_minutes": "past this the offload counts as delayed (EDXL-HAVE)",
    "evenness": "where the lever of placement rests, 0 nearest ... 1 perfectly even (Tirek's default)",
    "reach_minutes": "longest journey of a patient; the nearest is always allowed (Tirek's default)",
}


@dataclass(frozen=True)
class Draft:
    """What the importer knows of a city; `plans` has one bed plan per hospital, or is empty."""

    id: str
    names: Names
    time_zone: str
    attribution: str
    hospitals: Sequence[Site]
    stations: Sequence[Site]
    plans: Sequence[Mapping[BedKind, int]] = ()
    plan_reason: str = ""
    aliases: Sequence[str] = ()
    source_date: str = ""
    head: Sequence[str] = field(default_factory=list)


def text(value: str) -> str:
    """A TOML text; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def slug(names: Names, fallback: str, taken: set[str]) -> str:
    """A short id in Latin letters out of a name, not yet taken; it is added to `taken`."""
    written = (names.en or names.ru or names.kk or fallback).casefold().replace("№", " ")
    latin = "".join(_LATIN.get(c, c if c.isascii() and c.isalnum() else " ") for c in written)
    base = ""
    for word in latin.split():
        if base and len(base) + len(word) >= _LONGEST_ID:
            break
        base = f"{base}-{word}"[:_LONGEST_ID] if base else word[:_LONGEST_ID]
    base = base or fallback
    ident, number = base, 2
    while ident in taken:
        ident, number = f"{base}-{number}", number + 1
    taken.add(ident)
    return ident


def names_table(names: Names) -> str:
    """`{ kk = "...", ru = "...", en = "..." }` with the languages there are."""
    pairs = ((language, getattr(names, language)) for language in ("kk", "ru", "en"))
    return "{ " + ", ".join(f"{language} = {text(name)}" for language, name in pairs if name) + " }"


def write_profile(draft: Draft) -> str:
    """The text of `city.toml`."""
    taken: set[str] = set()
    out = [*(f"# {line}" for line in draft.head), ""]
    out += [
        f"format = {FORMAT}",
        f"id = {text(draft.id)}",
        f"names = {names_table(draft.names)}",
        f"aliases = [{', '.join(text(a) for a in draft.aliases)}]",
        f"time_zone = {text(draft.time_zone)}",
        f"attribution = {text(draft.attribution)}",
        "",
    ]
    if draft.plans:
        out += ["[assumptions]", f"bed-plan = {text(draft.plan_reason)}", ""]
    out += settings()
    for site in draft.stations:
        out += ["[[stations]]", *_site(site, slug(site.names, site.osm, taken)), 'crews = "unknown"', ""]
    for index, site in enumerate(draft.hospitals):
        out += ["[[hospitals]]", *_site(site, slug(site.names, site.osm, taken))]
        out += [f"phone = {text(site.phone)}"] if site.phone else []
        if site.beds is not None:
            at = _address(site.osm)
            origin = f'source = "https://www.openstreetmap.org/{at}", date = {draft.source_date}'
            if not draft.source_date:
                origin = f'assumed = "told by OpenStreetMap ({at}) on an unknown day"'
            out.append(f"beds_total = {{ count = {site.beds}, {origin} }}")
        out.append("[hospitals.beds]")
        if draft.plans:
            out += [f'"{k}" = {{ count = {n}, assumed = "bed-plan" }}' for k, n in draft.plans[index].items()]
        else:
            out.append('"general/isolation/adult" = "unknown"')
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def settings() -> list[str]:
    """Targets, thresholds and travel defaults with the origin of each."""
    limits, travel = Thresholds(), TravelDefaults()
    out = ["# Urgency category = minutes until arrival. Kazakhstan's draft order as reported by iapn.kz."]
    out += ["[targets_minutes]", *(f"{n:d} = {m:g}" for n, m in TARGET_MINUTES.items()), "", "[thresholds]"]
    for name, note in _THRESHOLD_NOTES.items():
        value = getattr(limits, name)
        shown = f"[{', '.join(f'{v:g}' for v in value)}]" if isinstance(value, tuple) else f"{value:g}"
        out.append(f"{name} = {shown}  # {note}")
    hours = ", ".join(f"[{h:g}, {f:g}]" for h, f in travel.hour_factors)
    return [
        *out,
        "",
        "# Defaults, not measurements of this city: show +-25 % until they are fitted to driven trips.",
        "[travel]",
        "# [from hour, times the night's minutes]",
        f"hour_factors = [{hours}]",
        f"siren_excess_share = {travel.siren_excess_share:.3g}  # of the hour's excess felt with siren",
        f"siren_factor = {travel.siren_factor:g}  # of ordinary minutes, usual in simulations (JEMSS)",
        f"patient_factor = {travel.patient_factor:g}  # siren and patient aboard, instead of siren_factor",
        f"winter_factor = {travel.winter_factor:g}  # on snow and ice, 1.1-1.3",
        f"range_share = {travel.range_share:g}",
        "",
        "[travel.class_kmh]  # km/h at night, stops at lights included",
        *(f"{name} = {kmh:g}" for name, kmh in CLASS_KMH.items()),
        "",
    ]


def _site(site: Site, ident: str) -> list[str]:
    return [
        f"id = {text(ident)}",
        f"names = {names_table(site.names)}",
        f"lat = {site.point.lat:.5f}",
        f"lon = {site.point.lon:.5f}",
        f"osm = {text(site.osm)}",
    ]


def _address(osm: str) -> str:
    return {"n": "node", "w": "way", "r": "relation"}[osm[0]] + "/" + osm[1:]
