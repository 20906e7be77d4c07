"""Running the `vitrine` command in the tests: in this process, or in one of its own."""

import json
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

import cli
from tests.vision.photos import encode, real_photo
from vision import ListingRecord

ROOT = Path(__file__).parents[1]
CUP = encode(real_photo("coffee.png").reduce(4), "jpeg")

CHILD = f"""
import re, signal, sys
sys.path.insert(0, {str(ROOT)!r})
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "vitrine"
import cli
try:
    cli.main()
finally:
    heavy = sorted({{"torch", "cv2", "numpy", "PIL", "skimage"}} & set(sys.modules))
    print("heavy:", heavy, file=sys.stderr) if "--help" in sys.argv else None
"""


def command(*arguments: str | Path) -> list[str]:
    """How to start the command in a process of its own, stopped by Ctrl-C whatever started it."""
    return [sys.executable, "-c", CHILD, *map(str, arguments)]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


def invoke(*arguments: str | Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def records_in(text: str) -> list[ListingRecord]:
    assert text == "" or text.endswith("\n")
    return [ListingRecord.model_validate_json(line) for line in text.split("\n")[:-1]]


def manifest(folder: Path, listings: int) -> Path:
    """A manifest of many listings of the same photo."""
    (folder / "cup.jpg").write_bytes(CUP)
    rows = ({"listing_id": f"cup-{i}", "photos": ["cup.jpg"]} for i in range(listings))
    path = folder / "listings.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path
