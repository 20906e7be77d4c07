"""The photos of a listing together: score, cover, duplicates, advice."""

import math
from collections.abc import Sequence
from functools import cache

from .fingerprint import hamming_distance
from .results import Issue, ListingQuality, PhotoQuality
from .thresholds import CoverRules, ListingRules, Thresholds, load_thresholds

_LIKENESS = ("mean_lightness", "mean_a", "mean_b")
_NOT_A_PHOTO = ("text_overlay", "watermark", "collage", "screenshot")
_THIS_PHOTO = "This photo"


def assess_listing(
    photos: Sequence[PhotoQuality | None], thresholds: Thresholds | None = None
) -> ListingQuality:
    """Judge a listing by its photos.

    Args:
        photos: one entry a photo in the order given; None for one that could not be read.
        thresholds: those the photos were judged by; the package's own if not given.
    """
    rules = thresholds or _own_thresholds()
    readable = {index: photo for index, photo in enumerate(photos) if photo is not None}
    duplicates = _find_duplicates(readable, rules.listing)
    cover = _choose_cover(readable, rules.cover)
    return ListingQuality(
        score=_score_listing(readable, cover, len(photos), duplicates, rules.listing),
        cover=cover,
        advice=tuple(_advise(photos, cover, duplicates, rules.listing)),
        duplicates=duplicates,
    )


@cache
def _own_thresholds() -> Thresholds:
    return load_thresholds()


def _find_duplicates(
    photos: dict[int, PhotoQuality], rules: ListingRules
) -> tuple[tuple[int, ...], ...]:
    """Group each photo with the first group whose first member it repeats."""
    groups: list[list[int]] = []
    for index, photo in photos.items():
        for group in groups:
            if _is_alike(photos[group[0]], photo, rules.duplicate_bits, rules.duplicate_color):
                group.append(index)
                break
        else:
            groups.append([index])
    return tuple(tuple(group) for group in groups if len(group) > 1)


def _is_alike(a: PhotoQuality, b: PhotoQuality, bits: int, color: float) -> bool:
    """Whether perceptual hashes and mean colours are at most so far apart."""
    if hamming_distance(a.phash, b.phash) > bits:
        return False
    color_a = [a.measures[name] for name in _LIKENESS]
    color_b = [b.measures[name] for name in _LIKENESS]
    return math.dist(color_a, color_b) <= color


def _choose_cover(photos: dict[int, PhotoQuality], rules: CoverRules) -> int | None:
    """Index of the photo that shows the whole product best; the earliest of equals."""
    points = {index: _cover_points(index, photo, rules) for index, photo in photos.items()}
    return max(points, key=lambda index: (points[index], -index)) if points else None


def _cover_points(index: int, photo: PhotoQuality, rules: CoverRules) -> float:
    points = photo.score + (rules.first if index == 0 else 0.0)
    points += rules.subject_cut * photo.scores["subject_cut"]
    points += rules.subject_small * photo.scores["subject_small"]
    points += rules.thumbnail_cut * photo.scores["thumbnail_cut"]
    points += rules.busy_background * photo.scores["busy_background"]
    points += rules.not_a_photo * max(photo.scores[code] for code in _NOT_A_PHOTO)
    points += rules.cannot_judge * photo.scores["cannot_judge"]
    return points + rules.extent * abs(photo.measures["subject_extent"] - rules.best_extent)


def _score_listing(
    photos: dict[int, PhotoQuality],
    cover: int | None,
    given: int,
    duplicates: tuple[tuple[int, ...], ...],
    rules: ListingRules,
) -> int:
    if cover is None:
        return 0
    mean = sum(photo.score for photo in photos.values()) / len(photos)
    points = rules.cover_weight * photos[cover].score + (1 - rules.cover_weight) * mean
    points -= rules.duplicate_penalty * sum(len(group) - 1 for group in duplicates)
    points -= rules.unreadable_penalty * (given - len(photos))
    return round(min(100.0, max(0.0, points)))


def _advise(
    photos: Sequence[PhotoQuality | None],
    cover: int | None,
    duplicates: tuple[tuple[int, ...], ...],
    rules: ListingRules,
) -> list[str]:
    advice: list[str] = []
    for number, photo in enumerate(photos, start=1):
        if photo is None:
            advice.append(f"Photo {number} could not be read: upload it again.")
            continue
        worth_saying = [issue for issue in photo.issues if issue.severity != "info"]
        chosen = worth_saying[: rules.advice_per_photo]
        advice.extend(_for_photo(issue, number) for issue in chosen)
    for group in duplicates:
        advice.append(f"Photos {_join(group)} look the same: show another side instead.")
    if cover is not None:
        advice.extend(_advise_on_cover(photos[cover], cover + 1))
    repeated = {index for group in duplicates for index in group[1:]}
    different = [p for i, p in enumerate(photos) if p is not None and i not in repeated]
    if len(different) < rules.few_photos:
        advice.append("There are few different photos: add the back, a detail and the label.")
    elif _is_one_view(different, rules):
        advice.append("All photos show the same view: add the back, the inside or a detail.")
    return advice


def _advise_on_cover(photo: PhotoQuality | None, number: int) -> list[str]:
    """What is wrong with the cover alone, for it is cropped and shown among others."""
    issues = photo.issues if photo is not None else ()
    return [_for_photo(issue, number) for issue in issues if issue.code == "thumbnail_cut"]


def _is_one_view(photos: Sequence[PhotoQuality], rules: ListingRules) -> bool:
    """Whether each of the photos is much like the first."""
    return all(
        _is_alike(photos[0], photo, rules.same_view_bits, rules.same_view_color)
        for photo in photos[1:]
    )


def _for_photo(issue: Issue, number: int) -> str:
    return f"Photo {number}{issue.advice.removeprefix(_THIS_PHOTO)}"


def _join(indices: tuple[int, ...]) -> str:
    numbers = [str(index + 1) for index in indices]
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"
