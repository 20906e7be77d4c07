"""A facet with 'none of these', fitted again: what means to abstain is given no threshold."""

from pathlib import Path

import numpy as np
import pytest

from taggers.facets import NONE_OF_THESE
from tests.weights.hub_setup import CONFIG
from vision.evaluation.columns import LabelClass, LabelColumn
from vision.evaluation.findings import FileFindings
from vision.evaluation.refit.refit import RefitRequest, refit
from vision.evaluation.refit.table import refit_table
from vision.evaluation.samples import Samples
from weights.bundle import (
    CALIBRATION,
    NETWORK_CONFIG,
    NETWORK_WEIGHTS,
    TEXT_MATRIX,
    Bundle,
    open_bundle,
    seal,
)
from weights.calibration import Calibration, LabelEntry, SetEntry
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix

SEASON = "facet.season"
LABELS = ("summer", "winter", NONE_OF_THESE)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A season of two labels and none of these, each of its own axis; nothing was measured."""
    folder = tmp_path / "season"
    folder.mkdir()
    (folder / NETWORK_CONFIG).write_bytes(CONFIG)
    (folder / NETWORK_WEIGHTS).write_bytes(b"never read")
    TextMatrix({SEASON: LabelMatrix(LABELS, np.eye(3, dtype=np.float32))}).save(
        folder / TEXT_MATRIX
    )
    entry = SetEntry(
        logit_scale=20,
        default_threshold=0.8,
        visible=LABELS,
        calibrated=False,
        labels={NONE_OF_THESE: LabelEntry(threshold=0.99)},
    )
    Calibration(fitted_on="nothing", sets={SEASON: entry}).save(folder / CALIBRATION)
    return seal(folder, name="season", version="1", taxonomy="1", licence="CC0-1.0")


def labelled(count: int) -> FileFindings:
    """Photos near the axis of their label, every third of them of none of these."""
    truths = np.arange(count, dtype=np.int64) % 3
    rows = np.eye(3)[truths] + np.random.default_rng(4).normal(scale=0.25, size=(count, 3))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    classes = tuple(LabelClass(one, frozenset({one}), (one,), 0.8) for one in LABELS)
    places = {one: place for place, one in enumerate(LABELS)}
    column = LabelColumn("season", SEASON, classes, places, frozenset())
    samples = Samples(rows, (column,), {"season": truths})
    return FileFindings(
        Path("seasons.parquet"), "seasons", None, count, 1.0, (), (), None, None, samples
    )


def test_none_of_these_is_fitted_with_the_others_and_given_no_threshold(
    bundle: Bundle, tmp_path: Path
) -> None:
    done = refit(bundle, [labelled(600)], RefitRequest(tmp_path / "fitted"))
    fitted = open_bundle(tmp_path / "fitted").label_sets[SEASON].calibration
    assert set(fitted.labels) == {"summer", "winter"}
    assert fitted.visible == set(LABELS)
    assert fitted.calibrated
    (change,) = done.sets
    assert change.thresholds == ("summer", "winter")
    assert NONE_OF_THESE not in refit_table(done).split()
