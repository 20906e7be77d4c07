"""The commands, as a user calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.vision.moderate.stored_records import as_line, record
from vision.moderate import command

SHIPPED = Path(__file__).parents[3] / "moderation" / "policies" / "default.toml"


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command()(command.moderate)
    app.command()(command.redact)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_without_an_output_it_reports_and_writes_nothing(records: Path) -> None:
    before = sorted(records.parent.iterdir())
    result = run("moderate", records, "--policy", "etsy")
    assert result.exit_code == 0
    assert "5 listings, 8 photos, decided under default@4 (5)" in result.stdout
    assert sorted(records.parent.iterdir()) == before


def test_json_and_an_output_together(records: Path, tmp_path: Path) -> None:
    output = tmp_path / "new.jsonl"
    result = run("moderate", records, "--policy", SHIPPED, "--output", output, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["listings"] == 5
    assert output.read_bytes() == records.read_bytes()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("review = 0.2\n", "reviev = 0.2\n", "labels.explicit_nudity.reviev: unknown key"),
        ("review = 0.2\n", "review = 1.2\n", "labels.explicit_nudity.review: "),
    ],
)
def test_a_policy_with_a_fault_is_wrong_usage(
    records: Path, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    policy, output = tmp_path / "new.toml", tmp_path / "new.jsonl"
    policy.write_text(SHIPPED.read_text("utf-8").replace(old, new, 1), "utf-8")
    result = run("moderate", records, "--policy", policy, "--output", output)
    assert result.exit_code == 2
    assert f"{policy}: {fault}" in result.stderr
    assert not output.exists()


def test_records_with_a_fault_are_named_by_file_line_and_key(tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text(as_line(record()) + "\n" + as_line(record(schema_version="3.0")), "utf-8")
    result = run("moderate", file, "--policy", "default", "--output", tmp_path / "new.jsonl")
    assert result.exit_code == 1
    assert f"{file}:2: schema_version: 3.0" in result.stderr
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["records.jsonl"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("moderate", tmp_path / "absent.jsonl", "--policy", "default")
    assert result.exit_code == 1
    assert "absent.jsonl: No such file" in result.stderr


def test_redact_writes_copies_and_says_how_many(records: Path, tmp_path: Path) -> None:
    photos = records.parent / "photos"
    result = run("redact", records, "--photos", photos, "--output", tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.startswith("4 photos redacted, 0 not")


def test_redact_says_by_its_status_that_some_could_not_be_copied(
    records: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    result = run("redact", records, "--photos", tmp_path / "empty", "--output", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stdout.startswith("0 photos redacted, 4 not")


def test_importing_the_commands_loads_nothing_heavy() -> None:
    code = (
        "import sys, vision.moderate.command;"
        "sys.exit(bool({'torch', 'cv2', 'numpy', 'pydantic', 'PIL'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
