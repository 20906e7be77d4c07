"""The fitted weights of words and watermarks become an ONNX file that the package runs."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.overlay_onnx import LAYERS, make_model, save_network
from photo_quality.overlay_network import load_network, set_against_surroundings

Pairs = list[tuple[NDArray[np.float32], NDArray[np.float32]]]


@pytest.fixture
def weights() -> Pairs:
    rng = np.random.default_rng(3)
    shapes = [(one.outputs, one.inputs, one.kernel, one.kernel) for one in LAYERS]
    scales = [(2 / np.prod(shape[1:])) ** 0.5 for shape in shapes]
    return [
        (
            (scale * rng.normal(size=shape)).astype(np.float32),
            rng.normal(0, 0.1, shape[0]).astype(np.float32),
        )
        for shape, scale in zip(shapes, scales, strict=True)
    ]


def test_the_file_answers_as_the_network_that_is_fitted(tmp_path: Path, weights: Pairs) -> None:
    save_network(tmp_path / "overlays.onnx", weights)
    rgb = np.random.default_rng(5).integers(0, 256, (75, 130, 3), dtype=np.uint8)
    cells = torch.from_numpy(set_against_surroundings(rgb).transpose(2, 0, 1)[None].copy())
    for form, (kernels, biases) in zip(LAYERS, weights, strict=True):
        pair = torch.from_numpy(kernels), torch.from_numpy(biases)
        cells = torch.nn.functional.conv2d(cells, *pair, form.stride, form.padding)
        cells = cells if form is LAYERS[-1] else torch.relu(cells)
    answer = load_network(tmp_path / "overlays.onnx").look(rgb)
    assert np.abs(answer).max() > 0.1
    assert answer == pytest.approx(cells[0].numpy(), abs=1e-4)


def test_the_same_weights_are_written_in_the_same_bytes(tmp_path: Path, weights: Pairs) -> None:
    for name in ("first", "second"):
        save_network(tmp_path / name, weights)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_not_written(weights: Pairs, bad: float) -> None:
    weights[4][0][0, 0, 1, 1] = bad
    with pytest.raises(ValueError, match="finite"):
        make_model(weights)


def test_weights_of_another_form_are_not_written(weights: Pairs) -> None:
    weights[2] = (weights[2][0][:, :5], weights[2][1])
    with pytest.raises(ValueError, match=r"expected weights of \(32, 32, 3, 3\)"):
        make_model(weights)


def test_too_few_layers_are_not_written(weights: Pairs) -> None:
    with pytest.raises(ValueError, match="shorter"):
        make_model(weights[:-1])
