"""Reading photos along the real path: opened, embedded, tagged and their colours named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from color import ColorAnalyzer, ListingColors, PhotoColors
from taggers import (
    Categorization,
    CategoryTagger,
    FacetResult,
    load_taxonomy,
)
from vision.assemble import BASE_COLOR, facet_taggers
from vision.batching import pipeline
from vision.color_evidence import color_evidence
from vision.encoder import Embeddings, Encoder
from vision.evaluation.columns import CATEGORY
from vision.evaluation.rows import LabelledPhoto
from vision.photo import PhotoError, open_photo
from vision.worker_threads import WorkerThreads
from weights.bundle import Bundle
from weights.image_input import Prepared

NOT_EMBEDDED = "not_embedded"
"""The code, beside those of `PhotoError`, of a photo that the model failed on."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read of one photo on its own.

    `facets` are by name; `embedding` is D float32. `colors` are the photo's own, from its pixels
    alone, and `listing_colors` those of a record of the photo, both in the generic vocabulary.
    """

    photo: LabelledPhoto
    embedding: Embeddings
    category: Categorization
    facets: dict[str, FacetResult]
    colors: PhotoColors
    listing_colors: ListingColors


@dataclass(frozen=True)
class Unreadable:
    """A photo that could not be used, with the code and the sentence that say why."""

    row: int
    id: str
    code: str
    reason: str


@dataclass(frozen=True, eq=False)
class _Opened:
    photo: LabelledPhoto
    prepared: Prepared
    colors: PhotoColors


class Reader(WorkerThreads):
    """Reads photos with one bundle, as `vision.Enricher` does, each photo as its own listing.

    `threads` sets torch's for the whole process, and how many photos are opened at a time. Close
    it, or use it as a context manager, to end its own threads. Raises `BundleError` where the
    bundle's model cannot be loaded.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None, batch_size: int = 32) -> None:
        super().__init__(threads)
        sets = bundle.label_sets
        self.bundle = bundle
        self._batch_size = batch_size
        self._encoder = Encoder(bundle, threads=self.threads, batch_size=batch_size)
        self._category = CategoryTagger(sets[CATEGORY], load_taxonomy())
        self._facets = facet_taggers(sets)
        self._colors = ColorAnalyzer("generic")

    def read(self, photos: Iterator[LabelledPhoto]) -> Iterator[Reading | Unreadable]:
        """One answer for each photo, in order; no more than two batches of pixels are held."""
        return pipeline(photos, self._batch_size, self._pool, self._open, self._finish)

    def _open(self, photo: LabelledPhoto) -> _Opened | Unreadable:
        try:
            pixels = open_photo(photo.image, name=photo.id).pixels
        except PhotoError as error:
            return Unreadable(photo.row, photo.id, error.code, error.message)
        return _Opened(photo, self._encoder.prepare(pixels), self._colors.analyze(pixels))

    def _finish(self, batch: Sequence[_Opened | Unreadable]) -> list[Reading | Unreadable]:
        prepared = [one.prepared for one in batch if isinstance(one, _Opened)]
        embeddings = iter(self._encoder.encode_each(prepared))
        return [
            one if isinstance(one, Unreadable) else self._tag(one, next(embeddings))
            for one in batch
        ]

    def _tag(self, one: _Opened, embedding: Embeddings | Exception) -> Reading | Unreadable:
        if isinstance(embedding, Exception):
            return Unreadable(one.photo.row, one.photo.id, NOT_EMBEDDED, str(embedding))
        alone = embedding[None]
        category = self._category.categorize(alone)
        chosen = category.category.id if category.category else None
        facets = {name: tagger.tag(alone, chosen) for name, tagger in self._facets.items()}
        evidence = color_evidence(category, facets.get(BASE_COLOR))
        colors = self._colors.combine([one.colors], evidence)
        return Reading(one.photo, embedding, category, facets, one.colors, colors)
