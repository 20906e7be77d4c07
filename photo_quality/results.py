"""What is said about a photo and about a listing."""

from collections.abc import Mapping
from dataclasses import dataclass

from .thresholds import Severity


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that is wrong with a photo.

    Attributes:
        code: stable name, e.g. `blurry`.
        severity: `info`, `warn` or `severe`.
        value: the measure it was judged by.
        threshold: the value of that measure from which it is an issue.
        score: how sure and how bad, 0.5 at the threshold to 1.
        advice: one sentence that tells the seller what to do.
    """

    code: str
    severity: Severity
    value: float
    threshold: float
    score: float
    advice: str


@dataclass(frozen=True, slots=True)
class PhotoQuality:
    """The quality of one photo.

    Attributes:
        score: 0 (useless) to 100 (nothing to improve).
        issues: worst first.
        measures: raw measures by name.
        scores: score of every issue that was looked for, 0..1, flagged or not.
        phash: 64-bit perceptual hash, 16 hexadecimal digits.
    """

    score: int
    issues: tuple[Issue, ...]
    measures: Mapping[str, float]
    scores: Mapping[str, float]
    phash: str


@dataclass(frozen=True, slots=True)
class ListingQuality:
    """The quality of a listing's photos together.

    Attributes:
        score: 0..100; 0 where no photo could be read.
        cover: index of the photo to show first, None where no photo could be read.
        advice: sentences for the seller; they count photos from 1.
        duplicates: groups of indices of photos that show the same, each ascending.
    """

    score: int
    cover: int | None
    advice: tuple[str, ...]
    duplicates: tuple[tuple[int, ...], ...]
