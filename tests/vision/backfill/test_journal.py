"""The journal knows every shard that is whole, and no other, however it was cut short."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.backfill.journal import Journal
from vision.backfill.layout import JOURNAL
from vision.backfill.summary import ShardSummary, totals


def shard(index: int, folder: Path, size: int = 3) -> ShardSummary:
    name = f"part-{index:05d}.jsonl"
    (folder / name).write_bytes(b"x" * size)
    return ShardSummary(
        index=index,
        digest=f"d{index}",
        listings=10,
        photos=20,
        failed=index,
        incomplete=1,
        errors={"empty": index} if index else {},
        verdicts={"clear": 9, "review": 1},
        files={name: size},
        seconds=0.5,
    )


def test_what_was_added_is_there_again_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    added = [shard(index, tmp_path) for index in (2, 0, 1)]
    for one in added:
        journal.add(one)
    again = Journal(tmp_path)
    assert again.in_order() == journal.in_order() == [added[1], added[2], added[0]]
    counts = totals(again.in_order())
    assert (counts.shards, counts.listings, counts.photos, counts.failed) == (3, 30, 60, 3)
    assert (counts.errors, counts.verdicts) == ({"empty": 3}, {"clear": 27, "review": 3})
    assert (counts.seconds, counts.incomplete) == (1.5, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journal")
    journal = Journal(folder)
    for index in range(3):
        journal.add(shard(index, folder))
    return folder


@settings(max_examples=25)  # each waits for the disk
@given(st.data())
def test_a_line_cut_short_costs_its_own_shard_alone(folder: Path, data: st.DataObject) -> None:
    path = folder / JOURNAL
    content = path.read_bytes()
    try:
        length = data.draw(st.integers(0, len(content)))
        path.write_bytes(content[:length])
        journal = Journal(folder)
        assert len(journal.shards) == content[:length].count(b"\n")
        last = journal.shards.get(0) or shard(0, folder)
        journal.add(last)
        assert Journal(folder).in_order() == journal.in_order()
    finally:
        path.write_bytes(content)


def test_a_shard_whose_file_is_gone_or_of_another_size_does_not_count(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for index in range(3):
        journal.add(shard(index, tmp_path))
    (tmp_path / "part-00000.jsonl").unlink()
    (tmp_path / "part-00001.jsonl").write_bytes(b"xx")
    assert list(Journal(tmp_path).shards) == [2]


def test_the_last_line_of_a_shard_counts(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.add(shard(0, tmp_path, 3))
    journal.add(shard(0, tmp_path, 5))
    assert Journal(tmp_path).shards[0].files == {"part-00000.jsonl": 5}
