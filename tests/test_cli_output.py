"""What `vitrine enrich` leaves behind: output, progress, after Ctrl-C; and the memory it takes."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from PIL import Image

from tests.command_line import CHILD, command, invoke, manifest, records_in


def test_progress_goes_to_standard_error_alone(cups: Path) -> None:
    """Progress is shown on a terminal; standard error is one here, standard output is not."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    child = subprocess.Popen(command("enrich", cups), stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # how the end of a terminal reads
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    assert child.stdout is not None
    with child.stdout as output:
        assert len(records_in(output.read().decode())) == 2
    assert child.wait() == 0
    assert b" listings" in shown
    assert b"photos=4" in shown


def test_a_file_is_written_aside_and_named_at_the_end(tmp_path: Path, cups: Path) -> None:
    output = tmp_path / "records.jsonl"
    done = invoke("enrich", cups, "--output", output)
    assert (done.exit_code, done.stdout) == (0, "")
    assert len(records_in(output.read_text("utf-8"))) == 2
    assert not output.with_name("records.jsonl.partial").exists()


def test_an_earlier_result_survives_a_run_that_fails(tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    output.write_text("an earlier result")
    assert invoke("enrich", tmp_path / "nowhere", "--output", output).exit_code == 1
    assert output.read_text() == "an earlier result"
    assert sorted(tmp_path.iterdir()) == [output]


def test_what_was_written_before_a_broken_line_is_said_to_be_aside(tmp_path: Path) -> None:
    broken = manifest(tmp_path, 2)
    broken.write_text(broken.read_text() + "{broken\n")
    done = invoke("enrich", broken, "--output", tmp_path / "out.jsonl")
    assert done.exit_code == 1
    partial = tmp_path / "out.jsonl.partial"
    assert f"The records written so far are in {partial}." in done.stderr
    assert [one.listing_id for one in records_in(partial.read_text())] == ["cup-0", "cup-1"]
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(("output", "status"), [("nowhere/out.jsonl", 1), (".", 2)])
def test_an_output_that_cannot_be_written_is_named(
    tmp_path: Path, cups: Path, output: str, status: int
) -> None:
    done = invoke("enrich", cups, "--output", tmp_path / output)
    assert (done.exit_code, done.stdout) == (status, "")
    assert Path(output).parts[-1:] == () or Path(output).name in done.stderr
    assert "Errno" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_gets_whole_lines_and_no_traceback(tmp_path: Path) -> None:
    child = subprocess.Popen(
        command("enrich", manifest(tmp_path, 400), "--batch-size", "1", "--no-moderation"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    first = child.stdout.readline()
    child.stdout.close()
    with child.stderr as errors:
        assert errors.read() == ""
    assert child.wait() == 1
    assert records_in(first)[0].listing_id == "cup-0"


def test_ctrl_c_leaves_whole_lines_and_a_short_message(tmp_path: Path) -> None:
    child = subprocess.Popen(
        command("enrich", manifest(tmp_path, 2000), "--batch-size", "1", "--no-moderation"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    begun = child.stdout.readline() + child.stdout.readline()
    child.send_signal(signal.SIGINT)
    rest, errors = child.communicate()
    assert child.returncode == 130
    assert errors == "vitrine: stopped.\n"
    records = records_in(begun + rest)
    assert 2 <= len(records) < 2000
    assert [one.listing_id for one in records] == [f"cup-{i}" for i in range(len(records))]


PEAK = """
import atexit, pathlib, re, resource, sys
def report():
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # Linux lets ru_maxrss begin at what the parent process held
        peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) * 1024
    else:  # bytes on macOS
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak:", peak // 10**6, file=sys.stderr)
atexit.register(report)
"""


def test_photos_of_a_hundred_megapixels_are_enriched_in_less_than_1500_mb(tmp_path: Path) -> None:
    large = Image.linear_gradient("L").convert("RGB").resize((10_000, 10_000))
    large.save(tmp_path / "baseline.jpg")
    large.save(tmp_path / "progressive.jpg", progressive=True)
    done = subprocess.run(
        [sys.executable, "-c", PEAK + CHILD, "enrich", str(tmp_path), "--threads", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    (record,) = records_in(done.stdout)
    assert [photo.error for photo in record.photos] == [None, None]
    assert [photo.width for photo in record.photos] == [10_000, 10_000]
    assert int(done.stderr.split()[-1]) < 1500
