"""Ids that come twice are always found, others never taken for them, and memory stays small."""

import os
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.listing import Listing, ListingError, read_listings
from vision.listing_ids import SeenIds

MANY = 200_000


def taken_of(ids: list[str], seen: SeenIds) -> list[bool]:
    return [seen.add(one) for one in ids]


def first_times(ids: list[str]) -> list[bool]:
    return [one not in ids[:place] for place, one in enumerate(ids)]


@given(st.lists(st.text(max_size=3)), st.sampled_from([hash, len, lambda _: 0, lambda _: -1]))
def test_an_id_is_new_the_first_time_and_never_again_whatever_its_hash(
    ids: list[str], hash_of: object
) -> None:
    assert taken_of(ids, SeenIds(lambda: iter(ids), hash_of)) == first_times(ids)  # type: ignore[arg-type]


@given(st.lists(st.text(max_size=3)))
def test_ids_that_cannot_be_read_again_are_told_apart_as_well(ids: list[str]) -> None:
    assert taken_of(ids, SeenIds(None)) == first_times(ids)


def test_ids_are_read_again_only_where_a_hash_comes_twice_and_no_further_than_needed() -> None:
    read: list[str] = []

    def again() -> Iterator[str]:
        for one in ("a", "b", "cc", "dd", "never"):
            read.append(one)
            yield one

    seen = SeenIds(again, len)
    assert [seen.add(one) for one in ("a", "b")] == [True, True]
    assert read == ["a"]
    read.clear()
    assert [seen.add(one) for one in ("cc", "dd", "dd")] == [True, True, False]
    assert read == ["a", "b", "cc", "a", "b", "cc", "dd"]


def test_an_id_costs_a_fraction_of_what_keeping_it_does() -> None:
    def cost(seen: SeenIds) -> int:
        tracemalloc.start()
        assert all(seen.add(f"listing-{place:09}") for place in range(MANY))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    kept, hashed = cost(SeenIds(None)), cost(SeenIds(lambda: iter(())))
    assert hashed / MANY < 20
    assert hashed * 5 < kept


def manifest(path: Path, ids: list[str]) -> Path:
    path.write_text("listing_id,photos\n" + "".join(f"{one},a.jpg\n" for one in ids), "utf-8")
    return path


def test_an_id_that_another_file_used_is_found_and_named_by_its_own_place(tmp_path: Path) -> None:
    first = manifest(tmp_path / "first.csv", ["a", "b"])
    second = manifest(tmp_path / "second.csv", ["c", "b"])
    with pytest.raises(ListingError, match=r"second\.csv, line 3: listing_id 'b' is already used"):
        list(read_listings([first, second]))


def test_a_manifest_from_a_pipe_is_read_once_and_its_repeated_id_found(tmp_path: Path) -> None:
    pipe = tmp_path / "list.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=manifest, args=(pipe, ["a", "b", "a", "c"]))
    writer.start()
    found: list[Listing] = []
    with pytest.raises(ListingError, match="line 4: listing_id 'a' is already used"):
        found.extend(read_listings(pipe))
    writer.join()


def test_a_path_that_may_not_be_looked_at_is_still_a_photo() -> None:
    (listing,) = read_listings("x" * 300 + ".jpg")
    assert listing.listing_id.endswith(".jpg")
