"""The rooms' services on a real database: SQLite always, PostgreSQL where one answers.

Every test works in a room of its own, so that what is recorded need not be deleted (it cannot be).
"""

import contextlib
import itertools
import os
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import django
import pytest

os.environ["TIREK_DATA"] = str(Path(tempfile.mkdtemp(prefix="tirek-tests-")))
os.environ["TIREK_PLAIN_HTTP"] = "1"
os.environ["TIREK_HOSTS"] = "testserver,127.0.0.1"
os.environ["DJANGO_SETTINGS_MODULE"] = "tirek.site.settings"
os.environ.pop("DATABASE_URL", None)
django.setup()

POSTGRES = os.environ.get("TIREK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
_numbers = itertools.count(1)


def _postgres_answers():
    parts = urlsplit(POSTGRES)
    try:
        socket.create_connection((parts.hostname, parts.port or 5432), timeout=1).close()
    except OSError as problem:
        return f"PostgreSQL at {parts.hostname}:{parts.port} does not answer ({problem.strerror or problem})"
    return ""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory):
    """A fresh, migrated database; Django's connection is pointed at it for as long as its tests run."""
    from django.core.management import call_command
    from django.db import connections

    from tirek.site.databases import database

    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "postgresql":
        if why := _postgres_answers():
            pytest.skip(why)
        import psycopg

        name = f"tirek_test_{os.getpid()}"
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        settings = database(folder, POSTGRES.rsplit("/", 1)[0] + f"/{name}")
    else:
        settings = database(folder, None)
    connections.close_all()
    connections.settings["default"].update(settings)
    connections.databases["default"].update(settings)
    with contextlib.suppress(AttributeError):  # none was opened here yet
        del connections["default"]
    call_command("migrate", verbosity=0)
    yield request.param
    connections.close_all()
    if request.param == "postgresql":
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def room(database):
    """A room of three hospitals near each other; each has adult oxygen beds, one also intensive care."""
    from tirek.hospitals import services
    from tirek.hospitals.models import Hospital, Line, Room

    name = f"town-{next(_numbers)}"
    Room.objects.create(id=name, profile="astana", time_zone="Asia/Almaty")
    for i, code in enumerate(("near", "middle", "far")):
        one = Hospital.objects.create(
            room_id=name, code=code, names={"en": code}, lat=51.13 + i / 50, lon=71.43
        )
        Line.objects.create(hospital=one, kind="infectious/oxygen/adult")
        if code == "far":
            Line.objects.create(hospital=one, kind="infectious/intensive_care/adult")
    return services.room_facts(name)


@pytest.fixture
def people(room):
    """Somebody of each role."""
    from tirek.accounts import services

    def one(role, hospital="", crew=""):
        name = f"{role}{hospital}-{room.id}"
        user = services.add_user(name, role, room.id, hospital=hospital, crew=crew, language="en")
        return services.actor_for(user)

    return SimpleNamespace(
        near=one("hospital", "near"), far=one("hospital", "far"),
        dispatcher=one("dispatcher"), senior=one("senior"),
        crew=one("crew", crew="7"), headquarters=one("headquarters"), auditor=one("auditor"),
        administrator=one("administrator"),
    )  # fmt: skip
