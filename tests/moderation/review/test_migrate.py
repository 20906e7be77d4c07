from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from moderation.review.database import Database
from moderation.review.desk import Desk, open_desk
from moderation.review.errors import DeskDatabaseError
from moderation.review.migrate import migrate
from moderation.review.models import Base
from tests.moderation.review.conftest import FAST
from tests.moderation.review.desks import fill, person, record, rule


def test_the_migrations_build_what_the_models_say(empty_url: str) -> None:
    database = Database(empty_url)
    migrate(database)
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


def test_opening_again_changes_nothing(empty_url: str) -> None:
    with open_desk(empty_url) as desk:
        desk.add_person("ada", "lead", "correct horse battery")
    with open_desk(empty_url) as desk:
        assert [person.name for person in desk.people()] == ["ada"]


def test_many_may_open_a_new_database_at_once(empty_url: str) -> None:
    def open_and_close(_: int) -> int:
        with open_desk(empty_url, hasher=FAST) as desk:
            return len(desk.people())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_and_close, range(4))) == [0] * 4


def test_sqlite_is_set_up_to_be_shared_and_checked(lite: Desk) -> None:
    with lite.database.write() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    full = 2
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "synchronous": full,
    }


def test_a_database_from_a_newer_version_is_refused(empty_url: str) -> None:
    open_desk(empty_url).close()
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DeskDatabaseError, match=r"newer version of Vitrine .*9999"):
        open_desk(empty_url)
    engine.dispose()


def test_a_database_of_something_else_is_refused_and_left_alone(empty_url: str) -> None:
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE pets (name TEXT)"))
    with pytest.raises(DeskDatabaseError, match="something else"):
        open_desk(empty_url)
    with engine.begin() as connection:
        connection.execute(text("SELECT name FROM pets"))
        with pytest.raises(Exception, match="alembic_version"):
            connection.execute(text("SELECT * FROM alembic_version"))
    engine.dispose()


@pytest.mark.parametrize("table", ["audit", "decisions", "withdrawals"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_is_append_only(
    desk: Desk, tmp_path: Path, table: str, change: str
) -> None:
    ada = person(desk)
    fill(desk, tmp_path, record())
    desk.undo(ada, rule(desk, ada, "remove").id)
    before = desk.audit()
    with (
        pytest.raises(Exception, match=f"{table} is append-only"),
        desk.database.write() as connection,
    ):
        connection.execute(text(change.format(table)))
    assert desk.audit() == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://localhost/desk", "the desk runs on"),
        ("not a url", "is no database URL"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////no/such/folder/desk.sqlite3", "unable to open"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_clear_error(url: str, why: str) -> None:
    with pytest.raises(DeskDatabaseError, match=why):
        open_desk(url)


def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"\xff\xd8\xff" * 1000)
    with pytest.raises(DeskDatabaseError, match="not a database"):
        open_desk(f"sqlite:///{file}")
