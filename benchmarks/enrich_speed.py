"""How fast whole records are made: one photo at a time, in batches, and the encoder alone.

    python benchmarks/enrich_speed.py FOLDER [--bundle NAME] [--threads N]
        [--backend torch|openvino] [--device cpu|cuda]

Every analyser and the installed detectors are on. A photo is a listing of its own. Prints the
median and 99th percentile of a warm call, photos a second over the folder, and the encoder's own
photos a second at its batch size (the median of 15 batches).
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from vision import Enricher, Listing

WARM_CALLS = 5


def seconds_a_call(enricher: Enricher, photos: list[Path]) -> list[float]:
    """Seconds of each warm call with one photo, ascending."""
    for photo in photos[:WARM_CALLS]:
        enricher.enrich([photo])
    seconds = []
    for photo in photos:
        start = time.perf_counter()
        enricher.enrich([photo])
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)


def photos_a_second(enricher: Enricher, photos: list[Path]) -> float:
    """Photos a second over all of them, in batches."""
    start = time.perf_counter()
    done = sum(1 for _ in enricher.enrich_many(Listing.from_photos([photo]) for photo in photos))
    return done / (time.perf_counter() - start)


def encoded_a_second(enricher: Enricher) -> float:
    """Photos a second of the encoder alone, from prepared inputs."""
    encoder = enricher.encoder
    gray = np.full((256, 256, 3), 128, np.uint8)
    batch = [encoder.prepare(gray)] * encoder.batch_size
    seconds = []
    for _ in range(15):
        start = time.perf_counter()
        encoder.encode_prepared(batch)
        seconds.append(time.perf_counter() - start)
    return len(batch) / statistics.median(seconds)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure how fast records are made.")
    parser.add_argument("folder", type=Path, help="a folder of photos")
    parser.add_argument("--bundle", default="vitrine-tiny")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--backend", default="torch")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    photos = sorted(path for path in options.folder.iterdir() if path.is_file())
    with Enricher(
        options.bundle, threads=options.threads, backend=options.backend, device=options.device
    ) as enricher:
        seconds = seconds_a_call(enricher, photos)
        slowest = seconds[min(len(seconds) - 1, int(0.99 * len(seconds)))]
        median = statistics.median(seconds)
        print(f"{len(photos)} photos of {options.folder.name}")
        print(f"one photo      median {1000 * median:.1f} ms, 99th {1000 * slowest:.1f} ms")
        print(f"in batches     {photos_a_second(enricher, photos):.1f} photos/s")
        print(f"encoder alone  {encoded_a_second(enricher):.0f} photos/s")


if __name__ == "__main__":
    main()
