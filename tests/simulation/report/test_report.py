"""The report is one whole file that needs nothing else, tells the run truly, and speaks three languages."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
from small_run import INTENSIVE, OXYGEN, small_history, small_sample

from tirek.domain.beds import BedClass, CareGroup, Stream
from tirek.domain.hospital import Hospital
from tirek.domain.place import Names, Point
from tirek.simulation.record import Text
from tirek.simulation.report import render, write_report
from tirek.simulation.report.data import (
    MOST_BYTES,
    MOST_ROWS,
    UNKNOWN,
    credits_of,
    kind_parts,
    payload,
    thinning,
)
from tirek.simulation.report.shown import COMPARED, FIGURES, MEASURED
from tirek.simulation.report.write import LANGUAGES, SCRIPTS, messages

ROOT = Path(__file__).parents[3]
REPORT = ROOT / "src" / "tirek" / "simulation" / "report"
WORDS = {language: messages(language) for language in LANGUAGES}


def data_in(page):
    """The data that a page carries."""
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1]
    )


def decoded(text, shape):
    counts = np.frombuffer(base64.b64decode(text), dtype="<u2").reshape(shape).astype(float)
    return np.where(counts == UNKNOWN, np.nan, counts)


def scripts():
    return "\n".join((REPORT / name).read_text(encoding="utf-8") for name in SCRIPTS)


def test_every_message_is_there_in_every_language():
    """Nobody meets an empty word, and no language has words that the others lack."""
    assert set(WORDS["kk"]) == set(WORDS["ru"]) == set(WORDS["en"])
    for language, words in WORDS.items():
        assert all(text.strip() for text in words.values()), language


def test_every_language_names_the_same_values():
    """A translation that forgets a number, or asks for one that is not given, is found here."""
    for name, english in WORDS["en"].items():
        for language in ("kk", "ru"):
            assert set(re.findall(r"{(\w+)}", WORDS[language][name])) == set(
                re.findall(r"{(\w+)}", english)
            ), name


def test_every_message_that_is_asked_for_exists_and_none_is_left_over():
    """The ids in the scripts, the page and the figures are exactly the ids of the catalogues."""
    text = scripts()
    asked = set(re.findall(r'"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"', text))
    asked |= {name for name in re.findall(r'\b(?:t\(|\? |: )"([a-z0-9_]+)"', text) if name in WORDS["en"]}
    asked |= set(
        re.findall(r'data-(?:t|label)="([^"]+)"', (REPORT / "page.html").read_text(encoding="utf-8"))
    )
    families = (
        "month.",
        "class.",
        "stream.",
        "group.",
        "step.",
        "range.",
        "rule.",
        "unit.",
        "figure.",
        "head.",
        "method.",
    )
    asked = {name for name in asked if not name.endswith((".js", ".svg"))}
    assert asked <= set(WORDS["en"]), sorted(asked - set(WORDS["en"]))
    known = {name for name in WORDS["en"] if not name.startswith((*families, "about."))}
    assert known <= asked | {"urgency", "lead", "foot", "source", "yes", "no"}, sorted(known - asked)


def test_composed_ids_exist():
    """Ids that are put together from a family and a name are all there, and none is left over."""
    quoted = set(re.findall(r'"(?:head\.|method\.)?(\w+)"', scripts()))
    expected = {
        "figure": set(FIGURES),
        "unit": {shown.unit for shown in FIGURES.values()} | {"unstated", "km", "minutes", "calls"},
        "month": {str(month) for month in range(1, 13)},
        "rule": {"full", "closed", "unknown", "too_far"},
        "class": set(BedClass),
        "stream": set(Stream),
        "group": set(CareGroup),
    }
    for family in (
        "figure",
        "unit",
        "month",
        "rule",
        "class",
        "stream",
        "group",
        "head",
        "method",
        "step",
        "range",
    ):
        there = {name.split(".", 1)[1] for name in WORDS["en"] if name.startswith(family + ".")}
        if family in expected:
            assert there == expected[family], (family, there ^ expected[family])
        else:
            assert there <= quoted | {"title"}, (family, there - quoted)


def test_every_figure_is_explained():
    """docs/reference/figures.md has a heading for each figure that a report can show."""
    reference = (ROOT / "docs" / "reference" / "figures.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^### `([\w*]+)`", reference, re.MULTILINE))
    assert set(FIGURES) <= headings, sorted(set(FIGURES) - headings)
    assert {*MEASURED, *COMPARED} <= set(FIGURES)


def test_the_page_needs_nothing_else():
    """No address, no import, no font: the only thing it asks of the world is a browser."""
    page = render(small_history(), (small_history(),))
    without_svg_name = page.replace("http://www.w3.org/2000/svg", "")
    assert "http:" not in without_svg_name
    assert "https:" not in without_svg_name
    for word in ("@import", "url(", "<link", "src=", "fetch(", "XMLHttpRequest"):
        assert word not in page, word
    assert "default-src 'none'" in page


def test_a_name_cannot_end_the_script():
    """A hospital called `</script>` is a name, not markup."""
    page = render(small_history())
    assert page.count("</script>") == 2
    names = [hospital["names"]["ru"] for hospital in data_in(page)["hospitals"]]
    assert "Областная </script> больница" in names


def test_arrays_arrive_as_they_were():
    """Patients and beds survive the packing, and unknown stays unknown."""
    history = small_history(promised=small_history().occupied)
    data = data_in(render(history))
    assert data["lines"] == [0, 1, 2, 4, 5]  # hospital b has no intensive care
    occupied = history.occupied.reshape(4, 6)[:, data["lines"]]
    np.testing.assert_array_equal(decoded(data["occupied"], (4, 5)), occupied)
    np.testing.assert_array_equal(decoded(data["promised"], (4, 5)), occupied)
    np.testing.assert_array_equal(decoded(data["staffed"], (5,)), history.staffed.reshape(6)[data["lines"]])


def test_beds_that_change_are_sent_by_step():
    """A modular hospital that opens on the second day is seen to open."""
    staffed = np.array(small_history().staffed_by_step())
    staffed[0, 1, 0] = 0
    data = data_in(render(small_history(staffed=staffed)))
    assert data["staffedChanges"] is True
    np.testing.assert_array_equal(decoded(data["staffed"], (4, 5)), staffed.reshape(4, 6)[:, data["lines"]])


def test_unknown_is_null_and_never_nan():
    """JSON has no nan; the page shows a dash for null."""
    history = small_history(figures={"redirected_pct": np.nan}, settings={"reach": float("inf"), "on": True})
    data = data_in(render(history))
    assert data["policies"][0]["figures"] == {"redirected_pct": None}
    assert data["settings"] == {"reach": None, "on": True}
    assert data["calls"]["waiting"][3] == [None] * 4
    assert data["samples"][0]["others"][1]["cost"] is None


def test_calls_of_a_long_run_are_counted_by_day():
    """Received and served are sums over the day, waiting the most at once; unknown hours hide nothing."""
    hours = 24 * 6
    calls = type(small_history().calls)(
        np.ones((hours, 4)),
        np.full((hours, 4), 0.5),
        np.where(np.arange(hours)[:, None] % 24 == 5, 7.0, np.nan) * np.ones(4),
    )
    history = small_history(occupied=np.ones((hours, 3, 2)), calls=calls)
    sent = payload(history, (), 80.0)["calls"]
    assert sent["binHours"] == 24
    assert sent["received"] == [[24.0] * 4] * 6
    assert sent["served"] == [[12.0] * 4] * 6
    assert sent["waiting"] == [[7.0] * 4] * 6


def test_a_long_run_of_many_hospitals_stays_small():
    """73 hospitals for 72 days are thinned to every third hour; the page is well under 2 MB."""
    rng = np.random.default_rng(0)
    hospitals = tuple(Hospital(f"h{i}", Names(en=f"H {i}"), Point(40 + i / 90, -74)) for i in range(73))
    history = small_history(
        hospitals=hospitals, kinds=("isolation",), staffed=np.full((73, 1), 90.0), calls=None, samples=(),
        occupied=rng.integers(0, 120, (1728, 73, 1)).astype(np.float32),
    )  # fmt: skip
    assert thinning(history) == 3
    assert len(render(history, (history, history)).encode()) < 1_000_000


@pytest.mark.parametrize(("hours", "kinds"), [(24 * 400, 1), (24 * 900, 1), (24 * 30, 40), (10, 2)])
def test_thinning_keeps_the_array_within_bounds(hours, kinds):
    """However long the run or many the kinds, the sent array is bounded."""
    history = small_history(
        kinds=tuple(f"kind {k}" for k in range(kinds)),
        staffed=np.ones((3, kinds)),
        occupied=np.ones((hours, 3, kinds)),
        calls=None,
        samples=(),
    )
    rows = -(-hours // thinning(history))
    assert rows <= MOST_ROWS
    assert rows * 3 * kinds * 2 <= MOST_BYTES


def test_kinds_are_named_by_their_parts():
    """A bed kind is written in the reader's words; one that nobody defined stays as it is written."""
    assert kind_parts(OXYGEN)["parts"] == ["class.oxygen", "stream.infectious", "group.adult"]
    assert kind_parts(INTENSIVE)["parts"][0] == "class.intensive_care"
    assert kind_parts("isolation")["parts"] == ["class.isolation"]
    assert kind_parts("a/b") == {"key": "a/b", "parts": [], "raw": "a/b"}
    for part in (*kind_parts(OXYGEN)["parts"], *kind_parts(INTENSIVE)["parts"]):
        assert part in WORDS["kk"]


