"""A connection to SQLite or PostgreSQL, with the same promises from both.

A writing transaction is BEGIN IMMEDIATE on SQLite, so that two of them never interleave; on
PostgreSQL the queries lock the rows that they are about to change.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from moderation.review.errors import DeskDatabaseError

BUSY_SECONDS = 30.0
"""How long a SQLite transaction waits for another's to end."""

DIALECTS = ("sqlite", "postgresql")
_WRITES = "vitrine_writes"


class Database:
    """The engine behind a desk; give it back with `close`.

    Raises DeskDatabaseError for a URL that is neither SQLite's nor PostgreSQL's, for SQLite in
    memory (other processes could not see it), and where the database cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self.url = _checked_url(url)
        self.engine = _engine(self.url)
        self._writer = self.engine.execution_options(**{_WRITES: "FULL"})
        self._hasty_writer = self.engine.execution_options(**{_WRITES: "NORMAL"})

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may change rows; committed at the end, rolled back by an error."""
        with _reachable(self.url), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def write_for_now(self) -> Iterator[Connection]:
        """The same for what a power cut may undo, such as a lease: SQLite waits for no disk.

        A process that is killed loses nothing even so.
        """
        with _reachable(self.url), self._hasty_writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; it never waits for those that write."""
        with _reachable(self.url), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes every connection."""
        self.engine.dispose()


def _checked_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DeskDatabaseError(f"'{text}' is no database URL: {error}") from error
    if url.get_backend_name() not in DIALECTS:
        raise DeskDatabaseError(
            f"{_shown(url)}: the desk runs on sqlite:///FILE or postgresql+psycopg://HOST/NAME"
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise DeskDatabaseError("the desk needs a file: sqlite:///FILE")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}}
    try:
        if url.get_backend_name() != "sqlite":
            return create_engine(url, pool_pre_ping=True)
        engine = create_engine(url, **options)
    except (ImportError, NoSuchModuleError) as error:
        raise DeskDatabaseError(f"{_shown(url)}: its driver is not installed: {error}") from error
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not before
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Waits as `busy_timeout` would: SQLite does not, while another connection makes the change."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    synchronous = connection.get_execution_options().get(_WRITES)
    if synchronous is not None:
        connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
    connection.exec_driver_sql("BEGIN" if synchronous is None else "BEGIN IMMEDIATE")


@contextmanager
def _reachable(url: URL) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise  # a constraint's or a trigger's refusal
        raise DeskDatabaseError(f"{_shown(url)}: {error.orig}") from error


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)
