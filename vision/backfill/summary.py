"""What a shard, and a run, came to: counts of listings, photos, failures and verdicts."""

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from vision.backfill.row import Row


class ShardSummary(BaseModel):
    """A finished shard.

    `digest` is that of its listings, `files` maps its files to their sizes in bytes, `seconds` is
    the time since the shard before it was finished, or since the run was started or resumed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    index: int
    digest: str
    listings: int
    photos: int
    failed: int
    incomplete: int
    errors: dict[str, int]
    verdicts: dict[str, int]
    files: dict[str, int]
    seconds: float = 0.0
    finished: str = ""


class Counts(BaseModel):
    """A run so far.

    `failed` photos are counted by the code of their error in `errors`; `incomplete` ones could be
    used, but a part of the looking failed, which their records say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shards: int = 0
    listings: int = 0
    photos: int = 0
    failed: int = 0
    incomplete: int = 0
    errors: dict[str, int] = {}
    verdicts: dict[str, int] = {}
    seconds: float = 0.0


def summarize(index: int, digest: str, rows: Sequence[Row], files: dict[str, int]) -> ShardSummary:
    """The counts of a shard's rows."""
    errors = Counter(code for row in rows for code in row.errors if code is not None)
    return ShardSummary(
        index=index,
        digest=digest,
        listings=len(rows),
        photos=sum(row.photos for row in rows),
        failed=errors.total(),
        incomplete=sum(row.incomplete for row in rows),
        errors=dict(sorted(errors.items())),
        verdicts=dict(sorted(Counter(row.verdict for row in rows).items())),
        files=files,
    )


def totals(shards: Iterable[ShardSummary]) -> Counts:
    """The counts of all shards together."""
    shards = tuple(shards)
    errors: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    for shard in shards:
        errors.update(shard.errors)
        verdicts.update(shard.verdicts)
    return Counts(
        shards=len(shards),
        listings=sum(shard.listings for shard in shards),
        photos=sum(shard.photos for shard in shards),
        failed=errors.total(),
        incomplete=sum(shard.incomplete for shard in shards),
        errors=dict(sorted(errors.items())),
        verdicts=dict(sorted(verdicts.items())),
        seconds=round(sum(shard.seconds for shard in shards), 3),
    )
