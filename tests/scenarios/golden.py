"""The tiny city's placements as they are expected: kept in `tiny/placements.csv`.

Four hospitals made up by hand, seven patients in bed, forty calls in a day and a half: in the end too many.
When a change of the engine is meant, look at the difference and write the file anew:

    python tests/scenarios/golden.py
"""

import csv
from pathlib import Path

from tirek.simulation.replay.run import ReplaySettings, replay
from tirek.simulation.replay.wave import load_wave

TINY = Path(__file__).parent / "tiny"
EXPECTED = TINY / "placements.csv"
RUNS = {
    "default": ReplaySettings(reach_km=30),
    "nearest": ReplaySettings(reach_km=30, evenness=0),
    "even": ReplaySettings(reach_km=30, evenness=0.83),
    "short reach": ReplaySettings(reach_km=8),
    "reports every 8 h": ReplaySettings(reach_km=30, report_every=8),
    "usual rule": ReplaySettings(reach_km=30, policy="least-loaded-when-full"),
}


def placements():
    """Rows of patient, then for each run the hospital and, where it is over its beds, a `+`."""
    wave = load_wave(TINY)
    columns = []
    for settings in RUNS.values():
        result = replay(wave, settings, keep=len(wave.patient_ids))
        columns.append([f"{p.chosen.hospital}{'+' * p.overfull} {p.reason.id}" for p in result.kept])
    return [["patient", *RUNS], *map(list, zip(wave.patient_ids, *columns, strict=True))]


def expected():
    """The rows of the kept file."""
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def main():
    with EXPECTED.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(placements())


if __name__ == "__main__":
    main()
