"""The names of the files in an output folder."""

import re
from pathlib import Path

from vision.backfill.options import OutputForm

RUN, JOURNAL = "_run.json", "_shards.jsonl"
_PART = re.compile(r"part-(\d{5,})\.(jsonl|jsonl\.zst|parquet)")


def part_name(index: int, form: OutputForm) -> str:
    """The file of a shard's records, such as `part-00000.jsonl.zst`."""
    if form.format == "parquet":
        return f"part-{index:05d}.parquet"
    return f"part-{index:05d}.jsonl" + (".zst" if form.compress == "zstd" else "")


def embeddings_name(index: int) -> str:
    """The file of a shard's embeddings."""
    return f"embeddings-{index:05d}.parquet"


def part_files(folder: Path) -> list[Path]:
    """The files of records in an output folder, in the input's order."""
    found = [(match, path) for path in folder.iterdir() if (match := _PART.fullmatch(path.name))]
    return [path for _, path in sorted(found, key=lambda one: int(one[0][1]))]
