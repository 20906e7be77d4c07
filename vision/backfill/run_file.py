"""`_run.json`: what a run is of, what made it, and what it came to."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from vision.backfill.errors import BackfillError
from vision.backfill.layout import RUN
from vision.backfill.summary import Counts, ShardSummary
from vision.durable_file import durably

FORMAT = 1

State = Literal["running", "interrupted", "failed", "finished"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InputFacts(_Part):
    """The input: where it is, what it holds of the listings asked for, and their SHA-256."""

    path: str
    listings: int
    photos: int
    sha256: str


class BundleFacts(_Part):
    """The CLIP bundle, as records name it."""

    name: str
    version: str
    sha256: str
    dimension: int


class PolicyFacts(_Part):
    """The moderation policy, as records name it, and the SHA-256 of all it says."""

    reference: str
    sha256: str


class Makers(_Part):
    """Everything that decides what records say, beside the options and the photos.

    `hashes` and `labels` are SHA-256 of files; `packages` are versions of installed packages, null
    for one that is not installed.
    """

    bundle: BundleFacts
    policy: PolicyFacts
    hashes: tuple[str, ...]
    labels: str | None
    library: str
    schema_version: str
    taxonomy: str
    packages: dict[str, str | None]


class Rates(_Part):
    """Over the time that the run was at work."""

    listings_per_second: float
    photos_per_second: float


class RunFile(_Part):
    """The whole file. `shards` are the finished ones; the journal has them up to the last.

    `seconds` is the time spent at work, over all starts; `started` and `finished` are UTC.
    """

    format: int = FORMAT
    state: State
    input: InputFacts
    options: dict[str, Any]
    made_with: Makers
    resources: dict[str, Any]
    started: str
    finished: str | None
    starts: int
    counts: Counts
    rates: Rates
    shards: tuple[ShardSummary, ...] = ()


def read_run(folder: Path) -> RunFile | None:
    """The run in an output folder; None where there is none.

    Raises BackfillError for a file that is not of a run, or of a format that is not known.
    """
    path = folder / RUN
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        run = RunFile.model_validate_json(text)
    except ValidationError as error:
        fault = error.errors()[0]
        key = ".".join(str(part) for part in fault["loc"]) or "the file"
        raise BackfillError(f"{path}: {key}: {fault['msg']}") from error
    if run.format != FORMAT:
        raise BackfillError(f"{path}: has format {run.format}; this version reads {FORMAT}")
    return run


def write_run(folder: Path, run: RunFile) -> None:
    """Replaces the file, whole. Raises OSError where it cannot be written."""
    with durably(folder / RUN) as aside:
        aside.write_text(run.model_dump_json(indent=1) + "\n", "utf-8")


def rates(counts: Counts) -> Rates:
    """Per second at work; 0 before any shard is finished."""
    seconds = counts.seconds
    return Rates(
        listings_per_second=round(counts.listings / seconds, 3) if seconds else 0.0,
        photos_per_second=round(counts.photos / seconds, 3) if seconds else 0.0,
    )
