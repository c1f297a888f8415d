"""What must hold in a simulated city, however it is run."""

import dataclasses

import numpy as np
import pytest

from tirek.domain.errors import InputError
from tirek.engine.ledger import expected_occupied
from tirek.simulation.city import run as run_module
from tirek.simulation.city import state as st
from tirek.simulation.city.beds import POLICY_NAMES
from tirek.simulation.city.build import RunSettings, build_state, staffed_on
from tirek.simulation.city.heap import pack, pop, push, unpack
from tirek.simulation.city.model import CityModel
from tirek.simulation.city.result import all_figures, history_of, station_figures
from tirek.simulation.city.run import simulate_city
from tirek.simulation.city.samples import proposal_of


def ended(run):
    n = run.state.n
    return int(n[st.HELPED] + n[st.HANDED_BY_CREW] + n[st.TO_PRIMARY_CARE] + n[st.GAVE_UP])


@pytest.mark.parametrize("days", [1, 2, 3])
@pytest.mark.parametrize("policy", ["tirek", "nearest"])
def test_no_call_is_lost_at_any_horizon(town, scenario, days, policy):
    run = simulate_city(town, scenario, RunSettings(policy=policy, seed=5), days)
    assert run.state.n[st.RECEIVED] == ended(run) + run.open_calls()
    assert run.state.series.received.sum() == run.state.n[st.RECEIVED]


def test_every_patient_in_bed_came_and_stays_or_left(town_run):
    beds, n = town_run.state.beds, town_run.state.n
    start = town_run.state.series.occupied[0].sum()
    assert beds.occupied.sum() == start + n[st.ADMITTED] - n[st.DISCHARGED]
    assert (beds.occupied == beds.present.sum(axis=1) + beds.present_unknown).all()
    assert n[st.ADMITTED] == n[st.HANDED_BY_CREW] + n[st.REFERRED_IN] + n[st.WALKED_IN]


def test_promises_are_the_patients_on_their_way(town_run):
    on_the_way = (town_run.state.records.status == st.TO_HOSPITAL).sum()
    assert town_run.state.ledger.promised.sum() == on_the_way


def test_every_crew_is_idle_busy_or_off_and_idle_ones_cover_what_is_counted(town_run):
    state, ground = town_run.state, town_run.ground
    crews = state.crews
    assert (crews.state != st.OFF).sum() == state.n[st.ON_DUTY]
    assert (crews.state == st.IDLE).sum() == state.n[st.N_IDLE] == state.idle_at.sum()
    idle = crews.place[crews.state == st.IDLE]
    near = ground.minutes[idle, : state.cover.size] <= state.x[st.REACH_NOW]
    assert (state.cover == near.sum(axis=0)).all()


