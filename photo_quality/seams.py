"""Seams: straight steps from edge to edge, along which two pictures meet."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes

_LEAST_STEP = 8  # grey levels
_OVER_BESIDE = 1.6  # times the steps beside it
_MARGIN = 0.14  # share of a side: nearer to the edge it is a frame
_AROUND = 21
_PARTS = 8
_OVER_EMPTIEST = 2.0


def measure_seams(planes: Planes) -> dict[str, float]:
    """Measure the straightest step across the photo's middle, along rows and along columns.

    Where two photos meet, the tone steps in one place along the whole line, and less beside it.
    A straight edge of a product ends before the edges of the photo do, so each line is looked at
    in eighths.

    Returns:
        `seam_rows`, `seam_columns`: the mean, and twice that of the second emptiest of its
        eighths if it is less, of the share of the line (0..1) at which there is such a step, less
        the median of the lines around it; of the best line;
        `seam`: the greater of the two.
    """
    luma = planes.medium_luma
    rows, columns = _best_line(luma), _best_line(np.ascontiguousarray(luma.T))
    return {"seam_rows": rows, "seam_columns": columns, "seam": max(rows, columns)}


def _best_line(gray: NDArray[np.uint8]) -> float:
    if gray.shape[0] < 2 * _AROUND or gray.shape[1] < _PARTS:
        return 0.0
    # over two pixels: reducing may have mixed the first
    step = np.asarray(cv2.absdiff(gray[2:], gray[:-2]))
    beside = np.maximum(step[:-4], step[4:])
    middle = step[2:-2]
    stands_out = (middle > _LEAST_STEP) & (middle > cv2.convertScaleAbs(beside, alpha=_OVER_BESIDE))
    share = _along(stands_out)
    wide = np.pad(share, _AROUND // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(wide, _AROUND)
    around = np.sort(windows, axis=1)[:, _AROUND // 2]  # the median
    margin = round(_MARGIN * len(share))
    return float(max(0.0, (share - around)[margin : len(share) - margin].max(initial=0.0)))


def _along(stands_out: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of each line that stands out, no more than twice that of its second emptiest eighth."""
    width = stands_out.shape[1]
    edges = np.linspace(0, width, _PARTS + 1).astype(np.intp)
    lengths = np.diff(edges)
    part_of = np.repeat(np.eye(_PARTS, dtype=np.float32), lengths, axis=0)
    counts = (stands_out.astype(np.float32) @ part_of).astype(np.float64)
    parts = np.sort(counts / lengths, axis=1)
    return np.asarray(np.minimum(counts.sum(axis=1) / width, _OVER_EMPTIEST * parts[:, 1]))
