"""The local engine with real processes: one hung codec or one death costs one photo."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.vision.backfill.photos import tiny
from tests.vision.backfill.slow_jpeg import slow_jpeg
from tests.vision.backfill.sources import Deadly, DeadlyOnce, Unsendable
from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.local_engine import LocalEngine
from vision.backfill.options import EnricherOptions, OutputForm, Resources, RunOptions
from vision.backfill.plan import Shard
from vision.backfill.row import Row
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.stop import Stop
from vision.backfill.summary import ShardSummary
from vision.embeddings_file import EmbeddingsHeader, read_embeddings
from vision.listing import Listing

HEADER = EmbeddingsHeader("vitrine-tiny", "2", "0" * 64, 256)
FORM = OutputForm(embeddings=True)


class Notes:
    """Keeps what an engine says."""

    def __init__(self) -> None:
        self.rows = 0
        self.sentences: list[str] = []

    def enriched(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)

    def tick(self) -> None:
        pass

    def note(self, sentence: str) -> None:
        self.sentences.append(sentence)


def listing(listing_id: str, *photos: Any) -> Listing:
    names = tuple(f"{listing_id}/{place}" for place in range(len(photos)))
    return Listing(listing_id, photos, names)


def run(
    folder: Path, shards: Sequence[Shard], options: EnricherOptions, stop: Stop, notes: Notes
) -> list[ShardSummary]:
    engine = LocalEngine(RunOptions(options, FORM), Resources(workers=1, threads=1))
    return list(engine.run(shards, ShardWriter(folder, FORM, HEADER), stop, notes))


@pytest.fixture(scope="module")
def bad_day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ShardSummary], Notes]:
    """A run in which one photo hangs its codec, one kills whoever looks, one kills but once."""
    folder = tmp_path_factory.mktemp("bad_day")
    slow = folder / "slow.jpg"
    slow.write_bytes(slow_jpeg())
    once = DeadlyOnce(tiny(), folder / "trace")
    shards = [
        Shard(0, (listing("good", tiny(0), tiny(1)), listing("hung", tiny(2), slow)), "a"),
        Shard(1, (listing("dead", Deadly(), tiny(3)), listing("once", tiny(0), once)), "b"),
    ]
    options = EnricherOptions(moderation=False, photo_timeout=2.0)
    notes = Notes()
    return folder, run(folder, shards, options, Stop(), notes), notes


def records(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(folder.glob("part-*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]


def test_every_listing_has_its_record_in_order(
    bad_day: tuple[Path, list[ShardSummary], Notes],
) -> None:
    folder, summaries, notes = bad_day
    ids = [record["listing_id"] for record in records(folder)]
    assert ids == ["good", "hung", "dead", "once"]
    assert [summary.index for summary in summaries] == [0, 1]
    assert notes.rows == 4


def test_a_hung_codec_and_a_death_cost_their_photos_alone(
    bad_day: tuple[Path, list[ShardSummary], Notes],
) -> None:
    folder, summaries, _ = bad_day
    codes = {
        photo["source"]: photo["error"]["code"]
        for record in records(folder)
        for photo in record["photos"]
        if photo["error"]
    }
    assert codes == {"hung/1": "timeout", "dead/0": "crashed", "once/1": "empty"}
    assert [summary.errors for summary in summaries] == [{"timeout": 1}, {"crashed": 1, "empty": 1}]
    for record in records(folder):
        bad = any(photo["error"] for photo in record["photos"])
        assert record["moderation"]["verdict"] == ("review" if bad else "unassessed")


def test_people_are_told_what_happened(bad_day: tuple[Path, list[ShardSummary], Notes]) -> None:
    said = "\n".join(bad_day[2].sentences)
    assert "photos over their time, of listings 'hung'" in said
    assert "its process was ended by SIGKILL" in said


def test_embeddings_are_there_for_every_photo_that_could_be_read(
    bad_day: tuple[Path, list[ShardSummary], Notes],
) -> None:
    found = [
        (listing_id, int(photo))
        for path in sorted(bad_day[0].glob("embeddings-*.parquet"))
        for batch in read_embeddings(path)
        for listing_id, photo in zip(batch.listing_ids, batch.photos, strict=True)
    ]
    assert found == [("good", 0), ("good", 1), ("hung", 0), ("dead", 1), ("once", 0)]


def test_nothing_is_left_running_or_aside(bad_day: tuple[Path, list[ShardSummary], Notes]) -> None:
    import multiprocessing

    assert multiprocessing.active_children() == []
    assert not list(bad_day[0].glob("*.partial"))


def test_once_told_to_stop_no_shard_is_begun(tmp_path: Path) -> None:
    stop = Stop()
    stop.requested = True
    shards = [Shard(0, (listing("a", tiny()),), "a")]
    assert run(tmp_path, shards, EnricherOptions(), stop, Notes()) == []
    assert list(tmp_path.iterdir()) == []


def test_an_option_that_a_worker_refuses_stops_the_run_with_its_reason(tmp_path: Path) -> None:
    shards = [Shard(0, (listing("a", tiny()),), "a")]
    with pytest.raises(RunRefusedError, match="amazone"):
        run(tmp_path, shards, EnricherOptions(marketplace="amazone"), Stop(), Notes())


def test_a_photo_that_cannot_be_sent_to_a_process_stops_the_run(tmp_path: Path) -> None:
    shards = [Shard(0, (listing("a", Unsendable()),), "a")]
    with pytest.raises(BackfillError, match="cannot be sent to a worker"):
        run(tmp_path, shards, EnricherOptions(), Stop(), Notes())
