"""Score: measured groups of pixels to probabilities of names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from color.colorspace import Floats
from color.measure import ColorMeasures
from color.naming import Namer, Surface, without_gold
from color.settings import SurfaceSettings


@dataclass(frozen=True)
class ColorScores:
    """Probabilities for the K groups of a photo and for the photo.

    Attributes:
        share: the part of the product that each group is, summing to 1 (K).
        names: probability of each name for each group (K x names).
        families: probability of each family for each group (K x 13).
        surface: how the product looks.
    """

    share: Floats
    names: Floats
    families: Floats
    surface: Surface

    @property
    def photo_names(self) -> Floats:
        """Probability that a person would name the product so (names)."""
        return np.asarray(self.share @ self.names)

    @property
    def photo_families(self) -> Floats:
        """The same for the thirteen families (13)."""
        return np.asarray(self.share @ self.families)


def score(measures: ColorMeasures, namer: Namer, settings: SurfaceSettings) -> ColorScores:
    """Name every group and weigh it by the part of the product it is."""
    found = namer.model.scores(measures)
    surface = score_surface(local_contrast(measures), settings)
    families = without_gold(found.families, surface.gold)
    return ColorScores(
        share=found.share,
        names=namer.refine(measures.groups.lab, families, surface),
        families=families,
        surface=surface,
    )


def local_contrast(measures: ColorMeasures) -> float:
    """Mean local contrast of the product's lightness, 0..1: metal mirrors light and dark."""
    groups = measures.groups
    return float(np.clip(groups.share @ groups.contrast, 0.0, 1.0))


def score_surface(contrast: float, settings: SurfaceSettings) -> Surface:
    """How readily a surface of such local contrast is called a metal (logistic curves)."""
    return Surface(
        gold=_logistic((contrast - settings.gold_contrast) / settings.gold_width),
        metal=_logistic((contrast - settings.metal_contrast) / settings.metal_width),
    )


def _logistic(value: float) -> float:
    return float(1.0 / (1.0 + np.exp(-value)))
