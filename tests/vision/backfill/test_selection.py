"""Samples and parts: the same listings every time, nested samples, parts that share nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.backfill.errors import RunRefusedError
from vision.backfill.options import Part
from vision.backfill.selection import is_selected, selected
from vision.listing import Listing

IDS = [f"listing-{i}" for i in range(5000)]


@pytest.mark.parametrize("sample", [0.01, 0.1, 0.5])
def test_a_sample_is_about_its_share(sample: float) -> None:
    count = sum(is_selected(one, sample) for one in IDS)
    assert count == pytest.approx(sample * len(IDS), abs=4 * (sample * len(IDS)) ** 0.5)


@given(st.text(min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_sample_holds_every_smaller_one(listing_id: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert is_selected(listing_id, large) or not is_selected(listing_id, small)


@given(st.text(min_size=1), st.integers(1, 20))
def test_a_listing_is_in_exactly_one_part(listing_id: str, count: int) -> None:
    parts = [Part(number, count) for number in range(1, count + 1)]
    assert sum(is_selected(listing_id, 1.0, part) for part in parts) == 1


def test_parts_are_about_equal_within_a_sample_too() -> None:
    in_sample = [one for one in IDS if is_selected(one, 0.5)]
    for number in range(1, 5):
        count = sum(is_selected(one, 0.5, Part(number, 4)) for one in IDS)
        assert count == pytest.approx(len(in_sample) / 4, abs=4 * (len(in_sample) / 4) ** 0.5)


def test_order_is_kept_and_everything_is_taken_without_either() -> None:
    listings = [Listing(one, ("a.jpg",), ("a.jpg",)) for one in IDS[:200]]
    assert list(selected(listings, 1.0)) == listings
    kept = [one.listing_id for one in selected(listings, 0.3, Part(2, 2))]
    assert kept == [one for one in IDS[:200] if is_selected(one, 0.3, Part(2, 2))]


def test_which_listings_these_are_never_changes() -> None:
    """A rollout goes on with the same sample after an update of the library."""
    assert [i for i in range(60) if is_selected(IDS[i], 0.1)] == SAMPLE_OF_60
    assert [i for i in range(30) if is_selected(IDS[i], 1.0, Part(2, 3))] == SECOND_OF_3


SAMPLE_OF_60 = [10, 11, 17, 24, 33, 34, 38, 39, 50, 54]
SECOND_OF_3 = [1, 7, 11, 16, 17, 20, 21, 22, 23, 24, 25, 26, 28, 29]


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "a/b", "1/2/3", "1.5/4"])
def test_what_is_no_part_is_refused_in_words(text: str) -> None:
    with pytest.raises(RunRefusedError, match="--shard"):
        Part.parse(text)


def test_a_part_is_written_as_it_is_read() -> None:
    assert str(Part.parse("2/8")) == "2/8"
