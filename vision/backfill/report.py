"""What a run came to, in sentences."""

from collections.abc import Mapping
from pathlib import Path

from vision.backfill.progress import duration
from vision.backfill.run_file import RunFile


def sentences(run: RunFile, folder: Path) -> list[str]:
    """How a run ended, what it wrote, and which photos failed."""
    counts = run.counts
    said = [
        f"{_state(run)}: {counts.listings:,} of {run.input.listings:,} listings, "
        f"{counts.photos:,} photos, {counts.shards:,} shards in {folder}, "
        f"{duration(counts.seconds)} at work ({run.rates.photos_per_second:g} photos/s)."
    ]
    if counts.verdicts:
        said.append(f"Verdicts: {_counts(counts.verdicts)}.")
    if counts.failed:
        said.append(
            f"{counts.failed:,} photos could not be used ({_counts(counts.errors)}); see their "
            "records."
        )
    if counts.incomplete:
        said.append(
            f"{counts.incomplete:,} photos could be looked at in part alone; see their records."
        )
    if run.state == "interrupted":
        said.append("Give the same command again to go on.")
    return said


def _state(run: RunFile) -> str:
    return f"Finished at {run.finished}" if run.state == "finished" else run.state.capitalize()


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
