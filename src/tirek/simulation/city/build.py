"""Fills the arrays of the compiled loop for the start of a run."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tirek.domain.errors import InputError
from tirek.engine.dispatch import DispatchSettings
from tirek.engine.ledger import Columns
from tirek.engine.place import DEFAULT_EVENNESS
from tirek.simulation.city.beds import POLICY_NAMES
from tirek.simulation.city.demand import DAY, Needs, draw_stays
from tirek.simulation.city.heap import pack, push
from tirek.simulation.city.model import CityModel
from tirek.simulation.city.scenario import Scenario
from tirek.simulation.city.state import (
    AGE_DAYS,
    BED_FREE,
    COUNT_BEDS,
    N_SIZE,
    RECENT_WINDOWS,
    SAMPLE_SIZE,
    SCAN,
    X_SIZE,
    Beds,
    Crews,
    Ground,
    Rules,
    State,
    empty_records,
    empty_series,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RING_DAYS = 4
"""Days of calls that the ring of records holds at least; nobody waits and travels so long."""


@dataclass(frozen=True)
class RunSettings:
    """How a city is run.

    Parameters
    ----------
    policy : of placement, one of `POLICY_NAMES`.
    evenness : the lever, 0 nearest ... 1 perfectly even.
    reach_minutes : longest journey of a patient.
    plan_hours : hours between two looks ahead; divides 24.
    dispatch : how crews are sent.
    """

    policy: str = "tirek"
    evenness: float = DEFAULT_EVENNESS
    seed: int = 1
    reach_minutes: float = 90.0
    plan_hours: int = 24
    dispatch: DispatchSettings = field(default_factory=DispatchSettings)

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if self.policy not in POLICY_NAMES:
            raise InputError(f"no policy '{self.policy}': expected one of {', '.join(POLICY_NAMES)}")
        if not 0 <= self.evenness <= 1:
            raise InputError(f"evenness: expected 0 (nearest) to 1 (even), found {self.evenness:g}")
        if self.plan_hours < 1 or 24 % self.plan_hours:
            raise InputError(f"plan_hours: expected a divisor of 24, found {self.plan_hours}")
        if self.seed < 0:
            raise InputError(f"seed: expected a number from 0, found {self.seed}")


def staffed_on(model: CityModel, scenario: Scenario, day: float) -> Floats:
    """Staffed beds of every line on a day, shape (L,), whole numbers; 0 where a hospital is not open yet.

    Epidemic lines (infectious, provisional, quarantine) of the open hospitals are scaled to the scenario's
    number of epidemic beds; general ones are the city's own.
    """
    network = model.network
    beds = np.nan_to_num(network.staffed)
    for i, name in enumerate(network.hospital_ids):
        if scenario.openings.get(name, -np.inf) > day:
            beds[network.hospital == i] = 0.0
    general = np.array([name.startswith("general") for name in network.kinds])[network.kind]
    epidemic = ~general & (beds > 0)
    wanted = round(scenario.courses["epidemic_beds"].at(day))
    have = beds[epidemic].sum()
    if not have > 0:
        raise InputError("the city has no open bed for infectious patients", source=model.id)
    exact = beds[epidemic] * wanted / have
    whole = np.floor(exact)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: int(wanted - whole.sum())]] += 1
    beds[epidemic] = whole
    return beds


def home_hospitals(model: CityModel, staffed: Floats) -> Ints:
    """Nearest hospital with beds of each kind from each zone, shape (K, Z)."""
    network, first = model.network, model.first_hospital
    travel = model.minutes[:first, first : model.first_station]
    out = np.zeros((len(network.kinds), first), dtype=np.int64)
    for k in range(len(network.kinds)):
        lines = np.flatnonzero(network.kind == k)
        some = lines[staffed[lines] > 0]
        at = network.hospital[some if some.size else lines]
        out[k] = at[np.argmin(travel[:, at], axis=1)]
    return out


def build_ground(model: CityModel, scenario: Scenario, settings: RunSettings, staffed: Floats) -> Ground:
    """The unchanging arrays."""
    network = model.network
    by_kind = np.argsort(network.kind, kind="stable")
    by_hospital = np.argsort(network.hospital, kind="stable")
    kinds, hospitals = len(network.kinds), len(network.hospital_ids)
    per_bay = scenario.number("crew_times", "beds_per_bay")
    beds = np.bincount(network.hospital, np.nan_to_num(network.staffed), hospitals)
    bays = np.maximum(2, np.rint(beds / max(per_bay, 1.0))).astype(np.int64)
    dispatch = settings.dispatch
    crews = int(max(scenario.courses["crews"].values))
    if crews < 1:
        raise InputError("courses.crews: expected at least one crew", source=scenario.id)
    return Ground(
        minutes=np.ascontiguousarray(model.minutes, dtype=np.float64),
        weight=np.asarray(model.zone_weights, dtype=np.float64),
        first_hospital=model.first_hospital,
        hospital=network.hospital,
        kind=network.kind,
        kind_start=np.searchsorted(network.kind[by_kind], np.arange(kinds + 1)).astype(np.int64),
        kind_lines=by_kind.astype(np.int64),
        home_hospital=home_hospitals(model, staffed),
        hospital_start=np.searchsorted(network.hospital[by_hospital], np.arange(hospitals + 1)).astype(
            np.int64
        ),
        hospital_lines=by_hospital.astype(np.int64),
        factors=np.ascontiguousarray(model.factors, dtype=np.float64),
        targets=np.asarray(model.targets, dtype=np.float64),
        cover_minutes=np.array([dispatch.cover_minutes[u] for u in sorted(dispatch.cover_minutes)]),
        give_up=scenario.list("calls", "give_up"),
        bay_start=np.concatenate(([0], np.cumsum(bays))).astype(np.int64),
        crew_home=_crew_homes(model, crews),
        epidemic_kind=np.array([not k.startswith("general") for k in network.kinds], dtype=np.int8),
    )


def _crew_homes(model: CityModel, crews: int) -> Ints:
    """Station of each crew as a place, spread so that any first n of them keep the stations' shares."""
    share = np.asarray(model.station_crews, dtype=float)
    given = np.zeros(share.size)
    homes = np.zeros(crews, dtype=np.int64)
    for crew in range(crews):
        station = int(np.argmax(share * (crew + 1) - given))
        given[station] += 1
        homes[crew] = model.first_station + station
    return homes


