"""A listing's score, cover, duplicates and advice."""

import cv2
import numpy as np
from numpy.typing import NDArray

from photo_quality import QualityAnalyzer, assess_listing

Photo = NDArray[np.uint8]


def test_blurred_photos_are_named_by_their_number_for_people(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    blurred = cv2.GaussianBlur(photos["astronaut"], (0, 0), 4)
    listing = assess_listing([analyzer.analyze(p) for p in (photos["coffee"], blurred)])
    assert any(text.startswith("Photo 2 is blurred: hold the phone") for text in listing.advice)


def test_the_better_photo_is_the_cover_wherever_it_stands(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    good = analyzer.analyze(photos["coffee"], width=1800, height=1200)
    bad = analyzer.analyze(cv2.GaussianBlur(photos["astronaut"], (0, 0), 4))
    assert assess_listing([good, bad]).cover == 0
    assert assess_listing([bad, good]).cover == 1


def test_unreadable_photos_keep_the_indices(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    listing = assess_listing([None, analyzer.analyze(photos["coffee"])])
    assert listing.cover == 1
    assert "Photo 1 could not be read: upload it again." in listing.advice


def test_a_listing_without_a_readable_photo_has_no_cover() -> None:
    for given in ([], [None, None]):
        listing = assess_listing(given)
        assert (listing.cover, listing.score, listing.duplicates) == (None, 0, ())


def test_a_resized_brighter_copy_is_a_duplicate_and_another_photo_is_not(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    copy = cv2.resize(photos["coffee"], (450, 300), interpolation=cv2.INTER_AREA)
    brighter = np.clip(copy * 1.05, 0, 255).astype(np.uint8)
    given = [photos["coffee"], photos["astronaut"], brighter]
    listing = assess_listing([analyzer.analyze(photo) for photo in given])
    assert listing.duplicates == ((0, 2),)
    assert any(text.startswith("Photos 1 and 3 look the same") for text in listing.advice)


def test_the_same_thing_in_another_color_is_not_a_duplicate(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    swapped = np.ascontiguousarray(photos["coffee"][:, :, ::-1])
    listing = assess_listing([analyzer.analyze(photos["coffee"]), analyzer.analyze(swapped)])
    assert listing.duplicates == ()


def test_a_worse_photo_lowers_the_listing(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    good = [analyzer.analyze(photos[name]) for name in ("coffee", "astronaut", "rocket")]
    bad = analyzer.analyze(cv2.GaussianBlur(photos["rocket"], (0, 0), 5))
    assert assess_listing([*good[:2], bad]).score < assess_listing(good).score


def test_few_photos_are_advised_to_be_more(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    results = [analyzer.analyze(photo) for photo in photos.values()]
    few = "There are few different photos"
    assert any(text.startswith(few) for text in assess_listing(results[:1]).advice)
    assert not any(text.startswith(few) for text in assess_listing(results).advice)
