"""The replay of a recorded wave: nobody lost, nobody twice, and no look into the future."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tirek.engine.baselines import POLICIES
from tirek.simulation.replay import run
from tirek.simulation.replay.run import ReplaySettings, replay
from tirek.simulation.replay.wave import load_wave

TINY = Path(__file__).parents[2] / "scenarios" / "tiny"
WAVE = load_wave(TINY)
WAYS = [
    ReplaySettings(reach_km=30),
    ReplaySettings(reach_km=30, report_every=8),
    ReplaySettings(reach_km=30, ledger=False),
    ReplaySettings(reach_km=30, report_every=8, ledger=False),
]


def with_stays(wave, stay, found_stay):
    return replace(wave, stay=np.asarray(stay, float), found_stay=np.asarray(found_stay, float))


@pytest.mark.parametrize("policy", sorted(POLICIES))
@pytest.mark.parametrize("way", WAYS)
def test_everyone_is_placed_once_where_their_kind_of_bed_is(policy, way):
    """Every patient has one hospital with their class, and is in bed after the drive there."""
    result = replay(WAVE, replace(way, policy=policy), keep=len(WAVE.patient_ids))
    assert [p.patient for p in result.kept] == list(WAVE.patient_ids)
    assert len(result.hospital) == len(WAVE.patient_ids)
    assert (WAVE.beds[result.hospital, WAVE.bed_class] > 0).all()
    assert [WAVE.hospital_ids[h] for h in result.hospital] == [p.chosen.hospital for p in result.kept]
    drive = np.array([p.chosen.minutes for p in result.kept]) / 60
    assert result.in_bed_at == pytest.approx(WAVE.called_at + drive)


@pytest.mark.parametrize("way", WAYS)
def test_the_room_counts_everyone_in_and_out(way, monkeypatch):
    """When all have left, nobody is in bed by any account and no promise is open; each came and left once."""
    rooms = []
    opened = run._open_room
    monkeypatch.setattr(run, "_open_room", lambda *a: rooms.append(opened(*a)) or rooms[-1])
    replay(WAVE, way)
    (room,) = rooms
    left = Counter((what, who) for _, what, _, who in room.events if what in {run.ARRIVE, run.LEAVE})
    assert set(left.values()) == {1}
    end = float(max(at for at, what, *_ in room.events if what == run.LEAVE))
    room.handle_until(end)
    assert (room.in_bed == 0).all()
    assert (room.state.ledger.columns.promised == 0).all()
    if way.report_every is None:
        assert (room.watch._by_day == 0).all()
        assert (room.watch._unknown == 0).all()
    states = Counter(p.state for p in room.state.ledger.promises.values())
    assert states == ({"handed_over": len(WAVE.patient_ids)} if way.ledger else {})


@pytest.mark.parametrize("policy", ["tirek", "random", "round-robin"])
def test_the_same_seed_gives_the_same_placements(policy):
    """Nothing is drawn from a clock or from memory."""
    way = ReplaySettings(reach_km=30, policy=policy, seed=3)
    assert (replay(WAVE, way).hospital == replay(WAVE, way).hospital).all()


def test_another_seed_gives_other_lots():
    """The seed reaches the rule that draws lots."""
    runs = [replay(WAVE, ReplaySettings(reach_km=30, policy="random", seed=s)).hospital for s in (0, 1)]
    assert (runs[0] != runs[1]).any()


@given(st.sampled_from(WAYS), st.integers(1, 39), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None)
def test_nothing_that_has_not_happened_is_read(way, patient, lots):
    """Other stays for all who have not left by a moment, other calls after it: the same placements before."""
    moment = float(WAVE.called_at[patient])
    first = replay(WAVE, way)
    stay, found = WAVE.stay.copy(), WAVE.found_stay.copy()
    for i in np.flatnonzero(first.in_bed_at + WAVE.stay > moment):
        stay[i] = max(moment - first.in_bed_at[i], 0) + lots.uniform(0.01, 100)
    for i in np.flatnonzero(WAVE.found_at + WAVE.found_stay > moment):
        found[i] = moment - WAVE.found_at[i] + lots.uniform(0.01, 100)
    later = np.arange(len(stay)) > patient
    other = replace(
        with_stays(WAVE, stay, found),
        from_lat=np.where(later, WAVE.from_lat + lots.uniform(-0.1, 0.1), WAVE.from_lat),
        bed_class=np.where(later, 0, WAVE.bed_class),
    )
    second = replay(other, way)
    assert (first.hospital[: patient + 1] == second.hospital[: patient + 1]).all()
    assert (first.in_bed_at[: patient + 1] == second.in_bed_at[: patient + 1]).all()


def test_but_what_has_happened_is():
    """The same change of stays does change placements after it: the property above is not empty."""
    short = replay(with_stays(WAVE, WAVE.stay * 0 + 1, WAVE.found_stay * 0), WAYS[0])
    assert (short.hospital != replay(WAVE, WAYS[0]).hospital).any()


@pytest.mark.parametrize(("keep", "expected"), [(0, 0), (1, 1), (7, 7), (40, 40), (500, 40)])
def test_samples_are_as_many_as_asked_for(keep, expected):
    """Spread over the wave, in order, none twice."""
    kept = [p.patient for p in replay(WAVE, WAYS[0], keep=keep).kept]
    assert len(kept) == len(set(kept)) == expected
    assert kept == sorted(kept)


def test_progress_is_told_to_the_end():
    """A bar that starts at nothing, never goes back and ends full."""
    told = []
    replay(WAVE, WAYS[0], progress=told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, len(WAVE.patient_ids))


def test_patients_found_in_a_class_that_has_no_bed_there_lie_and_leave(wave_folder):
    """Real waves have them; the hospital takes nobody more of that class."""
    path = wave_folder / "initial.csv"
    path.write_text(path.read_text().replace("F2,B,oxygen", "F2,B,intensive").replace(",0\n", ",40\n"))
    result = replay(load_wave(wave_folder), ReplaySettings())
    assert result.hospital.tolist() == [0, 1, 0]


def test_without_anybody_in_bed_at_the_start(wave_folder):
    """A wave may begin in empty hospitals."""
    (wave_folder / "initial.csv").write_text("patient_id,hospital_id,bed_class,in_bed_at,stay_hours\n")
    wave = load_wave(wave_folder)
    for way in WAYS:
        assert len(replay(wave, way).hospital) == 3
