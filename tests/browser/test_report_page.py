"""The report works in a browser: no error, no request, and every control does what it says."""

import re

import pytest
from small_run import OXYGEN, small_history

from tirek.simulation.record import Text
from tirek.simulation.report import write_report

WIDTHS = (1440, 1024, 390)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report of the tiny run beside another policy in which one hospital is never known."""
    other = small_history(policy=Text("Ең жақыны", "Ближайшая", "Nearest"))
    path = tmp_path_factory.mktemp("report") / "report.html"
    return write_report(small_history(promised=small_history().occupied), path, (other,))


@pytest.fixture
def opened(chromium, report):
    """Opens the report at a width, in a language and colours; fails on any error or request."""
    contexts, errors, requests = [], [], []

    def open_(width=1440, language="en", colours="light", path=report):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, locale=language, color_scheme=colours
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console", lambda said: errors.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not errors
    assert all(url.startswith("file:") and url.endswith(".html") for url in requests), requests


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(opened, width, colours):
    """No sideways scrolling at any of the widths that pages are looked at."""
    page = opened(width, colours=colours)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_language_switch_changes_every_word(opened):
    """The page opens in the reader's language; each button changes title, headings and tables."""
    page = opened(language="ru")
    seen = set()
    for language in ("kk", "ru", "en"):
        page.click(f"[data-language={language}]")
        assert page.evaluate("document.documentElement.lang") == language
        seen.add(tuple(page.locator("h2:visible").all_inner_texts()))
        text = page.inner_text("body")
        assert not re.search(r"\{\w+\}|undefined|NaN|null", text), re.search(
            r".*(\{\w+\}|undefined|NaN|null).*", text
        )
    assert len(seen) == 3
    first, second = list(seen)[:2]
    assert not set(first) & set(second)


def test_a_reader_of_another_language_gets_the_default(opened):
    """A browser in German is shown Russian, the default of `write_report`."""
    assert opened(language="de").evaluate("document.documentElement.lang") == "ru"


def test_the_slider_moves_the_map(opened):
    """Moving time with the keyboard changes marks, legend, clock, and the curves' readout together."""
    page = opened()
    places = ("#map", "#legend", "#now", "#curves-readout", "#hospital-line")
    before = [page.inner_html(place) for place in places]
    assert page.input_value("#time") == "2"  # the peak
    page.focus("#time")
    page.keyboard.press("Home")
    after = [page.inner_html(place) for place in places]
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert page.get_attribute("#time", "aria-valuetext") == "25\u00a0June, 00:00"
    page.click("#to-peak")
    assert [page.inner_html(place) for place in places] == before


def test_shape_and_words_tell_the_load_without_colour(opened):
    """Hospital a is over, b nearly full: another shape, and the figure and step in words."""
    page = opened()
    page.select_option("#kind", label="oxygen · infectious · adults")
    marks = page.locator("#map .mark")
    classes = [marks.nth(i).get_attribute("class") for i in range(marks.count())]
    assert sorted(classes) == ["mark step-nearly", "mark step-over", "mark step-unknown"]
    shapes = [marks.nth(i).get_attribute("d") for i in range(marks.count())]
    assert len({re.sub(r"[\d.\-]+", "", shape) for shape in shapes}) == 3
    assert "120" in page.inner_text("#map")
    assert "full or over" in page.inner_text("#hospital-line")


def test_unknown_is_a_dash_with_a_reason(opened):
    """Nobody said how many oxygen beds hospital c has: the table shows dashes and says unknown, never 0 %."""
    page = opened()
    page.select_option("#kind", "0")
    page.click("#map-table-box summary")
    row = page.locator("#map-table tr", has_text="Областная").inner_text()
    assert row.count("–") == 4
    assert "unknown" in row
    assert "0 %" not in row
    assert "not reported" in page.inner_text("#legend")


def test_play_runs_and_stops(opened):
    """Play moves time from the start to the end and then stops by itself."""
    page = opened()
    page.focus("#time")
    page.keyboard.press("End")
    page.click("#play")
    assert page.get_attribute("#play", "aria-pressed") == "true"
    page.locator("#play[aria-pressed=false]").wait_for()
    assert page.input_value("#time") == "3"


def test_a_chosen_hospital_is_followed_everywhere(opened):
    """Choosing on the map, or in the list with the keyboard, marks it on the map and in the curves."""
    page = opened()
    page.select_option("#hospital", label="Модульная больница")
    assert page.locator("#map .is-chosen").count() == 1
    assert page.locator("#curves .chosen").count() == 1
    assert "Followed: Модульная больница" in page.inner_text("#curves-readout")
    page.locator("#map .is-chosen").click()
    assert page.locator("#map .is-chosen").count() == 0
    assert page.input_value("#hospital") == ""


def test_every_chart_has_a_table_and_a_name(opened):
    """A screen reader gets a name for each picture and the same values as a table."""
    page = opened()
    for picture in page.locator("svg[role=img]").all():
        assert picture.get_attribute("aria-label")
    for table in (
        "#map-table",
        "#curves-table",
        "#calls-table",
        "#responses-table",
        "#compare-table",
        "#measures",
    ):
        assert page.locator(f"{table} tbody tr").count() > 0, table
        assert page.locator(f"{table} th[scope=col]").count() > 1, table


def test_the_report_prints(opened):
    """On paper it is light, without controls, and a few pages long."""
    page = opened(colours="dark")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) in range(2, 9)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#play").is_visible()


def test_a_run_of_which_nothing_is_known_says_so(opened, tmp_path):
    """No load, no calls, no samples: the page opens and says that it is unknown, not zero."""
    history = small_history(
        staffed=small_history().staffed * float("nan"),
        calls=None,
        responses=(),
        samples=(),
        figures={},
        notes=(),
    )
    page = opened(path=write_report(history, tmp_path / "unknown.html"))
    assert "unknown" in page.inner_text("h1")
    assert not page.locator("#calls-section").is_visible()
    assert not page.locator("#compare-section").is_visible()
    assert not page.locator("#samples-section").is_visible()
    assert all(value.startswith("–") for value in page.locator("#tiles .value").all_inner_texts())


def test_another_run_without_the_kind_is_told(opened, tmp_path):
    """A policy that was run without intensive care shows a dash for it, not an empty chart."""
    whole = small_history()
    other = small_history(
        kinds=(OXYGEN,),
        staffed=whole.staffed[:, :1],
        occupied=whole.occupied[:, :, :1],
        policy=Text.same("other"),
    )
    page = opened(path=write_report(whole, tmp_path / "kinds.html", (other,)))
    page.select_option("#kind", "1")
    assert "no such beds" in page.inner_text("#multiples")
    assert "–" in page.inner_text("#compare-table")
