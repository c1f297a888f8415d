"""Put the page together and write it in one piece."""

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

import tirek
from tirek.simulation.record import History
from tirek.simulation.report.data import Json, payload
from tirek.simulation.whole_file import whole_file

LANGUAGES = ("kk", "ru", "en")
SCRIPTS = ("base.js", "draw.js", "map.js", "curves.js", "compare.js", "calls.js", "tables.js", "main.js")
"""In the order in which they are joined; each uses only those before it."""


def write_report(
    history: History,
    path: Path,
    others: Sequence[History] = (),
    *,
    reach_km: float = 80.0,
    language: str = "ru",
) -> Path:
    """Write the report of a run as one HTML file and return its path.

    Parameters
    ----------
    history : the run that the page is about.
    path : the file; it appears whole or not at all.
    others : runs of other policies over the same demand; the first is the one that findings compare with.
    reach_km : how far a neighbour with room may be for "full while a neighbour has room".
    language : `kk`, `ru` or `en`: shown first where the reader's browser asks for none of the three.
    """
    path = Path(path)
    text = render(history, others, reach_km=reach_km, language=language)
    with whole_file(path) as file:
        file.write(text)
    return path


def render(
    history: History, others: Sequence[History] = (), *, reach_km: float = 80.0, language: str = "ru"
) -> str:
    """The page of a run as text; the same run gives the same page."""
    if language not in LANGUAGES:
        raise ValueError(f"language '{language}' is none of {', '.join(LANGUAGES)}")
    data = {
        **payload(history, others, reach_km),
        "messages": {known: messages(known) for known in LANGUAGES},
        "language": language,
        "version": tirek.__version__,
    }
    scripts = "\n".join(_read(name) for name in SCRIPTS)
    parts = {"language": language, "style": _read("page.css"), "data": embed(data), "script": scripts}
    page = _read("page.html")
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text, 1)
    return page


def messages(language: str) -> Mapping[str, str]:
    """Words of the page in one language, by message id."""
    words: dict[str, str] = json.loads(_read(f"messages/{language}.json"))
    return words


def embed(data: Json) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _read(name: str) -> str:
    return resources.files("tirek.simulation.report").joinpath(name).read_text(encoding="utf-8")
