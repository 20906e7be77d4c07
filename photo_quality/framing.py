"""Framing: how large the subject is, whether an edge cuts it, and what lies behind it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from .planes import Planes
from .subject import Subject, measure_edge_contact

_THUMBNAILS = (1.0, 5 / 4, 4 / 3)


def measure_framing(planes: Planes, subject: Subject) -> dict[str, float]:
    """Measure the subject's place in the photo and the ground behind it.

    Returns:
        `subject_share`: area of the subject over that of the photo, 0..1 (0: none stands out);
        `subject_extent`: area of its bounding box over that of the photo, 0..1;
        `subject_confidence`: how clearly it stands out, 0..1;
        `edge_contact`: the largest share of one edge of the photo that the subject runs across,
        0 where the ground is too uneven to tell;
        `thumbnail_cut`: the largest share of the subject that is lost where the middle of the
        photo is cropped to 1:1, 5:4 or 4:3, 0..1;
        `ground_clutter`: mean gradient of the ground away from the subject, in CIELAB units a
        pixel of the reduced copy (about 1 for paper, 2 to 6 for cloth and carpet, over 10 for
        clutter); 0 where no subject stands out.
    """
    mask = subject.mask
    measures = {
        "subject_share": float(mask.mean()),
        "subject_extent": 0.0,
        "subject_confidence": subject.confidence,
        "edge_contact": 0.0,
        "thumbnail_cut": 0.0,
        "ground_clutter": 0.0,
    }
    if not mask.any():
        return measures
    measures["subject_extent"] = _extent(mask)
    measures["edge_contact"] = measure_edge_contact(subject)
    measures["thumbnail_cut"] = max(_lost(mask, shape) for shape in _THUMBNAILS)
    measures["ground_clutter"] = _clutter(planes.small_lab, mask)
    return measures


def _extent(mask: NDArray[np.bool_]) -> float:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1)
    return float(box / mask.size)


def _lost(mask: NDArray[np.bool_], shape: float) -> float:
    """Share of the subject outside the largest middle crop of a shape (width over height)."""
    height, width = mask.shape
    rows, columns = min(height, round(width / shape)), min(width, round(height * shape))
    top, left = (height - rows) // 2, (width - columns) // 2
    kept = mask[top : top + rows, left : left + columns].sum()
    return float(1.0 - kept / mask.sum())


def _clutter(lab: NDArray[np.float32], mask: NDArray[np.bool_]) -> float:
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    dx = cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 16)
    dy = cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 16)
    lightness, a, b = cv2.split(dx * dx + dy * dy)
    gradient = np.sqrt(lightness + a + b)
    near = cv2.dilate(mask.astype(np.uint8), np.ones((9, 9), dtype=np.uint8)).astype(bool)
    ground = gradient[~near]
    return float(ground.mean()) if ground.size else 0.0
