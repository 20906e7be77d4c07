"""What every engine does: enrich shards, have each written whole, say which are done."""

from collections.abc import Callable, Generator, Iterable, Sequence
from importlib import import_module
from typing import Protocol, cast

from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.options import Resources, RunOptions
from vision.backfill.plan import Shard
from vision.backfill.row import Row
from vision.backfill.shard_writer import ShardWriter
from vision.backfill.stop import Stop
from vision.backfill.summary import ShardSummary

ENGINES = {"local": "vision.backfill.local_engine", "ray": "vision.backfill.ray_engine"}
"""The module of each engine, with a function `make_engine(options, resources)`."""


class Watcher(Protocol):
    """Is told how an engine gets on."""

    def enriched(self, rows: Sequence[Row]) -> None:
        """These rows are made, though not yet written."""

    def tick(self) -> None:
        """Called a few times a second, whether or not anything has happened."""

    def note(self, sentence: str) -> None:
        """Something that people should know has happened, such as the death of a worker."""


class Engine(Protocol):
    """Enriches shards.

    Listings come and go as `Shard`s, of which an engine reads no more than it can work on; rows are
    made by `vision.backfill.row.enrich_rows` wherever the engine likes, and a whole shard is handed
    to `writer.write`, here or in another process.
    """

    def run(
        self, shards: Iterable[Shard], writer: ShardWriter, stop: Stop, watcher: Watcher
    ) -> Generator[ShardSummary, None, None]:
        """Yields each shard when it is written, in any order.

        `shards` may be gone through in another process, and more than once.

        Every listing gets exactly one row, in the shard's order, whatever its photos do; a photo
        that cannot be looked at has a coded error in it. When `stop` is set no further shard is
        begun, and those begun are finished. Closing the generator ends all work at once.
        Raises OSError where a shard cannot be written, BackfillError where work cannot go on, and
        what reading `shards` raises.
        """


def load_engine(options: RunOptions, resources: Resources) -> Engine:
    """The engine asked for. Raises RunRefusedError for an unknown one, BackfillError for one that
    is not installed."""
    name = resources.engine
    if name not in ENGINES:
        raise RunRefusedError(f"there is no engine '{name}'; known: {', '.join(ENGINES)}")
    try:
        module = import_module(ENGINES[name])
    except ModuleNotFoundError as error:
        raise BackfillError(
            f"the engine '{name}' is not installed ({error.name} is missing): "
            f"pip install 'vitrine[{name}]'"
        ) from error
    make = cast("Callable[[RunOptions, Resources], Engine]", module.make_engine)
    return make(options, resources)
