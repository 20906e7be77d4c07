"""Loading a bundle's CLIP model by open_clip's own functions, from its own files and no others."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from safetensors import SafetensorError
from torch import Tensor

from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle
from weights.errors import BundleError
from weights.fold import fold_batch_norms
from weights.image_input import ImageInput
from weights.light_imports import import_open_clip
from weights.preprocessing import check_preprocessing

Tokenizer = Callable[[list[str]], Tensor]

UNREADABLE = (
    AssertionError,
    AttributeError,
    KeyError,
    OSError,
    RuntimeError,
    SafetensorError,
    TypeError,
    ValueError,
)
"""What open_clip raises for files that do not fit one another or are not what their names say."""


class Network(Protocol):
    """The part of open_clip's models that Vitrine calls."""

    def encode_image(self, image: Tensor, normalize: bool = False) -> Tensor:
        """N x 3 x S x S float32 to N x D."""

    def encode_text(self, text: Tensor, normalize: bool = False) -> Tensor:
        """N x L token ids to N x D."""

    def to(self, device: torch.device) -> object:
        """Moves the model to a device, in place."""


@dataclass(frozen=True)
class ClipModel:
    """A loaded CLIP in float32 on the CPU, in inference mode, with its preprocessing.

    `embed_dim` is D.
    """

    network: Network
    image_input: ImageInput
    embed_dim: int
    bundle: Bundle

    def tokenizer(self) -> Tokenizer:
        """The bundle's tokenizer: texts to token ids, N x L int64.

        Raises `BundleError` where its files cannot be read.
        """
        open_clip = import_open_clip()

        try:
            with _quiet():
                tokenizer: Tokenizer = open_clip.get_tokenizer(
                    f"local-dir:{self.bundle.folder}", **_tokenizer_files(self.bundle)
                )
        except (*UNREADABLE, ImportError) as error:  # some tokenizers need a package of their own
            raise BundleError(f"bundle '{self.bundle.name}' has no tokenizer: {error}") from error
        return tokenizer


def load_clip(bundle: Bundle) -> ClipModel:
    """Builds the bundle's model and loads its weights; raises `BundleError` where they do not fit.

    Nothing is downloaded and no pickle is read: the weights are a safetensors file.
    """
    open_clip = import_open_clip()

    folder = bundle.folder
    if not (folder / NETWORK_WEIGHTS).is_file():
        raise BundleError(f"bundle '{bundle.name}' has no {NETWORK_WEIGHTS}")
    try:
        check_preprocessing(_config(bundle))
        with _quiet():
            network = open_clip.create_model(f"local-dir:{folder}", require_pretrained=True)
    except UNREADABLE as error:
        raise BundleError(f"bundle '{bundle.name}' cannot be loaded: {error}") from error
    network.eval().requires_grad_(False)
    network.to(memory_format=torch.channels_last)
    image_input = ImageInput.of(network.visual.preprocess_cfg)
    fold_batch_norms(network.visual, example_input(image_input))
    return ClipModel(network, image_input, _config(bundle)["model_cfg"]["embed_dim"], bundle)


def example_input(image_input: ImageInput) -> Tensor:
    """One input of the size that the network takes, 1 x 3 x S x S: the same noise every time."""
    noise = torch.rand(1, 3, *image_input.size, generator=torch.Generator().manual_seed(0))
    return noise.to(memory_format=torch.channels_last)


def _config(bundle: Bundle) -> Any:
    return json.loads((bundle.folder / NETWORK_CONFIG).read_text(encoding="utf-8"))


def _tokenizer_files(bundle: Bundle) -> dict[str, str]:
    """Tokenizer files that the configuration names relative to the bundle's folder."""
    options = _config(bundle)["model_cfg"]["text_cfg"].get("tokenizer_kwargs", {})
    path = options.get("bpe_path")
    return {} if path is None else {"bpe_path": str(bundle.folder / path)}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps open_clip's notes out of the root logger, to which it writes while it loads.

    Nobody else's are touched. Without any handler its first note would install one for good.
    """
    root, silent = logging.getLogger(), logging.NullHandler()

    def worth_saying(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR or "open_clip" not in record.pathname

    root.addHandler(silent)
    root.addFilter(worth_saying)
    try:
        yield
    finally:
        root.removeFilter(worth_saying)
        root.removeHandler(silent)
