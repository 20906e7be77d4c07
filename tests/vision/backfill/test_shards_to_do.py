"""The shards that are left of a plan, which any process can read again."""

import json
import pickle
from pathlib import Path

import pytest

from vision.backfill.errors import BackfillError
from vision.backfill.options import RunOptions
from vision.backfill.plan import make_plan
from vision.backfill.shards_to_do import ShardsToDo, listings_of

OPTIONS = RunOptions(shard_size=3)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "listings.jsonl"
    rows = [{"listing_id": f"l{i}", "photos": ["1.jpg"]} for i in range(10)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def to_do(manifest: Path, *done: int) -> ShardsToDo:
    plan = make_plan(listings_of(str(manifest), OPTIONS), OPTIONS.shard_size)
    return ShardsToDo(str(manifest), OPTIONS, plan.digests, frozenset(done))


def test_they_can_be_gone_through_again_here_and_in_another_process(manifest: Path) -> None:
    shards = to_do(manifest, 1)
    first = [(shard.index, shard.digest, len(shard.listings)) for shard in shards]
    assert [(index, size) for index, _, size in first] == [(0, 3), (2, 3), (3, 1)]
    for again in (shards, pickle.loads(pickle.dumps(shards))):
        assert [(shard.index, shard.digest, len(shard.listings)) for shard in again] == first


def test_where_nothing_is_left_the_input_is_not_read(manifest: Path) -> None:
    shards = to_do(manifest, 0, 1, 2, 3)
    manifest.unlink()
    assert list(shards) == []


def test_an_input_that_has_changed_since_is_noticed(manifest: Path) -> None:
    shards = to_do(manifest, 0)
    manifest.write_text(manifest.read_text().replace("l7", "l77"))
    with pytest.raises(BackfillError, match="changed while it was being read"):
        list(shards)
