"""Subject and ground, estimated on the reduced copy from what the photo's rim looks like."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .percentiles import percentile, percentiles
from .planes import Planes

_BINS = 10
_RIM = 0.05  # width of the rim taken for ground, as a share of each side
_LEAST_SPAN = 8.0  # CIELAB units that the bins of one axis cover at least
_CENTER_WEIGHT = 1.2  # log odds that the centre is given over the corners
_LEAST_SHARE = 0.005
_NEAR = 2  # a subject this many pixels of the reduced copy from an edge touches it
_PLAIN = 0.1  # largest deviation of a plain rim from its median, as a share of the photo's span
_WHOLE_SIDE = 0.9  # what fills a whole side is floor or wall
_SAME_SUBJECT = 0.6


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject on the reduced copy.

    Attributes:
        mask: bool h x w, True on the subject; all False where none stands out.
        confidence: 0..1, how far the subject's colours differ from the rim's.
        palette: the colours of the reduced copy; None where no subject stands out.
    """

    mask: NDArray[np.bool_]
    confidence: float
    palette: "Palette | None" = None


def find_subject(planes: Planes) -> Subject:
    """Separate the subject from the ground.

    Each pixel gets the log odds of its CIELAB colour in the whole photo against the rim
    (histogram back-projection: Swain and Ballard, "Color Indexing", IJCV 7, 1991) plus a prior
    for the centre. Of the pixels above 0, smoothed, the components that matter are the subject.
    """
    lab = planes.small_lab
    height, width = lab.shape[:2]
    if min(height, width) < 8:
        return Subject(np.zeros((height, width), dtype=bool), 0.0)
    palette = Palette(lab)
    odds = palette.odds_against(_rim(height, width))
    mask = _mask(odds)
    if not mask.any() or mask.all():
        return Subject(np.zeros((height, width), dtype=bool), 0.0)
    inside, outside = float(odds[mask].mean()), float(odds[~mask].mean())
    return Subject(mask, float(np.clip((inside - outside) / 2.5, 0.0, 1.0)), palette)


def measure_edge_contact(subject: Subject) -> float:
    """Measure the largest share of one edge of the photo that the subject runs across, 0..1.

    As the rim is taken for ground, each edge is tried without its own part of the rim. It is
    judged only where the rest of the rim is plain for this photo: on a carpet it would be a
    guess.
    """
    palette = subject.palette
    if palette is None or not subject.mask.any():
        return 0.0
    return max(_contact(palette, subject.mask, side) for side in range(4))


def _contact(palette: "Palette", mask: NDArray[np.bool_], side: int) -> float:
    """Share of one side (top, right, bottom, left) that the subject runs across."""
    rim = _rim(*mask.shape)
    own = np.rot90(rim, side)  # a view: that side's part of the rim is cleared
    own[: max(1, round(len(own) * _RIM))] = False
    if not palette.is_plain(rim):
        return 0.0
    whole = _mask(palette.odds_against(rim))
    share = float(np.rot90(whole, side)[:_NEAR].all(axis=0).mean())
    same = (whole & mask).sum() >= _SAME_SUBJECT * mask.sum()
    return share if same and share <= _WHOLE_SIDE else 0.0


def _mask(odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    field = (odds + _center_prior(*odds.shape)).astype(np.float32)
    sigma = max(field.shape) / 48
    return _main_components(np.asarray(cv2.GaussianBlur(field, (0, 0), sigma)) > 0)


def _rim(height: int, width: int) -> NDArray[np.bool_]:
    rows, columns = max(1, round(height * _RIM)), max(1, round(width * _RIM))
    rim = np.ones((height, width), dtype=bool)
    rim[rows : height - rows, columns : width - columns] = False
    return rim


class Palette:
    """The colours of the reduced copy in cells of a histogram, filled once for all questions."""

    def __init__(self, lab: NDArray[np.float32]) -> None:
        low, high = np.array([percentiles(axis, (1, 99)) for axis in cv2.split(lab)]).T
        self._lab = lab
        self._cells = _cells(lab, low, high)
        self._whole = _smooth_histogram(self._cells)
        self._plain = float(_PLAIN * (high[0] - low[0]))

    def odds_against(self, rim: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Log odds of each pixel's colour, whole photo against rim, -3..3, float64 h x w."""
        ground = _smooth_histogram(self._cells[rim])
        odds = np.log((self._whole + 1e-4) / (ground + 1e-4)).ravel()
        # A colour that is as common on the rim as elsewhere is ground: odds of 0 are not enough.
        return np.asarray(np.clip(odds, -3.0, 3.0)[self._cells] - 0.7)

    def is_plain(self, rim: NDArray[np.bool_]) -> bool:
        """Whether nine in ten pixels of the rim are near its median colour, for this photo."""
        ground = self._lab[rim]
        median = np.array([percentile(axis, 50) for axis in ground.T], np.float32)
        distance = np.sqrt(((ground - median) ** 2).sum(axis=1))
        return percentile(distance, 90) <= self._plain


def _cells(
    lab: NDArray[np.float32], low: NDArray[np.floating], high: NDArray[np.floating]
) -> NDArray[np.intp]:
    """Histogram cell of each pixel, h x w; the cells span the photo's own range of each axis."""
    middle, span = (low + high) / 2, np.maximum(high - low, _LEAST_SPAN)
    position = (lab - (middle - span / 2)) / span * _BINS
    axes = np.clip(position, 0, _BINS - 1).astype(np.intp)
    return np.asarray((axes[:, :, 0] * _BINS + axes[:, :, 1]) * _BINS + axes[:, :, 2])


def _smooth_histogram(cells: NDArray[np.intp]) -> NDArray[np.float64]:
    counts = np.bincount(cells.ravel(), minlength=_BINS**3).astype(np.float64) / cells.size
    cube = counts.reshape(_BINS, _BINS, _BINS)
    blur = _bin_blur()
    along_first = (blur @ cube.reshape(_BINS, -1)).reshape(cube.shape)
    return np.asarray(blur @ along_first @ blur)


@cache
def _bin_blur() -> NDArray[np.float64]:
    """A quarter of each bin goes to either neighbour; at the ends it stays (symmetric)."""
    blur = 0.5 * np.eye(_BINS) + 0.25 * (np.eye(_BINS, k=1) + np.eye(_BINS, k=-1))
    blur[0, 0] = blur[-1, -1] = 0.75
    return blur


def _center_prior(height: int, width: int) -> NDArray[np.float64]:
    y = np.linspace(-1, 1, height)[:, None]
    x = np.linspace(-1, 1, width)[None, :]
    return np.asarray(_CENTER_WEIGHT * (0.5 - np.minimum(1.0, (x * x + y * y) / 1.5)))


def _main_components(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep the largest component and those at least a fifth of it; fill their holes."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return np.zeros_like(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if areas.max() < _LEAST_SHARE * mask.size:
        return np.zeros_like(mask)
    kept = np.concatenate([[False], areas >= areas.max() / 5])
    return _fill_holes(kept[labels])


def _fill_holes(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    padded = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(padded, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0])
