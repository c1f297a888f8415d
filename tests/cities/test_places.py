"""Names to search: written once, read back, refused when they are something else."""

import gzip

import pytest

from tirek.cities.places import Place, dump_places, load_places
from tirek.domain.errors import InputError
from tirek.domain.place import Names, Point

HOUSE = Place("address", Point(50.0, 70.0), "Мира, 1")


def test_what_the_map_has_twice_is_found_once():
    entrance = Place("address", Point(50.001, 70.0), "Мира, 1")
    other_town = Place("address", Point(51.0, 70.0), "Мира, 1")
    found = load_places(dump_places([HOUSE, entrance, other_town]))
    assert [p.point for p in found.search("мира 1")] == [Point(50.0, 70.0), Point(51.0, 70.0)]


def test_names_come_back_as_they_were_and_lines_stay_lines():
    place = Place("district", Point(50.5, 70.25), "Заречье\tи\nЛуга", Names(kk="Өзен", en="Zarechye"))
    (back,) = load_places(dump_places([place])).places
    assert back == Place("district", Point(50.5, 70.25), "Заречье и Луга", Names(kk="Өзен", en="Zarechye"))
    assert len(load_places(dump_places([]))) == 0


def test_a_line_that_is_no_place_is_named():
    with pytest.raises(InputError, match=r"places.tsv.gz:2: expected kind, name, lat, lon"):
        load_places(gzip.compress("address\tМира, 1\t50\t70\t\t\t\nriver\tУрал\t50\t70\t\t\t\n".encode()))
