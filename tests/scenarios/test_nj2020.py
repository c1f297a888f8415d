"""New Jersey, spring 2020: the figures that the project promises, on the shipped wave."""

from importlib.resources import files
from pathlib import Path

import pytest

from tirek.engine.place import EVEN
from tirek.simulation.replay.outcome import figures_of
from tirek.simulation.replay.run import ReplaySettings, replay
from tirek.simulation.replay.wave import load_wave

FOLDER = Path(str(files("tirek.simulation"))) / "waves" / "nj2020"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the wave nj2020 is not shipped here")


@pytest.fixture(scope="module")
def wave():
    return load_wave(FOLDER)


@pytest.mark.parametrize(
    ("settings", "overflow", "km", "jain"),
    [
        pytest.param(ReplaySettings(), 1060, 4.0, 0.90, id="80 km"),
        pytest.param(ReplaySettings(reach_km=30), 2200, 3.6, 0.87, id="30 km"),
        pytest.param(ReplaySettings(report_every=24), 1090, 4.6, 0.90, id="80 km, reports once a day"),
        pytest.param(ReplaySettings(evenness=EVEN), 1060, 8.3, 0.97, id="80 km, even"),
    ],
)
def test_figures_hold(wave, settings, overflow, km, jain):
    """Overflow in patient-days and kilometres per patient stay under their bounds, evenness above its own."""
    figures = figures_of(replay(wave, settings))
    assert figures.patients == 22_711
    assert figures.overflow_patient_days <= overflow
    assert figures.extra_km_mean <= km
    assert figures.jain_peak >= jain
