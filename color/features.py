"""What the networks see of a colour, of a group of pixels, and of the product as a whole."""

from __future__ import annotations

import numpy as np

from color.colorspace import Floats
from color.layout import BANDS
from color.measure import ColorMeasures

COLOR_FEATURES = 8
GROUP_FEATURES = 19 + COLOR_FEATURES + BANDS
PRODUCT_FEATURES = 6 + 2 * BANDS


def color_features(lab: Floats) -> Floats:
    """Lab colours (N x 3) as scaled values, chroma and hue (N x COLOR_FEATURES)."""
    lightness, a, b = lab[:, 0] / 50 - 1, lab[:, 1] / 40, lab[:, 2] / 40
    chroma = np.hypot(a, b)
    return np.stack(
        [
            lightness,
            a,
            b,
            chroma,
            a / (chroma + 0.15),
            b / (chroma + 0.15),
            a / (chroma + 0.03),
            b / (chroma + 0.03),
        ],
        axis=1,
    )


def group_features(measures: ColorMeasures) -> Floats:
    """How much of the product each group is, where it lies, how it looks (K x GROUP_FEATURES)."""
    groups, layout = measures.groups, measures.groups.layout
    ones = np.ones(len(groups.share))
    columns = [
        np.log(groups.share + 1e-4),
        np.log(groups.subject_share + 1e-4),
        groups.y,
        groups.x,
        groups.skin,
        2 * groups.contrast,
        groups.subject,
        measures.skin_share * ones,
        measures.subject_share * ones,
        groups.y**2,
        groups.skin * measures.skin_share,
        layout.y,
        2 * layout.x,
        3 * layout.y_spread,
        4 * layout.x_spread,
        layout.coherence,
        5 * layout.border,
        layout.height,
        layout.middle,
    ]
    stacked = np.stack(columns, axis=1)
    return np.concatenate([stacked, color_features(groups.lab), layout.bands], axis=1)


def product_features(measures: ColorMeasures) -> Floats:
    """The product's size, place, silhouette and skin (PRODUCT_FEATURES)."""
    layout = measures.layout
    shares = [measures.subject_share, measures.skin_share]
    return np.concatenate([shares, layout.box, 2 * layout.skin, 2 * layout.mass])
