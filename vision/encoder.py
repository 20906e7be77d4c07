"""The CLIP encoder: photos and phrases to embeddings, in batches."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from weights.backends.model_source import ModelSource
from weights.backends.tower import TORCH, open_tower
from weights.bundle import Bundle
from weights.image_input import Prepared

if TYPE_CHECKING:
    from weights.clip import Tokenizer

Embeddings = NDArray[np.float32]
PHRASES_A_BATCH = 256


class Encoder:
    """Embeds photos and phrases with a bundle's model.

    `threads` sets torch's number of threads, once and for the whole process; `None` leaves it.
    Torch is loaded where the backend needs it, and for phrases.
    `backend` runs the model on photos: `torch`, or `openvino` for speed on the CPU. `device` is
    `cpu`, or `cuda` for a GPU, in half precision. Raises `BundleError` where the bundle's model
    cannot be loaded, and its subclass `BackendError` where it cannot be run in this way.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        threads: int | None = None,
        batch_size: int = 32,
        backend: str = TORCH,
        device: str = "cpu",
    ) -> None:
        self.bundle = bundle
        self.batch_size = batch_size
        self._source = ModelSource(bundle, threads)
        self._tower = open_tower(self._source, backend=backend, device=device, threads=threads)
        self._text_device = device

    @property
    def dimension(self) -> int:
        """D, the length of an embedding."""
        return self._tower.dimension

    def prepare(self, image: NDArray[np.uint8]) -> Prepared:
        """The model's input for one photo: RGB uint8 H x W x 3 to 3 x S x S float32."""
        return self._tower.image_input.prepare(image)

    def encode_prepared(self, inputs: Sequence[Prepared]) -> Embeddings:
        """Embeddings of prepared photos: N x D float32, rows of unit norm."""
        parts = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(inputs), self.batch_size):
            batch = np.stack(inputs[start : start + self.batch_size])
            parts.append(self._tower.embed(batch))
        return np.concatenate(parts)

    def encode_each(self, inputs: Sequence[Prepared]) -> list[Embeddings | Exception]:
        """For each prepared photo its embedding, D float32 of unit norm, or what went wrong.

        Where a batch fails its photos are tried one by one, so that one cannot cost the others
        theirs.
        """
        try:
            vectors = self.encode_prepared(inputs)
        except Exception as error:  # whatever the model raises, every photo gets an answer
            if len(inputs) == 1:
                return [error]
            return [answer for one in inputs for answer in self.encode_each([one])]
        return [_checked(vector) for vector in vectors]

    def encode_images(self, images: Sequence[NDArray[np.uint8]]) -> Embeddings:
        """Embeddings of RGB uint8 H x W x 3 photos: N x D float32, rows of unit norm."""
        return self.encode_prepared([self.prepare(image) for image in images])

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """Embeddings of phrases: N x D float32, rows of unit norm.

        Raises `BundleError` where the model's text side cannot be loaded.
        """
        parts = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(texts), PHRASES_A_BATCH):
            parts.append(self._encode_texts(list(texts[start : start + PHRASES_A_BATCH])))
        return np.concatenate(parts)

    def _encode_texts(self, texts: list[str]) -> Embeddings:
        network, tokens = self._source.clip.network, self._tokenizer(texts)
        import torch

        with torch.inference_mode():
            vectors = network.encode_text(tokens.to(self._text_device), normalize=True)
        return np.asarray(vectors.cpu().numpy(), dtype=np.float32)

    def reads_whole(self, texts: Sequence[str]) -> list[bool]:
        """Whether the model would still see one more word after each phrase.

        Where it would not, the phrase fills the model's context, and its end may be cut off.
        """
        if not texts:
            return []
        longer = self._tokenizer([f"{text} x" for text in texts])
        differing: list[bool] = (self._tokenizer(list(texts)) != longer).any(dim=1).tolist()
        return differing

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return self._source.clip.tokenizer()


def _checked(vector: Embeddings) -> Embeddings | Exception:
    return vector if np.isfinite(vector).all() else ValueError("the embedding is not finite")
