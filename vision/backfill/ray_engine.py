"""The Ray engine: the same chunks, rows and shards as the local one, on the nodes of a cluster."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, field

from vision.backfill.engine import Watcher
from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.options import Resources, RunOptions
from vision.backfill.plan import Shard
from vision.backfill.ray_cluster import connected, most_cpus_a_node
from vision.backfill.ray_pipeline import Pipeline
from vision.backfill.ray_tables import Place, Result
from vision.backfill.row import Row
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.stop import Stop
from vision.backfill.summary import ShardSummary


def make_engine(options: RunOptions, resources: Resources) -> "RayEngine":
    """The Ray engine."""
    return RayEngine(options, resources)


@dataclass(eq=False)
class _Begun:
    """A shard of which something has come back."""

    place: Place
    rows: dict[int, tuple[Row, ...]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return len(self.rows) == self.place.chunks

    @property
    def shard(self) -> Shard:
        """What the writer needs of the shard; its listings are not needed any more."""
        return Shard(self.place.shard, (), self.place.digest)

    def all_rows(self) -> list[Row]:
        return [row for index in sorted(self.rows) for row in self.rows[index]]


class RayEngine:
    """Enriches shards with `workers` actors of `threads_a_worker` CPUs each; writes them here.

    Chunks travel out and rows back; shards are written by this process, so that the output folder
    need not be seen by other nodes.
    """

    def __init__(self, options: RunOptions, resources: Resources) -> None:
        self._options = options
        self._resources = resources
        self._begun: dict[int, _Begun] = {}
        self._written: set[int] = set()

    def run(
        self, shards: Iterable[Shard], writer: ShardWriter, stop: Stop, watcher: Watcher
    ) -> Generator[ShardSummary, None, None]:
        """As `Engine.run` says; what reading `shards` raises comes as a BackfillError.

        `shards` must be one that can be sent to another process and gone through more than once.
        """
        with connected():
            self._warn_of_small_nodes(watcher)
            pipeline = Pipeline(shards, self._options, self._resources)
            try:
                with closing(self._whole(pipeline, stop, watcher)) as whole:
                    for begun in whole:
                        yield writer.write(begun.shard, begun.all_rows())
            finally:
                pipeline.end()

    def _whole(
        self, pipeline: Pipeline, stop: Stop, watcher: Watcher
    ) -> Generator[_Begun, None, None]:
        """The shards of which all has come back, until the end or what a stop leaves to finish."""
        to_finish: set[int] | None = None
        for result in pipeline.results():
            if result is None:
                watcher.tick()
            else:
                begun = self._taken(result, watcher)
                if begun is not None:
                    yield begun
            if to_finish is None and stop.requested:
                to_finish = set(pipeline.close_gate())
            if to_finish is not None and to_finish <= self._written:
                return
        if self._begun:
            raise BackfillError(f"Ray has lost parts of {len(self._begun)} shards")

    def _taken(self, result: Result, watcher: Watcher) -> _Begun | None:
        """Puts a result into its shard; the shard, where this has made it whole."""
        for note in result.notes:
            watcher.note(note)
        if result.end == "refused":
            raise RunRefusedError(result.reason)
        if result.end == "failed":
            raise BackfillError(result.reason)
        place = result.place
        if result.end == "skipped" or place.shard in self._written:
            return None
        begun = self._begun.setdefault(place.shard, _Begun(place))
        if place.chunk in begun.rows:
            return None
        begun.rows[place.chunk] = result.rows
        watcher.enriched(result.rows)
        if not begun.whole:
            return None
        self._written.add(place.shard)
        return self._begun.pop(place.shard)

    def _warn_of_small_nodes(self, watcher: Watcher) -> None:
        wanted, largest = self._resources.threads_a_worker, most_cpus_a_node()
        if wanted > largest:
            watcher.note(
                f"each worker wants {wanted} CPUs, and the largest node of the Ray cluster has "
                f"{largest:g}: waiting for a larger one"
            )
