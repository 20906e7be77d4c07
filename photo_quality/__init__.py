"""Photo quality: what is wrong with a listing's photos, and what to do about it.

    from photo_quality import QualityAnalyzer, assess_listing

    analyzer = QualityAnalyzer()
    photos = [analyzer.analyze(rgb) for rgb in images]    # uint8 H x W x 3, 768 px at most
    listing = assess_listing(photos)

Three steps are kept apart: `measure` (pixels to numbers), `score` (numbers to 0..1) and `decide`
(scores and thresholds to issues), so that a threshold can change without touching a pixel.
"""

from .analyzer import QualityAnalyzer
from .decision import decide
from .errors import QualityModelError, ThresholdsError
from .fingerprint import hamming_distance, perceptual_hash
from .listing import assess_listing
from .measures import Measures, measure
from .results import Issue, ListingQuality, PhotoQuality
from .scoring import overall, score
from .thresholds import Severity, Thresholds, load_thresholds

__all__ = [
    "Issue",
    "ListingQuality",
    "Measures",
    "PhotoQuality",
    "QualityAnalyzer",
    "QualityModelError",
    "Severity",
    "Thresholds",
    "ThresholdsError",
    "assess_listing",
    "decide",
    "hamming_distance",
    "load_thresholds",
    "measure",
    "overall",
    "perceptual_hash",
    "score",
]
