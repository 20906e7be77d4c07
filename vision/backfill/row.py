"""One enriched listing on its way from the process that looked at it to its shard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision.embeddings_file import PhotoEmbedding

if TYPE_CHECKING:
    from vision.enricher import Enricher, Watch
    from vision.listing import Listing
    from vision.record import ListingRecord
    from vision.record_parts import SeenPhoto


@dataclass(frozen=True, eq=False)
class Row:
    """A record with what the shard files say of it beside.

    `record` is JSON in UTF-8, without an end of line. `errors` has, for each photo in order, the
    code of its error or None; `incomplete` counts those without one where a part of the looking
    failed nevertheless. `embeddings` are those of the photos that have one, where wanted.
    """

    listing_id: str
    record: bytes
    category: str | None
    verdict: str
    mature: bool
    primary_color: str | None
    quality_score: int | None
    errors: tuple[str | None, ...]
    incomplete: int = 0
    embeddings: tuple[PhotoEmbedding, ...] = ()

    @property
    def photos(self) -> int:
        """How many photos the listing has."""
        return len(self.errors)

    @property
    def failed(self) -> int:
        """How many of them could not be used."""
        return sum(code is not None for code in self.errors)


def enrich_rows(
    enricher: "Enricher", listings: "Iterable[Listing]", embeddings: bool, watch: "Watch"
) -> Iterator[Row]:
    """The rows of listings, in order; each photo is looked at within `watch(source)`."""
    for record, seen in enricher.enrich_seen(listings, watch=watch):
        yield _row(record, _embeddings(record, seen) if embeddings else ())


def _row(record: "ListingRecord", embeddings: tuple[PhotoEmbedding, ...]) -> Row:
    primary = record.colors.primary
    return Row(
        listing_id=record.listing_id,
        record=record.model_dump_json().encode(),
        category=record.category.id if record.category else None,
        verdict=record.moderation.verdict,
        mature=record.moderation.mature,
        primary_color=primary.name if primary else None,
        quality_score=record.quality.score,
        errors=tuple(photo.error.code if photo.error else None for photo in record.photos),
        incomplete=sum(
            photo.error is None and bool(photo.moderation.failures) for photo in record.photos
        ),
        embeddings=embeddings,
    )


def _embeddings(
    record: "ListingRecord", seen: "tuple[SeenPhoto, ...]"
) -> tuple[PhotoEmbedding, ...]:
    return tuple(
        PhotoEmbedding(
            record.listing_id, index, photo.look.name, photo.sha256, photo.embedding.astype("f2")
        )
        for index, photo in enumerate(seen)
        if photo.embedding is not None and photo.sha256 is not None
    )