def build_rules(scenario: Scenario, settings: RunSettings, days: int) -> Rules:
    """The settings as plain numbers."""
    every = scenario.number("reports", "every")
    reports = round(24 / every) if every > 0 else 0
    if reports < 1 or abs(reports * every - 24) > 1e-9:
        raise InputError(
            f"reports.every: expected hours that divide a day, found {every:g}", source=scenario.id
        )
    return Rules(
        policy=POLICY_NAMES.index(settings.policy),
        seed=settings.seed,
        evenness=settings.evenness,
        reach=settings.reach_minutes,
        cover_within=settings.dispatch.cover_within,
        patience=settings.dispatch.patience,
        reserve_share=settings.dispatch.reserve_share,
        siren_through=int(scenario.number("calls", "siren_through")),
        chute=scenario.number("crew_times", "chute"),
        unknown_after=scenario.number("reports", "unknown_after"),
        decline=scenario.number("hospitals", "decline_share"),
        decline_full=scenario.number("hospitals", "decline_share_full"),
        declines_at_most=min(int(scenario.number("hospitals", "declines_at_most")), 2),
        promise_lapse=60 * scenario.number("reports", "promise_lapse"),
        report_every=60 * every,
        reports_a_day=reports,
        sample_every=max(1, int(scenario.courses["calls"].at(days / 2) * days / SAMPLE_SIZE)),
    )


def _initial_patients(
    model: CityModel, scenario: Scenario, staffed: Floats, rng: np.random.Generator
) -> Ints:
    """Patients in bed at the start, shape (L,): the scenario's occupancy, unevenly over the lines."""
    network = model.network
    general = np.array([name.startswith("general") for name in network.kinds])[network.kind]
    uneven = scenario.number("initial", "unevenness")
    out = np.zeros(staffed.size, dtype=np.int64)
    for lines, name in ((~general, "epidemic_occupancy"), (general, "general_occupancy")):
        share = scenario.number("initial", name)
        total = round(share * staffed[lines].sum())
        load = np.clip(share + uneven * rng.standard_normal(int(lines.sum())), 0.0, 1.0)
        exact = load * staffed[lines]
        for _ in range(20):  # bring the sum to the total without filling a line over its beds
            exact = np.minimum(exact * total / max(exact.sum(), 1e-9), staffed[lines])
        whole = np.floor(exact).astype(np.int64)
        order = np.argsort(whole - exact, kind="stable")
        whole[order[: total - int(whole.sum())]] += 1
        out[lines] = whole
    return out


def _beds(staffed: Floats, occupied: Ints, rate: Floats, ground: Ground, reports: int) -> Beds:
    """The truth at minute 0, as every hospital counted it just then."""
    lines, kinds, hospitals = staffed.size, ground.kind_start.size - 1, ground.hospital_start.size - 1
    return Beds(
        staffed=staffed,
        occupied=occupied,
        known_arrivals=np.zeros(lines, dtype=np.int64),
        arrivals_base=np.zeros(lines, dtype=np.int64),
        counted=occupied.astype(np.float64),
        counted_base=np.zeros(lines, dtype=np.int64),
        counted_at=np.zeros(hospitals, dtype=np.int64),
        present=np.zeros((lines, AGE_DAYS), dtype=np.int64),
        present_unknown=occupied.copy(),
        recent=np.zeros((RECENT_WINDOWS, kinds, hospitals), dtype=np.int64),
        bays=np.zeros(int(ground.bay_start[-1])),
        leave_rate=rate,
        report_late=np.zeros((reports, hospitals)),
        report_error=np.zeros((reports, lines)),
    )


