"""Small feed-forward networks, evaluated with numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from color.colorspace import Floats


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
        for first, second in zip(self.weights, self.weights[1:], strict=False):
            if first.shape[1] != second.shape[0]:
                raise ValueError(f"weights {first.shape} do not fit weights {second.shape}")

    @property
    def inputs(self) -> int:
        """How many numbers it takes."""
        return int(self.weights[0].shape[0])

    @property
    def outputs(self) -> int:
        """How many numbers it gives."""
        return int(self.weights[-1].shape[1])

    def __call__(self, inputs: Floats) -> Floats:
        """Outputs (N x out) of inputs (N x in)."""
        values = inputs
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.tanh(values @ weight + bias)
        return np.asarray(values @ self.weights[-1] + self.biases[-1])


def parse_network(layers: Sequence[Mapping[str, Any]]) -> Network:
    """A network from decoded JSON: for each layer a `weight` (in x out) and a `bias` (out).

    Raises:
        ValueError: the layers do not fit together.
    """
    return Network(
        tuple(np.array(layer["weight"], dtype=np.float64) for layer in layers),
        tuple(np.array(layer["bias"], dtype=np.float64) for layer in layers),
    )


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
