"""What a replay leaves: its figures, the placements file, and the record for a report."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

import numpy as np

from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.engine.place import Option, Proposal
from tirek.simulation.figures import Demand, Figures, Network, Stays, census, score
from tirek.simulation.policy_names import policy_name
from tirek.simulation.record import Alternative, History, SamplePlacement, Text
from tirek.simulation.replay.run import Replay
from tirek.simulation.replay.wave import Wave
from tirek.simulation.whole_file import whole_file


def figures_of(replay: Replay, reach_km: float = 80.0) -> Figures:
    """Figures of a replay by the definitions of docs/reference/figures.md."""
    wave = replay.wave
    demand = Demand(wave.from_lat, wave.from_lon, wave.bed_class, wave.called_at, wave.stay)
    return score(Network(wave.lat, wave.lon, wave.beds), _found(wave), demand, _placed(replay), reach_km)


def write_placements(replay: Replay, path: Path) -> None:
    """Write patient_id, hospital_id, in_bed_at, left_at for every patient; all of the file or none."""
    wave = replay.wave
    with whole_file(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("patient_id", "hospital_id", "in_bed_at", "left_at"))
        for i, patient in enumerate(wave.patient_ids):
            start, end = replay.in_bed_at[i], replay.in_bed_at[i] + wave.stay[i]
            hospital = wave.hospital_ids[replay.hospital[i]]
            rows.writerow((patient, hospital, wave.time(start).isoformat(), wave.time(end).isoformat()))


def history_of(replay: Replay, figures: Figures) -> History:
    """The record of a replay, hour by hour, for reports."""
    wave, settings = replay.wave, replay.settings
    hours = int(wave.called_at.max()) + 1
    start = wave.start if wave.start.tzinfo else wave.start.replace(tzinfo=UTC)
    return History(
        title=Text.same(f"{wave.name}: {wave.start:%d.%m.%Y} – {wave.time(hours):%d.%m.%Y}"),
        start=start,
        zone="UTC",
        hospitals=tuple(
            Hospital(ident, Names(en=name), Point(float(lat), float(lon)))
            for ident, name, lat, lon in zip(
                wave.hospital_ids, wave.hospital_names, wave.lat, wave.lon, strict=True
            )
        ),
        kinds=wave.classes,
        staffed=wave.beds,
        occupied=census(wave.beds.shape, (_found(wave), _placed(replay)), hours).astype(np.float32),
        policy=policy_name(settings.policy, settings.evenness),
        settings={name: "" if value is None else value for name, value in asdict(settings).items()},
        figures=dict(figures.to_json()),
        samples=tuple(_sample(replay, p) for p in replay.kept if p.chosen is not None),
        notes=(
            Text(
                kk="Тіркелген толқын қайта орналастырылды: нақты түсімдер, болжамды жол уақыты "
                f"(түзу сызықпен {settings.speed_kmh:g} км/сағ).",
                ru="Записанная волна размещена заново: поступления действительные, время в пути "
                f"по прямой при {settings.speed_kmh:g} км/ч.",
                en="A recorded wave placed again: admissions as they were, travel on the great circle "
                f"at {settings.speed_kmh:g} km/h.",
            ),
        ),
    )


def _found(wave: Wave) -> Stays:
    return Stays(wave.found_hospital, wave.found_class, wave.found_at, wave.found_at + wave.found_stay)


def _placed(replay: Replay) -> Stays:
    """Stays in whole seconds, as the placements file has them."""
    start = np.ceil(replay.in_bed_at * 3600 - 1e-6) / 3600
    end = np.ceil((replay.in_bed_at + replay.wave.stay) * 3600 - 1e-6) / 3600
    return Stays(replay.hospital, replay.wave.bed_class, start, end)


def _sample(replay: Replay, proposal: Proposal) -> SamplePlacement:
    wave, chosen = replay.wave, proposal.chosen
    assert chosen is not None
    i = wave.patient_ids.index(proposal.patient)
    names = dict(zip(wave.hospital_ids, wave.hospital_names, strict=True))
    at = wave.time(proposal.at)
    return SamplePlacement(
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        patient_id=proposal.patient,
        kind=chosen.kind,
        place=Point(float(wave.from_lat[i]), float(wave.from_lon[i])),
        hospital_id=chosen.hospital,
        minutes=chosen.minutes,
        load_before=chosen.load_before,
        load_after=chosen.load_after,
        reason=Text(**{language: proposal.reason.say(language, names) for language in ("kk", "ru", "en")}),
        alternatives=_alternatives(proposal.alternatives),
    )


def _alternatives(options: Sequence[Option]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(option.hospital, option.minutes, option.costs, option.rule) for option in options
    )
