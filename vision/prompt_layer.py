"""A bundle's measured prompts as a layer of moderation, or the reason why it has none."""

import numpy as np

from moderation import MeasuredPrompts, PromptDetector
from moderation.prompts import LABEL_SET
from weights.bundle import Bundle
from weights.errors import BundleError
from weights.labels import LabelCalibration, LabelSet


def prompt_layer(bundle: Bundle) -> PromptDetector | None:
    """The layer of a bundle whose calibration has measured the label set `moderation.prompts`.

    A label takes part in the softmax where the calibration calls it visible, and is reported only
    where its precision was measured. None where there is no such label. Raises ValueError where
    the calibration names a threshold of 0 or 1, which no score can be set against.
    """
    known = bundle.label_sets.get(LABEL_SET)
    thresholds = _measured(known) if known is not None else {}
    if known is None or not thresholds:
        return None
    matrix, calibration = known.matrix, known.calibration
    rows = [row for row, label in enumerate(matrix.ids) if label in calibration.visible]
    try:
        prompts = MeasuredPrompts(
            ids=tuple(matrix.ids[row] for row in rows),
            vectors=np.ascontiguousarray(matrix.vectors[rows], dtype=np.float32),
            logit_scale=calibration.logit_scale,
            thresholds=thresholds,
        )
    except ValueError as error:
        raise BundleError(f"bundle '{bundle.name}', set '{LABEL_SET}': {error}") from error
    return PromptDetector(prompts, f"{bundle.name}-{bundle.version}-{bundle.sha256[:12]}")


def why_silent(bundle: Bundle) -> str:
    """The sentence for a record whose bundle has no such layer."""
    return f"The bundle {bundle.name} has no measured prompts for moderation."


def _measured(known: LabelSet) -> dict[str, float]:
    def is_measured(label: str, values: LabelCalibration) -> bool:
        return label in known.calibration.visible and values.precision is not None

    labels = known.calibration.labels
    return {
        label: labels[label].threshold
        for label in known.matrix.ids
        if label in labels and is_measured(label, labels[label])
    }
