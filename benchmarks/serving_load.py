"""A server's load: many threads that each send one photo at a time, with and without a window.

    python benchmarks/serving_load.py FOLDER [--callers 16] [--calls 20] [--windows 0 5 20]

Every analyser and the installed detectors are on. The ways take turns, `--rounds` times, so that
a noisy machine treats them alike. Prints calls a second and the median and 99th percentile of a
call's seconds for each, and both for a caller who is alone.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from vision import Enricher


def seconds_of_calls(enricher: Enricher, photos: Sequence[bytes], callers: int) -> list[float]:
    """Seconds of each call, when `callers` threads share them."""

    def call(photo: bytes) -> float:
        start = time.perf_counter()
        enricher.enrich([photo])
        return time.perf_counter() - start

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(call, photos))


def line(name: str, seconds: Sequence[float], whole: float) -> str:
    """One line of the table."""
    ordered = sorted(seconds)
    slowest = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    median = statistics.median(ordered)
    rate = len(ordered) / whole
    return f"{name:28s} {rate:7.1f}/s  p50 {1000 * median:7.1f} ms  p99 {1000 * slowest:7.1f} ms"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure concurrent calls.")
    parser.add_argument("folder", type=Path, help="a folder of photos")
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--calls", type=int, default=20, help="calls a caller, each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--windows", type=float, nargs="*", default=[0.0, 5.0, 20.0])
    parser.add_argument("--threads", type=int, default=None)
    options = parser.parse_args()
    files = sorted(path for path in options.folder.iterdir() if path.is_file())
    photos = [path.read_bytes() for path in files]
    many = list(islice(cycle(photos), options.callers * options.calls))
    for callers, calls in ((options.callers, many), (1, many[: 2 * options.calls])):
        ways: dict[float | None, list[float]] = {way: [] for way in (None, *options.windows)}
        whole = dict.fromkeys(ways, 0.0)
        enrichers = {way: Enricher(threads=options.threads, batch_window_ms=way) for way in ways}
        for enricher in enrichers.values():
            enricher.warm_up()
        for _ in range(options.rounds):
            for way, enricher in enrichers.items():
                start = time.perf_counter()
                ways[way] += seconds_of_calls(enricher, calls, callers)
                whole[way] += time.perf_counter() - start
        print(f"{callers} callers, {len(calls)} calls a round")
        for way, seconds in ways.items():
            name = "no window" if way is None else f"batch_window_ms={way:g}"
            print(line(name, seconds, whole[way]))
        for enricher in enrichers.values():
            enricher.close()


if __name__ == "__main__":
    main()
