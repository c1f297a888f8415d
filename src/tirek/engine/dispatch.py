"""Which crew goes to a call, and which call a free crew takes. Pure: facts in, an answer with reasons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tirek.domain.call import TARGET_MINUTES, Call, Urgency
from tirek.domain.crew import Crew, CrewStatus
from tirek.domain.place import Point
from tirek.engine.crew_choice import choose_call, choose_crew, count_coverage, coverage_loss, kept_back
from tirek.engine.dispatch_reasons import DispatchReason, Why

Floats = npt.NDArray[np.float64]


class MinutesBetween(Protocol):
    """Travel minutes from every source to every target at a time of day, shape (sources, targets)."""

    def __call__(  # noqa: D102  (the class says it)
        self, sources: Sequence[Point], targets: Sequence[Point], now: datetime, *, siren: bool
    ) -> npt.ArrayLike: ...


@dataclass(frozen=True)
class DispatchSettings:
    """How crews are sent. All defaults are Tirek's own; a city may change each.

    Parameters
    ----------
    targets : minutes from call to arrival by urgency.
    cover_minutes : by urgency, minutes of travel that are worth the whole city's coverage: at 100 a crew is
        passed over for one that is 1 minute farther when that keeps 1 % more of the city covered. 0 sends the
        nearest crew, as always for category 1.
    cover_within : minutes within which an idle crew covers a zone (between the targets of categories 1, 2).
    patience : targets of waiting that raise a waiting call by one category, never above 2. 16 raises
        category 3 after 8 hours: where its calls alone are more than the crews can serve, raising them
        sooner would make every call of category 2 wait behind them.
    reserve_share : of all crews on duty, idle ones kept for categories 1 and 2; the others wait meanwhile.
    siren_through : the least urgent category that is driven to with lights and siren.
    """

    targets: Mapping[Urgency, float] = field(default_factory=lambda: dict(TARGET_MINUTES))
    cover_minutes: Mapping[Urgency, float] = field(
        default_factory=lambda: {
            Urgency.IMMEDIATE: 0.0,
            Urgency.LIFE: 20.0,
            Urgency.HEALTH: 400.0,
            Urgency.NO_THREAT: 400.0,
        }
    )
    cover_within: float = 12.0
    patience: float = 16.0
    reserve_share: float = 0.04
    siren_through: Urgency = Urgency.LIFE

    def nearest(self) -> "DispatchSettings":
        """The same, but the nearest idle crew always goes: the baseline."""
        return DispatchSettings(
            self.targets,
            dict.fromkeys(Urgency, 0.0),
            self.cover_within,
            self.patience,
            0.0,
            self.siren_through,
        )


@dataclass(frozen=True)
class DispatchState:
    """What is known when a crew is to be sent.

    Parameters
    ----------
    crews : all crews; only idle ones are sent.
    zone_points, zone_weights : where the demand is, and each zone's share of it.
    minutes : travel times.
    """

    crews: tuple[Crew, ...]
    zone_points: tuple[Point, ...]
    zone_weights: tuple[float, ...]
    minutes: MinutesBetween
    settings: DispatchSettings = field(default_factory=DispatchSettings)


@dataclass(frozen=True)
class CrewOption:
    """One crew that could go, and what that costs.

    Parameters
    ----------
    minutes : travel to the call.
    coverage_lost : share of the city's demand left with no idle crew in reach, 0-1.
    cost : minutes plus what the lost coverage weighs, in minutes.
    """

    crew: str
    minutes: float
    coverage_lost: float
    cost: float


@dataclass(frozen=True)
class DispatchAnswer:
    """The crew to send, why, and the next three. `crew` is `None` when the call has to wait."""

    crew: str | None
    minutes: float
    reason: DispatchReason
    others: tuple[CrewOption, ...] = ()


@dataclass(frozen=True)
class NextCallAnswer:
    """The waiting call that a free crew takes; `None` when none waits or none can be reached."""

    call: str | None
    minutes: float
    reason: DispatchReason


def dispatch(state: DispatchState, call: Call, now: datetime) -> DispatchAnswer:
    """Propose a crew for `call`; a dispatcher confirms it."""
    idle = [crew for crew in state.crews if crew.status is CrewStatus.IDLE]
    if not idle:
        return DispatchAnswer(None, np.inf, DispatchReason(Why.NO_IDLE_CREW))
    settings = state.settings
    on_duty = sum(crew.status is not CrewStatus.OFF_DUTY for crew in state.crews)
    if call.urgency > Urgency.LIFE and kept_back(len(idle), on_duty, settings.reserve_share):
        return DispatchAnswer(None, np.inf, DispatchReason(Why.HELD, {"idle": len(idle)}))
    points = [crew.point for crew in idle]
    siren = call.urgency <= settings.siren_through
    minutes = np.asarray(state.minutes(points, [call.point], now, siren=siren), dtype=np.float64)[:, 0]
    loss = _losses(state, points, now)
    waited = (now - call.called_at).total_seconds() / 60
    target = settings.targets[call.urgency]
    cost = np.empty(len(idle))
    chosen = int(choose_crew(minutes, loss, target - waited, settings.cover_minutes[call.urgency], cost))
    options = [
        CrewOption(crew.id, float(minutes[i]), float(loss[i]), float(cost[i])) for i, crew in enumerate(idle)
    ]
    if chosen < 0:
        return DispatchAnswer(None, np.inf, DispatchReason(Why.NO_ROAD))
    in_time = sorted((i for i in range(len(idle)) if i != chosen), key=lambda i: (
        minutes[i] > target - waited, cost[i] if minutes[i] <= target - waited else minutes[i], idle[i].id
    ))  # fmt: skip
    others = tuple(options[i] for i in in_time[:3])
    reason = _reason(options, chosen, target, waited, call)
    return DispatchAnswer(idle[chosen].id, float(minutes[chosen]), reason, others)


def _losses(state: DispatchState, points: Sequence[Point], now: datetime) -> Floats:
    """Coverage that ends when each idle crew leaves, shape (n,)."""
    if not state.zone_points:
        return np.zeros(len(points))
    rows = np.asarray(state.minutes(points, state.zone_points, now, siren=True), dtype=np.float64)
    weight = np.asarray(state.zone_weights, dtype=np.float64)
    count = np.zeros(len(weight), dtype=np.int64)
    reach = state.settings.cover_within
    for row in rows:
        count_coverage(row, reach, count, 1)
    return np.array([coverage_loss(row, reach, count, weight) for row in rows])


def _reason(
    options: Sequence[CrewOption], chosen: int, target: float, waited: float, call: Call
) -> DispatchReason:
    """Why this crew, with the figures the sentence needs."""
    mine = options[chosen]
    nearest = min(options, key=lambda option: option.minutes)
    values: dict[str, float | str] = {
        "crew": mine.crew,
        "minutes": mine.minutes,
        "target": target,
        "category": int(call.urgency),
    }
    if mine.minutes > target - waited:
        return DispatchReason(Why.NEAREST_BUT_LATE, values | {"late": waited + mine.minutes - target})
    if mine.minutes <= nearest.minutes:
        return DispatchReason(Why.NEAREST, values)
    return DispatchReason(
        Why.KEEPS_COVERAGE,
        values
        | {
            "nearest": nearest.crew,
            "nearest_minutes": nearest.minutes,
            "coverage_kept": nearest.coverage_lost - mine.coverage_lost,
        },
    )


def next_call(
    crew: Crew,
    waiting: Sequence[Call],
    minutes: MinutesBetween,
    now: datetime,
    settings: DispatchSettings | None = None,
    *,
    reserved: bool = False,
) -> NextCallAnswer:
    """Propose the waiting call that `crew`, free now, takes: by urgency, then by waiting against the target.

    A `reserved` crew takes only categories 1 and 2 (see `DispatchSettings.reserve_share`). A call that has
    waited `settings.patience` targets counts one category more urgent, so that none starves.
    """
    settings = settings or DispatchSettings()
    if not waiting:
        return NextCallAnswer(None, np.inf, DispatchReason(Why.NOTHING_WAITS))
    travel = np.array(
        [
            np.asarray(minutes([crew.point], [c.point], now, siren=c.urgency <= settings.siren_through))[0, 0]
            for c in waiting
        ],
        dtype=np.float64,
    )
    waited = np.array([(now - call.called_at).total_seconds() / 60 for call in waiting])
    category = np.array([int(call.urgency) for call in waiting], dtype=np.int64)
    targets = np.array([settings.targets[urgency] for urgency in Urgency])
    chosen = int(choose_call(category, waited, travel, targets, settings.patience, reserved))
    if chosen < 0:
        return NextCallAnswer(None, np.inf, DispatchReason(Why.NO_ROAD))
    call = waiting[chosen]
    values: dict[str, float | str] = {
        "category": int(call.urgency),
        "waited": float(waited[chosen]),
        "target": settings.targets[call.urgency],
        "waiting": len(waiting),
    }
    return NextCallAnswer(call.id, float(travel[chosen]), DispatchReason(Why.MOST_URGENT, values))
