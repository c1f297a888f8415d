"""The basemap of a city as one PMTiles file, made by tilemaker when that is installed."""

import gzip
import importlib.util
import json
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from tirek.cities.city import BASEMAP_FILE
from tirek.roads.osm import BBox

ATTRIBUTION = "© OpenMapTiles © OpenStreetMap contributors"
"""The layers follow the OpenMapTiles schema (CC BY 4.0), which asks to be named."""
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
    extract, out = extract.resolve(), out.resolve()  # tilemaker runs in the folder of its style
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
        made.unlink(missing_ok=True)
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
    return importlib.util.find_spec("pmtiles") is not None


def _convert(mbtiles: Path, target: Path) -> None:
    """Copy the tiles of an MBTiles file into a PMTiles file, with its layers and the attribution.

    The converter in the `pmtiles` package leaves the layers inside a text, where map libraries do not look.
    """
    convert, tile_ids, writing = (
        importlib.import_module(f"pmtiles.{part}") for part in ("convert", "tile", "writer")
    )
    with closing(sqlite3.connect(mbtiles)) as db:
        told: dict[str, Any] = dict(db.execute("SELECT name, value FROM metadata"))
        rows = db.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    header, _ = convert.mbtiles_to_header_json(told)
    # MBTiles counts rows from the south, PMTiles from the north.
    tiles = sorted((tile_ids.zxy_to_tileid(z, x, (1 << z) - 1 - y), data) for z, x, y, data in rows)
    told |= json.loads(told.pop("json", "{}")) | {"attribution": ATTRIBUTION}
    with writing.write(str(target)) as writer:
        for tile, data in tiles:
            packed = data if data[:2] == b"\x1f\x8b" else gzip.compress(data, mtime=0)
            writer.write_tile(tile, packed)
        writer.finalize(header, told)


def _extent(extract: Path) -> BBox:
    """The box of all roads; extracts cut by hand carry none in their header."""
    from tirek.roads.osm import as_arrays, read_roads

    arrays = as_arrays(read_roads(extract))
    lat, lon = arrays["lat"], arrays["lon"]
    return BBox(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
