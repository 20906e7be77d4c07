"""Two runs over the same listings, and what changes from the first to the second."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vision.backfill.compare_changes import Changes, changes_of
from vision.backfill.compare_facts import ListingFacts
from vision.backfill.compare_join import paired
from vision.backfill.run_file import RunFile
from vision.backfill.run_records import read_records, run_facts


@dataclass(frozen=True)
class Comparison:
    """Two runs, their folders, and what changes from the first to the second."""

    folders: tuple[Path, Path]
    runs: tuple[RunFile, RunFile]
    changes: Changes


def compare_runs(first: Path, second: Path) -> Comparison:
    """Reads two runs through and counts what changes.

    Memory does not grow with the listings, only with the labels that move into each other: see
    `vision.backfill.compare_join`. Raises BackfillError for a folder without a run and for what is
    no record.
    """
    runs = (run_facts(first), run_facts(second))
    changes = changes_of(paired(facts_of(first), facts_of(second)))
    return Comparison((first, second), runs, changes)


def facts_of(folder: Path) -> Iterator[ListingFacts]:
    """The facts of a run's records, in order."""
    return map(ListingFacts.of, read_records(folder))
