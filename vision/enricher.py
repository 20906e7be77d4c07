"""The orchestrator: photos of listings in, one complete record per listing out."""

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any, NoReturn

from moderation import Evidence, Layer, Precision, installed_detectors
from photo_quality import QualityAnalyzer
from taggers import OwnLabel, load_taxonomy
from vision.assemble import Assembler
from vision.batch_window import BatchWindow
from vision.batching import pipeline
from vision.encoder import Embeddings, Encoder
from vision.enricher_errors import BACKEND_LOST, STREAM_LOST, ClosedError, ForkedError
from vision.listing import Listing
from vision.look import Look, PhotoTask, embed, look_at, unwatched
from vision.look import Watch as Watch
from vision.marketplace_rules import MarketplaceRules
from vision.moderator import Moderator, switched_off
from vision.own_labels import own_label_tagger, read_own_labels
from vision.photo import PhotoLimits, PhotoSource
from vision.record import ListingRecord
from vision.record_parts import SeenPhoto
from vision.source_locks import SourceLocks
from vision.warm_up_photos import warm_up_photos
from vision.worker_threads import WorkerThreads
from weights.catalog import EMBEDDED, find_bundle


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
        batch_window_ms: gathers the photos of concurrent calls into one batch, for which they wait
            this long at most; a call that is alone does not wait. None: each call's photos are
            batches of their own. See `docs/serving.md`.
        backend: what runs the model on photos: `torch`, or `openvino` (extra `openvino`), which is
            faster on the CPU. See `docs/performance.md`.
        device: `cpu`, or `cuda` to run encoder and detector on a GPU in half precision.
        detector_precision: `float32`, or `bfloat16` for an installed detector that takes half the
            time on CPUs that have it (extra `openvino`); its scores then move by a hundredth or so,
            and the record's `detectors` say so. See `docs/performance.md`.

    Nothing is downloaded. The same photos, bundle and policy give the same record. An enricher may
    be shared between threads; close it, or use it as a context manager, to end its own. It works on
    in a forked child, and cannot be pickled: a spawned worker makes its own.

    Raises:
        weights.errors.BundleError: the bundle is missing, altered or unreadable; its subclass
            `BackendError`: the backend or the device is not there.
        taggers.UnknownNameError: there is no such marketplace.
        taggers.OwnLabelError: a label cannot be used.
        taggers.DataFileError: the file of labels cannot be read.
        moderation.PolicyError: the policy cannot be used.
        moderation.HashListError: a list of decided photos cannot be used.
        moderation.DetectorError: such lists are given, and the extra `hashes` is not installed;
            or the precision cannot be had here.
        ValueError: `threads` or `batch_size` is below 1, `batch_window_ms` below 0.
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
        batch_window_ms: float | None = None,
        backend: str = "torch",
        device: str = "cpu",
        detector_precision: Precision = "float32",
    ) -> None:
        if (threads is not None and threads < 1) or batch_size < 1:
            raise ValueError(f"threads={threads}, batch_size={batch_size}: each must be at least 1")
        if batch_window_ms is not None and not 0 <= batch_window_ms < math.inf:
            raise ValueError(f"batch_window_ms={batch_window_ms}: it must be at least 0, or None")
        own_labels = None if labels is None else read_own_labels(labels)
        self.bundle = find_bundle(bundle)
        self.batch_size = batch_size
        self._window = None if batch_window_ms is None else batch_window_ms / 1000
        self._policy = policy
        self._rules: dict[str, MarketplaceRules] = {}
        self._marketplace = self.rules(marketplace)
        self._limits = limits or PhotoLimits()
        super().__init__(threads)
        self.encoder = self._models.call(
            lambda: Encoder(
                self.bundle,
                threads=self.threads,
                batch_size=batch_size,
                backend=backend,
                device=device,
            )
        )
        self._quality = QualityAnalyzer()
        lists = [Path(file) for file in hash_lists]
        if detectors is None and moderation:
            detectors = installed_detectors(self.threads, device, detector_precision)
        self._moderator = (
            Moderator(self.encoder, detectors, lists, self.threads) if moderation else None
        )
        layers = self._moderator.states if self._moderator else switched_off()
        tagger = (
            self._models.call(lambda: own_label_tagger(own_labels, self.encoder))
            if own_labels
            else None
        )
        self._assembler = Assembler(self.bundle, load_taxonomy(), tagger, layers)
        self._native = (self.encoder, self._moderator)
        self._process = os.getpid()
        runs_on = (backend, device, detector_precision)
        self._forkable = runs_on == ("torch", "cpu", "float32")

    def rules(self, marketplace: str | None = None) -> MarketplaceRules:
        """The rules of a marketplace; of the enricher's own by default."""
        if marketplace is None:
            return self._marketplace
        if marketplace not in self._rules:
            self._rules.setdefault(marketplace, MarketplaceRules.load(marketplace, self._policy))
        return self._rules[marketplace]

    def warm_up(self, marketplaces: Iterable[str] = ()) -> None:
        """Does now what the first calls would wait for, so that they are as fast as later ones.

        Drawn photos of every common format go through all codecs, analysers and models, and the
        rules of `marketplaces` are read beside the enricher's own. Calling it again does no harm;
        a forked child may call it too. Raises as `rules` does.
        """
        for name in marketplaces:
            self.rules(name)
        photos = warm_up_photos()
        for _ in self.enrich_many([Listing.from_photos([photo]) for photo in photos]):
            pass
        self.enrich(photos[:1])

    def close(self) -> None:
        """Ends the threads, after what they are at; harmless when repeated.

        Calls that need more than that raise `ClosedError`, in other threads too, and so does every
        later call.
        """
        self._closed = True
        self._models.close()
        super().close()

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
        photos, `UnknownNameError` for an unknown marketplace, `ClosedError` after `close`.
        """
        listing = Listing.from_photos(photos, listing_id, extra)
        with self._models.calling():
            return next(self.enrich_many([listing], marketplace=marketplace))

    def enrich_many(
        self, listings: Iterable[Listing], *, marketplace: str | None = None
    ) -> Iterator[ListingRecord]:
        """The records of many listings, in order, as they are done.

        Listings are read as needed, and photos of several listings share a batch. Where `listings`
        raises, the records of those before it come first. Raises `ClosedError` after `close`, and
        `ForkedError` in a forked child for what was begun before the fork.
        """
        for record, _ in self.enrich_seen(listings, marketplace=marketplace):
            yield record

    def enrich_seen(
        self,
        listings: Iterable[Listing],
        *,
        marketplace: str | None = None,
        watch: Watch = unwatched,
    ) -> Iterator[tuple[ListingRecord, tuple[SeenPhoto, ...]]]:
        """As `enrich_many`, each record with what was seen of its photos: embedding, SHA-256.

        Each photo is looked at within `watch(source)`.
        """
        rules = self.rules(marketplace)
        started: list[Listing] = []
        tasks = self._tasks(listings, rules, started, watch)
        gathered: list[SeenPhoto] = []
        for photo in self._seen(tasks):
            gathered.append(photo)
            if len(gathered) == len(started[0].photos):
                record = self._assembler.record(started.pop(0), gathered, rules)
                yield record, tuple(gathered)
                gathered = []

    def _seen(self, tasks: Iterator[PhotoTask]) -> Iterator[SeenPhoto]:
        """What was seen of each photo, in order."""
        process = os.getpid()
        if self._closed:
            raise ClosedError
        if process != self._process and not self._forkable:
            raise ForkedError(BACKEND_LOST)
        try:
            for photo in pipeline(tasks, self.batch_size, self._pool, self._look, self._run_models):
                yield photo
                if os.getpid() != process:
                    raise ForkedError(STREAM_LOST)
        except (CancelledError, RuntimeError) as error:
            if self._closed:
                raise ClosedError from error
            raise

    def _tasks(
        self,
        listings: Iterable[Listing],
        rules: MarketplaceRules,
        started: list[Listing],
        watch: Watch,
    ) -> Iterator[PhotoTask]:
        for listing in listings:
            started.append(listing)
            for source, name in zip(listing.photos, listing.names, strict=True):
                yield PhotoTask(source, name, rules, watch)

    def _look(self, task: PhotoTask) -> Look:
        with self._gate, task.watch(task.source), self._locks.held(task.source):
            return look_at(
                task.source, task.name, self._limits, task.rules, self._quality, self.encoder
            )

    def _run_models(self, looks: list[Look]) -> list[SeenPhoto]:
        return self._models.run(self._finish, looks)

    def _finish(self, looks: list[Look]) -> list[SeenPhoto]:
        """Runs the batched models over a batch, and lets go of its pixels."""
        with self._gate:
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

    def _start_threads(self) -> None:
        super()._start_threads()
        self._locks = SourceLocks()
        self._models: BatchWindow[Look, SeenPhoto] = BatchWindow(
            self.batch_size, self._window, "vitrine-models"
        )

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an Enricher cannot be pickled: make one in each worker, in the pool's initializer say"
        )
