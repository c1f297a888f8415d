"""Speed of the living city: a year of Astana on one core, against SimPy, and how it grows with the calls.

    python benchmarks/year.py [--days 365] [--simpy-days 14]

Times are wall clock after compiling, on one core, with the city already loaded.
"""

import argparse
import dataclasses
import resource
import time

import numpy as np

from simpy_city import SimpyCity, Totals
from tirek.cities.load import load_city
from tirek.cli.city_model import city_model
from tirek.simulation.city import state as st
from tirek.simulation.city.build import RunSettings
from tirek.simulation.city.model import CityModel
from tirek.simulation.city.run import CityRun, simulate_city
from tirek.simulation.city.scenario import Scenario, load_scenario


def timed(model: CityModel, scenario: Scenario, settings: RunSettings, days: int) -> tuple[float, CityRun]:
    begin = time.perf_counter()
    run = simulate_city(model, scenario, settings, days)
    return time.perf_counter() - begin, run


def times(scenario: Scenario, factor: int) -> Scenario:
    """The scenario with `factor` times the calls, crews and beds."""
    courses = {
        name: dataclasses.replace(course, values=tuple(factor * v for v in course.values))
        for name, course in scenario.courses.items()
    }
    return dataclasses.replace(scenario, courses=courses)


def larger(model: CityModel, factor: int) -> CityModel:
    """The city with `factor` times the beds, so that load and not only size stays the same."""
    hospitals = tuple(
        dataclasses.replace(h, beds={kind: n and factor * n for kind, n in h.beds.items()})
        for h in model.hospitals
    )
    return dataclasses.replace(model, hospitals=hospitals)


def side_by_side(run: CityRun, theirs: Totals) -> list[tuple[str, float, float]]:
    n, series = run.state.n, run.state.series
    over = np.maximum(series.occupied - series.staffed, 0).sum() / 24
    rows = [
        ("calls", n[st.RECEIVED], theirs.received),
        ("served", n[st.HELPED] + n[st.HANDED_BY_CREW], theirs.helped + theirs.handed_over),
        ("placements", n[st.PLACED], theirs.placed),
        ("redirected", n[st.REDIRECTED], theirs.redirected),
        ("declined", n[st.DECLINED], theirs.declined),
        ("overflow, patient-days", over, theirs.overflow_hours / 24),
    ]
    for i in range(4):
        ours = series.response_sum[:, i].sum() / max(series.reached[:, i].sum(), 1)
        rows.append(
            (f"mean response, category {i + 1}, min", ours, theirs.response[i] / max(theirs.reached[i], 1))
        )
    return [(name, float(a), float(b)) for name, a, b in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--simpy-days", type=int, default=14)
    parser.add_argument("--policy", default="tirek")
    asked = parser.parse_args()
    model, scenario = city_model(load_city("astana")), load_scenario("june-2020-year")
    settings = RunSettings(policy=asked.policy)
    simulate_city(model, scenario, settings, 1)  # compile

    seconds, run = timed(model, scenario, settings, asked.days)
    calls = int(run.state.n[st.RECEIVED])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{asked.days} days, {calls:,} calls: {seconds:.1f} s, "
        f"{calls / seconds:,.0f} calls/s, {peak:.0f} MB peak"
    )

    SimpyCity(model, scenario, settings, 1).run()  # compile what SimPy's city calls
    begin = time.perf_counter()
    theirs = SimpyCity(model, scenario, settings, asked.simpy_days).run()
    simpy_seconds = time.perf_counter() - begin
    short, same = timed(model, scenario, settings, asked.simpy_days)
    rate = theirs.received / simpy_seconds
    print(
        f"SimPy, {asked.simpy_days} days: {simpy_seconds:.1f} s, {rate:,.0f} calls/s; here {short:.2f} s, "
        f"{theirs.received / short:,.0f} calls/s: {simpy_seconds / short:.1f} times faster"
    )
    print(f"\n{'':<34}{'Tirek':>12}{'SimPy':>12}")
    for name, a, b in side_by_side(same, theirs):
        print(f"{name:<34}{a:>12.2f}{b:>12.2f}")

    print("\ntimes the calls, crews and beds, 30 days")
    for factor in (1, 2, 4):
        seconds, run = timed(larger(model, factor), times(scenario, factor), settings, 30)
        calls = int(run.state.n[st.RECEIVED])
        print(
            f"  {factor} x  {calls:>8,} calls  {seconds:6.2f} s  "
            f"{1e6 * seconds / calls:6.2f} s per million calls"
        )


if __name__ == "__main__":
    main()
