"""Roads against their peers: graph build and a 10 x 100 matrix of travel minutes.

    python benchmarks/roads.py EXTRACT.osm.pbf

Peers are measured in the same run on the same graph: networkx (plain Dijkstra) and pandana (contraction
hierarchies, which are built anew when a road closes). A peer that is not installed is named and left out.
Peers know no turn restrictions as built here, so all matrices are compared on the graph without them, where
they must agree; Tirek's time is taken with restrictions, as it is used. OSRM is named only: Debian 12 has no
package of it.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np

from tirek.roads.build import graph_from_roads
from tirek.roads.graph import load_graph
from tirek.roads.osm import read_roads
from tirek.roads.paths import edge_minutes, minutes, tables
from tirek.roads.speeds import TravelProfile

SOURCES, TARGETS, ROUNDS = 10, 100, 9
HOSPITALS = 55
TOLERANCE_MIN = 0.01
"""Pandana cuts every edge to a thousandth of its unit (seconds here); the rest agree to rounding."""


def timed(work, rounds=ROUNDS):
    """Median seconds of `rounds` runs after one to warm up, and the last result."""
    result = work()
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


@contextlib.contextmanager
def quiet_stdout():
    """Send what compiled code prints to nowhere."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def networkx_matrix(graph, weights, sources, targets):
    """Seconds to build, seconds for the matrix, the matrix."""
    import networkx as nx

    start = time.perf_counter()
    net = nx.DiGraph()
    net.add_nodes_from(range(graph.n_places))
    for a, b, w in zip(graph.tail.tolist(), graph.head.tolist(), weights.tolist(), strict=True):
        if not net.has_edge(a, b) or net[a][b]["weight"] > w:
            net.add_edge(a, b, weight=w)
    build = time.perf_counter() - start

    def work():
        rows = []
        for source in sources.tolist():
            found = nx.single_source_dijkstra_path_length(net, source)
            rows.append([found.get(target, np.inf) for target in targets.tolist()])
        return np.array(rows)

    return build, *timed(work, 3)


def pandana_matrix(graph, weights, sources, targets):
    """Seconds to build (its hierarchy included), seconds for the matrix, the matrix."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandana as pdna
        import pandas as pd

        start = time.perf_counter()
        with quiet_stdout():  # its C++ part reports progress
            net = pdna.Network(
                pd.Series(graph.lon),
                pd.Series(graph.lat),
                pd.Series(graph.tail),
                pd.Series(graph.head),
                pd.DataFrame({"seconds": weights * 60}),
                twoway=False,
            )
        build = time.perf_counter() - start
        a, b = np.repeat(sources, len(targets)), np.tile(targets, len(sources))

        def work():
            seconds = np.array(net.shortest_path_lengths(a, b))
            return seconds.reshape(len(sources), len(targets)) / 60

        return build, *timed(work)


PEERS = {"networkx": networkx_matrix, "pandana": pandana_matrix}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("extract", type=Path)
    extract = parser.parse_args().extract

    reading, raw = timed(lambda: read_roads(extract), 3)
    assembling, graph = timed(lambda: graph_from_roads(raw, str(extract)), 3)
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "roads.npz"
        graph.save(saved)
        size = saved.stat().st_size
        loading, _ = timed(lambda: load_graph(saved))
    rng = np.random.default_rng(1)
    sources = rng.choice(graph.n_places, SOURCES, replace=False).astype(np.int32)
    targets = rng.choice(graph.n_places, TARGETS, replace=False).astype(np.int32)
    ours, _ = timed(lambda: minutes(graph, sources, targets))
    tabling, _ = timed(lambda: tables(graph, targets[:HOSPITALS]), 3)

    print(f"{extract.name}: {graph.n_places:,} junctions, {len(graph.head):,} edges, {graph.km:,.0f} km")
    print(f"graph from the extract      {reading + assembling:8.2f} s  (reading {reading:.2f} s)")
    print(f"graph from its .npz         {loading * 1000:8.1f} ms ({size / 1e6:.2f} MB)")
    print(f"tables, {HOSPITALS} hospitals        {tabling * 1000:8.1f} ms both ways, every junction")
    print()
    print(f"{'':10}{'build':>10}{f'{SOURCES} x {TARGETS}':>12}{'times ours':>12}   agrees")
    print(f"{'tirek':10}{'':>10}{ours * 1000:>9.1f} ms{1:>12.1f}   with {graph.turns_used} turn restrictions")

    plain = graph_from_roads(replace(raw, turns=[]), str(extract))
    places = plain.snap(list(zip(graph.lat[sources], graph.lon[sources], strict=True)))[0]
    goals = plain.snap(list(zip(graph.lat[targets], graph.lon[targets], strict=True)))[0]
    weights = edge_minutes(plain, TravelProfile())
    expected = minutes(plain, places, goals).astype(float)
    agree = True
    for name, measure in PEERS.items():
        try:
            build, seconds, matrix = measure(plain, weights, places, goals)
        except ImportError:
            print(f"{name:10}not installed: pip install {name}")
            continue
        apart = float(np.abs(matrix - expected).max())
        agree &= apart <= TOLERANCE_MIN
        shown = f"{apart:.0e} min apart at most"
        print(f"{name:10}{build:>8.2f} s{seconds * 1000:>9.1f} ms{seconds / ours:>12.1f}   {shown}")
    if shutil.which("osrm-extract") and shutil.which("osrm-routed"):
        print("osrm      is on PATH, but not measured: it has its own speeds and needs its server")
    else:
        print(
            "osrm      not measured: osrm-extract and osrm-routed are not on PATH (Debian 12 has no package)"
        )
    if not agree:
        sys.exit("the matrices do not agree")


if __name__ == "__main__":
    main()
