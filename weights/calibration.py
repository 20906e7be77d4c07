"""`calibration.json`: what turns a bundle's cosines into probabilities and decisions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from weights.errors import BundleCorruptError, BundleError
from weights.labels import LabelCalibration, LabelSet, SetCalibration
from weights.text_matrix import TextMatrix

Unit = Annotated[float, Field(ge=0.0, le=1.0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class LabelEntry(_Part):
    """One label's threshold, and the precision and recall measured there."""

    threshold: Unit
    precision: Unit | None = None
    recall: Unit | None = None
    support: int = Field(default=0, ge=0)


class SetEntry(_Part):
    """One label set. `measured` holds figures of the set as a whole, on the photos named above."""

    logit_scale: float = Field(gt=0)
    default_threshold: Unit
    least_confidence: Unit = 0.0
    visible: tuple[str, ...]
    labels: Mapping[str, LabelEntry] = Field(default_factory=dict)
    measured: Mapping[str, float] = Field(default_factory=dict)


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
            labels = {
                label: LabelCalibration(**values.model_dump())
                for label, values in entry.labels.items()
            }
            calibration = SetCalibration(
                entry.logit_scale,
                entry.default_threshold,
                frozenset(entry.visible),
                labels,
                entry.least_confidence,
            )
            joined[name] = LabelSet(known, calibration)
        return joined
