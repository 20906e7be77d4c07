"""Photos in, embeddings out, and nothing else: decoding and the encoder alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vision.batching import pipeline
from vision.embeddings_file import EmbeddingsHeader, PhotoEmbedding
from vision.encoder import Embeddings, Encoder
from vision.listing import Listing
from vision.photo import PhotoError, PhotoLimits, PhotoSource, open_photo
from vision.worker_threads import WorkerThreads
from weights.catalog import EMBEDDED, find_bundle
from weights.image_input import Prepared


@dataclass(frozen=True, eq=False)
class EmbeddedPhoto:
    """One photo's embedding, or why there is none.

    `photo` is its place in its listing from 0, `source` its name; `vector` is D float32 of unit
    norm. `error` has a code and a sentence for people; then there is no `vector`.
    """

    listing_id: str
    photo: int
    source: str | None
    sha256: str | None = None
    vector: Embeddings | None = None
    error: PhotoError | None = None

    def row(self) -> PhotoEmbedding | None:
        """The photo as a row of a file of embeddings; None where there is no embedding."""
        if self.vector is None or self.sha256 is None:
            return None
        return PhotoEmbedding(self.listing_id, self.photo, self.source, self.sha256, self.vector)


@dataclass(frozen=True, eq=False)
class _Task:
    listing_id: str
    photo: int
    source: PhotoSource
    name: str


class Embedder(WorkerThreads):
    """Embeds the photos of listings with a bundle.

    Example:
        with Embedder() as embedder:
            for photo in embedder.embed_many(read_listings(["photos"])):
                print(photo.listing_id, photo.vector)

    Args are those of `Enricher`. Close it, or use it as a context manager, to end its threads.

    Raises:
        weights.errors.BundleError: the bundle is missing, altered or unreadable.
        ValueError: `threads` or `batch_size` is below 1.
    """

    def __init__(
        self,
        bundle: str | Path = EMBEDDED,
        *,
        limits: PhotoLimits | None = None,
        threads: int | None = None,
        batch_size: int = 32,
    ) -> None:
        if (threads is not None and threads < 1) or batch_size < 1:
            raise ValueError(f"threads={threads}, batch_size={batch_size}: each must be at least 1")
        self.bundle = find_bundle(bundle)
        self.batch_size = batch_size
        self._limits = limits or PhotoLimits()
        super().__init__(threads)
        self._encoder = Encoder(self.bundle, threads=self.threads, batch_size=batch_size)
        self._native = (self._encoder,)

    @property
    def header(self) -> EmbeddingsHeader:
        """Whose embeddings these are."""
        bundle = self.bundle
        return EmbeddingsHeader(bundle.name, bundle.version, bundle.sha256, self._encoder.dimension)

    def embed_many(self, listings: Iterable[Listing]) -> Iterator[EmbeddedPhoto]:
        """Every photo of every listing, in order; one that cannot be embedded has its error."""
        tasks = (
            _Task(listing.listing_id, index, source, name)
            for listing in listings
            for index, (source, name) in enumerate(zip(listing.photos, listing.names, strict=True))
        )
        yield from pipeline(tasks, self.batch_size, self._pool, self._open, self._embed)

    def _open(self, task: _Task) -> tuple[EmbeddedPhoto, Prepared | None]:
        seen = EmbeddedPhoto(task.listing_id, task.photo, task.name)
        try:
            with self._gate:
                photo = open_photo(task.source, limits=self._limits, name=task.name)
                prepared = self._encoder.prepare(photo.pixels)
        except PhotoError as error:
            return replace(seen, error=error), None
        return replace(seen, source=photo.source, sha256=photo.sha256), prepared

    def _embed(self, opened: list[tuple[EmbeddedPhoto, Prepared | None]]) -> list[EmbeddedPhoto]:
        with self._gate:
            vectors = iter(self._encoder.encode_each([one for _, one in opened if one is not None]))
        return [seen if one is None else _with(seen, next(vectors)) for seen, one in opened]


def _with(seen: EmbeddedPhoto, vector: Embeddings | Exception) -> EmbeddedPhoto:
    if isinstance(vector, Exception):
        return replace(seen, error=PhotoError("corrupt", f"It could not be embedded: {vector}"))
    return replace(seen, vector=vector)
