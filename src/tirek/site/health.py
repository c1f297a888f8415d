"""What is misconfigured, in sentences."""

import shutil

from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error

from tirek.accounts.models import Role, RoleName
from tirek.domain.errors import InputError
from tirek.hospitals.services import ledger_of, room_facts, room_ids

LEAST_FREE_BYTES = 500_000_000


def findings() -> list[str]:
    """One sentence for each; none where all is well."""
    found = [f"{check.id}: {check.msg}" for check in run_checks(include_deployment_checks=True)]
    if shutil.disk_usage(settings.DATA).free < LEAST_FREE_BYTES:
        found.append(f"{settings.DATA}: less than {LEAST_FREE_BYTES // 10**6} MB free")
    try:
        executor = MigrationExecutor(connection)
        if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return [*found, f"the database is {len(plan)} steps behind: run `tirek migrate`"]
    except Error as problem:
        return [*found, f"the database does not answer: {problem}"]
    return found + _durability() + _rooms()


def _durability() -> list[str]:
    """Whether what is acknowledged is on the disk."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            ok = mode == "wal" and cursor.fetchone()[0] >= 2
            return [] if ok else ["SQLite: journal_mode WAL and synchronous FULL did not take effect"]
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        fsync, commit = cursor.fetchone()
        return (
            []
            if fsync == "on" and commit != "off"
            else [f"PostgreSQL: fsync {fsync}, synchronous_commit {commit}"]
        )


def _rooms() -> list[str]:
    """Rooms that cannot work yet."""
    names = room_ids()
    found = [] if names else ["no room is open: run `tirek room open CITY`"]
    for name in names:
        try:
            known = ledger_of(room_facts(name))
            _ = room_facts(name).city.roads
        except InputError as problem:
            found.append(f"{name}: {problem}")
            continue
        if not known.hospitals:
            found.append(f"{name}: no hospital")
        if not Role.objects.filter(city=name, name__in=[RoleName.DISPATCHER, RoleName.SENIOR]).exists():
            found.append(
                f"{name}: nobody is dispatcher: run `tirek user add NAME --role dispatcher --city {name}`"
            )
    return found
