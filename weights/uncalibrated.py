"""The calibration of a bundle that nobody has calibrated yet: it abstains unless far ahead."""

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from weights.calibration import Calibration, SetEntry
from weights.labels import Scoring
from weights.text_matrix import TextMatrix

FITTED_ON = "nothing: uncalibrated, with defaults that abstain unless a label is far ahead"
LEAST_SCALE, MOST_SCALE = 4.0, 120.0
"""The range of logit scales that a calibration fits; one outside of it is brought inside."""


class Defaults(BaseModel):
    """`uncalibrated.toml`: see the comments there."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    softening: float = Field(ge=1.0)
    least_confidence: float = Field(ge=0.0, le=1.0)
    thresholds: Mapping[Scoring, Annotated[float, Field(gt=0.5, le=1.0)]]

    @classmethod
    def load(cls) -> "Defaults":
        """Reads the file beside this module; raises pydantic's ValidationError for a wrong key."""
        path = Path(__file__).with_name("uncalibrated.toml")
        return cls.model_validate(tomllib.loads(path.read_text("utf-8")))


def uncalibrated(
    matrix: TextMatrix, scorings: Mapping[str, Scoring], logit_scale: float
) -> Calibration:
    """Every label of every set visible, none measured.

    `scorings` says by the set's name how its cosines become probabilities; `logit_scale` is the
    model's own, exp of its learned parameter. A model's logit bias, which SigLIP has, is left out:
    it is the same for every label, and so cancels in all of these probabilities.
    """
    defaults = Defaults.load()
    scale = _within(logit_scale / defaults.softening)
    sets = {
        name: SetEntry(
            logit_scale=scale,
            scoring=scorings[name],
            calibrated=False,
            default_threshold=defaults.thresholds[scorings[name]],
            least_confidence=defaults.least_confidence,
            visible=tuple(sorted(labels.ids)),
        )
        for name, labels in matrix.sets.items()
    }
    return Calibration(fitted_on=FITTED_ON, sets=sets)


def _within(scale: float) -> float:
    if not math.isfinite(scale):
        return LEAST_SCALE
    return round(min(max(scale, LEAST_SCALE), MOST_SCALE), 4)
