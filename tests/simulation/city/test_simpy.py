"""A second opinion: the same city as SimPy processes comes to the same totals."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from tirek.simulation.city import state as st
from tirek.simulation.city.build import RunSettings
from tirek.simulation.city.run import simulate_city

pytest.importorskip("simpy", reason="SimPy is not installed (extra bench)")
BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def simpy_city():
    spec = importlib.util.spec_from_file_location("simpy_city", BENCHMARKS / "simpy_city.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["simpy_city"] = module
    spec.loader.exec_module(module)
    return module.SimpyCity


@pytest.mark.parametrize("policy", ["tirek", "nearest", "round-robin"])
def test_simpy_agrees_with_the_compiled_loop(simpy_city, town, scenario, policy):
    settings = RunSettings(policy=policy, seed=11)
    theirs = simpy_city(town, scenario, settings, 3).run()
    ours = simulate_city(town, scenario, settings, 3).state
    n, series = ours.n, ours.series
    assert theirs.received == n[st.RECEIVED]
    assert theirs.helped == n[st.HELPED]
    assert theirs.handed_over == n[st.HANDED_BY_CREW]
    assert theirs.placed == n[st.PLACED]
    assert theirs.redirected == n[st.REDIRECTED]
    assert theirs.declined == n[st.DECLINED]
    assert theirs.admitted == n[st.ADMITTED]
    assert theirs.reached == [int(count.sum()) for count in series.responses]
    # Those who give up are counted at the moment by SimPy, at the next half hour by the loop.
    assert theirs.primary_care == pytest.approx(n[st.TO_PRIMARY_CARE], abs=3)
    over = np.maximum(series.occupied - series.staffed, 0).sum()
    assert theirs.overflow_hours == pytest.approx(over)
