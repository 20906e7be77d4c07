"""Score: what is known of a product's colour beside its pixels, and how the two are weighed.

Log-linear mixing (a product of experts, Genest and Zidek, Combining probability distributions,
Statistical Science, 1986): the logarithm of each family's probability is a weighted sum of the
logarithms of the two opinions. The weights are in `evidence.json`, one set for every source of
evidence that gives calibrated probabilities.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from color.colorspace import Floats
from color.families import FAMILIES
from color.network import softmax

MULTICOLOR = "multicolor"
"""The key of `Evidence.families` for a product of many colours."""


@dataclass(frozen=True)
class Evidence:
    """What another source says of a product's colour.

    Attributes:
        families: the probability of each of the thirteen families, and of "multicolor", 0..1; they
            need not sum to 1. Without any of the thirteen nothing is said of the hue.
        weight: how far the source can be trusted on this product, 0..1; 0 leaves the pixels alone.
        metal: how surely a product of each family of colours is metal, 0..1; 0 where left out.
    """

    families: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    metal: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that all are probabilities."""
        given = {"weight": self.weight, **self.families}
        given |= {f"metal, {family}": value for family, value in self.metal.items()}
        for name, value in given.items():
            if not (math.isfinite(value) and 0.0 <= value <= 1.0):
                raise ValueError(f"evidence on {name} is not in 0..1: {value}")

    @property
    def multicolor(self) -> float:
        """How surely the product is of many colours, as far as the source is trusted, 0..1."""
        return self.weight * self.families.get(MULTICOLOR, 0.0)

    @property
    def of_metal(self) -> Floats:
        """How surely a product of each family is metal, 0..1 (13)."""
        return np.array([self.metal.get(family, 0.0) for family in FAMILIES])

    @property
    def of_families(self) -> Floats | None:
        """The thirteen families' probabilities, summing to 1 (13); None where nothing is said."""
        said = np.array([self.families.get(family, 0.0) for family in FAMILIES])
        total = float(said.sum())
        return said / total if total > 1e-9 and self.weight > 0 else None


@dataclass(frozen=True)
class Mixing:
    """The weights of log-linear mixing, one for each family (13 each).

    Attributes:
        pixels: of the logarithm of the pixels' probability.
        evidence: of the logarithm of the evidence's.
        bias: added to the sum.
        floor: added to every probability before its logarithm is taken.
    """

    pixels: Floats
    evidence: Floats
    bias: Floats
    floor: float

    def __post_init__(self) -> None:
        """Check sizes and signs: more of either must never make a family less likely."""
        for values in (self.pixels, self.evidence, self.bias):
            if values.shape != (len(FAMILIES),) or not np.isfinite(values).all():
                raise ValueError(f"mixing needs {len(FAMILIES)} finite weights of each kind")
        if self.pixels.min() < 0 or self.evidence.min() < 0 or not 0 < self.floor < 1:
            raise ValueError("mixing needs weights of at least 0 and a floor between 0 and 1")

    def __call__(self, pixels: Floats, evidence: Evidence) -> Floats:
        """The families' probabilities (13, summing to 1) from the pixels' (13) and the evidence.

        The weight of the evidence leads from the pixels' own probabilities (0) to the fitted
        mixture (1).
        """
        said = evidence.of_families
        if said is None:
            return pixels
        weight = min(1.0, evidence.weight)
        logits = (1.0 - weight + weight * self.pixels) * np.log(pixels + self.floor)
        return softmax(logits + weight * (self.evidence * np.log(said + self.floor) + self.bias))


@cache
def load_mixing() -> Mixing:
    """The fitted weights that the package carries."""
    text = Path(__file__).with_name("evidence.json").read_text(encoding="utf-8")
    return parse_mixing(json.loads(text))


def parse_mixing(document: Mapping[str, Any]) -> Mixing:
    """The weights in a decoded `evidence.json`.

    Raises:
        ValueError: families or sizes are not what this code expects.
    """
    if tuple(document.get("families", ())) != FAMILIES:
        raise ValueError(f"the families must be {FAMILIES}")
    try:
        pixels, evidence, bias = (
            np.array(document[key], float) for key in ("pixels", "evidence", "bias")
        )
        return Mixing(pixels, evidence, bias, float(document["floor"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not the weights of a mixture: {error}") from error
