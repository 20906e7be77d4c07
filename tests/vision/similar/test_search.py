"""Look-alikes of a vector and of a listing: order, duplicates, and whose embeddings they are."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.vision.similar.shops import HEADER, at, write_shop
from vision.similar import OtherBundleError, SimilarError, SimilarPhotos

ROWS = [
    ("mug", 0, 0.0, "a"),
    ("mug", 1, 80.0, "b"),
    ("cup", 0, 10.0, "c"),
    ("copy", 0, 0.0, "a"),
    ("chair", 0, 170.0, "d"),
    ("vase", 0, 75.0, "e"),
]


@pytest.fixture
def shop(tmp_path: Path) -> SimilarPhotos:
    return SimilarPhotos(write_shop(tmp_path / "shop.parquet", ROWS))


def test_the_nearest_come_first_with_their_cosines(shop: SimilarPhotos) -> None:
    found = shop.to_vector(at(5), HEADER, top=3)
    assert [match.listing_id for match in found] == ["cup", "mug", "vase"]
    expected = [np.cos(np.radians(5)), np.cos(np.radians(5)), np.cos(np.radians(70))]
    assert [match.cosine for match in found] == pytest.approx(expected, abs=2e-3)


def test_of_photos_with_the_same_bytes_the_first_is_given_and_marked(shop: SimilarPhotos) -> None:
    found = shop.to_vector(at(0), HEADER, top=10, sha256="a")
    assert [(match.listing_id, match.same_photo) for match in found] == [
        ("mug", True),
        ("cup", False),
        ("vase", False),
        ("mug", False),
        ("chair", False),
    ]


def test_a_listings_look_alikes_are_those_of_any_of_its_photos_and_never_its_own(
    shop: SimilarPhotos,
) -> None:
    found = shop.to_listing("mug", top=3)
    assert [(match.listing_id, match.same_photo) for match in found] == [
        ("copy", True),
        ("vase", False),
        ("cup", False),
    ]


def test_more_than_there_are_gives_all_that_there_are(shop: SimilarPhotos) -> None:
    assert len(shop.to_vector(at(0), HEADER, top=1000)) == 5
    assert len(shop.to_listing("chair", top=1000)) == 4


def test_a_query_of_another_bundle_is_refused_and_both_are_named(shop: SimilarPhotos) -> None:
    other = dataclasses.replace(HEADER, version="2", sha256="cd" * 32)
    with pytest.raises(OtherBundleError, match=r"'drawn' 1 \(SHA-256 abab.*'drawn' 2 .*cdcd"):
        shop.to_vector(at(0), other)


def test_a_listing_that_is_not_there_is_an_error(shop: SimilarPhotos) -> None:
    with pytest.raises(SimilarError, match="no photo of a listing 'sofa'"):
        shop.to_listing("sofa")


@pytest.mark.parametrize(("length", "top"), [(3, 10), (4, 0)])
def test_a_vector_or_number_that_cannot_be_is_an_error(
    shop: SimilarPhotos, length: int, top: int
) -> None:
    with pytest.raises(ValueError, match="shape"):
        shop.to_vector(np.ones(length, np.float32), HEADER, top=top)


def test_an_empty_file_has_no_look_alikes(tmp_path: Path) -> None:
    empty = SimilarPhotos(write_shop(tmp_path / "empty.parquet", []))
    assert empty.to_vector(at(0), HEADER) == []
