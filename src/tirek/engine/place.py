"""Where does this patient go? The proposal that the desk shows and the simulator follows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tirek.domain.place import Point
from tirek.engine.baselines import POLICIES
from tirek.engine.choice import (
    ALLOWED,
    CLOSED,
    FULL,
    LOAD_MINUTES,
    MISSING_BED_MINUTES,
    TOO_FAR,
    UNKNOWN,
    chance_missing,
    charged_share,
)
from tirek.engine.ledger import Ledger
from tirek.engine.network import Network
from tirek.engine.reasons import Because, Reason

Floats = npt.NDArray[np.float64]

DEFAULT_EVENNESS = 0.25
"""The lever's resting place: beds are priced, a full hospital weighs 12 minutes."""
EVEN = 0.83
"""The documented "even" setting: a full hospital weighs 176 minutes."""

ALTERNATIVES = 3
"""How many of the next best are told."""

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

    def __post_init__(self) -> None:
        """Refuse what the lever does not have."""
        if not 0 <= self.evenness <= 1:
            raise ValueError(f"evenness: expected 0 (nearest) to 1 (even), found {self.evenness}")
        if not self.reach_minutes >= 0:
            raise ValueError(f"reach_minutes: expected minutes from 0, found {self.reach_minutes}")
        if self.policy not in POLICIES:
            raise ValueError(f"policy: expected one of {', '.join(POLICIES)}, found '{self.policy}'")


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
    return explain(state, patient, weigh(state, patient, now))


@dataclass(frozen=True)
class Weighed:
    """The candidates of one kind, weighed."""

    kind: str
    lines: npt.NDArray[np.int64]
    cost: Floats
    rule: npt.NDArray[np.int64]
    choice: int
    minutes: Floats
    at: float

    @property
    def line(self) -> int | None:
        """Line of the ledger that was chosen; `None`: nobody can take the patient."""
        return int(self.lines[self.choice]) if self.choice >= 0 else None

    @property
    def has_room(self) -> bool:
        """Whether the choice has a bed that is not promised."""
        return self.choice >= 0 and bool(self.rule[self.choice] == ALLOWED)


def weigh(state: State, patient: Patient, now: float) -> Weighed:
    """The decision of `place`, bare: what a replay needs of placements that nobody reads."""
    minutes = state.travel(patient.place)
    best: Weighed | None = None
    for kind in patient.kinds:
        weighed = _weigh_kind(state, patient, kind, minutes, now)
        if best is None or weighed.has_room or (best.choice < 0 <= weighed.choice):
            best = weighed
        if best.has_room:
            break
    if best is None:
        raise ValueError(f"patient {patient.id}: no kind of bed is named")
    return best


def _weigh_kind(state: State, patient: Patient, kind: str, minutes: Floats, now: float) -> Weighed:
    network, settings = state.network, state.settings
    lines = network.lines_by_kind.get(kind)
    if lines is None:
        lines = np.empty(0, dtype=np.int64)
    assert state.open is not None
    assert state.prices is not None
    open_ = state.open
    if patient.declined_by:
        open_ = open_.copy()
        known = network.hospital_index
        open_[[known[h] for h in patient.declined_by if h in known]] = False
    state.ledger.expected(lines, now, state.occupied, state.doubt)
    cost = np.empty(lines.size)
    rule = np.empty(lines.size, dtype=np.int64)
    choice = POLICIES[settings.policy](
        lines, network.hospital, minutes, state.ledger.columns.staffed, state.occupied, state.prices,
        open_, settings.evenness, settings.reach_minutes, cost, rule, (settings.seed << 32) + state.placed,
        state.doubt,
    )  # fmt: skip
    return Weighed(kind, lines, cost, rule, choice, minutes, now)


def explain(state: State, patient: Patient, weighed: Weighed) -> Proposal:
    """The proposal that `weighed` came to, with its reason and what else there was (state as then)."""
    now = weighed.at
    out = _ruled_out(state, weighed)
    if weighed.choice < 0:
        return Proposal(patient.id, now, None, Reason(Because.NOBODY), ruled_out=out)
    chosen = _option(state, weighed, weighed.choice)
    usable = np.flatnonzero((weighed.rule == ALLOWED) | (weighed.rule == FULL))
    best = usable[np.lexsort((weighed.cost[usable], weighed.rule[usable] == FULL))][: ALTERNATIVES + 1]
    others = [i for i in best.tolist() if i != weighed.choice]
    return Proposal(
        patient=patient.id,
        at=now,
        chosen=chosen,
        reason=_reason(state, weighed, chosen),
        alternatives=tuple(_option(state, weighed, i) for i in others[:ALTERNATIVES]),
        ruled_out=out,
        report_age=now - float(state.ledger.columns.reported_at[chosen.line]),
    )


def _ruled_out(state: State, weighed: Weighed) -> dict[str, tuple[str, ...]]:
    """Hospital ids by what speaks against them."""
    ids = state.network.id_array[state.network.hospital[weighed.lines]]
    count = np.bincount(weighed.rule, minlength=max(RULE_NAMES) + 1)
    return {name: tuple(ids[weighed.rule == code]) for code, name in RULE_NAMES.items() if count[code]}


def _option(state: State, weighed: Weighed, i: int) -> Option:
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


def _reason(state: State, weighed: Weighed, chosen: Option) -> Reason:
    """What the choice has that the nearest hospital of the kind has not."""
    values: dict[str, str | float] = {"minutes": chosen.minutes, "load": chosen.load_after}
    if state.settings.policy != "tirek":
        return Reason(Because.BY_RULE, values | {"policy": state.settings.policy})
    if chosen.rule == RULE_NAMES[FULL]:
        return Reason(Because.ALL_FULL, values)
    travel = np.where(weighed.rule == TOO_FAR, np.inf, weighed.minutes[state.network.hospital[weighed.lines]])
    home = int(np.argmin(travel))
    if travel[home] >= chosen.minutes:
        return Reason(Because.NEAREST, values)
    values["nearer"] = state.network.hospital_ids[state.network.hospital[weighed.lines[home]]]
    values["extra"] = chosen.minutes - float(travel[home])
    rule = int(weighed.rule[home])
    if rule in {CLOSED, UNKNOWN}:
        return Reason(Because.NEARER_UNUSABLE, values)
    if rule == FULL:
        return Reason(Because.NEARER_FULL, values)
    nearer = _option(state, weighed, home)
    values["nearer_load"] = nearer.load_after
    reported_at = float(state.ledger.columns.reported_at[nearer.line])
    values["age"] = max(weighed.at - reported_at, 0.0)
    return Reason(_what_weighs_most(state, nearer, chosen), values)


def _what_weighs_most(state: State, nearer: Option, chosen: Option) -> Because:
    """Which part of the cost speaks most for the choice, against a nearer hospital that has room too."""
    evenness, prices = state.settings.evenness, state.prices
    assert prices is not None

    def missing(option: Option) -> float:
        doubt = float(state.doubt[option.line])
        free = float(state.ledger.columns.staffed[option.line] - state.occupied[option.line])
        return chance_missing(free, doubt) if doubt > 0 else 0.0

    priced = charged_share(evenness) * float(prices[nearer.line] - prices[chosen.line])
    surer = MISSING_BED_MINUTES * (missing(nearer) - missing(chosen))
    parts = {
        Because.EVENER: evenness * LOAD_MINUTES * (nearer.load_after**2 - chosen.load_after**2),
        Because.NEARER_NEEDED: (1 - evenness) * priced,
        Because.NEARER_UNSURE: (1 - evenness) * surer,
    }
    return max(parts, key=lambda part: parts[part])
