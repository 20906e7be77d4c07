"""What the library promises, on the whole line: the same photos give the same record (3)."""

import json
from typing import Any

import numpy as np
import pytest

from tests.vision.photos import encode, real_photo
from tests.vision.real_listings import (
    listings_of_real_photos,
    real_arrays,
)
from vision import Enricher, ListingRecord

TOLERANCE = 0.001


def same(one: Any, other: Any) -> bool:
    """Equal, but for scores that differ by less than the tolerance."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= TOLERANCE
    return bool(one == other)


def without_sentences(record: ListingRecord) -> Any:
    """The record's content; reasons repeat scores in rounded figures, which may fall either way."""

    def strip(node: Any) -> Any:
        if isinstance(node, dict):
            sentences = ("reason", "category_reason", "facet_reasons")
            kept = (key for key in node if key not in sentences)
            return {key: strip(node[key]) for key in kept}
        return [strip(item) for item in node] if isinstance(node, list) else node

    return strip(json.loads(record.model_dump_json()))


def test_records_are_the_same_bytes_when_made_again(enricher: Enricher) -> None:
    listings = listings_of_real_photos()
    first = [record.model_dump_json() for record in enricher.enrich_many(listings)]
    again = [record.model_dump_json() for record in enricher.enrich_many(listings)]
    assert first == again


def test_a_second_enricher_gives_the_same_bytes(enricher: Enricher) -> None:
    listings = listings_of_real_photos()
    with Enricher(threads=2, batch_size=4) as second:
        theirs = [record.model_dump_json() for record in second.enrich_many(listings)]
    assert theirs == [record.model_dump_json() for record in enricher.enrich_many(listings)]


@pytest.mark.parametrize(("batch_size", "threads"), [(1, 1), (3, 4), (32, 2)])
def test_batch_size_and_threads_change_no_decision_and_hardly_a_score(
    enricher: Enricher, batch_size: int, threads: int
) -> None:
    listings = listings_of_real_photos()
    expected = [without_sentences(record) for record in enricher.enrich_many(listings)]
    with Enricher(batch_size=batch_size, threads=threads) as other:
        records = [without_sentences(record) for record in other.enrich_many(listings)]
    assert same(records, expected)


def test_the_company_of_other_listings_changes_nothing(enricher: Enricher) -> None:
    listings = listings_of_real_photos()
    forward = {record.listing_id: record for record in enricher.enrich_many(listings)}
    backward = {record.listing_id: record for record in enricher.enrich_many(listings[::-1])}
    for listing_id, record in forward.items():
        assert same(without_sentences(record), without_sentences(backward[listing_id]))


def test_the_comparison_of_records_sees_a_difference(enricher: Enricher) -> None:
    one, other = (without_sentences(enricher.enrich([array])) for array in real_arrays()[:2])
    assert same(one, one)
    assert not same(one, other)


def test_a_photo_encoded_losslessly_gives_what_its_pixels_give(enricher: Enricher) -> None:
    cat = real_photo()
    from_array = without_sentences(enricher.enrich([np.asarray(cat)], listing_id="cat"))
    from_png = without_sentences(enricher.enrich([encode(cat, "png")], listing_id="cat"))
    for record in (from_array, from_png):
        for field in ("sha256", "format"):
            del record["photos"][0][field]
    assert from_array == from_png
