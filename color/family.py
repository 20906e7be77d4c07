"""Scores: the probability of each colour family for a Lab colour, and what each group counts.

Three small networks with tanh layers, fitted together by `fit_families.py` on the XKCD survey's
names and on catalogue photos labelled by people; the weights are in `families.json`.
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
from color.measure import ColorGroups, ColorMeasures

FAMILIES = (
    "black",
    "white",
    "gray",
    "beige",
    "brown",
    "red",
    "pink",
    "orange",
    "yellow",
    "gold",
    "green",
    "blue",
    "purple",
)


@dataclass(frozen=True)
class Network:
    """A feed-forward network: tanh between layers, none after the last."""

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def __post_init__(self) -> None:
        """Check that the layers fit together."""
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError("a network needs as many biases as weights")
        for weight, bias in zip(self.weights, self.biases, strict=True):
            if weight.ndim != 2 or bias.shape != (weight.shape[1],):
                raise ValueError(f"weights {weight.shape} do not fit biases {bias.shape}")

    def __call__(self, inputs: Floats) -> Floats:
        """Outputs (N x out) of inputs (N x in)."""
        values = inputs
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.tanh(values @ weight + bias)
        return np.asarray(values @ self.weights[-1] + self.biases[-1])


@dataclass(frozen=True)
class FamilyModel:
    """Names Lab colours by family, and says how much each group of pixels counts.

    Attributes:
        naming: from `color_features` to one logit per family.
        context: from `group_features` to what where and how a colour is seen adds to those logits.
        counting: from `group_features` to what is added to the logarithm of the group's share.
    """

    naming: Network
    context: Network
    counting: Network

    def probabilities(self, lab: Floats) -> Floats:
        """Probability of each of FAMILIES (N x 13, rows summing to 1) for Lab colours (N x 3)."""
        return softmax(self.naming(color_features(lab)))

    def group_probabilities(self, measures: ColorMeasures) -> Floats:
        """Probability of each family for each group of a photo, in its context (K x 13)."""
        named = self.naming(color_features(measures.groups.lab))
        return softmax(named + self.context(group_features(measures)))

    def shares(self, measures: ColorMeasures) -> Floats:
        """The part of the product that each group is, summing to 1 (K)."""
        groups = measures.groups
        added = self.counting(group_features(measures))[:, 0]
        return softmax(np.log(groups.share + 1e-4) + added)


def generic_families() -> tuple[str, ...]:
    """The thirteen families, in the order of every array of probabilities."""
    return FAMILIES


def family_probabilities(colors: Floats | Sequence[str]) -> Floats:
    """Probability of each family (N x 13) for Lab colours (N x 3) or `#rrggbb` strings (N).

    Raises:
        ValueError: a string is not written `#rrggbb`, or the array is not N x 3.
    """
    lab = colors if isinstance(colors, np.ndarray) else hex_to_lab(list(colors))
    if lab.ndim != 2 or lab.shape[1] != 3:
        raise ValueError(f"Lab colours are N x 3, not {lab.shape}")
    return load_family_model().probabilities(lab)


def color_features(lab: Floats) -> Floats:
    """What the networks see of Lab colours (N x 3): scaled values, chroma and hue (N x 8)."""
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
    """What the counting network sees of each group: where it lies and how it looks (K x 19)."""
    groups: ColorGroups = measures.groups
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
    ]
    return np.concatenate([np.stack(columns, axis=1), color_features(groups.lab)], axis=1)


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


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
    outputs = {"naming": len(FAMILIES), "context": len(FAMILIES), "counting": 1}
    networks = {name: _network(document[name]) for name in outputs}
    for name, count in outputs.items():
        if networks[name].weights[-1].shape[1] != count:
            raise ValueError(f"the {name} network must have {count} outputs")
    return FamilyModel(**networks)


def _network(layers: Sequence[Mapping[str, Any]]) -> Network:
    return Network(
        tuple(np.array(layer["weight"], dtype=np.float64) for layer in layers),
        tuple(np.array(layer["bias"], dtype=np.float64) for layer in layers),
    )
