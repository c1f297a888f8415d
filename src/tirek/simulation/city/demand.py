"""Draws a day of calls and other arrivals. The draws depend on seed and day only, never on what was decided.

So two policies under the same seed meet the same patients, and their difference is the policies' own.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from tirek.domain.beds import BedKind, CareGroup
from tirek.domain.errors import InputError
from tirek.engine.stays import StayModel
from tirek.simulation.city.model import CityModel, nearest_kind
from tirek.simulation.city.scenario import Scenario
from tirek.simulation.city.state import AGE_DAYS, CALL, REFERRED, WALK_IN

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DAY = 1440.0
_EPIDEMIC, _GENERAL = "epidemic", "general"


@dataclass(frozen=True, eq=False)
class DayDemand:
    """Calls and other arrivals of a day in the order of time; fields as in `state.Records`."""

    called: Floats
    zone: Ints
    category: Ints
    source: Ints
    kind: Ints
    epidemic: Ints
    on_scene: Floats
    offload: Floats
    turnaround: Floats
    stay: Floats
    delay: Floats
    luck: Floats


@dataclass(frozen=True, eq=False)
class Needs:
    """Kinds of bed that patients need: shares over the K kinds of the city, which add up to 1, and stays."""

    epidemic: Floats
    general: Floats
    stays: tuple[StayModel, ...]
    """Of each kind."""


def needs_of(model: CityModel, scenario: Scenario) -> Needs:
    """The scenario's needs as far as the city has such beds; see `nearest_kind` for the others."""
    kinds = model.network.kinds
    shares = {}
    for who, wanted in scenario.needs.items():
        share = np.zeros(len(kinds))
        for name, part in wanted.items():
            try:
                base = BedKind.parse(name)
                groups = {CareGroup(group): weight for group, weight in scenario.groups.items()}
            except ValueError as error:
                raise InputError(str(error), source=scenario.id, field=f"needs.{who}") from None
            groups[CareGroup.ADULT] = 1.0 - sum(groups.values())
            for group, weight in groups.items():
                share[nearest_kind(kinds, base._replace(group=group))] += part * weight
        shares[who] = share
    stays = tuple(StayModel(*scenario.stays[BedKind.parse(kind).stream]) for kind in kinds)
    return Needs(shares[_EPIDEMIC], shares[_GENERAL], stays)


def draw_day(model: CityModel, scenario: Scenario, needs: Needs, day: int, seed: int) -> DayDemand:
    """Everybody who calls or comes on `day` (counted from the scenario's start)."""
    rng = np.random.default_rng([seed, day])
    middle = day + 0.5
    total = scenario.courses["calls"].at(middle)
    epidemic = min(scenario.courses["epidemic_calls"].at(middle), total)
    n_calls, n_epidemic = int(rng.poisson(total - epidemic)), int(rng.poisson(epidemic))
    others_epidemic, others_general = other_arrivals(model, scenario, needs, day)
    sources = (
        (n_calls, CALL, False),
        (n_epidemic, CALL, True),
        (int(rng.poisson(others_epidemic)), REFERRED, True),
        (int(rng.poisson(others_general)), REFERRED, False),
    )
    parts = [_draw(model, scenario, needs, rng, n, source, ill) for n, source, ill in sources]
    columns = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(DayDemand)}
    order = np.argsort(columns["called"], kind="stable")
    columns = {name: values[order] for name, values in columns.items()}
    columns["called"] = columns["called"] + day * DAY
    return DayDemand(**columns)


