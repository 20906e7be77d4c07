"""Small calibrated label sets whose embeddings are the axes of a space, so scores are exact."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from taggers.taxonomy import Taxonomy, load_taxonomy
from weights.labels import LabelCalibration, LabelMatrix, LabelSet, SetCalibration

MakeLabelSet = Callable[..., LabelSet]


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return load_taxonomy()


@pytest.fixture(scope="session")
def make_label_set() -> MakeLabelSet:
    def make(
        labels: Sequence[str],
        thresholds: Mapping[str, float] | None = None,
        default: float = 0.6,
        visible: Sequence[str] | None = None,
        logit_scale: float = 10.0,
    ) -> LabelSet:
        vectors: NDArray[np.float32] = np.eye(len(labels), dtype=np.float32)
        calibration = SetCalibration(
            logit_scale=logit_scale,
            default_threshold=default,
            visible=frozenset(labels if visible is None else visible),
            labels={label: LabelCalibration(t) for label, t in (thresholds or {}).items()},
        )
        return LabelSet(LabelMatrix(tuple(labels), vectors), calibration)

    return make
