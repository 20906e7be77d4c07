"""Score: the probability of each name of a vocabulary for a colour.

P(name | colour) is the sum over families of P(family | colour) P(name | family, colour). The first
factor is the fitted `FamilyModel`; the second is a Gaussian kernel over CIEDE2000 on the colours
that the survey (or the vocabulary's own hex codes) gives each name. So every vocabulary agrees with
the families on what is blue, and adds only the finer words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats, ciede2000, hex_to_lab
from color.families import FAMILIES
from color.family import FamilyModel, load_family_model
from color.vocabulary import (
    Vocabulary,
    VocabularyColor,
    load_vocabulary,
    survey_colors,
    survey_owner,
)

_BANDWIDTH = 6.0
_CANDIDATES = 48
# Few of the survey's names are metals, so that each stands for more of what shines.
_METAL_WEIGHT = 4.0


@dataclass(frozen=True)
class Surface:
    """How the product's surface looks.

    Attributes:
        gold: how readily a golden hue may be called gold, 0..1.
        metal: the same for the other metals, 0..1.
    """

    gold: float = 0.0
    metal: float = 0.0


MATT = Surface()


@dataclass(frozen=True)
class _Anchors:
    """Colours whose name is known: Lab (A x 3), name index (A), family index (A), metallic (A)."""

    lab: Floats
    name: NDArray[np.intp]
    family: NDArray[np.intp]
    metallic: NDArray[np.bool_]


class Namer:
    """Gives Lab colours the names of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, model: FamilyModel | None = None) -> None:
        """Name in `vocabulary`, with the package's own family model unless one is given."""
        self.vocabulary = vocabulary
        self.model = load_family_model() if model is None else model
        anchors = _anchors(vocabulary, self.model)
        self._of_family = [_select(anchors, index) for index in range(len(FAMILIES))]
        self._fallback = [_fallback(vocabulary, family) for family in FAMILIES]
        self._only = [
            _only_name(anchors, fallback)
            for anchors, fallback in zip(self._of_family, self._fallback, strict=True)
        ]

    def probabilities(self, colors: Floats | Sequence[str], surface: Surface = MATT) -> Floats:
        """Probability of each name (N x names, rows summing to 1).

        Args:
            colors: Lab colours (N x 3) or `#rrggbb` strings (N).
            surface: how the product looks; metallic names count by so much.

        Raises:
            ValueError: a string is not written `#rrggbb`.
        """
        lab = colors if isinstance(colors, np.ndarray) else hex_to_lab(list(colors))
        families = without_gold(self.model.probabilities(lab), surface.gold)
        return self.refine(lab, families, surface)

    def refine(self, lab: Floats, families: Floats, surface: Surface = MATT) -> Floats:
        """Probability of each name (N x names) where that of each family (N x 13) is known."""
        words = self.within_families(lab, surface)
        return np.asarray(np.einsum("kf,kfn->kn", families, words))

    def within_families(self, lab: Floats, surface: Surface = MATT) -> Floats:
        """P(name | family, colour) of N Lab colours: N x 13 x names, summing to 1 over names."""
        return np.stack(
            [
                self._within(lab, index, surface.gold if family == "gold" else surface.metal)
                for index, family in enumerate(FAMILIES)
            ],
            axis=1,
        )

    def _within(self, lab: Floats, family: int, shine: float) -> Floats:
        """P(name | family, colour), N x names."""
        names = len(self.vocabulary.colors)
        anchors, only = self._of_family[family], self._only[family]
        result = np.zeros((len(lab), names))
        if only is not None:
            result[:, only] = 1.0
            return result
        nearest = _nearest(lab, anchors.lab)
        difference = ciede2000(lab[:, None], anchors.lab[nearest])
        least = difference.min(axis=1, keepdims=True)
        kernel = np.exp(-0.5 * (difference**2 - least**2) / _BANDWIDTH**2)
        kernel = kernel * np.where(anchors.metallic[nearest], _METAL_WEIGHT * shine, 1.0)
        np.add.at(result, (np.arange(len(lab))[:, None], anchors.name[nearest]), kernel)
        result[:, self._fallback[family]] += 1e-9
        return np.asarray(result / result.sum(axis=1, keepdims=True))


def without_gold(families: Floats, kept_part: float) -> Floats:
    """Family probabilities (N x 13) with only a part (0..1) of gold kept."""
    index = FAMILIES.index("gold")
    kept = families.copy()
    kept[:, index] *= kept_part
    return np.asarray(kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12))


def _anchors(vocabulary: Vocabulary, model: FamilyModel) -> _Anchors:
    own = [(color.hex, index) for index, color in enumerate(vocabulary.colors) if color.hex]
    if own:
        lab = hex_to_lab([value for value, _ in own])
        names = [index for _, index in own]
        families = list(model.probabilities(lab).argmax(axis=1))
    else:
        lab, names, families = _survey_anchors(vocabulary)
    metallic = [vocabulary.colors[index].metallic for index in names]
    return _Anchors(lab, np.array(names), np.array(families), np.array(metallic))


def _survey_anchors(vocabulary: Vocabulary) -> tuple[Floats, list[int], list[int]]:
    generic = load_vocabulary("generic")
    colors, names, families = [], [], []
    for survey_name, value in survey_colors().items():
        owner = survey_owner(survey_name, generic)
        if owner is None or owner.family is None:
            continue
        finer = survey_owner(survey_name, vocabulary)
        family = FAMILIES.index(owner.family)
        colors.append(value)
        names.append(
            _fallback(vocabulary, owner.family) if finer is None else vocabulary.colors.index(finer)
        )
        families.append(family)
    return hex_to_lab(colors), names, families


def _fallback(vocabulary: Vocabulary, family: str) -> int:
    """The name to say for a family: its fallback, else its first plain name, else its first."""
    if family in vocabulary.fallback:
        return vocabulary.names.index(vocabulary.fallback[family])
    mine = [color for color in vocabulary.colors if color.family == family]
    best: VocabularyColor | None = min(mine, key=lambda color: color.metallic, default=None)
    if best is None:
        return _fallback(vocabulary, "yellow")
    return vocabulary.colors.index(best)


def _select(anchors: _Anchors, family: int) -> _Anchors:
    mine = anchors.family == family
    return _Anchors(
        anchors.lab[mine], anchors.name[mine], anchors.family[mine], anchors.metallic[mine]
    )


def _only_name(anchors: _Anchors, fallback: int) -> int | None:
    """The one name that a family has; None where it has several."""
    names = set(anchors.name.tolist()) or {fallback}
    return names.pop() if len(names) == 1 else None


def _nearest(lab: Floats, anchors: Floats) -> NDArray[np.intp]:
    """Indices of the few anchors nearest in plain Lab distance, N x at most _CANDIDATES."""
    squared = ((lab[:, None] - anchors[None]) ** 2).sum(axis=2)
    count = min(_CANDIDATES, len(anchors))
    return np.argsort(squared, axis=1, kind="stable")[:, :count]
