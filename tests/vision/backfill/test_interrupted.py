"""A run that meets a full disk, is killed three times and stopped once ends like one left alone.

One run goes through it all, and each test looks at a stage of it.
"""

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.vision.backfill.command_line import run, run_until, shards_in
from tests.vision.backfill.photos import write_manifest
from vision.backfill.layout import RUN
from vision.record import ListingRecord

LISTINGS, SHARD_SIZE = 60, 6
SHARDS = LISTINGS // SHARD_SIZE
MISSING = 3
OPTIONS = ("--shard-size", str(SHARD_SIZE), "--embeddings", "--no-moderation", "--batch-size", "4")


@dataclass(frozen=True)
class Story:
    """The folders of the run left alone and of the other, and what became of each start."""

    manifest: Path
    alone: Path
    interrupted: Path
    alone_status: int
    full: Any
    full_run: dict[str, Any]
    full_files: set[str]
    kills: tuple[int, ...]
    done_after_kills: tuple[int, ...]
    stopped: tuple[int, str]
    stopped_run: dict[str, Any]
    last: Any


def run_file(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / RUN).read_bytes()))


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    manifest = write_manifest(folder, LISTINGS)
    alone, other = folder / "alone", folder / "other"
    status = run(manifest, "-o", alone, *OPTIONS, "--threads", "1").returncode
    start = (manifest, "-o", other, *OPTIONS, "--threads", "1")
    full = run(*start, most_bytes_a_file=10_000)
    full_run, full_files = run_file(other), names(other)
    kills, done = [], []
    for least in (1, 4):
        kills.append(run_until(lambda: shards_in(other) >= least, signal.SIGKILL, *start)[0])  # noqa: B023
        done.append(shards_in(other))
    kills.append(run_until(lambda: run_file(other)["starts"] == 4, signal.SIGKILL, *start)[0])
    done.append(shards_in(other))
    wanted = done[-1] + 1
    stopped = run_until(lambda: shards_in(other) >= wanted, signal.SIGINT, *start)
    stopped_run = run_file(other)
    last = run(manifest, "-o", other, *OPTIONS, "--threads", "2", "--workers", "2")
    return Story(
        manifest,
        alone,
        other,
        status,
        full,
        full_run,
        full_files,
        tuple(kills),
        tuple(done),
        stopped,
        stopped_run,
        last,
    )


def test_the_shards_are_those_of_a_run_left_alone_byte_for_byte(story: Story) -> None:
    made = {path.name for path in story.alone.iterdir() if not path.name.startswith("_")}
    assert len(made) == 2 * SHARDS
    assert names(story.interrupted) == names(story.alone)
    for name in made:
        assert (story.interrupted / name).read_bytes() == (story.alone / name).read_bytes(), name


def test_every_listing_is_there_once_in_the_inputs_order(story: Story) -> None:
    records = [
        ListingRecord.model_validate_json(line)
        for path in sorted(story.interrupted.glob("part-*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]
    assert [record.listing_id for record in records] == [f"listing-{i}" for i in range(LISTINGS)]
    assert [record.extra["price"] for record in records] == list(range(LISTINGS))


def test_the_run_file_tells_of_the_whole_run(story: Story) -> None:
    run, alone = run_file(story.interrupted), run_file(story.alone)
    assert (run["state"], alone["state"]) == ("finished", "finished")
    assert (run["starts"], alone["starts"]) == (6, 1)
    for key in ("input", "options", "made_with"):
        assert run[key] == alone[key]
    counts = {key: value for key, value in run["counts"].items() if key != "seconds"}
    photos = sum(i % 3 + 1 + (i % 20 == 7) for i in range(LISTINGS))
    assert counts == {
        "shards": SHARDS,
        "listings": LISTINGS,
        "photos": photos,
        "failed": MISSING,
        "incomplete": 0,
        "errors": {"not_found": MISSING},
        "verdicts": {"review": MISSING, "unassessed": LISTINGS - MISSING},
    }
    assert [shard["index"] for shard in run["shards"]] == list(range(SHARDS))
    assert (run["input"]["listings"], run["input"]["photos"]) == (LISTINGS, photos)
    assert run["rates"]["photos_per_second"] > 0
    assert run["options"]["marketplace"] == "generic"
    assert run["made_with"]["bundle"]["name"] == "vitrine-tiny"


def test_photos_that_failed_make_the_status_3_and_are_named_by_code(story: Story) -> None:
    assert (story.alone_status, story.last.returncode) == (3, 3)
    assert f"{MISSING} photos could not be used (not_found {MISSING})" in story.last.stdout


def test_a_full_disk_is_said_in_a_sentence_and_leaves_what_can_be_gone_on_with(
    story: Story,
) -> None:
    assert story.full.returncode == 1
    (line,) = [line for line in story.full.stderr.splitlines() if "no room" in line]
    assert line.startswith(f"vitrine: {story.interrupted}: there is no room for the next shard")
    assert "Traceback" not in story.full.stderr
    assert story.full_run["state"] == "failed"
    assert not [name for name in story.full_files if name.startswith("part-")]
    assert not [name for name in story.full_files if name.endswith(".partial")]


def test_what_was_finished_before_a_kill_is_kept(story: Story) -> None:
    assert story.kills == (-signal.SIGKILL,) * 3
    assert 1 <= story.done_after_kills[0] < story.done_after_kills[1] < SHARDS
    assert story.done_after_kills[2] >= story.done_after_kills[1]


def test_ctrl_c_finishes_the_shard_under_way_and_says_so(story: Story) -> None:
    status, said = story.stopped
    assert status == 130
    assert "stopping when the shards under way are finished" in said
    assert "Traceback" not in said
    assert story.stopped_run["state"] == "interrupted"
    assert story.done_after_kills[-1] < story.stopped_run["counts"]["shards"] < SHARDS


def test_a_finished_run_says_so_and_changes_nothing(story: Story) -> None:
    before = {path: path.read_bytes() for path in story.interrupted.iterdir()}
    done = run(story.manifest, "-o", story.interrupted, *OPTIONS, "--threads", "1")
    assert done.returncode == 3
    assert done.stdout.startswith(f"Finished at {run_file(story.alone)['finished'][:10]}")
    assert {path: path.read_bytes() for path in story.interrupted.iterdir()} == before


def test_with_other_options_it_refuses_and_says_which(story: Story) -> None:
    before = {path: path.read_bytes() for path in story.alone.iterdir()}
    others = (*OPTIONS[2:], "--shard-size", "7", "--marketplace", "etsy", "--photo-timeout", "9")
    done = run(story.manifest, "-o", story.alone, *others)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr.splitlines()
    assert "holds a run that was begun otherwise" in said[0]
    assert [line.split(":")[0].strip() for line in said[1:]] == [
        "--marketplace",
        "--photo-timeout",
        "--shard-size",
        "policy reference",
        "policy sha256",
    ]
    assert "  --shard-size: 6 in the run, now 7" in said
    assert {path: path.read_bytes() for path in story.alone.iterdir()} == before


def test_with_another_input_it_refuses(story: Story, tmp_path: Path) -> None:
    copy = write_manifest(tmp_path, LISTINGS - 1)
    done = run(copy, "-o", story.alone, *OPTIONS)
    assert done.returncode == 2
    assert f"input listings: {LISTINGS} in the run, now {LISTINGS - 1}" in done.stderr
    assert "input path: " in done.stderr
