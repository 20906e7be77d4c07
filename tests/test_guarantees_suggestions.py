"""What the library promises, on the whole line: what is suggested fits (6), and is no guess (7)."""

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import pytest

from color import load_vocabulary
from taggers import available_marketplaces, load_marketplace
from taggers.brands import brand_in
from taggers.folding import fold
from tests.vision.photos import real_photo
from tests.vision.real_listings import (
    GREY,
    REAL,
    WRITTEN,
    drawn_arrays,
    listings_of_real_photos,
)
from vision import Enricher, Listing, ListingRecord

# 6. What is suggested fits the marketplace.


@pytest.fixture(scope="module")
def records_by_marketplace(unmoderated: Enricher) -> dict[str, list[ListingRecord]]:
    listings = listings_of_real_photos()
    listings += [Listing.from_photos([array], name) for name, array in drawn_arrays().items()]
    return {
        name: list(unmoderated.enrich_many(listings, marketplace=name))
        for name in available_marketplaces()
    }


@pytest.mark.parametrize("marketplace", available_marketplaces())
def test_what_is_suggested_fits_the_marketplace(
    records_by_marketplace: dict[str, list[ListingRecord]], marketplace: str
) -> None:
    profile = load_marketplace(marketplace)
    words = {color.name for color in load_vocabulary(profile.color_vocabulary).colors}
    records = records_by_marketplace[marketplace]
    for record in records:
        assert record.model.marketplace == marketplace
        assert len(record.tags) <= profile.tags.max_count
        assert len({fold(tag.tag) for tag in record.tags}) == len(record.tags)
        for tag in record.tags:
            assert 0 < len(tag.tag) <= profile.tags.max_length
            assert profile.tags.disallowed(tag.tag) == ""
            assert brand_in(tag.tag, ordinary_words=False) is None
        assert len(record.styles) <= profile.max_styles
        colors = [color for color in (record.colors.primary, record.colors.secondary) if color]
        assert len(colors) <= profile.max_colors
        assert {color.name for color in (*colors, *record.colors.palette)} <= words
    assert any(record.tags for record in records)
    assert any(record.colors.primary for record in records)


# 7. No guesses.


def assert_category_is_justified(record: ListingRecord, enricher: Enricher) -> None:
    """Null with a reason, or at least as likely as its threshold asks."""
    if record.category is None:
        assert record.category_reason
        return
    calibration = enricher.bundle.label_sets["category"].calibration
    assert record.category.confidence >= calibration.threshold(record.category.id) - 1e-4
    assert record.category.reason
    assert record.category_reason is None


@pytest.mark.parametrize("name", [*drawn_arrays(), *WRITTEN, *REAL, *GREY])
def test_a_category_is_justified_or_null(enricher: Enricher, name: str) -> None:
    drawn = drawn_arrays()
    photo = drawn[name] if name in drawn else real_photo(name)
    assert_category_is_justified(enricher.enrich([photo]), enricher)


def test_without_a_readable_photo_nothing_is_said(enricher: Enricher) -> None:
    record = enricher.enrich([b"", b"no photo"], listing_id="nothing")
    assert record.category is None
    assert record.category_reason
    assert (record.styles, record.tags) == ((), ())
    assert all(values == () for values in record.facets.values())
    assert record.colors.primary is None
    assert record.quality.score is None
    assert record.quality.cover is None


def refuse_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} is no JSON")


@pytest.mark.parametrize("name", [*drawn_arrays(), "one_color_line"])
def test_the_json_holds_finite_numbers_alone(enricher: Enricher, name: str) -> None:
    line = np.full((16, 2000, 3), 7, np.uint8)
    record = enricher.enrich([drawn_arrays().get(name, line)])
    parsed = json.loads(record.model_dump_json(), parse_constant=refuse_constant)
    numbers = [number for number in walk(parsed) if isinstance(number, float)]
    assert len(numbers) > 20
    assert all(math.isfinite(number) for number in numbers)
    measures = record.photos[0].quality
    assert measures is not None
    assert all(math.isfinite(value) for value in measures.measures.values())


def walk(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)
    else:
        yield node
