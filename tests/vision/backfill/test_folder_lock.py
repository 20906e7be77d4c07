"""One run in a folder at a time, until the process that holds it ends, however it ends."""

import subprocess
import sys
from pathlib import Path

import pytest

from vision.backfill.errors import RunLockedError
from vision.backfill.folder_lock import folder_locked

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from vision.backfill.folder_lock import folder_locked
with folder_locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_held_against_other_processes_until_the_holder_is_killed(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "new" / "run"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(RunLockedError, match="another backfill is running"),
            folder_locked(folder),
        ):
            pass
        holder.kill()
    with folder_locked(folder):
        pass


def test_a_folder_is_free_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with folder_locked(tmp_path):
            pass
