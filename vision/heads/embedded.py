"""Labelled photos of a Parquet file as embeddings, along the real path."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vision.batching import pipeline
from vision.encoder import Embeddings, Encoder
from vision.evaluation.reading import NOT_EMBEDDED, Unreadable
from vision.evaluation.rows import LabelledPhoto, read_rows
from vision.photo import PhotoError, open_photo
from vision.worker_threads import WorkerThreads
from weights.bundle import Bundle
from weights.image_input import Prepared

Progress = Callable[[Path, int, int], None]
"""Told the file, how many of its photos are done, and how many there are."""


@dataclass(frozen=True, eq=False)
class EmbeddedPhotos:
    """N photos of one file: embeddings, N x D float32 of unit norm, and each one's label value."""

    embeddings: Embeddings
    values: tuple[str, ...]
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, eq=False)
class _Opened:
    photo: LabelledPhoto
    prepared: Prepared


_Answer = tuple[LabelledPhoto, Embeddings] | Unreadable


class PhotoEmbedder(WorkerThreads):
    """Embeds labelled photos with one bundle; a context manager that ends its own threads.

    Raises `BundleError` where the bundle's model cannot be loaded.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None, batch_size: int = 32) -> None:
        super().__init__(threads)
        self.bundle = bundle
        self._batch_size = batch_size
        self._encoder = Encoder(bundle, threads=self.threads, batch_size=batch_size)

    def embed(
        self, path: Path, rows: Sequence[int], column: str, progress: Progress | None = None
    ) -> EmbeddedPhotos:
        """The photos of the rows numbered that can be read, in file order, with their labels.

        Raises `EvaluationError` where the file is damaged.
        """
        vectors: list[Embeddings] = []
        values: list[str] = []
        unreadable: list[Unreadable] = []
        for done, answer in enumerate(self._answers(read_rows(path, rows, [column])), start=1):
            if isinstance(answer, Unreadable):
                unreadable.append(answer)
            else:
                photo, vector = answer
                vectors.append(vector)
                values.append(photo.labels[column])
            if progress is not None:
                progress(path, done, len(rows))
        empty = np.zeros((0, self._encoder.dimension), np.float32)
        stacked = np.stack(vectors) if vectors else empty
        return EmbeddedPhotos(stacked, tuple(values), tuple(unreadable))

    def _answers(self, photos: Iterator[LabelledPhoto]) -> Iterator[_Answer]:
        return pipeline(photos, self._batch_size, self._pool, self._open, self._finish)

    def _open(self, photo: LabelledPhoto) -> _Opened | Unreadable:
        try:
            pixels = open_photo(photo.image, name=photo.id).pixels
        except PhotoError as error:
            return Unreadable(photo.row, photo.id, error.code, error.message)
        return _Opened(photo, self._encoder.prepare(pixels))

    def _finish(self, batch: Sequence[_Opened | Unreadable]) -> list[_Answer]:
        prepared = [one.prepared for one in batch if isinstance(one, _Opened)]
        embeddings = iter(self._encoder.encode_each(prepared))
        return [
            one if isinstance(one, Unreadable) else _answer(one.photo, next(embeddings))
            for one in batch
        ]


def _answer(photo: LabelledPhoto, embedding: Embeddings | Exception) -> _Answer:
    if isinstance(embedding, Exception):
        return Unreadable(photo.row, photo.id, NOT_EMBEDDED, str(embedding))
    return photo, embedding
