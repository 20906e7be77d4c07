"""The command: its help, what it refuses, and that `compare` can stand beside it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.vision.backfill.photos import write_manifest
from vision.backfill.command import DefaultCommandGroup, app

ROOT = Path(__file__).parents[3]


def invoke(*arguments: str | Path) -> Result:
    vitrine = typer.Typer()
    vitrine.add_typer(app, name="backfill")
    vitrine.command()(lambda: None)
    return CliRunner().invoke(vitrine, ["backfill", *map(str, arguments)])


def test_help_is_that_of_the_run() -> None:
    done = invoke("--help")
    assert done.exit_code == 0
    for text in ("INPUT", "--output", "--shard-size", "--photo-timeout", "compare"):
        assert text in done.output


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, vision.backfill.command; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"torch", "cv2", "numpy", "pyarrow", "PIL", "pydantic", "skimage", "tqdm"}
    assert not heavy & set(done.stdout.split())


def test_compare_is_a_command_beside_it() -> None:
    done = invoke("compare", "--help")
    assert done.exit_code == 0
    assert "RUN_A" in done.output


def test_another_command_can_stand_beside_the_one_that_is_meant_by_default() -> None:
    group = typer.Typer(cls=DefaultCommandGroup)
    group.command("run")(lambda value: typer.echo(f"run {value}"))
    group.command("compare")(lambda one, two: typer.echo(f"compare {one} {two}"))
    runner = CliRunner()
    assert runner.invoke(group, ["a.csv"]).stdout == "run a.csv\n"
    assert runner.invoke(group, ["run", "compare"]).stdout == "run compare\n"
    assert runner.invoke(group, ["compare", "a", "b"]).stdout == "compare a b\n"


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--sample", "0"], 2, "--sample is above 0 and at most 1, not 0"),
        (["--sample", "1.5"], 2, "--sample is above 0 and at most 1, not 1.5"),
        (["--shard", "3/2"], 2, "--shard 3/2: the first number runs from 1 to the second"),
        (["--marketplace", "amazone"], 2, "no marketplace 'amazone'"),
        (["--policy", "strict"], 2, "no policy is called 'strict'"),
        (["--labels", "gone.txt"], 2, "gone.txt"),
        (["--hashes", "gone.csv"], 1, "gone.csv"),
        (["--bundle", "huge"], 1, "no bundle named 'huge' is installed"),
    ],
)
def test_what_cannot_be_used_is_answered_in_one_sentence(
    tmp_path: Path, options: list[str], status: int, said: str
) -> None:
    manifest = write_manifest(tmp_path, 2)
    done = invoke(manifest, "-o", tmp_path / "out", *options)
    assert (done.exit_code, done.stdout) == (status, "")
    assert done.stderr.startswith("vitrine: ")
    assert said in done.stderr
    assert {path.name for path in (tmp_path / "out").glob("*")} <= {"_lock"}


@pytest.mark.parametrize(
    "arguments",
    [[], ["a.csv"], ["a.csv", "-o", "out", "--engine", "spark"], ["a.csv", "-o", "out", "--cores"]],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    done = invoke(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


def test_a_faulty_input_is_found_before_any_work(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, 5)
    with manifest.open("a") as stream:
        stream.write('{"listing_id": "listing-2", "photos": ["0.jpg"]}\n')
    done = invoke(manifest, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "line 6: listing_id 'listing-2' is already used" in done.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["_lock"]


def test_an_empty_sample_is_a_finished_run_of_nothing(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, 3)
    done = invoke(manifest, "-o", tmp_path / "out", "--sample", "0.0001")
    assert done.exit_code == 0
    assert "0 of 0 listings" in done.stdout


def test_shards_without_their_run_are_not_written_over(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "part-00000.jsonl").write_text("precious")
    done = invoke(manifest, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert "holds shards of a run, but not its _run.json" in done.stderr
    assert (tmp_path / "out" / "part-00000.jsonl").read_text() == "precious"


def test_a_run_file_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    manifest = write_manifest(tmp_path, 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "_run.json").write_text('{"state": "finished"}')
    done = invoke(manifest, "-o", tmp_path / "out")
    assert done.exit_code == 1
    assert str(tmp_path / "out" / "_run.json") in done.stderr


STOPPED = """
import os, signal
from vision.backfill.stop import stopping_when_told
with stopping_when_told() as stop:
    os.kill(os.getpid(), signal.{name})
    print(stop.requested)
    try:
        os.kill(os.getpid(), signal.{name})
    except KeyboardInterrupt:
        print("at once")
print(signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_once_it_stops_in_good_order_and_told_twice_at_once(number: signal.Signals) -> None:
    code = STOPPED.format(name=number.name)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n") == ["True", "at once", "True", ""]
    assert "press Ctrl-C again to stop at once" in done.stderr
