"""Chunks: how a shard is cut, and how photos that are given up are replaced."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.backfill.chunk import BATCHES, Chunk, GivenUp, chunks
from vision.listing import Listing
from vision.photo import PhotoError, open_photo


def listings_of(sizes: list[int]) -> list[Listing]:
    names = [tuple(f"{i}-{photo}" for photo in range(size)) for i, size in enumerate(sizes)]
    return [Listing(f"listing-{i}", photos, photos) for i, photos in enumerate(names)]


@given(st.lists(st.integers(1, 60), max_size=60), st.integers(1, 6))
def test_chunks_hold_every_listing_once_in_order_and_whole_batches(
    sizes: list[int], batch_size: int
) -> None:
    listings = listings_of(sizes)
    cut = list(chunks(listings, batch_size))
    assert [listing for chunk in cut for listing in chunk.listings] == listings
    assert [chunk.index for chunk in cut] == list(range(len(cut)))
    for chunk, _ in pairwise(cut):
        assert len(chunk.photos) >= BATCHES * batch_size
        assert sum(len(one.photos) for one in chunk.listings[:-1]) < BATCHES * batch_size


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.data())
def test_photos_are_numbered_through_all_listings(sizes: list[int], data: st.DataObject) -> None:
    chunk = Chunk(0, tuple(listings_of(sizes)))
    photos = [photo for listing in chunk.listings for photo in listing.photos]
    assert list(chunk.photos) == list(range(len(photos)))
    number = data.draw(st.sampled_from(chunk.photos))
    alone = chunk.one_photo(number)
    assert (alone.numbers, alone.listings[0].photos) == ((number,), (photos[number],))
    numbers = [n for i in range(len(sizes)) for n in chunk.one_listing(i, {}).numbers]
    assert numbers == list(chunk.photos)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6), st.data())
def test_only_photos_at_fault_are_replaced_and_names_stay(
    sizes: list[int], data: st.DataObject
) -> None:
    chunk = Chunk(0, tuple(listings_of(sizes)))
    bad = data.draw(st.sets(st.sampled_from(chunk.photos)))
    job = chunk.whole(dict.fromkeys(bad, ("crashed", "It died.")))
    photos = [photo for listing in job.listings for photo in listing.photos]
    assert {i for i, photo in enumerate(photos) if isinstance(photo, GivenUp)} == bad
    assert [one.names for one in job.listings] == [one.names for one in chunk.listings]
    assert [one.listing_id for one in job.listings] == [one.listing_id for one in chunk.listings]


def test_a_photo_given_up_opens_as_its_error() -> None:
    with pytest.raises(PhotoError) as caught:
        open_photo(GivenUp("crashed", "It died."))
    assert (caught.value.code, caught.value.message) == ("crashed", "It died.")
