"""`tirek city` as it is typed."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tirek.cli.city import city
from tirek.domain.errors import InputError

TOWN = Path(__file__).parents[1] / "roads" / "town.osm"


def run(*words):
    return CliRunner().invoke(city, [str(word) for word in words])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "town"
    done = run("import", TOWN, "--id", "town", "--out", out, "--no-basemap", "--time-zone", "Asia/Almaty")
    assert done.exit_code == 0, done.output
    assert "city.toml: 2 hospitals, 1 stations" in done.output
    assert f"Next: tirek city check {out}" in done.output
    return out


def test_check_of_a_fresh_import_has_only_notes(folder):
    done = run("check", folder)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert all(line.startswith("note: ") for line in lines[:-1])
    assert any(line.endswith("crews is unknown") for line in lines)
    assert lines[-1].startswith("town: 2 hospitals, 0 beds")


def test_check_names_the_line_and_exits_with_2(folder, tmp_path):
    text = (folder / "city.toml").read_text("utf-8")
    wrong = text.replace('"general/isolation/adult" = "unknown"', '"general/isolation/adult" = -3', 1)
    line = wrong.splitlines().index('"general/isolation/adult" = -3') + 1
    (tmp_path / "city.toml").write_text(wrong, "utf-8")
    (tmp_path / "roads.npz").write_bytes((folder / "roads.npz").read_bytes())
    done = run("check", tmp_path)
    assert done.exit_code == 2
    assert (
        f"city.toml:{line}: hospital gorodskaya-bolnitsa: beds general/isolation/adult: "
        'expected a whole number >= 0 or "unknown", found -3'
    ) in done.output.splitlines()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("import", "nowhere.osm.pbf", "--id", "x1", "--out", "out"), "nowhere.osm.pbf: no such file"),
        (("import", TOWN, "--id", "Bad Id", "--out", "out"), "id 'Bad Id': expected small Latin letters"),
        (
            ("import", TOWN, "--id", "x1", "--out", "out", "--bbox", "1,2"),
            "bbox '1,2': expected four numbers",
        ),
        (("check", "atlantis"), "no city 'atlantis'"),
    ],
)
def test_a_wrong_word_is_one_error_that_the_root_command_prints(words, message):
    done = run(*words)
    assert isinstance(done.exception, InputError)
    assert str(done.exception).startswith(message)
    assert "\n" not in str(done.exception)


def test_list_tells_which_cities_ship_and_which_are_rough():
    done = run("list")
    assert done.exit_code == 0
    assert "astana: Astana, 25 hospitals, 7430 beds; approximate: " in done.output
    assert "orenburg: Orenburg" in done.output
