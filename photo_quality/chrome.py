"""The bars of an app above and below a picture: plain, with small sharp signs in them."""

import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_SAME = 3  # grey levels
_ROW_SHARE = 0.5  # of a row, in the one tone of the bar
_INK = 60  # grey levels from the bar's tone
_PLAIN_BAR, _LEAST_INK, _MOST_INK, _LARGEST = 0.03, 0.01, 0.16, 0.75  # of a bar with signs
_PHOTO, _SCREEN = 1.4, 1.7  # height over width: no phone's screen, surely as tall as one
_BEST = 0.75  # share of the likelier of the two bars in the measure
_EVERY = 3  # every third pixel is enough for the tone of a row
_UNBROKEN = 6  # rows in another tone that a bar may hold (a line, a photo's edge ends it)


def measure_chrome(planes: Planes) -> dict[str, float]:
    """Measure the plain bars at the top and at the bottom, and the signs that stand in them.

    Returns:
        `bar_top`, `bar_bottom`: rows of the bar over all rows, 0..1;
        `bar_top_ink`, `bar_bottom_ink`: share of the bar's pixels that stand out from its tone;
        `app_bars`: how surely a screen with an app's bars is shown, 0..1: bars of some size with
        signs in them but not full of them, in a picture as tall as a phone.
    """
    small = planes.medium_luma.astype(np.int16)
    tone = _row_medians(small[:, ::_EVERY])
    same = np.count_nonzero(np.abs(small - tone[:, None]) <= _SAME, axis=1)
    plain = same / small.shape[1] >= _ROW_SHARE
    top = _bar(plain, tone)
    bottom = _bar(plain[::-1], tone[::-1])
    if top + bottom > len(small):
        bottom = len(small) - top
    upper, lower = small[:top], small[len(small) - bottom :]
    shares = (top / len(small), bottom / len(small))
    inks = (_ink(upper), _ink(lower))
    like_phone = (small.shape[0] / small.shape[1] - _PHOTO) / (_SCREEN - _PHOTO)
    less, more = sorted(map(_signs, shares, inks))
    signs = _BEST * more + (1 - _BEST) * less
    return {
        "bar_top": shares[0],
        "bar_bottom": shares[1],
        "bar_top_ink": inks[0],
        "bar_bottom_ink": inks[1],
        "app_bars": signs * min(1.0, max(0.0, like_phone)),
    }


def _row_medians(rows: NDArray[np.int16]) -> NDArray[np.int16]:
    """The median of each row, rounded down; NumPy sorts many times faster than it selects."""
    ordered = np.sort(rows, axis=1)
    last = rows.shape[1] - 1
    return np.asarray((ordered[:, last // 2] + ordered[:, (last + 1) // 2]) // 2)


def _signs(share: float, ink: float) -> float:
    """How like a bar with signs, 0..1."""
    if share > _LARGEST or ink > _MOST_INK:
        return 0.0
    return min(1.0, share / _PLAIN_BAR) * min(1.0, ink / _LEAST_INK)


def _bar(plain: NDArray[np.bool_], tone: NDArray[np.int16]) -> int:
    """Rows of the bar at the start."""
    same = plain & (np.abs(tone - tone[0]) <= _SAME)
    if not same[0]:
        return 0
    broken = np.convolve(~same, np.ones(_UNBROKEN, dtype=np.intp))[: len(same)] == _UNBROKEN
    return int(np.argmax(broken)) - _UNBROKEN + 1 if broken.any() else len(same)


def _ink(bar: NDArray[np.int16]) -> float:
    return float((np.abs(bar - np.median(bar)) > _INK).mean()) if bar.size else 0.0
