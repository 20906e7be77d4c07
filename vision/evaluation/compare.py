"""Two bundles side by side on the same photos: `vitrine evaluate --compare A B`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

import vision
from vision.evaluation.compare_pairs import Difference, Outcomes, differences
from vision.evaluation.compare_run import PROGRESS, RunRequest
from vision.evaluation.errors import EvaluationError
from weights.catalog import find_bundle

SHOWN_LINES = 5


@dataclass(frozen=True)
class BundleRun:
    """What one bundle took: its identity, and the time and the memory of its own process.

    `peak_memory_bytes` is the greatest resident set, None where the system does not say.
    """

    name: str
    version: str
    sha256: str
    seconds_to_load: float
    peak_memory_bytes: int | None


@dataclass(frozen=True)
class FileComparison:
    """One file: the `photos` that both could read, and each figure of both, by name.

    `speed` holds the photos a second of A and B.
    """

    path: Path
    photos: int
    unreadable: int
    speed: tuple[float, float]
    figures: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """A and B over several files, in the order given."""

    a: BundleRun
    b: BundleRun
    split: str | None
    files: tuple[FileComparison, ...]


def compare(
    bundles: tuple[str | Path, str | Path],
    paths: Sequence[Path],
    *,
    dataset: str | None = None,
    split: str | None = None,
    limit: int | None = None,
    threads: int | None = None,
    progress: Callable[[], object] | None = None,
) -> Comparison:
    """Evaluates two bundles on the same photos, one after the other, each in its own process.

    `dataset`, `split` and `limit` are those of `vision.evaluation.evaluate`. Raises `BundleError`
    where a bundle cannot be found, and `EvaluationError` where a run fails.
    """
    for bundle in bundles:
        find_bundle(bundle)  # before any photo is read
    with tempfile.TemporaryDirectory(prefix="vitrine-compare-") as folder:
        answers = [
            _answer(
                RunRequest(
                    bundle=str(bundle),
                    files=[str(path) for path in paths],
                    dataset=dataset,
                    split=split,
                    limit=limit,
                    threads=threads,
                    answer=str(Path(folder) / f"{place}.json"),
                ),
                progress,
            )
            for place, bundle in enumerate(bundles)
        ]
    files = zip(answers[0]["files"], answers[1]["files"], strict=True)
    a, b = (_run(answer) for answer in answers)
    return Comparison(a, b, split, tuple(_file(*pair) for pair in files))


def _answer(request: RunRequest, progress: Callable[[], object] | None) -> dict[str, Any]:
    command = [sys.executable, "-m", "vision.evaluation.compare_run", json.dumps(asdict(request))]
    lines: list[str] = []
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        try:
            for line in process.stderr or ():
                if line.strip() != PROGRESS:
                    lines.append(line.strip())
                elif progress is not None:
                    progress()
        except BaseException:
            process.kill()
            raise
    answer = Path(request.answer)
    said: dict[str, Any] = json.loads(answer.read_text("utf-8")) if answer.is_file() else {}
    if process.returncode or not said or "error" in said:
        last = " ".join(lines[-SHOWN_LINES:]) or f"its process ended with {process.returncode}"
        raise EvaluationError(Path(request.bundle), said.get("error", last))
    return said


def _environment() -> Mapping[str, str]:
    """This process's own, with the packages that it runs found first."""
    root = str(Path(vision.__file__).parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def _run(answer: Mapping[str, Any]) -> BundleRun:
    return BundleRun(
        name=answer["name"],
        version=answer["version"],
        sha256=answer["sha256"],
        seconds_to_load=answer["seconds_to_load"],
        peak_memory_bytes=answer["peak_memory_bytes"],
    )


def _file(a: Mapping[str, Any], b: Mapping[str, Any]) -> FileComparison:
    rows = sorted(set(a["rows"]) & set(b["rows"]))
    return FileComparison(
        path=Path(a["file"]),
        photos=len(rows),
        unreadable=max(a["unreadable"], b["unreadable"]),
        speed=(a["photos_per_second"], b["photos_per_second"]),
        figures=differences(_outcomes(a, rows), _outcomes(b, rows)),
    )


def _outcomes(answer: Mapping[str, Any], rows: Sequence[int]) -> Outcomes:
    """The outcomes of the rows that both read, in the same order."""
    places = np.flatnonzero(np.isin(answer["rows"], rows))
    return {
        name: (
            np.array(one["right"], np.float64)[places],
            np.array(one["counted"], np.float64)[places],
        )
        for name, one in answer["figures"].items()
    }
