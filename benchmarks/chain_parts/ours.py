"""Vitrine doing all of its own work on the same photos, and where its time goes."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.chain_parts.setting import DECODE, DETECTOR, ENCODER, Setting
from moderation import compute_pdq, pdq_installed
from moderation.nudenet import NudeNetDetector
from moderation.yolo import INPUT_SIDE
from photo_quality import QualityAnalyzer
from vision import Enricher, Listing, open_photo
from vision.encoder import Encoder

BATCHES = (1, 2, 4, 8, 16, 32)
REPEATS = 3
SAMPLE = 64

Milliseconds = dict[str, float]


class Ours:
    """An enricher with everything on, a photo being a listing of its own."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.enricher = Enricher(
            setting.bundle,
            backend=setting.backend,
            device=setting.device,
            threads=setting.threads,
            detector_precision=setting.detector_precision,
        )

    def run(self, photos: list[Path]) -> dict[str, float]:
        """Does all the work on all photos; its seconds."""
        start = time.perf_counter()
        listings = (Listing.from_photos([photo]) for photo in photos)
        records = sum(1 for _ in self.enricher.enrich_many(listings))
        assert records == len(photos)
        return {"whole": time.perf_counter() - start}

    def calls(self, photos: list[Path]) -> list[float]:
        """Milliseconds of a warm call with one photo, for each photo."""
        found = []
        for photo in photos:
            start = time.perf_counter()
            self.enricher.enrich([photo])
            found.append(1000 * (time.perf_counter() - start))
        return found

    def parts(self, photos: list[Path]) -> Milliseconds:
        """Milliseconds a photo of each part, with all the threads it may have and nothing beside.

        The models are at the batch size that is best for them. Decoding and the analysers are
        spread over the threads, a photo each.
        """
        threads, rules = self.enricher.threads, self.enricher.rules()
        quality, encoder = QualityAnalyzer(), self.enricher.encoder
        opened = [open_photo(photo) for photo in photos[:SAMPLE]]
        spread: dict[str, tuple[Callable[[Any], object], Iterable[Any]]] = {
            DECODE: (open_photo, photos[:SAMPLE]),
            "photo quality": (
                lambda one: quality.analyze(
                    one.pixels, width=one.width, height=one.height, min_side=500
                ),
                opened,
            ),
            "colours": (lambda one: rules.colors.analyze(one.pixels), opened),
            "encoder input": (lambda one: encoder.prepare(one.pixels), opened),
        }
        if pdq_installed():
            spread["PDQ hash"] = (lambda one: compute_pdq(one.pixels), opened)
        found = {}
        with ThreadPoolExecutor(threads) as pool:
            for name, (work, items) in spread.items():
                kept = list(items)
                found[name] = _best(lambda w=work, k=kept: list(pool.map(w, k)), len(kept))
        found[ENCODER] = min(_encoder(encoder, size) for size in BATCHES)
        found[DETECTOR] = min(_detector(threads, self.setting, size) for size in BATCHES)
        return found


def _encoder(encoder: Encoder, size: int) -> float:
    batch = [encoder.prepare(np.full((256, 256, 3), 128, np.uint8))] * size
    return _best(lambda: encoder.encode_prepared(batch), size)


def _detector(threads: int, setting: Setting, size: int) -> float:
    """The detector given squares of its own size, so that nothing is resized."""
    detector = NudeNetDetector(
        threads=threads,
        batch_size=size,
        device=setting.device,
        precision=setting.detector_precision,
    )
    squares = [np.full((INPUT_SIDE, INPUT_SIDE, 3), 128, np.uint8)] * size
    return _best(lambda: detector.detect(squares), size)


def _best(work: Callable[[], object], photos: int) -> float:
    """Milliseconds a photo, the least of some runs after one that warms up."""
    work()
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return 1000 * min(found) / photos
