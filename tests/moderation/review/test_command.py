"""`vitrine review ...` as it is typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from moderation.review.command import app
from moderation.review.desk import open_desk
from tests.moderation.review.desks import PASSWORD, record, write_records

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'desk.sqlite3'}"


def _run(database: str, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner(env={"VITRINE_REVIEW_DATABASE": database}).invoke(
        app, list(arguments), input=typed
    )


def test_a_desk_is_set_up_filled_and_exported(database: str, tmp_path: Path) -> None:
    records = write_records(tmp_path, record("a"), record("b", verdict="block"))
    photos = tmp_path / "photos"
    for listing in ("a", "b"):
        (photos / listing).mkdir(parents=True)
        (photos / listing / "0.jpg").write_bytes(b"photo")
    imported = _run(database, "import", str(records), "--photos", str(photos))
    assert imported.output == "2 records: 2 photos added to the queue, 0 known.\n"
    assert _run(database, "import", str(records)).output.endswith(
        "0 photos added to the queue, 2 known.\n"
    )
    output = tmp_path / "decisions.parquet"
    assert _run(database, "export", str(output)).output == f"0 decisions written to {output}.\n"
    assert output.exists()


def test_people_are_managed(database: str) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    added = _run(database, "user", "add", "Ada", "--role", "lead", typed=typed)
    assert added.exit_code == 0
    assert "ada was added as a lead." in added.output
    assert PASSWORD not in added.output
    assert _run(database, "user", "add", "bob", "--password-stdin", typed=PASSWORD).exit_code == 0
    assert _run(database, "user", "deactivate", "BOB").output == "bob is deactivated.\n"
    assert _run(database, "user", "role", "bob", "lead").output == "bob is a lead.\n"
    listed = [line.split() for line in _run(database, "user", "list").output.splitlines()]
    assert listed == [["ada", "lead", "active"], ["bob", "lead", "deactivated"]]
    assert _run(database, "user", "activate", "bob").exit_code == 0
    changed = _run(
        database, "user", "password", "ada", "--password-stdin", typed="a new password\n"
    )
    assert changed.exit_code == 0
    with open_desk(database) as desk:
        assert desk.sign_in("ada", "a new password", "here")


def test_the_only_active_lead_is_not_shut_out(database: str) -> None:
    typed = f"{PASSWORD}\n"
    _run(database, "user", "add", "ada", "--role", "lead", "--password-stdin", typed=typed)
    for change in (("deactivate", "ada"), ("role", "ada", "reviewer")):
        done = _run(database, "user", *change)
        assert done.exit_code == 1
        assert done.stderr == (
            "vitrine: 'ada' is the only active lead: make another person one first\n"
        )
    assert _run(database, "user", "list").output.split() == ["ada", "lead", "active"]


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (("import", "none.jsonl"), 1, "none.jsonl: No such file"),
        (("import", "none.jsonl", "--policy", "none.toml"), 2, "none.toml: No such file"),
        (("import", "none.jsonl", "--settings", "none.toml"), 2, "none.toml: No such file"),
        (("import", "none.jsonl", "--double-review", "2"), 2, "--double-review"),
        (("user", "deactivate", "eve"), 1, "nobody is called 'eve'"),
        (("user", "add", "eve", "--role", "boss", "--password-stdin"), 1, "'boss' is no role"),
        (("user", "add", "eve", "--password-stdin"), 1, "at least 12 characters"),
        (("export", "decisions.csv"), 1, "must be .jsonl or .parquet"),
        (("export", "/no/such/folder/x.jsonl"), 1, "No such file"),
        (("thresholds", "new.toml"), 2, "either --precision or --recall"),
        (("thresholds", "new.toml", "--recall", "2"), 1, "between 0 and 1"),
        (
            ("thresholds", "new.toml", "--recall", "0.9", "--policy", "none"),
            2,
            "no policy is called",
        ),
        (("user", "list", "--database", "mysql://h/d"), 1, "the desk runs on"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_a_status(
    database: str, arguments: tuple[str, ...], status: int, why: str
) -> None:
    done = _run(database, *arguments, typed="short\n")
    assert done.exit_code == status, done.output
    assert why in done.output
    assert "Traceback" not in done.output


def test_thresholds_without_decisions_writes_nothing_and_says_why(
    database: str, tmp_path: Path
) -> None:
    output = tmp_path / "new.toml"
    done = _run(database, "thresholds", str(output), "--precision", "0.9")
    assert done.exit_code == 0
    assert "explicit_nudity: stays at 0.2, there are 0 decisions, and 50 are needed" in done.output
    assert done.output.endswith("No threshold changes, so no policy was written.\n")
    assert not output.exists()


def test_the_commands_import_nothing_heavy_before_they_run() -> None:
    code = (
        "import sys, moderation.review.command;"
        "heavy = {'sqlalchemy', 'alembic', 'argon2', 'fastapi', 'pyarrow', 'torch'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
