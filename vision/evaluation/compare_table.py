"""A comparison as plain text for a terminal, and as JSON values."""

from collections.abc import Iterator
from typing import Any

from vision.evaluation.compare import BundleRun, Comparison, FileComparison
from vision.evaluation.compare_pairs import DRAWS, Difference
from vision.version import __version__

ROW = "  {:<32} {:>7} {:>8} {:>8} {:>8}  {:<20} {}"
NOTE = (
    f"B - A with its 95 % interval: {DRAWS} paired bootstrap draws of the photos. "
    "* marks an interval without 0."
)
DIGITS = 4


def compare_table(comparison: Comparison) -> str:
    """What each bundle took, then the figures of every file side by side."""
    lines = [_run_line("A", comparison.a), _run_line("B", comparison.b)]
    for file in comparison.files:
        lines += ["", *_file_lines(file, comparison.split)]
    return "\n".join([*lines, "", NOTE])


def compare_document(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison, ready for `json.dumps`; shares in 0..1 to four digits."""
    return {
        "a": _run_values(comparison.a),
        "b": _run_values(comparison.b),
        "library": __version__,
        "draws": DRAWS,
        "split": comparison.split,
        "files": [
            {
                "file": file.path.name,
                "photos": file.photos,
                "unreadable": file.unreadable,
                "photos_per_second": {
                    "a": round(file.speed[0], 1),
                    "b": round(file.speed[1], 1),
                },
                "figures": {one.figure: _figure_values(one) for one in file.figures},
            }
            for file in comparison.files
        ],
    }


def megabytes(run: BundleRun) -> str:
    """The peak of memory, for people."""
    if run.peak_memory_bytes is None:
        return "peak memory not known"
    return f"peak memory {run.peak_memory_bytes / 1e6:.0f} MB"


def _run_line(letter: str, run: BundleRun) -> str:
    return (
        f"{letter}: {run.name} {run.version} (sha256 {run.sha256[:12]}), "
        f"loaded in {run.seconds_to_load:.1f} s, {megabytes(run)}"
    )


def _file_lines(file: FileComparison, split: str | None) -> Iterator[str]:
    of_split = f", split {split}" if split is not None else ""
    speeds = " and ".join(f"{one:.0f}" for one in file.speed)
    yield f"{file.path.name}{of_split}: {file.photos} photos; A and B: {speeds} photos/s"
    if file.unreadable:
        yield f"  photos that could not be read: {file.unreadable}"
    yield ROW.format("figure", "photos", "A", "B", "B - A", "95 % interval", "").rstrip()
    yield from (_figure_line(one) for one in file.figures)


def _figure_line(one: Difference) -> str:
    shares = (_number(one.a), _number(one.b), _signed(one.difference))
    interval = "-" if one.low is None else f"{_signed(one.low)} to {_signed(one.high)}"
    mark = "*" if one.clear else ""
    return ROW.format(one.figure, one.photos, *shares, interval, mark).rstrip()


def _run_values(run: BundleRun) -> dict[str, Any]:
    return {
        "name": run.name,
        "version": run.version,
        "sha256": run.sha256,
        "seconds_to_load": round(run.seconds_to_load, 2),
        "peak_memory_bytes": run.peak_memory_bytes,
    }


def _figure_values(one: Difference) -> dict[str, Any]:
    shares = {"a": one.a, "b": one.b, "difference": one.difference}
    interval = {"low": one.low, "high": one.high}
    rounded = {
        name: None if value is None else round(value, DIGITS)
        for name, value in {**shares, **interval}.items()
    }
    return {"photos": one.photos, **rounded}


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.4f}"
