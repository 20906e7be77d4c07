"""How planned shards become the blocks of a Ray Data pipeline."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.backfill.chunk import chunks
from vision.backfill.plan import Shard, cut
from vision.backfill.ray_tables import WHOLE_INPUT, Task, tasks_of
from vision.listing import Listing, ListingError
from vision.remote_file import RemoteFile

if not os.environ.get("VITRINE_TEST_EVERYTHING"):
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'vitrine[ray]'")

from vision.backfill.ray_source import read_tasks


def listing(listing_id: str, photos: int) -> Listing:
    names = tuple(f"{i}.jpg" for i in range(photos))
    return Listing(listing_id, names, names)


def tasks(shards: list[Shard], batch_size: int, folder: Path) -> list[Task]:
    tables = list(read_tasks(shards, batch_size, str(folder)))
    assert all(table.num_rows == 1 for table in tables)
    return [task for table in tables for task in tasks_of(table)]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=40), st.integers(1, 3), st.integers(1, 20))
def test_chunks_hold_every_listing_once_and_a_worker_cuts_them_no_further(
    photos: list[int], batch_size: int, shard_size: int
) -> None:
    listings = [listing(f"l{i}", count) for i, count in enumerate(photos)]
    shards = list(cut(listings, shard_size))
    found = tasks(shards, batch_size, Path("/"))
    ids = [one.listing_id for task in found for one in task.listings]
    assert ids == [one.listing_id for one in listings]
    for task in found:
        assert len(list(chunks(task.listings, batch_size))) == 1
    for shard in shards:
        places = [task.place for task in found if task.place.shard == shard.index]
        assert [place.chunk for place in places] == list(range(places[0].chunks))
        assert {place.digest for place in places} == {shard.digest}


def test_relative_paths_are_meant_from_the_driver_s_folder(tmp_path: Path) -> None:
    photos = ("a/1.jpg", Path("2.jpg"), "/abs/3.jpg", b"bytes", RemoteFile("s3://shop/4.jpg"))
    names = tuple("12345")
    (task,) = tasks([Shard(0, (Listing("a", photos, names),), "a")], 1, tmp_path)
    (sent,) = task.listings
    assert sent.photos == (
        tmp_path / "a/1.jpg",
        tmp_path / "2.jpg",
        Path("/abs/3.jpg"),
        b"bytes",
        RemoteFile("s3://shop/4.jpg"),
    )
    assert sent.names == names


def test_an_input_that_cannot_be_read_further_says_so_after_what_could_be(tmp_path: Path) -> None:
    class Torn(list[Shard]):
        def __iter__(self) -> Iterator[Shard]:
            yield from super().__iter__()
            raise ListingError("no photos")

    before = Path.cwd()
    good, bad = tasks(Torn([Shard(0, (listing("a", 1),), "a")]), 1, tmp_path)
    assert (good.place.shard, good.fault) == (0, "")
    assert bad.place == WHOLE_INPUT
    assert "no photos" in bad.fault
    assert Path.cwd() == before
