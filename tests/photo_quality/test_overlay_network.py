"""The network that sees words and veils: what its file means, and that it is refused or right."""

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from benchmarks.overlay_onnx import LAYERS
from photo_quality import QualityModelError
from photo_quality.overlay_network import (
    OverlayNetwork,
    load_network,
    set_against_surroundings,
)

Photo = NDArray[np.uint8]
SHIPPED = Path(__file__).parents[2] / "photo_quality" / "data" / "overlays.onnx"
SIZES = ((448, 336), (16, 16), (37, 101), (336, 448), (64, 64), (16, 448))


@pytest.fixture(scope="module")
def network() -> OverlayNetwork:
    return load_network()


def noise(height: int, width: int) -> Photo:
    rng = np.random.default_rng([height, width])
    return rng.integers(0, 256, (height, width, 3), dtype=np.uint8)


def weights_of(model: onnx.ModelProto) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Of each layer the weights, outputs x inputs x rows x columns of pixels, and the biases."""
    numbers = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}
    pairs = [(numbers[f"weights_{i}"], numbers[f"biases_{i}"]) for i in range(len(LAYERS))]
    blocks = pairs[0][0].reshape(24, 4, 4, 3).transpose(0, 3, 1, 2)
    return [(blocks, pairs[0][1]), *pairs[1:]]


def test_a_faint_step_counts_beside_a_strong_one() -> None:
    rgb = np.full((64, 192, 3), 100, np.uint8)
    rgb[:, 40:44] += 8
    rgb[:, 140:144] += 100
    shown = set_against_surroundings(rgb)
    faint, strong = shown[32, 41, 0] - shown[32, 60, 0], shown[32, 141, 0] - shown[32, 110, 0]
    assert 8 / 100 < 0.25 < faint / strong < 1
    assert np.abs(shown).max() < 1.5


def test_the_network_sees_the_same_as_its_convolutions_done_one_by_one(
    network: OverlayNetwork,
) -> None:
    rgb = noise(43, 57)
    cells = set_against_surroundings(rgb).astype(np.float64).transpose(2, 0, 1)
    layers = zip(LAYERS, weights_of(onnx.load(SHIPPED)), strict=True)
    for number, (form, (weights, biases)) in enumerate(layers):
        padded = np.pad(cells, ((0, 0), (form.padding,) * 2, (form.padding,) * 2))
        windows = np.lib.stride_tricks.sliding_window_view(
            padded, (form.kernel, form.kernel), axis=(1, 2)
        )[:, :: form.stride, :: form.stride]
        cells = np.einsum("ihwkl,oikl->ohw", windows, weights.astype(np.float64))
        cells += biases[:, None, None]
        if number + 1 < len(LAYERS):
            cells = np.maximum(cells, 0)
    assert cells.shape == (2, 3, 4)
    assert network.look(rgb) == pytest.approx(cells, abs=1e-4)


@given(height=st.integers(16, 96), width=st.integers(16, 96))
@settings(deadline=None, max_examples=40)
def test_a_photo_of_any_size_has_an_answer_for_each_cell(
    network: OverlayNetwork, height: int, width: int
) -> None:
    odds = network.look(noise(height, width))
    rows, columns = (-(-(side // 4) // 4) for side in (height, width))
    assert odds.shape == (2, rows, columns)
    assert odds.dtype == np.float32
    assert np.isfinite(odds).all()


@pytest.mark.parametrize("size", SIZES)
def test_answers_do_not_hang_on_the_photos_before(
    network: OverlayNetwork, size: tuple[int, int]
) -> None:
    photo = noise(*size)
    kept = load_network().look(photo)
    alone = kept.tobytes()
    for other in SIZES:
        network.look(noise(*other))
        assert network.look(photo).tobytes() == alone
    assert kept.tobytes() == alone


def test_answers_are_the_same_in_threads_at_one_time(network: OverlayNetwork) -> None:
    photos = [noise(*size) for size in SIZES * 4]
    alone = [network.look(photo).tobytes() for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photo: network.look(photo).tobytes(), photos))
    assert together == alone


def test_a_pickled_network_answers_the_same(network: OverlayNetwork) -> None:
    copy = pickle.loads(pickle.dumps(network))
    assert copy.look(noise(64, 64)).tobytes() == network.look(noise(64, 64)).tobytes()


def rename_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].name = model.graph.node[0].input[0] = "pixels"


def rename_output(model: onnx.ModelProto) -> None:
    model.graph.output[0].name = model.graph.node[-1].output[0] = "probabilities"


def add_input(model: onnx.ModelProto) -> None:
    more = helper.make_tensor_value_info("more", TensorProto.FLOAT, [1, 2, 1, 1])
    model.graph.input.append(more)
    model.graph.node[-1].output[0] = "sums"
    model.graph.node.append(helper.make_node("Add", ["sums", "more"], ["log_odds"]))


def add_output(model: onnx.ModelProto) -> None:
    shape = [1, 32, "rows", "columns"]
    model.graph.output.append(helper.make_tensor_value_info("cells_8", TensorProto.FLOAT, shape))


def move_on_by_less(model: onnx.ModelProto) -> None:
    (strides,) = (one for one in model.graph.node[2].attribute if one.name == "strides")
    strides.ints[:] = [1, 1]


def leave_out_the_end(model: onnx.ModelProto) -> None:
    del model.graph.node[-1]
    model.graph.node[-1].output[0] = "log_odds"


def leave_out_every_node(model: onnx.ModelProto) -> None:
    del model.graph.node[:]


def unknown_node(model: onnx.ModelProto) -> None:
    model.graph.node[1].op_type = "Overlay"


def without_a_number(model: onnx.ModelProto) -> None:
    biases = np.full(2, np.nan, np.float32)
    model.graph.initializer[-1].CopyFrom(numpy_helper.from_array(biases, "biases_9"))


@pytest.mark.parametrize(
    "change",
    [
        rename_input,
        rename_output,
        add_input,
        add_output,
        move_on_by_less,
        leave_out_the_end,
        leave_out_every_node,
        unknown_node,
        without_a_number,
    ],
)
def test_another_network_is_refused(
    tmp_path: Path, change: Callable[[onnx.ModelProto], None]
) -> None:
    model = onnx.load(SHIPPED)
    change(model)
    path = tmp_path / "overlays.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(QualityModelError, match=r"overlays\.onnx"):
        load_network(path)


@pytest.mark.parametrize(
    "damaged",
    [b"", b'{"layers": []}', bytes(range(256)) * 64, SHIPPED.read_bytes()[:-10]],
    ids=["empty", "text", "bytes", "cut short"],
)
def test_what_is_no_onnx_file_is_refused(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "overlays.onnx"
    path.write_bytes(damaged)
    with pytest.raises(QualityModelError, match=r"overlays\.onnx"):
        load_network(path)


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_network(tmp_path / "overlays.onnx")
