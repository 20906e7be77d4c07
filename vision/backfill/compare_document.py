"""A comparison as JSON can hold it."""

from pathlib import Path
from typing import Any

from vision.backfill.compare import Comparison
from vision.backfill.compare_changes import SIZES, Alone, Changes
from vision.backfill.compare_moves import Moves
from vision.backfill.run_file import RunFile


def document(comparison: Comparison) -> dict[str, Any]:
    """Everything that was counted; a label of null is that none was given."""
    first, second = (
        run_document(*one) for one in zip(comparison.folders, comparison.runs, strict=True)
    )
    changes = comparison.changes
    return {
        "first": first,
        "second": second,
        "listings": changes.listings,
        "listings_changed": changes.changed,
        "categories": _moves(changes.categories),
        "verdicts": _moves(changes.verdicts),
        "colors": _moves(changes.colors),
        "photo_errors": _moves(changes.errors),
        "scores": _scores(changes),
        "tags": {
            "listings_changed": changes.tags.changed,
            "tags": [
                {"tag": tag, "before": old, "after": new, "gained": gained, "lost": lost}
                for tag, old, new, gained, lost in changes.tags.biggest()
            ],
        },
        "only_first": _alone(changes.only_first),
        "only_second": _alone(changes.only_second),
    }


def run_document(folder: Path, run: RunFile) -> dict[str, Any]:
    """What a run was made with, and what it came to."""
    made = run.made_with
    return {
        "folder": str(folder),
        "state": run.state,
        "input": run.input.path,
        "bundle": f"{made.bundle.name} {made.bundle.version}",
        "bundle_sha256": made.bundle.sha256,
        "taxonomy": made.taxonomy,
        "policy": made.policy.reference,
        "policy_sha256": made.policy.sha256,
        "marketplace": run.options.get("marketplace"),
        "library": made.library,
        "listings": run.counts.listings,
        "photos": run.counts.photos,
        "failed": run.counts.failed,
    }


def _moves(moves: Moves[Any]) -> dict[str, Any]:
    return {
        "total": moves.total,
        "changed": moves.changed,
        "labels": [
            {"label": label, "before": old, "after": new} for label, old, new in moves.by_label()
        ],
        "moves": [
            {
                "before": move.before,
                "after": move.after,
                "number": move.number,
                "examples": [one.listing_id for one in move.examples],
            }
            for move in moves.biggest()
        ],
    }


def _scores(changes: Changes) -> dict[str, Any]:
    scores = changes.scores
    return {
        "listings": scores.both,
        "mean_before": scores.mean_before,
        "mean_after": scores.mean_after,
        "tens_before": scores.before,
        "tens_after": scores.after,
        "moved": {name: scores.moved[name] for name in SIZES},
        "largest": [
            {"listing_id": one.listing_id, "change": change}
            for change, one in scores.largest.found()
        ],
    }


def _alone(alone: Alone) -> dict[str, Any]:
    return {"number": alone.number, "first_ids": alone.ids}
