"""The hand-made town, imported once."""

from pathlib import Path

import pytest

from tirek.cities.importer import ImportSettings, import_city

TOWN = Path(__file__).parents[1] / "roads" / "town.osm"


@pytest.fixture
def extract():
    return TOWN


@pytest.fixture(scope="session")
def imported(tmp_path_factory):
    """A folder as `tirek city import` writes it, with 100 assumed beds and no basemap."""
    out = tmp_path_factory.mktemp("town")
    settings = ImportSettings("town", time_zone="Asia/Almaty", assume_beds=100, basemap=False)
    lines = list(import_city(TOWN, out, settings))
    assert lines
    return out
