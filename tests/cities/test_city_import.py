"""An extract becomes a city's folder, and what OSM does not know stays unknown."""

import shutil
import subprocess

import numpy as np
import pytest

from tirek.cities import basemap
from tirek.cities.importer import ImportSettings, import_city
from tirek.cities.load import check_city, load_city
from tirek.domain.beds import BedKind
from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point
from tirek.roads.osm import BBox


def test_hospitals_stations_and_names_are_found(imported):
    city = load_city(imported)
    assert (city.id, city.names, city.aliases) == (
        "town",
        Names("Тест қаласы", "Тестов", "Testov"),
        ("Пробный",),
    )
    assert str(city.tz) == "Asia/Almaty"
    # The unnamed hospital point on the hospital's ground is part of it, the polyclinic is no hospital.
    assert [h.names.ru for h in city.hospitals] == ["Городская больница", "Детская больница"]
    assert [h.id for h in city.hospitals] == ["gorodskaya-bolnitsa", "detskaya-bolnitsa"]
    assert city.hospitals[0].point == pytest.approx(Point(49.99875, 70.012))  # middle of its ground
    assert city.hospitals[1].names.kk == "Балалар ауруханасы"
    assert city.hospitals[1].phone == "+7 000 103"
    assert [s.names.ru for s in city.stations] == ["Станция скорой помощи"]
    assert city.stations[0].crews is None
    assert city.crews == 0


def test_assumed_beds_add_up_and_follow_floor_space(imported):
    city = load_city(imported)
    counts = [sum(h.beds.values()) for h in city.hospitals]
    assert sum(counts) == 100
    assert counts == [60, 40]  # OpenStreetMap tells of 40 in one; the other has the rest
    assert all(kind.group == "child" for kind in city.hospitals[1].beds)
    assert all(figure.assumed and figure.source is None for figure in city.figures.values())
    assert city.totals["detskaya-bolnitsa"].assumed == "told by OpenStreetMap (node/61) on an unknown day"
    # The desk does not take an assumption for a bed.
    assert all(n is None for h in load_city(imported, assumed=False).hospitals for n in h.beds.values())


def test_without_assumptions_beds_are_unknown_and_what_osm_tells_is_sourced(extract, tmp_path):
    list(import_city(extract, tmp_path, ImportSettings("town", date="2026-08-22", basemap=False)))
    city = load_city(tmp_path)
    assert [dict(h.beds) for h in city.hospitals] == [{BedKind.parse("general/isolation"): None}] * 2
    _, notes = check_city(tmp_path)
    text = (tmp_path / "city.toml").read_text("utf-8")
    told = 'beds_total = { count = 40, source = "https://www.openstreetmap.org/node/61", date = 2026-08-22 }'
    assert told in text
    assert "time_zone is unknown: UTC is used" in [note.message for note in notes]
    assert "beds general/isolation/adult is unknown" in [note.message for note in notes]


def test_a_second_import_gives_the_same_bytes_and_asks_before_it_overwrites(extract, imported, tmp_path):
    settings = ImportSettings("town", time_zone="Asia/Almaty", assume_beds=100, basemap=False)
    list(import_city(extract, tmp_path, settings))
    for name in ("city.toml", "roads.npz", "places.tsv.gz", "homes.npz", "LICENSE.md"):
        assert (tmp_path / name).read_bytes() == (imported / name).read_bytes()
    with pytest.raises(InputError, match="already there; --overwrite replaces it"):
        list(import_city(extract, tmp_path, settings))


def test_places_are_found_by_the_beginnings_of_words(imported):
    places = load_city(imported).places
    assert [(p.kind, p.name) for p in places.search("абай")] == [
        ("street", "Абай көшесі"),
        ("address", "Абай көшесі, 1"),
        ("address", "Абай көшесі, 12"),
    ]
    assert [p.name for p in places.search("кош 12")] == ["Абай көшесі, 12"]  # typed without Kazakh letters
    assert places.search("шесі") == []  # no word begins so
    assert [p.name for p in places.search("көш 12")] == ["Абай көшесі, 12"]
    assert [p.name for p in places.search("елка")] == ["Клиника «Ёлка»"]
    assert [p.kind for p in places.search("testov")] == ["settlement"]
    assert [p.kind for p in places.search("заречье")] == ["district"]
    assert places.search("  ") == []
    assert len(places.search("а", limit=2)) == 2


def test_homes_are_floor_space_of_dwellings_only(imported):
    homes = load_city(imported).homes
    assert homes.unit == "m2 of floor"
    assert len(homes.weight) == 1  # the block of flats; the hospital is no home
    side = np.radians(0.0004) * 6371000 * np.cos(np.radians(50.01)), np.radians(0.0003) * 6371000
    assert homes.weight[0] == pytest.approx(side[0] * side[1] * 5, rel=0.01)


def test_bad_ids_boxes_and_files_give_one_clear_error(extract, tmp_path):
    for bad in ("", "Astana", "a b", "../x", "-a", "1"):
        with pytest.raises(InputError, match="expected small Latin letters"):
            list(import_city(extract, tmp_path, ImportSettings(bad)))
    with pytest.raises(InputError, match="no road that a car may drive"):
        list(import_city(extract, tmp_path, ImportSettings("town", bbox=BBox(0, 0, 1, 1))))
    with pytest.raises(InputError, match="no such file"):
        list(import_city(tmp_path / "no.osm.pbf", tmp_path, ImportSettings("town")))
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        list(import_city(extract, tmp_path / "file", ImportSettings("town")))
    assert not (tmp_path / "city.toml").exists()


def test_no_tilemaker_is_one_line_and_no_failure(extract, tmp_path, monkeypatch):
    monkeypatch.setattr(basemap.shutil, "which", lambda _: None)
    assert basemap.make_basemap(extract, tmp_path).startswith("no basemap: install tilemaker")


def test_a_basemap_is_one_pmtiles_file(extract, tmp_path):
    if shutil.which("tilemaker") is None:
        pytest.skip("tilemaker is not installed")
    osmium = pytest.importorskip("osmium")
    source = tmp_path / "town.osm.pbf"  # tilemaker reads no XML
    with osmium.SimpleWriter(str(source)) as writer:
        for item in osmium.FileProcessor(str(extract)):
            writer.add(item)
    said = basemap.make_basemap(source, tmp_path)
    if said.startswith("no basemap: this tilemaker"):
        pytest.skip(said)
    assert said.startswith("basemap.pmtiles: "), said
    assert (tmp_path / "basemap.pmtiles").read_bytes()[:7] == b"PMTiles"
    assert not (tmp_path / "basemap.mbtiles").exists()


def test_a_tilemaker_that_fails_is_told_in_its_own_words(extract, tmp_path, monkeypatch):
    if shutil.which("tilemaker") is None:
        pytest.skip("tilemaker is not installed")
    failed = subprocess.CompletedProcess([], 1, "", "what(): something broke\n")
    monkeypatch.setattr(basemap, "_version", lambda _: 3)
    monkeypatch.setattr(basemap.subprocess, "run", lambda *_, **__: failed)
    assert basemap.make_basemap(extract, tmp_path) == "no basemap: tilemaker failed: what(): something broke"
