"""Measure: pixels of a photo to the colours of its product, with what is known about each."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from color.cast import estimate_cast, relight
from color.clustering import cluster
from color.colorspace import Floats, Rgb, rgb_to_lab, working_copy
from color.ground import center_prior, measure_ground, subject_probability
from color.layout import GroupLayout, ProductLayout, measure_layout
from color.person import product_factor, skin_likelihood
from color.photo_colors import LightCast
from color.settings import Settings


@dataclass(frozen=True)
class ColorGroups:
    """Groups of like pixels; every array has one entry for each of the K groups.

    Attributes:
        lab: mean colour with the cast removed, K x 3.
        share: part of the product's weighted pixels, summing to 1.
        subject_share: part of everything that is not ground, skin included, summing to 1.
        y: mean height in the photo, 0 (top) to 1.
        x: mean distance from the middle line, 0 to 0.5 of the width.
        skin: mean skin likelihood, 0..1.
        contrast: mean difference of lightness between neighbouring pixels, 0..1 of the L scale.
        subject: mean probability of not being ground, 0..1.
        layout: how the group lies in the product.
    """

    lab: Floats
    share: Floats
    subject_share: Floats
    y: Floats
    x: Floats
    skin: Floats
    contrast: Floats
    subject: Floats
    layout: GroupLayout


@dataclass(frozen=True)
class ColorMeasures:
    """Everything that is measured on a photo.

    Attributes:
        groups: the product's colours.
        layout: how the product lies in the photo.
        cast: the colour of the light.
        subject_share: the part of the photo that is not ground, 0..1.
        skin_share: the part of that which looks like skin, 0..1.
        plain_ground: the ground is one quiet colour.
        ground_share: the part of the border that ground colours cover, 0..1.
        ground_spread: how much the ground varies, in Lab units.
    """

    groups: ColorGroups
    layout: ProductLayout
    cast: LightCast
    subject_share: float
    skin_share: float
    plain_ground: bool
    ground_share: float
    ground_spread: float


def measure(image: Rgb, settings: Settings) -> ColorMeasures:
    """The product's colours in a photo (RGB, uint8, H x W x 3, from 1 x 1 up).

    Raises:
        ValueError: the array is not such an image.
    """
    lab = rgb_to_lab(working_copy(image, settings.working.longest_side))
    ground = measure_ground(lab, settings.ground)
    subject = subject_probability(lab, ground, settings.ground)
    if float(subject.mean()) < settings.working.least_subject:
        subject = np.maximum(subject, np.float32(settings.working.whole_photo_weight))
    skin = skin_likelihood(lab, settings.person)
    factor, skin_share = product_factor(lab, skin, subject, settings.person)
    weight = subject * factor * center_prior(lab.shape[0], lab.shape[1], settings.ground)
    cast = estimate_cast(lab, ground, weight, settings.cast)
    groups, layout = _groups(lab, weight, subject, skin, cast, settings)
    return ColorMeasures(
        groups=groups,
        layout=layout,
        cast=cast,
        subject_share=float(np.clip(subject.mean(), 0.0, 1.0)),
        skin_share=skin_share,
        plain_ground=ground.plain(settings.ground),
        ground_share=ground.share,
        ground_spread=ground.spread,
    )


def _groups(
    lab: NDArray[np.float32],
    weight: NDArray[np.float32],
    subject: NDArray[np.float32],
    skin: NDArray[np.float32],
    cast: LightCast,
    settings: Settings,
) -> tuple[ColorGroups, ProductLayout]:
    height, width = lab.shape[:2]
    pixels = lab.reshape(-1, 3).astype(np.float64)
    weights = weight.ravel().astype(np.float64)
    centers, group_of = cluster(pixels, weights, settings.working.colors, settings.working.apart)
    count = len(centers)
    total = np.bincount(group_of, weights, minlength=count)
    in_subject = np.bincount(group_of, subject.ravel(), minlength=count)

    def mean(values: NDArray[np.float32]) -> Floats:
        summed = np.bincount(group_of, weights * values.ravel(), minlength=count)
        return np.asarray(summed / np.maximum(total, 1e-12))

    y = (np.arange(height, dtype=np.float32) + 0.5) / height
    x = np.abs((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5)
    shape = (height, width)
    layout, product = measure_layout(group_of.reshape(shape), count, subject, skin)
    groups = ColorGroups(
        lab=relight(centers, cast),
        share=total / total.sum(),
        subject_share=in_subject / in_subject.sum(),
        y=mean(np.broadcast_to(y[:, None], shape)),
        x=mean(np.broadcast_to(x[None, :], shape)),
        skin=mean(skin),
        contrast=mean(_local_contrast(lab)),
        subject=mean(subject),
        layout=layout,
    )
    return groups, product


def _local_contrast(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lightest minus darkest in each 3 x 3 neighbourhood, as a part of the L scale (H x W)."""
    kernel = np.ones((3, 3), dtype=np.uint8)
    gradient = cv2.morphologyEx(lab[:, :, 0], cv2.MORPH_GRADIENT, kernel)
    return np.asarray(gradient, dtype=np.float32) / np.float32(100)