def build_state(
    model: CityModel, scenario: Scenario, settings: RunSettings, ground: Ground, needs: Needs, hours: int
) -> State:
    """The state at minute 0: patients in bed, one report of every hospital in the ledger, no crew on duty."""
    rng = np.random.default_rng([settings.seed, 1 << 32])
    network = model.network
    lines, hospitals = network.kind.size, len(network.hospital_ids)
    zones, places, crews = model.first_hospital, model.minutes.shape[0], ground.crew_home.size
    staffed = staffed_on(model, scenario, 0.0)
    occupied = _initial_patients(model, scenario, staffed, rng)
    reports = build_rules(scenario, settings, hours // 24).reports_a_day
    busiest = max(max(c.values) for c in (scenario.courses["calls"], scenario.courses["epidemic_arrivals"]))
    ring = 1 << int(np.ceil(np.log2(RING_DAYS * (busiest * 1.5 + 2 * network.staffed.size + 2000))))
    rate = np.array([1 / (24 * needs.stays[k].mean_days()) for k in network.kind])
    count = occupied.astype(np.float64)
    columns = Columns(
        staffed.copy(), count.copy(), np.zeros(lines), np.zeros(lines), np.zeros(lines), np.zeros(lines),
        count * rate,
    )  # fmt: skip
    heap = max(4 * int(staffed.sum()), 1 << 16)
    state = State(
        n=np.zeros(N_SIZE, dtype=np.int64),
        x=np.zeros(X_SIZE),
        records=empty_records(ring),
        queue_old=np.full(4, -1, dtype=np.int64),
        queue_new=np.full(4, -1, dtype=np.int64),
        queue_size=np.zeros(4, dtype=np.int64),
        crews=Crews(
            place=ground.crew_home.copy(),
            state=np.zeros(crews, dtype=np.int8),
            token=np.zeros(crews, dtype=np.int64),
            idle=np.zeros(crews, dtype=np.int64),
            slot=np.zeros(crews, dtype=np.int64),
            since=np.zeros(crews),
        ),
        beds=_beds(staffed, occupied, rate, ground, reports),
        ledger=columns,
        price=np.zeros(lines),
        cover=np.zeros(zones, dtype=np.int64),
        idle_at=np.zeros(places, dtype=np.int64),
        heap_time=np.full(heap, np.inf),
        heap_load=np.zeros(heap, dtype=np.int64),
        heap_size=np.zeros(1, dtype=np.int64),
        series=empty_series(hours, lines, hospitals),
        expected=np.zeros(lines),
        doubt=np.zeros(lines),
        open_=np.ones(hospitals, dtype=np.bool_),
        hospital_minutes=np.zeros(hospitals),
        cost=np.zeros(lines),
        rule=np.zeros(lines, dtype=np.int64),
        crew_minutes=np.zeros(crews),
        crew_loss=np.zeros(crews),
        crew_cost=np.zeros(crews),
        wait_record=np.zeros(4 * SCAN, dtype=np.int64),
        wait_category=np.zeros(4 * SCAN, dtype=np.int64),
        wait_waited=np.zeros(4 * SCAN),
        wait_minutes=np.zeros(4 * SCAN),
    )  # fmt: skip
    _fill_heap(state, needs, network.kind, reports, rng)
    return state


def _fill_heap(state: State, needs: Needs, kind: Ints, reports: int, rng: np.random.Generator) -> None:
    """Departures of those in bed, found in the middle of a stay, and the first count of every hospital."""
    line = np.repeat(np.arange(kind.size), state.beds.occupied)
    # The stay under way is the likelier to be found the longer it is: draw three, take one by length.
    stays = np.stack([draw_stays(rng, kind[line], needs) for _ in range(8)])
    weight = np.cumsum(stays, axis=0)
    pick = (rng.random(line.size) * weight[-1] > weight).sum(axis=0)
    left = stays[np.minimum(pick, 7), np.arange(line.size)] * rng.random(line.size)
    for i in range(line.size):
        push(state.heap_time, state.heap_load, state.heap_size, left[i], pack(BED_FREE, int(line[i]), 0))
    every = DAY / reports
    hospitals = state.open_.size
    first = rng.random(hospitals) * every
    for h in range(hospitals):
        push(state.heap_time, state.heap_load, state.heap_size, first[h], pack(COUNT_BEDS, h, 0))
