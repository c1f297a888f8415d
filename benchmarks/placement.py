"""Placement: one decision among 100 hospitals, the replay of nj2020, and waves made anew from it.

    python benchmarks/placement.py                  # one decision, one replay
    python benchmarks/placement.py --resampled 10   # ten resampled waves, Tirek against the usual rule

One decision: 100 hospitals with every kind of bed (4 streams, 5 classes, 4 groups of patients: 8,000 ledger
lines), half to all of them taken; travel minutes are at hand, as they are from a table. `place` answers with
the choice, the reason, the next three and who was ruled out. Peers, in the same run and on the same patients:

- pandas: the same answer from one data frame of the lines (filter, weigh, sort), as an analyst writes it;
- NumPy: the decision alone (masked argmin), no reason and nothing beside it;
- SciPy: the decision alone by `linear_sum_assignment` on NumPy's costs.

All must choose the same hospital. A peer that is not installed is named and left out. Wall time is what a
dispatcher waits; on a shared machine the time of the processor is printed too.

Resampled waves: call times as recorded; each patient's stay is drawn with replacement from all stays, the
place from the patients who called within three days, the stays of those found in bed from each other. Nothing
in the engine was fitted to these waves.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from tirek.domain.beds import BedClass, BedKind, CareGroup, Stream
from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.engine.choice import LOAD_MINUTES, charged_share
from tirek.engine.ledger import Ledger
from tirek.engine.network import network_of
from tirek.engine.place import Patient, Settings, State, place
from tirek.simulation.replay.outcome import figures_of
from tirek.simulation.replay.run import ReplaySettings, replay
from tirek.simulation.replay.wave import load_wave

HOSPITALS, PATIENTS, PEER_PATIENTS = 100, 5000, 500
NOW = 1.0
ROW = "{:8.1f} {:6.3f} | {:8.1f} {:6.3f}"
NJ2020 = Path(str(files("tirek.simulation"))) / "waves" / "nj2020"


def big_city(seed=1):
    """State of 100 hospitals with all kinds of beds, patients, and each one's minutes to every hospital."""
    rng = np.random.default_rng(seed)
    kinds = [BedKind(s, c, g) for s in Stream for c in BedClass for g in CareGroup]
    places = np.column_stack([51 + 0.4 * rng.random(HOSPITALS), 71 + 0.6 * rng.random(HOSPITALS)])
    hospitals = [
        Hospital(f"H{i:03d}", Names(en=f"Hospital {i}"), Point(*place_), dict.fromkeys(kinds, int(beds)))
        for i, (place_, beds) in enumerate(zip(places, rng.integers(4, 60, HOSPITALS), strict=True))
    ]
    network = network_of(hospitals)
    ledger = Ledger(network.staffed)
    for line, beds in enumerate(network.staffed):
        ledger.report(line, 0.0, float(rng.integers(int(beds / 2), int(beds) + 1)))
    points = np.column_stack([51 + 0.4 * rng.random(PATIENTS), 71 + 0.6 * rng.random(PATIENTS)])
    minutes = 2.4 * np.linalg.norm((points[:, None] - places) * (111, 70), axis=2)
    rows = {Point(*point): row for point, row in zip(points.tolist(), minutes, strict=True)}
    state = State(network, ledger, rows.__getitem__, Settings(), prices=20 * rng.random(network.kind.size))
    patients = [
        Patient(f"P{i}", Point(*point), (network.kinds[k],))
        for i, (point, k) in enumerate(
            zip(points.tolist(), rng.integers(0, len(kinds), PATIENTS), strict=True)
        )
    ]
    return state, patients


