"""Events and looks stay as they were written: the database refuses to change or delete them."""

from typing import Any

from django.db import migrations

TABLES = ("accounts_event", "accounts_look")
_FUNCTION = """
CREATE FUNCTION tirek_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'rows of % stay as they were written', TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql
"""


def forwards(_apps: Any, editor: Any) -> None:
    """Add the triggers."""
    if editor.connection.vendor == "postgresql":
        editor.execute(_FUNCTION, params=None)
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION tirek_append_only()"
            )
        else:
            for verb in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'rows stay as they were written'); END"
                )


def backwards(_apps: Any, editor: Any) -> None:
    """Remove them."""
    for table in TABLES:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_stays ON {table}")
        else:
            for verb in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {table}_no_{verb}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION tirek_append_only()")


class Migration(migrations.Migration):
    """See the module."""

    dependencies = (("accounts", "0001_first"),)
    operations = (migrations.RunPython(forwards, backwards),)
