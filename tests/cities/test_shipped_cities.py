"""The two cities that ship: whole, marked, and as the facts have it."""

import numpy as np
import pytest

from tirek.cities.load import check_city, load_city, shipped_cities
from tirek.cities.zones import demand_zones
from tirek.domain.beds import BedClass, Stream
from tirek.domain.errors import InputError
from tirek.roads.paths import minutes


def beds(city, *, streams=tuple(Stream), bed_class=None):
    return sum(
        count
        for hospital in city.hospitals
        for kind, count in hospital.beds.items()
        if kind.stream in streams and bed_class in {None, kind.bed_class}
    )


EPIDEMIC = (Stream.INFECTIOUS, Stream.PROVISIONAL)


@pytest.mark.parametrize("name", ["astana", "orenburg"])
def test_nothing_is_wrong_and_every_figure_says_where_it_comes_from(name):
    city, notes = check_city(name)
    assert [str(n.error("city.toml")) for n in notes if n.wrong] == []
    assert all(f.source or f.assumed for f in city.figures.values())
    assert city.has("LICENSE.md")
    assert "Open Database License" in city.file_bytes("LICENSE.md").decode()
    assert "OpenStreetMap" in city.attribution
    assert city.file_bytes("basemap.pmtiles")[:7] == b"PMTiles"


@pytest.mark.parametrize("name", ["astana", "orenburg"])
def test_every_station_reaches_every_hospital(name):
    city = load_city(name)
    stations, _ = city.roads.snap([s.point for s in city.stations])
    hospitals, far_km = city.roads.snap([h.point for h in city.hospitals])
    found = minutes(city.roads, stations, hospitals)
    assert np.isfinite(found).all()
    assert found.max() < 60
    assert far_km.max() < 1


def test_astana_is_as_the_dated_facts_have_it():
    city = load_city("astana")
    sites = [h for h in city.hospitals if any(k.stream in EPIDEMIC for k in h.beds)]
    assert len(sites) == 16
    assert beds(city, streams=EPIDEMIC) == 4000
    assert 44 <= beds(city, streams=EPIDEMIC, bed_class=BedClass.INTENSIVE) <= 173  # no more than ventilators
    assert beds(city, streams=(Stream.GENERAL,)) > 0
    assert {ident: f.count for ident, f in city.totals.items()} == {
        "city-1": 600,
        "ramada": 500,
        "modular": 200,
        "city-3": 366,
        "mental-health": 230,
    }
    assert all(
        f.source and f.day for ident, f in city.totals.items() if ident in {"city-1", "ramada", "modular"}
    )
    assert city.crews == 150
    assert len(city.stations) == 3
    assert "no one-way data" in city.approximate
    assert set(city.position_assumed) == {"ramada", "modular"}


def test_orenburg_knows_its_hospitals_and_not_their_beds():
    city = load_city("orenburg")
    assert city.approximate is None
    assert beds(city) == 4300
    assert all(n is None for h in load_city("orenburg", assumed=False).hospitals for n in h.beds.values())
    assert city.places.search("чичерина 87")[0].name == "улица Чичерина, 87"


def test_a_city_is_found_by_id_alias_name_and_folder(imported):
    assert shipped_cities() == ("astana", "orenburg")
    assert {load_city(name).id for name in ("astana", "Nur-Sultan", "Нур-Султан", "АСТАНА")} == {"astana"}
    assert load_city(imported).id == "town"
    with pytest.raises(InputError, match="no city 'atlantis': expected one of astana, orenburg or a folder"):
        load_city("atlantis")


@pytest.mark.parametrize("name", ["astana", "orenburg"])
def test_demand_zones_cover_the_city_evenly_and_are_always_the_same(name):
    city = load_city(name)
    zones = demand_zones(city, 40)
    assert zones == demand_zones(load_city(name), 40)
    weights = np.array([z.weight for z in zones])
    assert len(zones) == 40
    assert weights.sum() == pytest.approx(1)
    assert weights.max() < 3 * weights.min()
    _, far_km = city.roads.snap([z.point for z in zones])
    assert far_km.max() < 0.5  # nobody calls from the river
    assert demand_zones(city, 1)[0].weight == pytest.approx(1)
    with pytest.raises(InputError, match="at least 1"):
        demand_zones(city, 0)


def test_there_are_never_more_zones_than_inhabited_cells(imported):
    assert len(demand_zones(load_city(imported), 10)) == 1


def test_broken_files_of_a_city_are_told_and_not_shown_as_a_trace(imported, tmp_path):
    for name in ("city.toml", "roads.npz", "places.tsv.gz", "homes.npz"):
        (tmp_path / name).write_bytes((imported / name).read_bytes())
    (tmp_path / "places.tsv.gz").write_bytes(b"\x1f\x8b broken")
    _, notes = check_city(tmp_path)
    assert any("not a list of places" in n.message and n.wrong for n in notes)
    (tmp_path / "places.tsv.gz").unlink()
    (tmp_path / "homes.npz").write_bytes(b"broken")
    _, notes = check_city(tmp_path)
    assert any("not a map of homes" in n.message and n.wrong for n in notes)