def numpy_costs(state, patient):
    """Costs of the patient's lines, inf where a hard rule speaks against one; the lines."""
    network, columns, settings = state.network, state.ledger.columns, state.settings
    lines = network.lines_by_kind[patient.kinds[0]]
    minutes = state.travel(patient.place)[network.hospital[lines]]
    staffed = columns.staffed[lines]
    occupied = (
        columns.reported[lines] + columns.arrived[lines] - columns.left[lines] + columns.promised[lines]
    )
    journey = minutes + charged_share(settings.evenness) * state.prices[lines]
    load = (occupied + 1) / staffed
    cost = (1 - settings.evenness) * journey + settings.evenness * LOAD_MINUTES * load**2
    reach = max(settings.reach_minutes, minutes.min())
    usable = state.open[network.hospital[lines]] & (staffed - occupied >= 1) & (minutes <= reach)
    return np.where(usable, cost, np.inf), lines


def numpy_peer(state, patient):
    """The decision by NumPy: hospital id."""
    cost, lines = numpy_costs(state, patient)
    return state.network.hospital_ids[state.network.hospital[lines[cost.argmin()]]]


def scipy_peer(state, patient):
    """The decision by SciPy's assignment: hospital id."""
    cost, lines = numpy_costs(state, patient)
    chosen = linear_sum_assignment(np.where(np.isfinite(cost), cost, 1e9)[None, :])[1][0]
    return state.network.hospital_ids[state.network.hospital[lines[chosen]]]


def pandas_peer(state):
    """A function that answers as `place` does, from a data frame of the ledger's lines."""
    import pandas as pd

    network, columns, settings = state.network, state.ledger.columns, state.settings
    frame = pd.DataFrame({
        "hospital": [network.hospital_ids[h] for h in network.hospital],
        "index": network.hospital,
        "kind": [network.kinds[k] for k in network.kind],
        "staffed": columns.staffed,
        "occupied": columns.reported + columns.arrived - columns.left + columns.promised,
        "price": state.prices,
    })  # fmt: skip
    by_kind = dict(list(frame.groupby("kind")))

    def answer(state, patient):
        lines = by_kind[patient.kinds[0]].copy()
        lines["minutes"] = state.travel(patient.place)[lines["index"].to_numpy()]
        load = (lines["occupied"] + 1) / lines["staffed"]
        journey = lines["minutes"] + charged_share(settings.evenness) * lines["price"]
        lines["cost"] = (1 - settings.evenness) * journey + settings.evenness * LOAD_MINUTES * load**2
        within = lines["minutes"] <= max(settings.reach_minutes, lines["minutes"].min())
        room = lines["staffed"] - lines["occupied"] >= 1
        best = lines[within & room].sort_values("cost").head(4)
        _ = list(lines.loc[~within, "hospital"]), list(lines.loc[within & ~room, "hospital"])
        return best["hospital"].iloc[0]

    return answer


def timed(decide, patients):
    """Milliseconds of each decision on the clock, the mean of the processor, and the answers."""
    for patient in patients[:20]:
        decide(patient)
    gc.collect()
    gc.disable()
    wall, out = [], []
    used = time.process_time()
    for patient in patients:
        start = time.perf_counter()
        out.append(decide(patient))
        wall.append(1e3 * (time.perf_counter() - start))
    used = time.process_time() - used
    gc.enable()
    return np.array(wall), 1e3 * used / len(patients), out


def one_decision():
    """Print the time of `place` and of its peers; exit where they choose otherwise."""
    state, patients = big_city()
    wall, used, proposals = timed(lambda p: place(state, p, NOW), patients)
    chosen = [p.chosen.hospital for p in proposals]
    print(f"one placement among {HOSPITALS} hospitals, {state.network.kind.size:,} ledger lines, ms")
    print(f"{'':34}{'median':>8}{'p99':>8}{'cpu mean':>10}{'ratio':>8}")
    own = np.median(wall)
    show = "{:34}{:8.3f}{:8.3f}{:10.3f}{:8.2f}".format
    print(show("tirek place, reasons and next best", own, np.percentile(wall, 99), used, 1.0))
    peers = {
        "NumPy argmin, the decision alone": lambda: numpy_peer,
        "SciPy linear_sum_assignment, alone": lambda: scipy_peer,
        "pandas, choice and next best": lambda: pandas_peer(state),
    }
    for name, build in peers.items():
        try:
            peer = build()
        except ImportError as missing:
            print(f"{name:34}  left out: {missing}")
            continue
        some = patients[:PEER_PATIENTS]
        wall, used, answers = timed(lambda p, peer=peer: peer(state, p), some)
        if answers != chosen[: len(some)]:
            raise SystemExit(f"{name} chooses otherwise than place")
        median = np.median(wall)
        print(show(name, median, np.percentile(wall, 99), used, median / own))
    print("ratio: median of the peer / median of tirek; over 1 the peer is slower\n")


