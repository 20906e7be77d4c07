"""A backfill killed at random moments, against one left alone: is anything lost, or there twice?

    python benchmarks/backfill_kill.py [--listings 2000] [--kills 20] [--seed 1] [--workers 1]

The listings share a few small photos. One run is left alone; another is killed with SIGKILL, all of
its processes at once, and then goes on to its end. Each kill comes after none, one or two further
shards, as drawn, and then a drawn time: of the start, or of a shard. Prints every kill, and whether
both folders hold the same bytes. The exit status is 1 where they do not.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

PHOTOS = 6
COMMAND = "from vision.backfill.command import app; app(prog_name='vitrine backfill')"
ROOT = Path(__file__).parents[1]


def write_input(folder: Path, listings: int) -> Path:
    """A manifest of listings of one or two drawn photos; every hundredth has one missing."""
    draw = np.random.default_rng(1)
    for number in range(PHOTOS):
        pixels = draw.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((64, 48), Image.Resampling.BICUBIC).save(
            folder / f"{number}.jpg"
        )
    with (folder / "listings.jsonl").open("w") as stream:
        for i in range(listings):
            photos = [f"{(i + place) % PHOTOS}.jpg" for place in range(i % 3 // 2 + 1)]
            photos += ["missing.jpg"] if i % 100 == 50 else []
            stream.write(json.dumps({"listing_id": f"listing-{i}", "photos": photos}) + "\n")
    return folder / "listings.jsonl"


def start(manifest: Path, output: Path, workers: int, shard_size: int) -> "subprocess.Popen[bytes]":
    """A run in a process group of its own."""
    options = ["--shard-size", str(shard_size), "--workers", str(workers), "--no-moderation"]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(manifest), "-o", str(output), "--embeddings", *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def shards_in(output: Path) -> int:
    """How many shards are finished."""
    journal = output / "_shards.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def to_its_end(process: "subprocess.Popen[bytes]", output: Path) -> tuple[float, float]:
    """Seconds until the first shard was there, and until the end."""
    began, first = time.monotonic(), 0.0
    while process.poll() is None:
        if not first and shards_in(output):
            first = time.monotonic() - began
        time.sleep(0.01)
    return first, time.monotonic() - began


def kill_after(
    process: "subprocess.Popen[bytes]", output: Path, further: int, seconds: float
) -> bool:
    """Kills the group so long after further shards; False where the run ended before."""
    wanted = shards_in(output) + further
    while process.poll() is None and shards_in(output) < wanted:
        time.sleep(0.005)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def differences(alone: Path, killed: Path) -> list[str]:
    """Files that are not the same in both folders, and listings that are not there once."""
    names = {path.name for path in (*alone.iterdir(), *killed.iterdir())}
    files = [name for name in sorted(names) if not name.startswith("_")]
    found = [name for name in files if not _same(alone / name, killed / name)]
    lines = (
        line for path in sorted(killed.glob("part-*")) for line in path.read_bytes().splitlines()
    )
    ids = Counter(json.loads(line)["listing_id"] for line in lines)
    return found + [f"{one} {count} times" for one, count in ids.items() if count != 1]


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def main() -> int:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--listings", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--shard-size", type=int, default=50)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        manifest = write_input(Path(folder), given.listings)
        alone, killed = Path(folder, "alone"), Path(folder, "killed")
        run = (given.workers, given.shard_size)
        first, whole = to_its_end(start(manifest, alone, *run), alone)
        print(f"left alone: {whole:.1f} s, the first shard after {first:.1f} s", flush=True)
        a_shard = (whole - first) * given.shard_size / given.listings
        for number in range(1, given.kills + 1):
            further = draw.randrange(3)
            seconds = draw.uniform(0, a_shard if further else first)
            was_killed = kill_after(start(manifest, killed, *run), killed, further, seconds)
            what = "killed" if was_killed else "ended before its kill"
            after = f"{further} further shards and {seconds:5.1f} s"
            print(f"{number:3} {what} after {after}: {shards_in(killed)} finished", flush=True)
        to_its_end(start(manifest, killed, *run), killed)
        found = differences(alone, killed)
        last = json.loads((killed / "_run.json").read_bytes())
        print(f"then to its end: {last['counts']}, {last['starts']} starts")
        print("\n".join(["DIFFERENT:", *found]) if found else "the same, byte for byte")
        return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
