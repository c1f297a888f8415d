"""Where does this patient go? The proposal that the desk shows and the simulator follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tirek.domain.place import Point
from tirek.engine.baselines import POLICIES
from tirek.engine.choice import ALLOWED, CLOSED, FULL, TOO_FAR, UNKNOWN, charged_share
from tirek.engine.ledger import Ledger
from tirek.engine.network import Network
from tirek.engine.reasons import Because, Reason

Floats = npt.NDArray[np.float64]

DEFAULT_EVENNESS = 0.25
"""The lever's resting place: beds are priced, a full hospital weighs 12 minutes."""
EVEN = 0.83
"""The documented "even" setting: a full hospital weighs 176 minutes."""

RULE_NAMES: Mapping[int, str] = {CLOSED: "closed", UNKNOWN: "unknown", TOO_FAR: "too_far", FULL: "full"}


@dataclass(frozen=True)
class Settings:
    """What a city may set."""

    evenness: float = DEFAULT_EVENNESS
    """0 nearest ... 1 perfectly even."""
    reach_minutes: float = 90.0
    """Longest journey of a patient; the nearest hospital is always allowed."""
    policy: str = "tirek"
    seed: int = 0


@dataclass(frozen=True)
class Patient:
    """Who is to be placed. `kinds` is the right kind of bed first, then those that would do."""

    id: str
    place: Point
    kinds: tuple[str, ...]
    declined_by: frozenset[str] = frozenset()


@dataclass
class State:
    """What is known when a patient is to be placed."""

    network: Network
    ledger: Ledger
    travel: Callable[[Point], Floats]
    """Minutes from a place to every hospital, shape (H,); inf where there is no road."""
    settings: Settings = field(default_factory=Settings)
    prices: Floats | None = None
    """Minutes that a bed of each line is worth to later patients, shape (L,); see `tirek.engine.outlook`."""
    open: npt.NDArray[np.bool_] | None = None
    """Hospitals that take patients, shape (H,); `None`: all."""
    placed: int = 0
    """Placements so far, for policies that take turns."""

    def __post_init__(self) -> None:
        """Fill what was left out."""
        if self.prices is None:
            self.prices = np.zeros(self.network.kind.size)
        if self.open is None:
            self.open = np.ones(len(self.network.hospital_ids), dtype=bool)
        self.occupied = np.full(self.network.kind.size, np.nan)
        self.doubt = np.zeros(self.network.kind.size)


@dataclass(frozen=True)
class Option:
    """A hospital as the dispatcher sees it beside the proposal."""

    hospital: str
    kind: str
    line: int
    minutes: float
    load_before: float
    load_after: float
    costs: float
    """Weighed minutes more than the choice."""
    rule: str | None
    """What speaks against it, if anything (`full`)."""


@dataclass(frozen=True)
class Proposal:
    """The answer for one patient; `chosen` is `None` when nobody can take them."""

    patient: str
    at: float
    chosen: Option | None
    reason: Reason
    alternatives: tuple[Option, ...] = ()
    ruled_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Hospital ids by what ruled them out: closed, unknown, too_far, full."""
    report_age: float | None = None
    """Age in hours of the chosen line's report."""

    @property
    def overfull(self) -> bool:
        """Whether the choice is the least bad of hospitals that are all full."""
        return self.chosen is not None and self.chosen.rule is not None


def place(state: State, patient: Patient, now: float) -> Proposal:
    """Propose a hospital and bed for `patient` at `now` (hours, on the ledger's clock).

    The right kind of bed is tried first; another that would do only where the right one is not to be had.
    Nothing is promised: that is the ledger's `promise`, once a person has confirmed.
    """
    minutes = state.travel(patient.place)
    best: _Weighed | None = None
    for kind in patient.kinds:
        weighed = _weigh(state, patient, kind, minutes, now)
        if best is None or weighed.has_room or (best.choice < 0 <= weighed.choice):
            best = weighed
        if best.has_room:
            break
    if best is None:
        raise ValueError(f"patient {patient.id}: no kind of bed is named")
    return _propose(state, patient, best, now)


@dataclass(frozen=True)
class _Weighed:
    """The candidates of one kind, weighed."""

    kind: str
    lines: npt.NDArray[np.int64]
    cost: Floats
    rule: npt.NDArray[np.int64]
    choice: int
    minutes: Floats

    @property
    def has_room(self) -> bool:
        return self.choice >= 0 and bool(self.rule[self.choice] == ALLOWED)