def child():
    """Replay nj2020 in this process and print what it took as JSON."""
    start = time.perf_counter()
    wave = load_wave(NJ2020)
    loaded = time.perf_counter()
    figures = figures_of(replay(wave, ReplaySettings()))
    took = time.perf_counter() - loaded
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1 << 20
    )
    print(json.dumps({"load_s": loaded - start, "replay_s": took, "peak_mb": peak, **figures.to_json()}))


def one_replay():
    """Print time and peak memory of the nj2020 replay, in a process of its own."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, "--child"], check=True, capture_output=True, text=True)
    whole = time.perf_counter() - start
    took = json.loads(done.stdout)
    print(f"replay of nj2020, {took['patients']:,} patients: {took['replay_s']:.1f} s", end=", ")
    print(f"{took['peak_mb']:.0f} MB at the peak (the whole process {whole:.1f} s)")
    print(f"overflow {took['overflow_patient_days']} patient-days, {took['extra_km_mean']} extra km")


def resample(wave, seed):
    """A wave with stays and places drawn anew."""
    rng = np.random.default_rng(seed)
    count = len(wave.patient_ids)
    low = np.searchsorted(wave.called_at, wave.called_at - 72)
    high = np.searchsorted(wave.called_at, wave.called_at + 72, side="right")
    neighbour = rng.integers(low, high)
    return replace(
        wave,
        name=f"{wave.name}-{seed}",
        stay=rng.choice(wave.stay, count),
        from_lat=wave.from_lat[neighbour],
        from_lon=wave.from_lon[neighbour],
        found_stay=rng.choice(wave.found_stay, wave.found_stay.size),
    )


def resampled(waves, seed):
    """Print Tirek against the usual rule on `waves` resampled waves, live, within 80 and 30 km."""
    wave = load_wave(NJ2020)
    policies = ("tirek", "least-loaded-when-full")
    print(f"overflow patient-days and extra km: tirek | {policies[1]}; {waves} waves from seed {seed}")
    for reach in (80.0, 30.0):
        rows = []
        for i in range(waves):
            other = resample(wave, seed + i)
            runs = [figures_of(replay(other, ReplaySettings(policy=p, reach_km=reach))) for p in policies]
            rows.append([x for run in runs for x in (run.overflow_patient_days, run.extra_km_mean)])
            print(f"{reach:4.0f} km  wave {seed + i:3d}  {ROW.format(*rows[-1])}", flush=True)
        table = np.array(rows)
        print(f"{reach:4.0f} km  mean      {ROW.format(*table.mean(axis=0))}")
        for name, column in (("overflow", 0), ("km", 1)):
            ratio = table[:, column] / table[:, column + 2]
            spread = f"{ratio.mean():.3f} ({ratio.min():.3f} to {ratio.max():.3f})"
            print(f"{reach:4.0f} km  {name}, tirek / rule: {spread}; less in {(ratio < 1).sum()} of {waves}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--resampled", type=int, metavar="N", help="resampled waves instead of times")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first resampled wave")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child()
    elif asked.resampled:
        resampled(asked.resampled, asked.seed)
    else:
        one_decision()
        one_replay()


if __name__ == "__main__":
    main()
