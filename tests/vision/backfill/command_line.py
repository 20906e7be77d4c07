"""Running `vitrine backfill` in processes of its own, which can be stopped, killed and starved."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from vision.backfill.layout import JOURNAL

ROOT = Path(__file__).parents[3]
PATIENCE = 300.0
"""Seconds after which a wait is given up, and the test fails."""

MAIN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
sys.argv[0] = "vitrine"
import typer
from vision.backfill.command import app
vitrine = typer.Typer()
vitrine.add_typer(app, name="backfill")
vitrine.command()(lambda: None)
vitrine()
"""


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", MAIN, "backfill", *map(str, arguments)]


def run(
    *arguments: str | Path, most_bytes_a_file: int | None = None
) -> subprocess.CompletedProcess[str]:
    """The command until its end; `most_bytes_a_file` stands for a disk that is full."""

    def limit() -> None:
        if most_bytes_a_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes_a_file, most_bytes_a_file))

    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, preexec_fn=limit
    )


def run_until(
    met: Callable[[], bool], number: signal.Signals, *arguments: str | Path
) -> tuple[int, str]:
    """The command until `met`, when the signal goes to it and all of its processes.

    Gives its status and what it said on standard error.
    """
    process = subprocess.Popen(
        command(*arguments),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and not met():
        assert time.monotonic() < deadline
        time.sleep(0.005)
    if process.poll() is None:
        os.killpg(process.pid, number)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


def shards_in(folder: Path) -> int:
    """How many shards the journal has."""
    journal = folder / JOURNAL
    return journal.read_bytes().count(b"\n") if journal.exists() else 0
