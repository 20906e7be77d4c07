"""The recipe's calibration takes each data set's own column, and counts each set by its share."""

import numpy as np
import pytest
import torch

from taggers.datasets import load_dataset_mapping
from tests.weights.train.drawing import flat_set, label_values
from weights.bundle import TEXT_MATRIX, Bundle
from weights.calibration import Calibration
from weights.catalog import EMBEDDED, find_bundle
from weights.text_matrix import TextMatrix
from weights.train.calibrate import fit, visible_categories
from weights.train.photos import PhotoSet
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS
from weights.train.targets import facet_index

COUNT = 30


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


@pytest.fixture(scope="module")
def matrix(bundle: Bundle) -> TextMatrix:
    return TextMatrix.load(bundle.folder / TEXT_MATRIX)


def photo_set(name: str, column: str) -> PhotoSet:
    columns = {column: [*label_values(name, column, COUNT - 1), "never heard of"]}
    if name == "fashion_products":
        columns |= {other: label_values(name, other, COUNT) for other in FACET_COLUMNS.values()}
    return flat_set(name, range(COUNT), columns)


def near_labels(photos: PhotoSet, matrix: TextMatrix) -> torch.Tensor:
    """Embeddings near the text of each photo's category; any for an unknown one."""
    column = CATEGORY_COLUMNS[photos.name]
    ids = load_dataset_mapping(photos.name).columns[column].labels
    known = matrix.sets["category"]
    rows = [known.ids.index(ids.get(value, known.ids)[0]) for value in photos.columns[column]]
    noise = np.random.default_rng(len(photos.name)).normal(scale=0.01, size=(COUNT, 256))
    vectors = known.vectors[rows] + noise
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return torch.from_numpy(unit.astype(np.float32))


@pytest.fixture(scope="module")
def fitted(matrix: TextMatrix) -> Calibration:
    sets = [photo_set(name, column) for name, column in CATEGORY_COLUMNS.items()]
    return fit(matrix, sets, [near_labels(photos, matrix) for photos in sets])


def test_every_label_set_is_fitted_on_photos_of_known_labels(fitted: Calibration) -> None:
    assert set(fitted.sets) == {"category", *FACET_COLUMNS}
    assert fitted.sets["category"].measured["photos"] == (COUNT - 1) * len(CATEGORY_COLUMNS)
    assert fitted.sets["facet.style"].measured["photos"] == COUNT
    assert fitted.fitted_on.startswith("validation splits: fashion_products 30, ")


def test_only_labels_that_some_data_set_tells_apart_are_visible(fitted: Calibration) -> None:
    assert fitted.sets["category"].visible == visible_categories()
    for name in FACET_COLUMNS:
        assert set(fitted.sets[name].visible) == set(facet_index(name).labels)


def test_what_is_measured_was_measured_on_photos_held_out(fitted: Calibration) -> None:
    for entry in fitted.sets.values():
        figures = {"top1", "expected_calibration_error", "calibration_error_noise", "coverage"}
        assert figures <= set(entry.measured)
    assert fitted.sets["category"].measured["top1"] > 0.8


def test_a_calibration_fits_its_text_matrix(fitted: Calibration, matrix: TextMatrix) -> None:
    assert set(fitted.label_sets(matrix)) == set(fitted.sets)