def test_crews_follow_the_scenario_and_busy_ones_finish_first(town_run):
    duty = town_run.state.series.on_duty
    assert (duty[1], duty[25], duty[71]) == (6, 8, 5)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(town, scenario):
    one, same, other = (
        station_figures(simulate_city(town, scenario, RunSettings(seed=seed))) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_policies_meet_the_same_patients(town, scenario):
    near = simulate_city(town, scenario, RunSettings(policy="nearest"))
    even = simulate_city(town, scenario, RunSettings(evenness=1.0))
    assert (near.state.series.received == even.state.series.received).all()


def test_nearest_redirects_nobody(town, scenario):
    run = simulate_city(town, scenario, RunSettings(policy="nearest"))
    assert run.state.n[st.REDIRECTED] == 0
    assert run.state.n[st.PLACED] > 50


@pytest.mark.parametrize("policy", POLICY_NAMES)
def test_the_desk_would_have_proposed_what_the_loop_chose(town, scenario, policy):
    run = simulate_city(town, scenario, RunSettings(policy=policy, seed=7))
    kept = int(run.state.n[st.SAMPLES])
    assert kept > 3
    for row in range(kept):
        chosen = proposal_of(run, row).chosen
        assert chosen is not None
        assert chosen.line == run.state.series.sample_of[row, 2]


def test_the_centre_knows_only_what_it_was_told(town_run):
    ledger, beds = town_run.state.ledger, town_run.state.beds
    known = np.array([expected_occupied(ledger, i, 72.0, 36.0) for i in range(beds.occupied.size)])
    assert (known - ledger.promised != beds.occupied).any()
    assert np.abs(known - ledger.promised - beds.occupied).max() < 0.3 * beds.staffed.max()
    assert (ledger.arrived == beds.known_arrivals - beds.arrivals_base).all()
    assert town_run.state.series.report_age.mean() > 3


def test_nobody_is_reached_before_calling(town_run):
    series = town_run.state.series
    assert (series.response_sum[series.reached > 0] >= 2.0 - 1e-9).all()  # two minutes before the wheels turn
    assert (series.response_sum[series.reached == 0] == 0).all()


def test_epidemic_beds_add_up_to_the_scenario(town, scenario):
    beds = staffed_on(town, scenario, 0)
    general = np.array([name.startswith("general") for name in town.network.kinds])[town.network.kind]
    assert beds[~general].sum() == 120
    assert beds[general].sum() == 106


def test_a_run_that_is_cut_in_windows_is_the_same_as_with_other_planning_times(town, scenario):
    runs = [
        simulate_city(town, scenario, RunSettings(policy="nearest", plan_hours=hours)) for hours in (6, 24)
    ]
    assert station_figures(runs[0]) == station_figures(runs[1])


def test_golden_run_of_the_town(town, scenario):
    n = simulate_city(town, scenario, RunSettings(policy="nearest", seed=3)).state.n
    golden = {
        "RECEIVED": 348, "HELPED": 237, "HANDED_BY_CREW": 80, "TO_PRIMARY_CARE": 18, "GAVE_UP": 0,
        "PLACED": 102, "ADMITTED": 104, "DISCHARGED": 133,
    }  # fmt: skip
    assert {name: int(n[getattr(st, name)]) for name in golden} == golden


def test_a_city_without_beds_or_stations_is_refused(town):
    with pytest.raises(InputError, match="no hospital"):
        CityModel(**{**vars(town), "hospitals": ()})
    with pytest.raises(InputError, match="station"):
        CityModel(**{**vars(town), "station_points": ()})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"policy": "best"}, "no policy 'best'"), ({"evenness": 2.0}, "evenness"),
     ({"plan_hours": 5}, "divisor"),      ({"seed": -1}, "seed")],
)  # fmt: skip
def test_wrong_settings_are_refused_in_one_line(wrong, said):
    with pytest.raises(InputError, match=said):
        RunSettings(**wrong)


def test_events_leave_the_heap_in_the_order_of_time():
    rng = np.random.default_rng(1)
    times, loads, size = np.zeros(300), np.zeros(300, dtype=np.int64), np.zeros(1, dtype=np.int64)
    want = rng.random(300)
    for i, time in enumerate(want):
        push(times, loads, size, time, pack(i % 9, i, 299 - i))
    got = []
    while size[0]:
        time = times[0]
        what, a, b = unpack(pop(times, loads, size))
        assert (what, a + b, want[a]) == (a % 9, 299, time)
        got.append(time)
    assert got == sorted(want)


def test_a_hospital_that_is_not_open_yet_gets_nobody(town, scenario):
    later = dataclasses.replace(scenario, openings={"north": 1.0})
    run = simulate_city(town, later, RunSettings(seed=3), 2)
    north = run.model.network.hospital == 0
    occupied = run.state.series.occupied[:, north]
    assert (occupied[:24] == 0).all()
    assert occupied[-1].sum() > 0


def test_a_heap_that_is_too_small_grows_and_changes_nothing(town, scenario, monkeypatch):
    def cramped(*args):
        state = build_state(*args)
        room = int(state.heap_size[0]) + 70
        return state._replace(heap_time=state.heap_time[:room], heap_load=state.heap_load[:room])

    usual = simulate_city(town, scenario, RunSettings(seed=3))
    monkeypatch.setattr(run_module, "build_state", cramped)
    grown = simulate_city(town, scenario, RunSettings(seed=3))
    assert station_figures(grown) == station_figures(usual)


def test_what_the_record_says_adds_up(town_run):
    history = history_of(town_run)
    assert history.occupied.sum() == town_run.state.series.occupied.sum()
    assert history.calls.received.sum() == town_run.state.n[st.RECEIVED]
    assert (history.calls.waiting >= 0).all()
    assert len(history.samples) == 40
    assert {sample.reason.ru for sample in history.samples} - {""}
    figures = all_figures(town_run, history)
    assert figures["calls_received"] == history.calls.received.sum()
    assert figures["overflow_patient_days"] == pytest.approx(
        sum(value for name, value in figures.items() if name.startswith("overflow_patient_days[")), rel=1e-3
    )
