"""The basemap of a city as one PMTiles file, made by tilemaker when that is installed."""

import re
import shutil
import subprocess
from pathlib import Path

from tirek.cities.city import BASEMAP_FILE
from tirek.roads.osm import BBox

OLDEST_WITH_PMTILES = 3
INSTALL = (
    "no basemap: install tilemaker 3 or newer (or tilemaker 2 and `pip install pmtiles`), then import again"
)

_STYLE_PLACES = (
    Path("/usr/share/tilemaker/resources"),
    Path("/usr/local/share/tilemaker/resources"),
    Path("/usr/share/doc/tilemaker/examples"),
)
"""Where packages put tilemaker's OpenMapTiles configuration."""


def make_basemap(extract: Path, out: Path, bbox: BBox | None = None) -> str:
    """Write `basemap.pmtiles` into the folder `out`; one line says what was done or what is missing."""
    tilemaker = shutil.which("tilemaker")
    if tilemaker is None:
        return INSTALL
    style = next((p for p in _STYLE_PLACES if (p / "config-openmaptiles.json").is_file()), None)
    if style is None:
        return "no basemap: tilemaker is installed without its config-openmaptiles.json"
    direct = _version(tilemaker) >= OLDEST_WITH_PMTILES
    if not direct and not _can_convert():
        return (
            "no basemap: this tilemaker writes .mbtiles only; install tilemaker 3, or `pip install pmtiles`"
        )
    target = out / BASEMAP_FILE
    made = target if direct else out / "basemap.mbtiles"
    made.unlink(missing_ok=True)
    command = [
        tilemaker,
        "--input", str(extract),
        "--output", str(made),
        "--config", str(style / "config-openmaptiles.json"),
        "--process", str(style / "process-openmaptiles.lua"),
        "--bbox", ",".join(str(side) for side in bbox or _extent(extract)),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=style)  # noqa: S603  (own command)
    if done.returncode or not made.is_file():
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        return f"no basemap: tilemaker failed: {last[0]}"
    if not direct:
        _convert(made, target)
        made.unlink()
    return f"{BASEMAP_FILE}: {target.stat().st_size / 1e6:.1f} MB"


def _version(tilemaker: str) -> int:
    """Major version of tilemaker; 2 when it does not say."""
    said = subprocess.run([tilemaker, "--help"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"v?(\d+)\.\d+", said.stdout + said.stderr)
    return int(found[1]) if found else 2


def _can_convert() -> bool:
    try:
        import pmtiles.convert  # noqa: F401
    except ImportError:
        return False
    return True


def _convert(mbtiles: Path, target: Path) -> None:
    from pmtiles.convert import mbtiles_to_pmtiles

    target.unlink(missing_ok=True)
    mbtiles_to_pmtiles(str(mbtiles), str(target), None)  # type: ignore[no-untyped-call, unused-ignore]


def _extent(extract: Path) -> BBox:
    """The box of all roads; extracts cut by hand carry none in their header."""
    from tirek.roads.osm import as_arrays, read_roads

    arrays = as_arrays(read_roads(extract))
    lat, lon = arrays["lat"], arrays["lon"]
    return BBox(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
