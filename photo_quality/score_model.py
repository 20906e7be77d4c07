"""The fitted part of the photo's score: what each issue takes off, the more the surer it is."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from .errors import QualityModelError

_FARTHEST = 30.0  # log odds beyond which a score is 0 or 1


@dataclass(frozen=True, slots=True)
class LossCurve:
    """What one issue takes off, by the log odds of its score: a broken line that never falls.

    Attributes:
        at: log odds of the issue's score, ascending.
        loss: loss there, from 0 up; the photo's score is 100 times exp(-sum of losses).
    """

    at: tuple[float, ...]
    loss: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.at) != len(self.loss) or len(self.at) < 2:
            raise ValueError("a curve needs two points or more, each with a loss")
        if not all(map(math.isfinite, (*self.at, *self.loss))):
            raise ValueError("a curve's numbers must be finite")
        if any(b <= a for a, b in zip(self.at, self.at[1:], strict=False)):
            raise ValueError("a curve's log odds must ascend")
        if self.loss[0] < 0 or any(b < a for a, b in zip(self.loss, self.loss[1:], strict=False)):
            raise ValueError("a curve's losses must not be below 0 nor fall")

    def loss_at(self, score: float) -> float:
        """The loss at an issue's score (0..1)."""
        if score <= 0.0:
            return self.loss[0]
        odds = _FARTHEST if score >= 1.0 else math.log(score / (1.0 - score))
        return float(np.interp(odds, self.at, self.loss))


def load_losses(path: Path | None = None) -> Mapping[str, LossCurve]:
    """Read the curves by issue; those that come with the package if no path is given.

    Raises:
        QualityModelError: the file is not JSON or not of the documented form, or a curve falls.
        OSError: the file cannot be read.
    """
    source = path or files(__package__ or "photo_quality") / "data" / "score.json"
    try:
        return _parse(json.loads(source.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise QualityModelError(f"{source}: {error}") from error


def _parse(document: dict[str, Any]) -> Mapping[str, LossCurve]:
    curves = {
        code: LossCurve(tuple(table["at"]), tuple(table["loss"]))
        for code, table in document["losses"].items()
    }
    return MappingProxyType(curves)
