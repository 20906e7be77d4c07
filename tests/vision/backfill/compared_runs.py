"""Runs made by hand for the tests of comparisons: folders as a backfill leaves them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vision.backfill.layout import part_name
from vision.backfill.options import OutputForm
from vision.backfill.part_file import write_part
from vision.backfill.row import Row
from vision.backfill.run_file import RunFile, write_run

JSONL, ZSTD, PARQUET = OutputForm(), OutputForm(compress="zstd"), OutputForm(format="parquet")


def listing(listing_id: str, **changes: Any) -> dict[str, Any]:
    """The parts of a record that a comparison reads: a mug, clear, white, of 80 points.

    `category`, `verdict`, `color`, `score`, `tags`, `errors`, `sha256` stand for themselves.
    """
    said = {"category": "mugs", "verdict": "clear", "color": "White", "score": 80} | changes
    name = said["category"]
    return {
        "listing_id": listing_id,
        "category": name and {"id": name, "path": ["Home", name.title()], "confidence": 0.9},
        "tags": [{"tag": tag, "from": "category"} for tag in said.get("tags", ("mug",))]
        + [{"tag": "my own words", "from": "seller"}],
        "colors": {"primary": said["color"] and {"name": said["color"]}},
        "quality": {"score": said["score"], "cover": said.get("cover")},
        "moderation": {"verdict": said["verdict"], "labels": said.get("labels", [])},
        "photos": [
            {"sha256": said.get("sha256"), "error": code and {"code": code, "message": ""}}
            for code in said.get("errors", (None,))
        ],
    }


def write_records(
    folder: Path, records: Sequence[dict[str, Any]], form: OutputForm = JSONL, shard_size: int = 3
) -> Path:
    """A folder with the records in shards, and a `_run.json` that says little."""
    folder.mkdir(parents=True, exist_ok=True)
    for index, start in enumerate(range(0, len(records), shard_size)):
        rows = [_row(record) for record in records[start : start + shard_size]]
        write_part(folder / part_name(index, form), rows, form)
    write_run(folder, run_of(len(records)))
    return folder


def run_of(listings: int, **changes: Any) -> RunFile:
    """What `_run.json` says."""
    facts: dict[str, Any] = {
        "state": "finished",
        "input": {"path": "/nowhere", "listings": listings, "photos": listings, "sha256": "0"},
        "options": {"marketplace": "generic"},
        "made_with": {
            "bundle": {"name": "vitrine-tiny", "version": "2", "sha256": "b0", "dimension": 8},
            "policy": {"reference": "default@1", "sha256": "p0"},
            "hashes": [],
            "labels": None,
            "library": "0.1.0",
            "schema_version": "1.1",
            "taxonomy": "1",
            "packages": {},
        },
        "resources": {},
        "started": "2026-01-01T00:00:00+00:00",
        "finished": None,
        "starts": 1,
        "counts": {"listings": listings, "photos": listings},
        "rates": {"listings_per_second": 1.0, "photos_per_second": 1.0},
    }
    return RunFile.model_validate(facts | changes)


def _row(record: dict[str, Any]) -> Row:
    return Row(
        listing_id=record["listing_id"],
        record=json.dumps(record).encode(),
        category=None,
        verdict=record["moderation"]["verdict"],
        mature=False,
        primary_color=None,
        quality_score=None,
        errors=(),
    )
