"""A desk on SQLite and one on a real PostgreSQL server, with a clock that the tests turn."""

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text

from moderation.review.desk import Desk, open_desk
from moderation.review.models import Base
from moderation.review.settings import DeskSettings

EVERYTHING = "VITRINE_TEST_EVERYTHING"
MISSING = (
    "PostgreSQL's initdb is not installed: install the package 'postgresql' (Debian, Homebrew), "
    "or put its bin folder in PATH"
)
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class TurnedClock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **time: float) -> None:
        self.now += timedelta(**time)


class Server:
    """A PostgreSQL server of its own in a temporary folder, reached by its socket."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        self._numbers = count(1)

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, self._user)
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c fsync=off"
        self._run("pg_ctl", "-D", data, "-w", "-l", self._folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop")

    def new_database(self) -> str:
        """The URL of an empty database."""
        name = f"desk_{next(self._numbers)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://desk@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["runuser", "-u", self._user, "--", *command]
        done = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        assert done.returncode == 0, done.stderr.decode()


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    programs = _programs()
    if programs is None:
        if os.environ.get(EVERYTHING):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    # A socket's path has at most 107 bytes: pytest's own folders can be deeper.
    folder = Path(tempfile.mkdtemp(prefix="desk-", dir="/tmp"))
    running = Server(programs, folder)
    try:
        running.start()
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def ready_url(server: Server) -> str:
    """A desk's database on the server, to be emptied before each use."""
    url = server.new_database()
    open_desk(url, hasher=FAST).close()
    return url


def _emptied(url: str) -> str:
    tables = ", ".join(Base.metadata.tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # no triggers
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk's SQLite file without anything in it, to be copied."""
    file = tmp_path_factory.mktemp("ready") / "desk.sqlite3"
    open_desk(f"sqlite:///{file}", hasher=FAST).close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind with nothing in it, no tables either."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    server = request.getfixturevalue("server")
    assert isinstance(server, Server)
    return server.new_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new desk's database, of each kind."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("ready_file"), tmp_path / "desk.sqlite3")
        return f"sqlite:///{file}"
    return _emptied(request.getfixturevalue("ready_url"))


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


@pytest.fixture
def settings() -> DeskSettings:
    return DeskSettings.load(double_review_share=0.0)


@pytest.fixture
def desk(url: str, clock: TurnedClock, settings: DeskSettings) -> Iterator[Desk]:
    """An empty desk of each kind, where nothing is reviewed twice."""
    with open_desk(url, settings, clock, FAST) as opened:
        yield opened


@pytest.fixture
def lite(
    ready_file: Path, tmp_path: Path, clock: TurnedClock, settings: DeskSettings
) -> Iterator[Desk]:
    """An empty desk on SQLite, for what has nothing to do with the database's kind."""
    file = shutil.copy(ready_file, tmp_path / "lite.sqlite3")
    with open_desk(f"sqlite:///{file}", settings, clock, FAST) as opened:
        yield opened


OpenWith = Callable[..., Desk]


@pytest.fixture
def open_with(url: str, clock: TurnedClock) -> Iterator[OpenWith]:
    """Opens a desk with other settings."""
    opened: list[Desk] = []

    def open_(**changes: float) -> Desk:
        opened.append(open_desk(url, DeskSettings.load(**changes), clock, FAST))
        return opened[-1]

    yield open_
    for desk in opened:
        desk.close()
