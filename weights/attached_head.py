"""A small network published for a CLIP's embeddings, in a bundle: such as LAION's NSFW heads.

`heads/nsfw.mlp.safetensors` holds float32 tensors: `weight_0` (H x D), `bias_0` (H), `weight_1`,
..., the last of one output; and, where the head normalises its input first, `mean` and `variance`
(D each). Between layers is a ReLU, and a logistic function after the last. `heads/nsfw.mlp.json`
says where it came from and for which network it is (`AttachedFacts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from weights.errors import BundleCorruptError, BundleError
from weights.linear_head import HEADS

NSFW_HEAD = f"{HEADS}/nsfw.mlp.safetensors"
MEAN, VARIANCE = "mean", "variance"
EPSILON = 1e-7
FORMAT = 1

Tensors = dict[str, NDArray[np.float32]]


class AttachedFacts(BaseModel):
    """What `heads/nsfw.mlp.json` says.

    `network` is the SHA-256 of the bundle's network weights, `architecture` the encoder that the
    head was made for, `threshold` the probability from which it is to be believed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: int = FORMAT
    network: str
    architecture: str
    source: str
    source_sha256: str
    threshold: float = Field(gt=0.0, lt=1.0)


@dataclass(frozen=True, eq=False)
class AttachedHead:
    """The network and what is known of it. Raises ValueError where its tensors do not chain."""

    tensors: Tensors
    facts: AttachedFacts

    def __post_init__(self) -> None:
        check_tensors(self.tensors)

    @property
    def dimension(self) -> int:
        """D, the length of the embeddings that it reads."""
        return int(self.tensors["weight_0"].shape[1])

    def probabilities(self, embeddings: NDArray[np.floating]) -> NDArray[np.float64]:
        """N probabilities, 0..1, of N unit-norm embeddings, N x D."""
        values = embeddings.astype(np.float64)
        if MEAN in self.tensors:
            spread = np.sqrt(self.tensors[VARIANCE].astype(np.float64))
            values = (values - self.tensors[MEAN]) / np.maximum(spread, EPSILON)
        layers = layer_count(self.tensors)
        for place in range(layers):
            values = values @ self.tensors[f"weight_{place}"].T + self.tensors[f"bias_{place}"]
            if place < layers - 1:
                values = np.maximum(values, 0.0)
        return np.asarray(np.exp(-np.logaddexp(0.0, -values[:, 0])))

    def save(self, bundle_folder: Path) -> None:
        """Writes both files into the folder `heads` of a bundle, which exists."""
        path = bundle_folder / NSFW_HEAD
        save_file(self.tensors, path)
        text = f"{self.facts.model_dump_json(indent=1)}\n"
        path.with_suffix(".json").write_text(text, "utf-8", newline="\n")


def read_tensors(path: Path) -> Tensors:
    """The tensors of a .safetensors or .npz file, as float32; no pickle is ever read.

    Raises `BundleError` for another kind of file, one that cannot be read, or tensors that are no
    such network.
    """
    try:
        if path.suffix == ".safetensors":
            stored: Mapping[str, NDArray[np.generic]] = load_file(path)
        elif path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                stored = {name: archive[name] for name in archive.files}
        else:
            raise BundleError(f"{path}: weights are read from .safetensors or .npz, nothing else")
        tensors = {name: np.asarray(value, np.float32) for name, value in stored.items()}
        check_tensors(tensors)
    except (SafetensorError, BadZipFile, OSError, TypeError, ValueError, EOFError) as error:
        raise BundleError(f"{path} is no head: {error}") from error
    return tensors


def check_tensors(tensors: Mapping[str, NDArray[np.float32]]) -> None:
    """Raises ValueError where the tensors are not those of one network with a single output."""
    layers = layer_count(tensors)
    wanted = {f"{kind}_{place}" for kind in ("weight", "bias") for place in range(layers)}
    normalised = {MEAN, VARIANCE} & tensors.keys()
    if not layers or tensors.keys() - {MEAN, VARIANCE} != wanted or len(normalised) == 1:
        raise ValueError(f"its tensors are {', '.join(sorted(tensors)) or 'none'}")
    if not all(np.isfinite(tensor).all() for tensor in tensors.values()):
        raise ValueError("a weight is not finite")
    if tensors["weight_0"].ndim != 2:
        raise ValueError(f"weight_0 is of {tensors['weight_0'].shape}")
    width = tensors["weight_0"].shape[1]
    if any(tensors[name].shape != (width,) for name in normalised):
        raise ValueError(f"mean and variance are not of {width} numbers")
    for place in range(layers):
        weight, bias = tensors[f"weight_{place}"], tensors[f"bias_{place}"]
        if weight.ndim != 2 or weight.shape[1] != width or bias.shape != weight.shape[:1]:
            raise ValueError(f"layer {place} is of {weight.shape} and {bias.shape} after {width}")
        width = weight.shape[0]
    if width != 1:
        raise ValueError(f"it gives {width} numbers, not one")


def layer_count(tensors: Mapping[str, object]) -> int:
    """How many layers the network has."""
    return sum(name.startswith("weight_") for name in tensors)


def load_attached(folder: Path, stated: Mapping[str, str], network: str) -> AttachedHead | None:
    """The attached head among a bundle's stated files, None where there is none.

    Raises `BundleCorruptError` where it is not whole, or for another network than `network`.
    """
    if NSFW_HEAD not in stated:
        return None
    path = folder / NSFW_HEAD
    try:
        facts = AttachedFacts.model_validate_json(path.with_suffix(".json").read_bytes())
        head = AttachedHead(read_tensors(path), facts)
    except (BundleError, ValidationError, OSError, ValueError) as error:
        raise BundleCorruptError(f"{path} cannot be read: {error}") from error
    if facts.network != network:
        raise BundleCorruptError(f"{path} is the head of another network than the bundle's")
    return head
