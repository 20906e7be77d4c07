"""Whether memory stays flat: many single enrichments, with resident memory at intervals.

    python benchmarks/soak.py [--count 20000] [--threads N] [--callers N] [--window MS]
        [--backend NAME] [--json OUT]

Real photos from scikit-image and drawn ones, as JPEG, PNG, WebP and arrays, some of them broken;
every analyser and the installed detectors on. Prints resident memory ten times, and its slope over
the second half by least squares, in MB for 1,000 enrichments.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

from vision import Enricher
from vision.photo import PhotoSource

NAMES = ("astronaut.png", "coffee.png", "chelsea.png", "rocket.jpg")
READINGS = 10


def resident_mb() -> float:
    """Resident memory of this process, in MB; Linux's /proc/self/statm (man 5 proc)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6


def photos() -> list[PhotoSource]:
    """Small photos of several formats and sizes, an empty and a truncated one among them."""
    made: list[PhotoSource] = [b""]
    for place, name in enumerate(NAMES):
        with Image.open(Path(skimage.__file__).parent / "data" / name) as image:
            small = image.convert("RGB").reduce(2 + place % 2)
        for kind in ("JPEG", "PNG", "WEBP"):
            file = BytesIO()
            small.save(file, kind)
            made.append(file.getvalue())
        made.append(np.asarray(small))
    made.append(bytes(made[1])[:2000])  # type: ignore[arg-type]
    noise = np.random.default_rng(0).integers(0, 256, (120, 200, 3), dtype=np.uint8)
    return [*made, noise]


def readings(enricher: Enricher, count: int, callers: int) -> Iterator[tuple[int, float]]:
    """Enrichments done, and resident memory, `READINGS` times."""
    stream = cycle(photos())
    part = max(1, count // READINGS)
    with ThreadPoolExecutor(callers) as pool:
        for done in range(part, part * READINGS + 1, part):
            for record in pool.map(lambda one: enricher.enrich([one]), islice(stream, part)):
                assert len(record.photos) == 1
            yield done, resident_mb()


def slope(points: Sequence[tuple[int, float]]) -> float:
    """MB for 1,000 enrichments, over the second half of the readings."""
    late = np.array(points[len(points) // 2 :], dtype=np.float64)
    return float(np.polyfit(late[:, 0] / 1000, late[:, 1], 1)[0]) if len(late) > 1 else 0.0


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure whether memory stays flat.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--callers", type=int, default=1, help="threads that call at once")
    parser.add_argument("--window", type=float, default=None, help="batch_window_ms")
    parser.add_argument("--backend", default="torch", help="torch or openvino")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args()
    start = time.perf_counter()
    points = []
    with Enricher(
        threads=options.threads, batch_window_ms=options.window, backend=options.backend
    ) as enricher:
        enricher.warm_up()
        print(f"warm: {resident_mb():.1f} MB", flush=True)
        for done, memory in readings(enricher, options.count, options.callers):
            points.append((done, memory))
            print(f"{done:6d} enrichments: {memory:.1f} MB", flush=True)
    print(f"slope over the second half: {slope(points):+.2f} MB for 1,000 enrichments")
    print(f"{points[-1][0] / (time.perf_counter() - start):.1f} enrichments a second")
    if options.json is not None:
        content = {"mb": points, "mb_per_1000": slope(points)}
        options.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
