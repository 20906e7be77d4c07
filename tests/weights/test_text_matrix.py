"""The text matrix reads back what was written, or says that it cannot."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import save_file

from weights.errors import BundleCorruptError
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix


def unit_rows(count: int, dimension: int, seed: int) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(1, 40), st.integers(2, 300), st.integers(0, 2**32 - 1))
def test_ids_come_back_in_order_and_vectors_within_half_precision_with_unit_norm(
    tmp_path_factory: pytest.TempPathFactory, count: int, dimension: int, seed: int
) -> None:
    path = tmp_path_factory.mktemp("matrix") / "text_matrix.safetensors"
    ids = tuple(f"node.{row}" for row in reversed(range(count)))
    vectors = unit_rows(count, dimension, seed)
    TextMatrix({"category": LabelMatrix(ids, vectors)}).save(path)
    read = TextMatrix.load(path).sets["category"]
    assert read.ids == ids
    assert read.vectors.dtype == np.float32
    np.testing.assert_allclose(read.vectors, vectors, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(read.vectors, axis=1), 1.0, atol=1e-6)


def test_sets_keep_apart_and_labels_may_hold_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "text_matrix.safetensors"
    category = LabelMatrix(("café", '"quoted", with comma'), unit_rows(2, 8, 0))
    style = LabelMatrix(("ボヘミアン",), unit_rows(1, 8, 1))
    TextMatrix({"category": category, "facet.style": style}).save(path)
    read = TextMatrix.load(path).sets
    assert read["category"].ids == category.ids
    assert read["facet.style"].ids == style.ids


def test_the_same_matrix_gives_the_same_bytes(tmp_path: Path) -> None:
    sets = {f"facet.{n}": LabelMatrix((f"é{n}",), unit_rows(1, 8, n)) for n in range(12)}
    contents = set()
    for number in range(4):
        TextMatrix(sets).save(tmp_path / f"{number}.safetensors")
        contents.add((tmp_path / f"{number}.safetensors").read_bytes())
    assert len(contents) == 1


def test_a_missing_file_is_corrupt(tmp_path: Path) -> None:
    with pytest.raises(BundleCorruptError, match="absent"):
        TextMatrix.load(tmp_path / "absent.safetensors")


@pytest.mark.parametrize("keep", [0, 4, 100, -1])
def test_a_truncated_file_is_corrupt(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "text_matrix.safetensors"
    TextMatrix({"category": LabelMatrix(("a", "b"), unit_rows(2, 64, 0))}).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        TextMatrix.load(path)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"facet.style": '["a", "b"]'},
        {"category": '["a"]'},
        {"category": '["a", "a"]'},
        {"category": "2"},
        {"category": "not JSON"},
    ],
    ids=["none", "other set", "too few", "twice the same", "a number", "not JSON"],
)
def test_labels_that_do_not_fit_the_rows_are_corrupt(
    tmp_path: Path, metadata: dict[str, str] | None
) -> None:
    path = tmp_path / "text_matrix.safetensors"
    save_file({"category": unit_rows(2, 8, 0)}, path, metadata=metadata)
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        TextMatrix.load(path)


@pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
def test_a_row_without_a_direction_is_corrupt_and_never_becomes_nan(
    tmp_path: Path, value: float
) -> None:
    path = tmp_path / "text_matrix.safetensors"
    vectors = unit_rows(2, 8, 0)
    vectors[1] = value
    save_file({"category": vectors}, path, metadata={"category": json.dumps(["a", "b"])})
    with pytest.raises(BundleCorruptError, match="zero or not finite"):
        TextMatrix.load(path)


def test_a_tensor_that_is_no_matrix_is_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "text_matrix.safetensors"
    save_file({"category": np.ones(3, np.float16)}, path, metadata={"category": '["a","b","c"]'})
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        TextMatrix.load(path)
