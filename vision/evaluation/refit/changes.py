"""What a new fit changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from weights.labels import SetCalibration


@dataclass(frozen=True)
class SetChange:
    """One label set that was fitted again.

    `measured_before` are the figures (`taggers.fitting.decisions.outcome_figures`) of the bundle's
    own calibration on the photos, `measured_after` those of the new fit, cross-fitted.
    `thresholds` are the labels whose threshold was fitted anew.
    """

    name: str
    before: SetCalibration
    after: SetCalibration
    measured_before: Mapping[str, float]
    measured_after: Mapping[str, float]
    thresholds: tuple[str, ...]
    not_for_sale: int

    @property
    def photos(self) -> int:
        """The photos that it was fitted on."""
        return int(self.measured_after["photos"])


@dataclass(frozen=True)
class Refit:
    """A bundle written with a new calibration; `left_alone` says why by the set's name."""

    folder: Path
    version: str
    sets: tuple[SetChange, ...]
    left_alone: Mapping[str, str] = field(default_factory=dict)
