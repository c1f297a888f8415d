"""`tirek city`: import, check and list city profiles."""

from datetime import datetime
from pathlib import Path

import click


@click.group()
def city() -> None:
    """Cities: import one from an OpenStreetMap extract, check it, see which ones ship."""


@city.command("import")
@click.argument("extract", type=click.Path(path_type=Path))
@click.option("--id", "ident", required=True, help="Id of the city: small Latin letters, digits, hyphens.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--bbox", help="Only what lies inside: W,S,E,N in degrees.")
@click.option("--time-zone", default="unknown", help="IANA name, as Asia/Almaty.")
@click.option(
    "--date", type=click.DateTime(["%Y-%m-%d"]), help="Day of the extract, where its header does not tell."
)
@click.option(
    "--assume-beds",
    type=click.IntRange(0),
    help="Share this many beds over the hospitals by floor space, marked assumed, for simulation.",
)
@click.option("--no-basemap", is_flag=True, help="Do not make a basemap even when tilemaker is there.")
@click.option("--overwrite", is_flag=True, help="Replace a city.toml that is already there.")
def import_(
    extract: Path,
    ident: str,
    out: Path,
    bbox: str | None,
    time_zone: str,
    date: datetime | None,
    assume_beds: int | None,
    no_basemap: bool,
    overwrite: bool,
) -> None:
    """Make a city's folder out of EXTRACT (.osm.pbf): roads, hospitals, stations, places, homes, basemap."""
    from tirek.cities.importer import ImportSettings, import_city
    from tirek.roads.osm import BBox

    settings = ImportSettings(
        ident,
        BBox.parse(bbox) if bbox else None,
        time_zone,
        f"{date:%Y-%m-%d}" if date else "",
        assume_beds,
        basemap=not no_basemap,
        overwrite=overwrite,
    )
    for line in import_city(extract, out, settings):
        click.echo(line)
    click.echo(f"Next: tirek city check {out}")


@city.command()
@click.argument("folder")
def check(folder: str) -> None:
    """Say what is missing or wrong in a city's FOLDER (or a shipped city's id); exit 2 when wrong."""
    from tirek.cities.load import check_city

    found, notes = check_city(folder)
    wrong = [note for note in notes if note.wrong]
    for note in notes:
        error = note.error("city.toml")
        click.echo(str(error) if note.wrong else f"note: {error}")
    beds = sum(count or 0 for hospital in found.hospitals for count in hospital.beds.values())
    sourced = sum(figure.count or 0 for figure in found.figures.values() if figure.source)
    sourced += sum(total.count or 0 for total in found.totals.values() if total.source)
    click.echo(
        f"{found.id or folder}: {len(found.hospitals)} hospitals, "
        f"{beds} beds ({sourced} from dated sources), {len(found.stations)} stations, {found.crews} crews; "
        f"{len(wrong)} wrong, {len(notes) - len(wrong)} notes"
    )
    if wrong:
        raise SystemExit(2)


@city.command("list")
def list_() -> None:
    """List the cities that ship with Tirek."""
    from tirek.cities.load import load_city, shipped_cities

    for ident in shipped_cities():
        found = load_city(ident)
        beds = sum(count or 0 for hospital in found.hospitals for count in hospital.beds.values())
        rough = f"; approximate: {found.approximate}" if found.approximate else ""
        click.echo(f"{ident}: {found.names.best('en')}, {len(found.hospitals)} hospitals, {beds} beds{rough}")
