"""What a run is asked for: what decides its records, what form they take, what it runs on."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from vision.backfill.errors import RunRefusedError

if TYPE_CHECKING:
    from moderation import Precision
    from vision.enricher import Enricher

Format = Literal["jsonl", "parquet"]
Compression = Literal["zstd"]
EMBEDDED_BUNDLE = "vitrine-tiny"


@dataclass(frozen=True)
class EnricherOptions:
    """How listings are enriched; see `vision.enricher.Enricher`.

    `photo_timeout` is the time, in seconds, that opening one photo may take.
    """

    bundle: str = EMBEDDED_BUNDLE
    marketplace: str = "generic"
    policy: str | None = None
    hashes: tuple[str, ...] = ()
    labels: str | None = None
    moderation: bool = True
    batch_size: int = 32
    photo_timeout: float = 30.0
    backend: str = "torch"
    device: str = "cpu"
    detector_precision: "Precision" = "float32"

    def build(self, threads: int) -> "Enricher":
        """An enricher of `threads` threads. Raises what `Enricher` raises."""
        from vision.enricher import Enricher
        from vision.photo_limits import PhotoLimits

        return Enricher(
            self.bundle,
            marketplace=self.marketplace,
            policy=self.policy,
            hash_lists=self.hashes,
            labels=self.labels,
            moderation=self.moderation,
            limits=replace(PhotoLimits(), timeout_seconds=self.photo_timeout),
            threads=threads,
            batch_size=self.batch_size,
            backend=self.backend,
            device=self.device,
            detector_precision=self.detector_precision,
        )


@dataclass(frozen=True)
class OutputForm:
    """How shards are written. Parquet is always compressed with zstd, whatever `compress` says."""

    format: Format = "jsonl"
    compress: Compression | None = None
    embeddings: bool = False


@dataclass(frozen=True)
class Part:
    """One of `count` parts that an input is divided into, `number` from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From "2/8". Raises RunRefusedError for anything that is not a part."""
        number, slash, count = text.partition("/")
        if not (slash and number.isdecimal() and count.isdecimal()):
            raise RunRefusedError(f"--shard is two numbers such as 2/8, not '{text}'")
        part = cls(int(number), int(count))
        if not 1 <= part.number <= part.count:
            raise RunRefusedError(f"--shard {text}: the first number runs from 1 to the second")
        return part

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


@dataclass(frozen=True)
class RunOptions:
    """All that decides what a run writes.

    `sample` is the share of listings taken, above 0 and at most 1; `shard_size` is in listings;
    `remote` lets a manifest name photos at any address, see `vision.listing.read_listings`.
    """

    enricher: EnricherOptions = field(default_factory=EnricherOptions)
    form: OutputForm = field(default_factory=OutputForm)
    shard_size: int = 1000
    sample: float = 1.0
    part: Part | None = None
    remote: bool = False


@dataclass(frozen=True)
class Resources:
    """What a run uses of the machine, which may change from one start to the next.

    `threads` are those of all workers together.
    """

    workers: int = 1
    threads: int = 1
    engine: str = "local"

    @property
    def threads_a_worker(self) -> int:
        """At least one, and never more in all than there are, unless there are more workers."""
        return max(1, self.threads // self.workers)


@dataclass(frozen=True)
class BackfillRequest:
    """One start of a run: its input, as `read_listings` takes it, and the folder it writes to."""

    input: str
    output: Path
    options: RunOptions = field(default_factory=RunOptions)
    resources: Resources = field(default_factory=Resources)
