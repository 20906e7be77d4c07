"""Writing a shard whole: the one function by which records reach an output folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vision.backfill.layout import embeddings_name, part_name
from vision.backfill.options import OutputForm
from vision.backfill.part_file import write_part
from vision.backfill.plan import Shard
from vision.backfill.row import Row
from vision.backfill.summary import ShardSummary, summarize
from vision.durable_file import durably
from vision.embeddings_file import EmbeddingsHeader, EmbeddingsWriter


@dataclass(frozen=True)
class ShardWriter:
    """Writes shards into a folder; can be sent to another process, and called by any number."""

    folder: Path
    form: OutputForm
    header: EmbeddingsHeader

    def write(self, shard: Shard, rows: Sequence[Row]) -> ShardSummary:
        """Writes a shard's files, records last; each appears whole or not at all.

        `rows` are one for each of the shard's listings, in order. A shard that is there already is
        replaced. Raises OSError where a file cannot be written.
        """
        names = []
        if self.form.embeddings:
            names.append(embeddings_name(shard.index))
            with durably(self.folder / names[-1]) as aside, self._embeddings(aside) as writer:
                writer.write([one for row in rows for one in row.embeddings])
        names.append(part_name(shard.index, self.form))
        with durably(self.folder / names[-1]) as aside:
            write_part(aside, rows, self.form)
        sizes = {name: (self.folder / name).stat().st_size for name in sorted(names)}
        return summarize(shard.index, shard.digest, rows, sizes)

    def _embeddings(self, path: Path) -> EmbeddingsWriter:
        return EmbeddingsWriter(path, self.header)
