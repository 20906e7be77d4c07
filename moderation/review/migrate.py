"""Brings a database to this version's schema, or says why it cannot."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from moderation.review.database import Database
from moderation.review.errors import DeskDatabaseError

_LOCK = 0x56495452494E45  # any number that other users of the server do not lock by chance


def migrate(database: Database) -> None:
    """Creates the tables, or upgrades them; all of it or nothing, in one transaction.

    Several processes may do so at once. Raises DeskDatabaseError for a database that a newer
    version made, and for one that holds something else.
    """
    config = Config()
    config.set_main_option("script_location", str(files("moderation.review") / "migrations"))
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _needs_upgrade(connection, ScriptDirectory.from_config(config)):
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _needs_upgrade(connection: Connection, scripts: ScriptDirectory) -> bool:
    current = MigrationContext.configure(connection).get_current_heads()
    known = {script.revision for script in scripts.walk_revisions()}
    unknown = sorted(set(current) - known)
    if unknown:
        raise DeskDatabaseError(
            f"the database was made by a newer version of Vitrine (revision {', '.join(unknown)}; "
            f"this one knows {', '.join(sorted(known))}): install that version, or restore a backup"
        )
    if not current and inspect(connection).get_table_names():
        raise DeskDatabaseError("the database holds tables of something else than a review desk")
    return set(current) != set(scripts.get_heads())
