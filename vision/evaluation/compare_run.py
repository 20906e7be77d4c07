"""One bundle's part of a comparison, in a process of its own, so that its memory is its own.

The process is `python -m vision.evaluation.compare_run REQUEST`, where REQUEST is a `RunRequest` as
JSON. It writes a line to standard error for every photo done, and its answer to the file named.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRESS = "photo done"
"""What is written to standard error as a photo is done."""


@dataclass(frozen=True)
class RunRequest:
    """What one process measures, and where it writes what it found."""

    bundle: str
    files: Sequence[str]
    dataset: str | None
    split: str | None
    limit: int | None
    threads: int | None
    answer: str


def run(request: RunRequest, progress: Callable[[], None]) -> dict[str, Any]:
    """Evaluates the bundle.

    Raises what `vision.evaluation.evaluate.evaluate` raises, and `BundleError` where the bundle
    cannot be used.
    """
    from vision.evaluation.compare_outcomes import file_answers
    from vision.evaluation.evaluate import evaluate
    from vision.evaluation.peak_memory import peak_memory_bytes
    from vision.evaluation.reading import Reader
    from weights.catalog import find_bundle

    bundle = find_bundle(request.bundle)
    began = time.perf_counter()
    with Reader(bundle, threads=request.threads) as reader:
        loaded = time.perf_counter() - began
        findings = evaluate(
            [Path(file) for file in request.files],
            reader,
            dataset=request.dataset,
            split=request.split,
            limit=request.limit,
            progress=lambda *_: progress(),
        )
    peak = peak_memory_bytes()
    answers = [file_answers(one, bundle, request.split, request.limit) for one in findings.files]
    return {
        "name": bundle.name,
        "version": bundle.version,
        "sha256": bundle.sha256,
        "seconds_to_load": loaded,
        "peak_memory_bytes": peak,
        "files": answers,
    }


def main(arguments: Sequence[str]) -> int:
    """The process: 0 where it answered with what it found, 1 where it answered with an error."""
    request = RunRequest(**json.loads(arguments[0]))
    answer, status = {}, 0
    try:
        answer = run(request, lambda: print(PROGRESS, file=sys.stderr, flush=True))
    except Exception as error:  # whatever it is, the one who asked says it
        answer, status = {"error": str(error) or type(error).__name__}, 1
    Path(request.answer).write_text(json.dumps(answer), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
