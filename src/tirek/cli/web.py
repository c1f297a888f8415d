"""The room on the web: `tirek serve`, `migrate`, `room`, `user`, `doctor`."""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tirek.domain.errors import InputError

data_option = click.option(
    "--data", envvar="TIREK_DATA", type=click.Path(file_okay=False, path_type=Path), default=Path("tirek-data"),
    show_default=True, help="Folder of the room: database and keys.",
)  # fmt: skip


def _django(data: Path, *, plain: bool = False, ready: bool = True) -> None:
    """Start Django on this folder; `ready`: its database must be of this version."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["TIREK_DATA"] = str(data.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "tirek.site.settings"
    if plain:
        os.environ["TIREK_PLAIN_HTTP"] = "1"
    import django

    django.setup()
    if ready and (left := _unapplied()):
        raise InputError(f"the database is {left} steps behind: run `tirek migrate` first", source=str(data))


def _told(do: Callable[[], Any]) -> Any:
    """A problem of the room as the command tells it."""
    from tirek.accounts.problems import Problem

    try:
        return do()
    except Problem as problem:
        raise InputError(problem.title, field=problem.field) from None


def _unapplied() -> int:
    """Steps of the database that are still to be made."""
    from django.db import Error, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except Error as problem:
        raise InputError(f"the database does not answer: {problem}") from None
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8103, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="More than one needs PostgreSQL (DATABASE_URL).",
)
@click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False), help="TLS certificate chain, PEM."
)
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="Its key, PEM.")
@click.option("--plain-http", is_flag=True, help="Without TLS, for trying it on this machine only.")
def serve(
    data: Path,
    host: str,
    port: int,
    processes: int,
    certificate: str | None,
    key: str | None,
    plain_http: bool,
) -> None:
    """Open the room: pages, API and live events on one port."""
    if plain_http and host not in {"127.0.0.1", "localhost", "::1"}:
        raise InputError(
            "--plain-http is for this machine only: leave --host out, or give --certificate and --key"
        )
    if bool(certificate) != bool(key):
        raise InputError("--certificate and --key come together")
    if not (plain_http or certificate or os.environ.get("TIREK_BEHIND_PROXY") == "1"):
        raise InputError(
            "without TLS nobody could log in: give --certificate and --key, set TIREK_BEHIND_PROXY=1 where a proxy "
            "ends TLS, or try it on this machine with --plain-http"
        )
    if processes > 1 and not os.environ.get("DATABASE_URL"):
        raise InputError("SQLite is for one process: name a PostgreSQL database in DATABASE_URL")
    _django(data, plain=plain_http)
    import uvicorn

    uvicorn.run(
        "tirek.site.asgi:app", host=host, port=port, workers=processes, ssl_certfile=certificate, ssl_keyfile=key,
        access_log=False, log_level="warning", server_header=False, timeout_graceful_shutdown=5, lifespan="on",
        proxy_headers=os.environ.get("TIREK_BEHIND_PROXY") == "1",
    )  # fmt: skip


@click.command()
@data_option
def migrate(data: Path) -> None:
    """Make the database, or bring it to this version."""
    _django(data, ready=False)
    from django.core.management import call_command

    before = _unapplied()
    call_command("migrate", verbosity=0, interactive=False)
    click.echo(f"{before} steps made" if before else "nothing to do")


@click.group()
def room() -> None:
    """Cities of this installation."""


@room.command("open")
@click.argument("profile")
@data_option
@click.option("--id", "room_id", help="Another id than the city's.")
@click.option(
    "--training", is_flag=True, help="A room to practise in; bed counts that are only assumed count here."
)
def open_(profile: str, data: Path, room_id: str | None, training: bool) -> None:
    """Open a room for a city PROFILE, or add what the profile has got since."""
    _django(data)
    from tirek.hospitals.services import ledger_of, seed_city

    made = _told(lambda: seed_city(profile, room_id, training=training))
    known = ledger_of(made)
    click.echo(f"{made.id}: {len(known.hospitals)} hospitals, {known.network.kind.size} kinds of beds")


@click.group()
def user() -> None:
    """People who work in a room."""


@user.command("add")
@click.argument("name")
@data_option
@click.option(
    "--role",
    required=True,
    help="dispatcher, senior, crew, hospital, headquarters, administrator or auditor.",
)
@click.option("--city", required=True, help="Id of the room.")
@click.option("--hospital", default="", help="Which one, for the role 'hospital'.")
@click.option("--crew", default="", help="Which one, for the role 'crew'.")
@click.option("--language", type=click.Choice(["kk", "ru", "en"]), default="ru", show_default=True)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin; else one is made and shown once."
)
def add(
    name: str, data: Path, role: str, city: str, hospital: str, crew: str, language: str, password_stdin: bool
) -> None:
    """Add NAME, or a further role of NAME."""
    _django(data)
    from tirek.accounts.services import add_user, has_user
    from tirek.hospitals.services import hospital_code, room_facts

    _told(lambda: room_facts(city))
    if hospital:
        _told(lambda: hospital_code(city, hospital))
    known = has_user(name)
    made = None if known or password_stdin else secrets.token_urlsafe(12)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else made
    _told(
        lambda: add_user(name, role, city, password=password, hospital=hospital, crew=crew, language=language)
    )
    click.echo(f"{name} is {role} in {city}" + (f"; password: {made}" if made else ""))


@user.command("token")
@click.argument("name")
@data_option
@click.option("--label", default="command line", show_default=True, help="What the token is for.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="read, calls, placements or beds; several times."
)
def token(name: str, data: Path, label: str, scopes: tuple[str, ...]) -> None:
    """Make a token with which a program acts for NAME; it is shown once."""
    _django(data)
    from tirek.accounts.services import issue_token

    click.echo(_told(lambda: issue_token(name, label, list(scopes))))


@click.command()
@data_option
def doctor(data: Path) -> None:
    """Say what is misconfigured; exit code 1 where something is."""
    _django(data, ready=False)
    from tirek.site.health import findings

    found = findings()
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("nothing found")
