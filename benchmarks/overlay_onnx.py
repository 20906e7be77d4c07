"""The form of the network that sees words and watermarks, and its weights as an ONNX file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 13, 8  # old enough for every OpenCV that the package runs with
FLOAT = TensorProto.FLOAT
KINDS = ("weights", "biases")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """The form of one convolution: channels, kernel, stride, and zeros around, in its cells."""

    inputs: int
    outputs: int
    kernel: int
    stride: int
    padding: int


LAYERS = (
    Layer(3, 24, 4, 4, 0),
    Layer(24, 32, 3, 2, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 2, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 32, 3, 1, 1),
    Layer(32, 2, 1, 1, 0),
)
"""A rectifier follows each but the last."""


def make_model(weights: Sequence[tuple[Floats, Floats]]) -> onnx.ModelProto:
    """The graph of `LAYERS`: from `blocks`, 1 x 48 x h x w, to `log_odds`, 1 x 2 x h/4 x w/4.

    The first layer goes on by as much as it covers, so it is written as one of kernel 1 over blocks
    of 4 x 4 pixels (channels by row, column and colour): OpenCV 5 runs the whole in a quarter less
    time than with a first layer of 3 channels.

    Args:
        weights: of each layer its weights, outputs x inputs x rows x columns, and its biases.

    Raises:
        ValueError: a layer has other numbers than its form asks for, or one is not finite.
    """
    for form, (kernels, biases) in zip(LAYERS, weights, strict=True):
        _check(form, kernels, biases)
    first, channels = LAYERS[0], LAYERS[0].inputs * LAYERS[0].kernel ** 2
    forms = (Layer(channels, first.outputs, 1, 1, 0), *LAYERS[1:])
    blocks = weights[0][0].transpose(0, 2, 3, 1).reshape(first.outputs, channels, 1, 1)
    numbers = []
    for place, pair in enumerate([(blocks, weights[0][1]), *weights[1:]]):
        numbers += [_tensor(f"{kind}_{place}", one) for kind, one in zip(KINDS, pair, strict=True)]
    ends = [("blocks", [1, channels, "h", "w"]), ("log_odds", [1, 2, "rows", "columns"])]
    taken, given = (helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in ends)
    model = helper.make_model(
        helper.make_graph(_nodes(forms), "overlays", [taken], [given], numbers),
        producer_name="benchmarks/overlay_fit.py",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def save_network(path: Path, weights: Sequence[tuple[Floats, Floats]]) -> None:
    """Write the weights as `photo_quality.overlay_network` reads them.

    Raises:
        ValueError: as `make_model`.
        OSError: the file cannot be written.
    """
    path.write_bytes(make_model(weights).SerializeToString(deterministic=True))


def _check(form: Layer, kernels: Floats, biases: Floats) -> None:
    expected = (form.outputs, form.inputs, form.kernel, form.kernel)
    if kernels.shape != expected or biases.shape != expected[:1]:
        raise ValueError(f"expected weights of {expected}, got {kernels.shape}, {biases.shape}")
    if not (np.isfinite(kernels).all() and np.isfinite(biases).all()):
        raise ValueError("expected finite weights")


def _nodes(forms: Sequence[Layer]) -> list[onnx.NodeProto]:
    """A convolution of each form, and a rectifier behind each but the last."""
    nodes, seen = [], "blocks"
    for place, form in enumerate(forms):
        last = place + 1 == len(forms)
        made = "log_odds" if last else f"sums_{place}"
        taken = [seen, *(f"{kind}_{place}" for kind in KINDS)]
        sizes = {"kernel_shape": [form.kernel] * 2, "strides": [form.stride] * 2}
        nodes.append(helper.make_node("Conv", taken, [made], pads=[form.padding] * 4, **sizes))
        if not last:
            seen = f"cells_{place}"
            nodes.append(helper.make_node("Relu", [made], [seen]))
    return nodes


def _tensor(name: str, numbers: Floats) -> TensorProto:
    return numpy_helper.from_array(np.ascontiguousarray(numbers, dtype=np.float32), name)
