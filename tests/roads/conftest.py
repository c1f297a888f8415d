"""The hand-made town, and real extracts where the data folder lies next to the checkout."""

import os
from pathlib import Path

import pytest
from town_map import CORNERS, TOWN

from tirek.roads.build import graph_from_pbf
from tirek.roads.graph import RoadGraph


@pytest.fixture(scope="session")
def town() -> RoadGraph:
    return graph_from_pbf(TOWN)


@pytest.fixture(scope="session")
def corner(town):
    """The place of each numbered junction of the drawing."""
    return {number: int(town.snap([point])[0][0]) for number, point in CORNERS.items()}


@pytest.fixture(scope="session")
def liechtenstein() -> RoadGraph:
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    path = Path(os.environ.get("TIREK_SHARED", beside)) / "data/cities/small/liechtenstein.osm.pbf"
    if not path.is_file():
        pytest.skip("no liechtenstein.osm.pbf: set TIREK_SHARED to the folder with the test data")
    return graph_from_pbf(path)
