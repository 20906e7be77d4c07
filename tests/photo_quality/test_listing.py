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


def test_photos_that_all_show_the_same_view_are_advised_against(
    analyzer: QualityAnalyzer, photos: dict[str, Photo]
) -> None:
    coffee = photos["coffee"]
    moved = [coffee, coffee[24:, 36:], np.ascontiguousarray(coffee[:-30, 20:-40])]
    alike = assess_listing([analyzer.analyze(photo) for photo in moved])
    assert alike.duplicates == ()
    same = "All photos show the same view"
    assert any(text.startswith(same) for text in alike.advice)
    different = assess_listing([analyzer.analyze(photo) for photo in photos.values()])
    assert not any(text.startswith(same) for text in different.advice)


def test_a_photo_with_the_whole_product_is_the_cover_before_one_that_cuts_it(
    analyzer: QualityAnalyzer,
) -> None:
    rng = np.random.default_rng(1)
    ground = 205 + rng.normal(0, 1.5, (600, 600, 1)).repeat(3, axis=2)
    cloth = (
        np.array([40, 60, 150])
        + cv2.GaussianBlur(rng.normal(0, 150, (600, 600)), (0, 0), 9)[:, :, None]
    )
    whole, cut = ground.copy(), ground.copy()
    whole[110:490, 130:470] = cloth[110:490, 130:470]
    cut[220:, 130:470] = cloth[220:, 130:470]
    whole, cut = (np.clip(np.rint(p), 0, 255).astype(np.uint8) for p in (whole, cut))
    results = [analyzer.analyze(picture) for picture in (cut, whole)]
    assert assess_listing(results).cover == 1


def test_a_screenshot_is_not_the_cover(analyzer: QualityAnalyzer, mug: Photo) -> None:
    screen = np.full((900, 430, 3), 255, dtype=np.uint8)
    screen[120:550] = cv2.resize(mug, (430, 430), interpolation=cv2.INTER_AREA)
    for words, y in (("9:41", 30), ("My listing", 80), ("A white mug", 600), ("Home", 880)):
        cv2.putText(screen, words, (20, y), cv2.FONT_HERSHEY_DUPLEX, 0.8, (20, 20, 20), 2)
    results = [analyzer.analyze(picture) for picture in (screen, mug)]
    assert assess_listing(results).cover == 1


def test_the_cover_is_advised_on_its_thumbnail_and_other_photos_are_not(
    analyzer: QualityAnalyzer,
) -> None:
    tall = np.full((800, 600, 3), 205, dtype=np.uint8)
    tall[30:770, 230:370] = (40, 60, 150)
    tall[30:770:20, 230:370] = (90, 120, 200)
    low = np.full((600, 800, 3), 205, dtype=np.uint8)
    low[200:420, 180:620] = (150, 60, 40)
    low[200:420:20, 180:620] = (220, 120, 90)
    tall_result, low_result = analyzer.analyze(tall), analyzer.analyze(low)
    assert tall_result.measures["thumbnail_cut"] > 0.3
    assert low_result.measures["thumbnail_cut"] == 0
    alone = assess_listing([tall_result])
    assert any("thumbnail" in text for text in alone.advice)
    together = assess_listing([low_result, tall_result])
    assert together.cover == 0
    assert not any("thumbnail" in text for text in together.advice)