def other_arrivals(model: CityModel, scenario: Scenario, needs: Needs, day: int) -> tuple[float, float]:
    """Expected patients of a day whom no ambulance brings: epidemic, and other."""
    middle = day + 0.5
    calls = scenario.courses["calls"].at(middle)
    ill = min(scenario.courses["epidemic_calls"].at(middle), calls)
    by_crew = ill * _taken(scenario, _EPIDEMIC)
    epidemic = max(scenario.courses["epidemic_arrivals"].at(middle) - by_crew, 0.0)
    network = model.network
    general = np.array([k.startswith(_GENERAL) for k in network.kinds])
    beds = float(np.nansum(network.staffed[general[network.kind]]))
    mean_stay = float(needs.general @ [stay.mean_days() for stay in needs.stays])
    wanted = scenario.number("arrivals", "general_aim") * beds / mean_stay
    return epidemic, max(wanted - (calls - ill) * _taken(scenario, "other"), 0.0)


def _taken(scenario: Scenario, who: str) -> float:
    """Expected share of calls whose patient is driven to hospital, if a crew reaches all but category 4."""
    share = _shares(scenario.list("calls", f"category_share_{who}"))
    return float(share @ scenario.list("calls", f"transported_{who}"))


def _shares(weights: Floats) -> Floats:
    total = weights.sum()
    if not total > 0:
        raise InputError("shares add up to nothing")
    return np.asarray(weights / total)


def _pick(rng: np.random.Generator, share: Floats, n: int) -> Ints:
    """Positions drawn by `share`, shape (n,)."""
    edges = np.cumsum(share)
    return np.minimum(np.searchsorted(edges / edges[-1], rng.random(n), side="right"), len(share) - 1)


def _times(rng: np.random.Generator, mean: float, spread: float, n: int) -> Floats:
    """Log-normal durations with this mean and sd of the logarithm."""
    return np.asarray(mean * np.exp(spread * rng.standard_normal(n) - spread**2 / 2))


def draw_stays(rng: np.random.Generator, kind: Ints, needs: Needs) -> Floats:
    """Stays in minutes for patients of each `kind`, shape (n,); -1 draws one all the same."""
    scale = np.array([stay.scale_days for stay in needs.stays])[kind]
    shape = np.array([stay.shape for stay in needs.stays])[kind]
    days = scale * rng.standard_exponential(kind.size) ** (1 / shape)
    return np.asarray(np.minimum(days, AGE_DAYS - 2.0) * DAY)


def _draw(
    model: CityModel,
    scenario: Scenario,
    needs: Needs,
    rng: np.random.Generator,
    n: int,
    source: int,
    ill: bool,
) -> DayDemand:
    """`n` records of one sort, in no order of time, minutes since midnight."""
    who = "epidemic" if ill else "other"
    hour_weight = scenario.list("calls", "hour_weight")
    hour = _pick(rng, hour_weight, n)
    category = _pick(rng, scenario.list("calls", f"category_share_{who}"), n) + 1
    kind = _pick(rng, needs.epidemic if ill else needs.general, n)
    spread = scenario.number("crew_times", "spread")
    extra = float(ill)
    crew = scenario.numbers["crew_times"]
    on_scene = _times(rng, crew["on_scene"], spread, n) + extra * crew["on_scene_epidemic_extra"]
    turnaround = _times(rng, crew["turnaround"], spread, n) + extra * crew["turnaround_epidemic_extra"]
    stay = draw_stays(rng, kind, needs)
    delay = np.zeros(n)
    sources = np.full(n, source)
    if source == CALL:
        taken = rng.random(n) < scenario.list("calls", f"transported_{who}")[category - 1]
        kind = np.where(taken, kind, -1)
    else:
        arrivals = scenario.numbers["arrivals"]
        delay = rng.exponential(arrivals["referred_delay"], n)
        delay[rng.random(n) < arrivals["no_show_share"]] = np.inf
        sources[rng.random(n) >= arrivals["referred_share"]] = WALK_IN
    return DayDemand(
        called=(hour + rng.random(n)) * 60.0,
        zone=_pick(rng, model.zone_weights, n),
        category=category,
        source=sources,
        kind=kind,
        epidemic=np.full(n, int(ill)),
        on_scene=on_scene,
        offload=_times(rng, crew["offload"], spread, n),
        turnaround=turnaround,
        stay=stay,
        delay=delay,
        luck=rng.random((n, 2)),
    )
