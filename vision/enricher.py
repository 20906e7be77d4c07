"""The orchestrator: photos of listings in, one complete record per listing out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moderation import Evidence, Layer
from photo_quality import QualityAnalyzer
from taggers import OwnLabel, load_taxonomy
from vision.assemble import Assembler
from vision.batching import pipeline
from vision.encoder import Embeddings, Encoder
from vision.listing import Listing
from vision.look import Look, embed, look_at
from vision.marketplace_rules import MarketplaceRules
from vision.moderator import Moderator, switched_off
from vision.own_labels import own_label_tagger, read_own_labels
from vision.photo import PhotoLimits, PhotoSource
from vision.record import ListingRecord
from vision.record_parts import SeenPhoto
from vision.source_locks import SourceLocks
from vision.worker_threads import WorkerThreads
from weights.catalog import EMBEDDED, find_bundle


@dataclass(frozen=True, eq=False)
class _Task:
    source: PhotoSource
    name: str
    rules: MarketplaceRules


class Enricher(WorkerThreads):
    """Looks at the photos of listings and says what a seller and a reviewer must know.

    Example:
        enricher = Enricher()
        record = enricher.enrich(["front.jpg", back_bytes], listing_id="mug-17", marketplace="etsy")
        print(record.model_dump_json())

    Args:
        bundle: the name of an installed bundle, or the path of a bundle's folder.
        marketplace: the profile to fit tags, colours and policy to, unless a call names another.
        policy: a moderation policy, by name or path, instead of the marketplace's own.
        moderation: False switches the detectors off: verdicts are then `unassessed`.
        detectors: those to look with, instead of the installed ones.
        hash_lists: files of photos already decided, to recognise; see `docs/moderation.md`.
        labels: words of your own to look for as well, or the path of a file of them; each record's
            `labels` then says how near its photos are to them. See `docs/open_vocabulary.md`.
        limits: what a photo may be; see `vision.photo.PhotoLimits`.
        threads: the CPU threads to use, by default all cores. Set once here: torch's and OpenCV's
            for the whole process, the detector's, and the number of photos decoded at a time.
        batch_size: photos a batch, across listings.

    Nothing is downloaded. The same photos, bundle and policy give the same record. An enricher may
    be shared between threads; close it, or use it as a context manager, to end its own.

    Raises:
        weights.errors.BundleError: the bundle is missing, altered or unreadable.
        taggers.UnknownNameError: there is no such marketplace.
        taggers.OwnLabelError: a label cannot be used.
        taggers.DataFileError: the file of labels cannot be read.
        moderation.PolicyError: the policy cannot be used.
        moderation.HashListError: a list of decided photos cannot be used.
        moderation.DetectorError: such lists are given, and the extra `hashes` is not installed.
        ValueError: `threads` or `batch_size` is below 1.
    """

    def __init__(
        self,
        bundle: str | Path = EMBEDDED,
        *,
        marketplace: str = "generic",
        policy: str | Path | None = None,
        moderation: bool = True,
        detectors: Sequence[Layer] | None = None,
        hash_lists: Sequence[str | Path] = (),
        labels: Sequence[str | OwnLabel] | str | Path | None = None,
        limits: PhotoLimits | None = None,
        threads: int | None = None,
        batch_size: int = 32,
    ) -> None:
        if (threads is not None and threads < 1) or batch_size < 1:
            raise ValueError(f"threads={threads}, batch_size={batch_size}: each must be at least 1")
        own_labels = None if labels is None else read_own_labels(labels)
        super().__init__(threads)
        self.bundle = find_bundle(bundle)
        self.batch_size = batch_size
        self._policy = policy
        self._rules: dict[str, MarketplaceRules] = {}
        self._marketplace = self.rules(marketplace)
        self._limits = limits or PhotoLimits()
        self.encoder = Encoder(self.bundle, threads=self.threads, batch_size=batch_size)
        self._quality = QualityAnalyzer()
        lists = [Path(file) for file in hash_lists]
        self._moderator = (
            Moderator(self.encoder, detectors, lists, self.threads) if moderation else None
        )
        layers = self._moderator.states if self._moderator else switched_off()
        tagger = own_label_tagger(own_labels, self.encoder) if own_labels else None
        self._assembler = Assembler(self.bundle, load_taxonomy(), tagger, layers)
        self._locks = SourceLocks()

    def rules(self, marketplace: str | None = None) -> MarketplaceRules:
        """The rules of a marketplace; of the enricher's own by default."""
        if marketplace is None:
            return self._marketplace
        if marketplace not in self._rules:
            self._rules[marketplace] = MarketplaceRules.load(marketplace, self._policy)
        return self._rules[marketplace]

    def enrich(
        self,
        photos: Iterable[PhotoSource],
        *,
        listing_id: str | None = None,
        marketplace: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> ListingRecord:
        """The record of one listing; a photo that cannot be read has its error in the record.

        `photos` are paths, bytes, binary file objects, PIL images or RGB uint8 arrays. Without
        `listing_id` the listing is named after its first photo. Raises `ListingError` without
        photos, `UnknownNameError` for an unknown marketplace.
        """
        listing = Listing.from_photos(photos, listing_id, extra)
        return next(self.enrich_many([listing], marketplace=marketplace))

    def enrich_many(
        self, listings: Iterable[Listing], *, marketplace: str | None = None
    ) -> Iterator[ListingRecord]:
        """The records of many listings, in order, as they are done.

        Listings are read as needed, and photos of several listings share a batch. Where `listings`
        raises, the records of those before it come first.
        """
        rules = self.rules(marketplace)
        started: list[Listing] = []
        tasks = self._tasks(listings, rules, started)
        seen = pipeline(tasks, self.batch_size, self._pool, self._look, self._finish)
        gathered: list[SeenPhoto] = []
        for photo in seen:
            gathered.append(photo)
            if len(gathered) == len(started[0].photos):
                yield self._assembler.record(started.pop(0), gathered, rules)
                gathered = []

    def _tasks(
        self, listings: Iterable[Listing], rules: MarketplaceRules, started: list[Listing]
    ) -> Iterator[_Task]:
        for listing in listings:
            started.append(listing)
            for source, name in zip(listing.photos, listing.names, strict=True):
                yield _Task(source, name, rules)

    def _look(self, task: _Task) -> Look:
        with self._locks.held(task.source):
            return look_at(
                task.source, task.name, self._limits, task.rules, self._quality, self.encoder
            )

    def _finish(self, looks: list[Look]) -> list[SeenPhoto]:
        """Runs the batched models over a batch, and lets go of its pixels."""
        looks, embeddings = embed(looks, self.encoder)
        evidence = self._moderate(looks, embeddings)
        return [SeenPhoto.of(*seen) for seen in zip(looks, embeddings, evidence, strict=True)]

    def _moderate(self, looks: list[Look], embeddings: list[Embeddings | None]) -> list[Evidence]:
        if self._moderator is not None:
            return self._moderator.look(looks, embeddings)
        return [
            Evidence.failed(look.error.message) if look.error else Evidence(failures=look.failures)
            for look in looks
        ]
