"""Some placements of a run as the desk would tell them: the engine's own proposal on what was seen then."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from tirek.engine.ledger import Ledger
from tirek.engine.place import Option, Patient, Proposal, Settings, State, place
from tirek.engine.reasons import Reason
from tirek.simulation.city.run import CityRun
from tirek.simulation.city.state import SAMPLE_SIZE, SAMPLES
from tirek.simulation.record import Alternative, SamplePlacement, Text


def sample_placements(run: CityRun, wanted: int) -> tuple[SamplePlacement, ...]:
    """At most `wanted` placements, evenly over those kept, in the order of time."""
    kept = min(int(run.state.n[SAMPLES]), SAMPLE_SIZE)
    if not wanted or not kept:
        return ()
    rows = np.argsort(run.state.series.sample_at[:kept], kind="stable")
    picked = rows[np.unique(np.linspace(0, kept - 1, min(wanted, kept)).astype(int))]
    return tuple(one for row in picked if (one := _sample(run, int(row))) is not None)


def proposal_of(run: CityRun, row: int) -> Proposal:
    """What `place` proposes on what the compiled loop saw at a kept placement."""
    network, series = run.model.network, run.state.series
    now = float(series.sample_at[row]) / 60
    zone, kind, _, number = (int(value) for value in series.sample_of[row])
    hour = min(int(now), series.staffed.shape[0] - 1)
    staffed = series.staffed[hour].astype(float)
    ledger = Ledger(np.where(np.isnan(network.staffed), np.nan, staffed))
    lines = np.flatnonzero(network.kind == kind)
    at = network.hospital[lines]
    # A ledger that expects what was expected then, as surely and from reports as old.
    variance = series.sample_doubt[row, at] ** 2
    ledger.columns.reported[lines] = series.sample_occupied[row, at] + variance
    ledger.columns.reported_at[lines] = series.sample_reported_at[row, at]
    ledger.columns.leaving[lines] = variance / np.maximum(now - series.sample_reported_at[row, at], 1e-9)
    prices = np.zeros(network.kind.size)
    prices[lines] = series.sample_price[row, at]
    settings = run.settings
    state = State(
        network,
        ledger,
        lambda _: series.sample_minutes[row],
        Settings(settings.evenness, settings.reach_minutes, settings.policy, settings.seed),
        prices,
        placed=number,
    )
    patient = Patient(str(number + 1), run.model.zone_points[zone], (network.kinds[kind],))
    return place(state, patient, now)


def _sample(run: CityRun, row: int) -> SamplePlacement | None:
    proposal = proposal_of(run, row)
    chosen = proposal.chosen
    if chosen is None:
        return None
    zone = int(run.state.series.sample_of[row, 0])
    start = datetime.combine(run.scenario.start, time(), ZoneInfo(run.model.zone_name))
    return SamplePlacement(
        at=start + timedelta(hours=proposal.at),
        patient_id=proposal.patient,
        kind=chosen.kind,
        place=run.model.zone_points[zone],
        hospital_id=chosen.hospital,
        minutes=chosen.minutes,
        load_before=chosen.load_before,
        load_after=chosen.load_after,
        reason=_text(run, proposal.reason),
        alternatives=tuple(_alternative(option) for option in proposal.alternatives),
    )


def _text(run: CityRun, reason: Reason) -> Text:
    """The reason in three languages, hospitals by their names."""
    names = {hospital.id: hospital.names for hospital in run.model.hospitals}

    def say(language: str) -> str:
        values = {
            key: names[value].best(language) or value if isinstance(value, str) and value in names else value
            for key, value in reason.values.items()
        }
        return Reason(reason.id, values).say(language)

    return Text(say("kk"), say("ru"), say("en"))


def _alternative(option: Option) -> Alternative:
    return Alternative(option.hospital, option.minutes, option.costs, option.rule)
