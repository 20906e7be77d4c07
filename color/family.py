"""Scores: the probability of each colour family for a Lab colour, and what each group counts.

Small networks with tanh layers, fitted together by `fit_families.py` on the XKCD survey's names,
on catalogue photos labelled by people, and on drawn products of two colours; the weights are in
`families.json`. A photo is a set of groups of pixels: each is looked at by itself and together
with a summary of all (Zaheer et al., Deep Sets, 2017).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from color.colorspace import Floats, hex_to_lab
from color.families import FAMILIES
from color.features import (
    COLOR_FEATURES,
    GROUP_FEATURES,
    PRODUCT_FEATURES,
    color_features,
    group_features,
    product_features,
)
from color.measure import ColorMeasures
from color.network import Network, parse_network, softmax


@dataclass(frozen=True)
class GroupScores:
    """What each of the K groups of a photo is called, and what it counts.

    Attributes:
        families: probability of each family (K x 13, rows summing to 1).
        share: the part of the product that each group is, summing to 1 (K).
    """

    families: Floats
    share: Floats


@dataclass(frozen=True)
class FamilyModel:
    """Names Lab colours by family, and says how much each group of pixels counts.

    Attributes:
        naming: from `color_features` to one logit per family.
        groups: from `group_features` to what the summary keeps of a group.
        product: from the mean and the most of that over all groups, with `product_features`, to the
            summary of the photo.
        context: from `group_features` and the summary to what where and how a colour is seen adds
            to the families' logits (13) and to the logarithm of its share (1).
        limits: lowest and highest value of each of `group_features` and `product_features` in the
            photos fitted on (2 x 48); what lies beyond is taken for the limit.
    """

    naming: Network
    groups: Network
    product: Network
    context: Network
    limits: Floats

    def __post_init__(self) -> None:
        """Check that the networks fit the features and each other."""
        kept, summary = self.groups.outputs, self.product.outputs
        expected = {
            "naming": (self.naming, COLOR_FEATURES, len(FAMILIES)),
            "groups": (self.groups, GROUP_FEATURES, kept),
            "product": (self.product, 2 * kept + PRODUCT_FEATURES, summary),
            "context": (self.context, GROUP_FEATURES + summary, len(FAMILIES) + 1),
        }
        for name, (network, inputs, outputs) in expected.items():
            if (network.inputs, network.outputs) != (inputs, outputs):
                raise ValueError(f"the {name} network must have {inputs} inputs, {outputs} outputs")
        if self.limits.shape != (2, GROUP_FEATURES + PRODUCT_FEATURES):
            raise ValueError("there must be two limits for each feature")

    def probabilities(self, lab: Floats) -> Floats:
        """Probability of each of FAMILIES (N x 13, rows summing to 1) for Lab colours (N x 3)."""
        return softmax(self.naming(color_features(lab)))

    def scores(self, measures: ColorMeasures) -> GroupScores:
        """The families and shares of a photo's groups."""
        low, high = self.limits
        seen = np.clip(group_features(measures), low[:GROUP_FEATURES], high[:GROUP_FEATURES])
        whole = np.clip(product_features(measures), low[GROUP_FEATURES:], high[GROUP_FEATURES:])
        share = measures.groups.share
        kept = np.tanh(self.groups(seen))
        most = np.where(share[:, None] > 0, kept, -1.0).max(axis=0)
        summary = np.tanh(self.product(np.concatenate([share @ kept, most, whole])[None]))
        added = self.context(
            np.concatenate([seen, np.broadcast_to(summary, (len(seen), summary.shape[1]))], axis=1)
        )
        named = self.naming(color_features(measures.groups.lab))
        return GroupScores(
            families=softmax(named + added[:, :-1]),
            share=softmax(np.log(share + 1e-4) + added[:, -1]),
        )


def family_probabilities(colors: Floats | Sequence[str]) -> Floats:
    """Probability of each family (N x 13) for Lab colours (N x 3) or `#rrggbb` strings (N).

    Raises:
        ValueError: a string is not written `#rrggbb`, or the array is not N x 3.
    """
    lab = colors if isinstance(colors, np.ndarray) else hex_to_lab(list(colors))
    if lab.ndim != 2 or lab.shape[1] != 3:
        raise ValueError(f"Lab colours are N x 3, not {lab.shape}")
    return load_family_model().probabilities(lab)


@cache
def load_family_model() -> FamilyModel:
    """The fitted model that the package carries."""
    text = Path(__file__).with_name("families.json").read_text(encoding="utf-8")
    return parse_family_model(json.loads(text))


def parse_family_model(document: Mapping[str, Any]) -> FamilyModel:
    """The model in a decoded `families.json`.

    Raises:
        ValueError: families, layers or sizes are not what this code expects.
    """
    if tuple(document.get("families", ())) != FAMILIES:
        raise ValueError(f"the families must be {FAMILIES}")
    try:
        naming, groups, product, context = (parse_network(document[name]) for name in NETWORKS)
        limits = np.array([document["limits"]["low"], document["limits"]["high"]], dtype=float)
    except KeyError as error:
        raise ValueError(f"the model has no {error}") from error
    return FamilyModel(naming, groups, product, context, limits)


NETWORKS = ("naming", "groups", "product", "context")
"""The networks of a model, by their keys in the file."""
