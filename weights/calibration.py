"""`calibration.json`: what turns a bundle's cosines into probabilities and decisions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from weights.errors import BundleCorruptError, BundleError
from weights.labels import LabelCalibration, LabelSet, Scoring, SetCalibration, department_of
from weights.text_matrix import TextMatrix

Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Scale = Annotated[float, Field(gt=0.0)]
DIGITS = 4


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LabelEntry(_Part):
    """One label's threshold, and the precision and recall measured there."""

    threshold: Unit
    precision: Unit | None = None
    recall: Unit | None = None
    support: int = Field(default=0, ge=0)


class SetEntry(_Part):
    """One label set. `measured` holds figures of the set as a whole, on the photos named above.

    `department_scales` are the logit scales of departments that have their own; a department is the
    first part of a visible label's id. `scoring` and `calibrated` are those of `SetCalibration`.
    """

    logit_scale: Scale
    scoring: Scoring = "softmax"
    calibrated: bool = True
    department_scales: Mapping[str, Scale] = Field(default_factory=dict)
    default_threshold: Unit
    least_confidence: Unit = 0.0
    visible: tuple[str, ...]
    labels: Mapping[str, LabelEntry] = Field(default_factory=dict)
    measured: Mapping[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_departments(self) -> "SetEntry":
        known = {department_of(label) for label in self.visible if "." in label}
        if unknown := sorted(self.department_scales.keys() - known):
            raise ValueError(f"department_scales: no visible label is of {', '.join(unknown)}")
        return self

    @classmethod
    def of(cls, calibration: SetCalibration, measured: Mapping[str, float]) -> "SetEntry":
        """The entry that says what a calibration says, to four digits."""
        return cls(
            logit_scale=round(calibration.logit_scale, DIGITS),
            scoring=calibration.scoring,
            calibrated=calibration.calibrated,
            department_scales={
                name: round(scale, DIGITS)
                for name, scale in sorted(calibration.department_scales.items())
            },
            default_threshold=round(calibration.default_threshold, DIGITS),
            least_confidence=round(calibration.least_confidence, DIGITS),
            visible=tuple(sorted(calibration.visible)),
            labels={
                label: LabelEntry(
                    threshold=round(one.threshold, DIGITS),
                    precision=None if one.precision is None else round(one.precision, DIGITS),
                    recall=None if one.recall is None else round(one.recall, DIGITS),
                    support=one.support,
                )
                for label, one in sorted(calibration.labels.items())
            },
            measured={name: round(value, DIGITS) for name, value in measured.items()},
        )

    def calibration(self) -> SetCalibration:
        """What the entry says, in the type that the taggers take."""
        return SetCalibration(
            logit_scale=self.logit_scale,
            default_threshold=self.default_threshold,
            visible=frozenset(self.visible),
            labels={
                label: LabelCalibration(**values.model_dump())
                for label, values in self.labels.items()
            },
            least_confidence=self.least_confidence,
            department_scales=self.department_scales,
            scoring=self.scoring,
            calibrated=self.calibrated,
        )


class Calibration(_Part):
    """All label sets, and in words the photos that they were fitted on."""

    fitted_on: str
    sets: Mapping[str, SetEntry]

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Reads the file; raises `BundleCorruptError` naming the key that is wrong."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            raise BundleCorruptError(f"{path} cannot be read: {error}") from error

    def save(self, path: Path) -> None:
        """Writes the file."""
        path.write_bytes(f"{self.model_dump_json(indent=1)}\n".encode())

    def label_sets(self, matrix: TextMatrix) -> dict[str, LabelSet]:
        """Joins each set with its text embeddings.

        Raises `BundleError` where a visible label has no text embedding.
        """
        joined = {}
        for name, entry in self.sets.items():
            known = matrix.sets.get(name)
            missing = set(entry.visible) - set(known.ids if known else ())
            if known is None or missing:
                raise BundleError(f"set '{name}': no text embedding for {sorted(missing)[:3]}")
            joined[name] = LabelSet(known, entry.calibration())
        return joined