def _weigh(state: State, patient: Patient, kind: str, minutes: Floats, now: float) -> _Weighed:
    network, settings = state.network, state.settings
    lines = network.lines_by_kind.get(kind)
    if lines is None:
        lines = np.empty(0, dtype=np.int64)
    assert state.open is not None
    assert state.prices is not None
    open_ = state.open
    if patient.declined_by:
        open_ = open_.copy()
        open_[[network.hospital_index[h] for h in patient.declined_by]] = False
    state.ledger.expected(lines, now, state.occupied, state.doubt)
    cost = np.empty(lines.size)
    rule = np.empty(lines.size, dtype=np.int64)
    choice = POLICIES[settings.policy](
        lines, network.hospital, minutes, state.ledger.columns.staffed, state.occupied, state.prices,
        open_, settings.evenness, settings.reach_minutes, cost, rule, (settings.seed << 32) + state.placed,
        state.doubt,
    )  # fmt: skip
    return _Weighed(kind, lines, cost, rule, choice, minutes)


def _propose(state: State, patient: Patient, weighed: _Weighed, now: float) -> Proposal:
    hospitals = state.network.hospital_ids
    at = state.network.hospital[weighed.lines]
    out: dict[str, tuple[str, ...]] = {
        name: tuple(hospitals[h] for h in at[weighed.rule == code])
        for code, name in RULE_NAMES.items()
        if np.any(weighed.rule == code)
    }
    if weighed.choice < 0:
        return Proposal(patient.id, now, None, Reason(Because.NOBODY), ruled_out=out)
    chosen = _option(state, weighed, weighed.choice)
    order = np.argsort(weighed.cost, kind="stable")
    usable = [i for i in order if weighed.rule[i] in {ALLOWED, FULL} and i != weighed.choice]
    usable.sort(key=lambda i: int(weighed.rule[i] == FULL))
    return Proposal(
        patient=patient.id,
        at=now,
        chosen=chosen,
        reason=_reason(state, weighed, chosen),
        alternatives=tuple(_option(state, weighed, i) for i in usable[:3]),
        ruled_out=out,
        report_age=now - float(state.ledger.columns.reported_at[chosen.line]),
    )


def _option(state: State, weighed: _Weighed, i: int) -> Option:
    line = int(weighed.lines[i])
    staffed = float(state.ledger.columns.staffed[line])
    occupied = float(state.occupied[line])
    rule = int(weighed.rule[i])
    return Option(
        hospital=state.network.hospital_ids[state.network.hospital[line]],
        kind=weighed.kind,
        line=line,
        minutes=float(weighed.minutes[state.network.hospital[line]]),
        load_before=occupied / staffed,
        load_after=(occupied + 1) / staffed,
        costs=float(weighed.cost[i] - weighed.cost[weighed.choice]),
        rule=None if rule == ALLOWED else RULE_NAMES[rule],
    )


def _reason(state: State, weighed: _Weighed, chosen: Option) -> Reason:
    """What the choice has that the nearest hospital of the kind has not."""
    values: dict[str, str | float] = {"minutes": chosen.minutes, "load": chosen.load_after}
    if chosen.rule == RULE_NAMES[FULL]:
        return Reason(Because.ALL_FULL, values)
    if state.settings.policy != "tirek":
        return Reason(Because.BY_RULE, values | {"policy": state.settings.policy})
    travel = weighed.minutes[state.network.hospital[weighed.lines]]
    home = int(np.argmin(travel))
    if travel[home] >= chosen.minutes:
        return Reason(Because.NEAREST, values)
    line = int(weighed.lines[home])
    values |= {
        "nearer": state.network.hospital_ids[state.network.hospital[line]],
        "extra": chosen.minutes - float(travel[home]),
    }
    rule = int(weighed.rule[home])
    if rule in {CLOSED, UNKNOWN}:
        return Reason(Because.NEARER_UNUSABLE, values)
    if rule == FULL:
        return Reason(Because.NEARER_FULL, values)
    assert state.prices is not None
    priced = charged_share(state.settings.evenness) * float(state.prices[line] - state.prices[chosen.line])
    nearer = _option(state, weighed, home)
    evener = nearer.load_after - chosen.load_after
    if evener > 0 and priced < float(values["extra"]):
        return Reason(Because.EVENER, values | {"nearer_load": nearer.load_before})
    return Reason(Because.NEARER_NEEDED, values)