def test_openstreetmap_is_credited_when_a_note_says_it_was_used():
    """A caller who forgets the credit does not publish a map without it."""
    note = Text("OpenStreetMap желісі", "Сеть OpenStreetMap", "Streets of OpenStreetMap")
    assert credits_of(small_history(notes=(note,), attribution=("City",))) == (
        "City",
        "© OpenStreetMap contributors",
    )
    assert credits_of(small_history(notes=(note,))) == ("© OpenStreetMap contributors",)
    assert credits_of(small_history(attribution=())) == ()


def test_the_place_of_a_patient_stays_out_of_the_file():
    """A report is mailed around; where a patient was fetched is nobody's business."""
    data = data_in(render(small_history()))
    sample = small_sample()
    assert str(sample.place.lat) not in json.dumps(data["samples"])
    assert "place" not in data["samples"][0]
    assert data["samples"][0]["hour"] == pytest.approx(1.5)


def test_written_whole_or_not_at_all(tmp_path, monkeypatch):
    """A failure leaves the old report and no rubbish; success leaves one file."""
    path = write_report(small_history(), tmp_path / "new" / "report.html")
    assert path.read_text(encoding="utf-8") == render(small_history())
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_report(small_history(title=Text.same("other")), path)
    assert path.read_text(encoding="utf-8") == render(small_history())
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_the_same_run_gives_the_same_page():
    """No date of writing and no random ids."""
    assert render(small_history()) == render(small_history())


def test_an_unknown_language_is_refused():
    """A typing error in a setting is told, not shown as an empty page."""
    with pytest.raises(ValueError, match="none of kk, ru, en"):
        render(small_history(), language="kz")


def test_scripts_and_styles_are_short():
    """What is delivered is what was written by hand: no file over 400 lines."""
    for file in REPORT.rglob("*.*"):
        if file.suffix in {".js", ".css", ".html", ".json", ".py"}:
            assert len(file.read_text(encoding="utf-8").splitlines()) <= 400, file.name
