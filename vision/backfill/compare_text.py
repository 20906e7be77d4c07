"""A comparison as text for people."""

from typing import Any

from vision.backfill.compare import Comparison
from vision.backfill.compare_changes import SIZES, Changes
from vision.backfill.compare_document import run_document
from vision.backfill.compare_moves import Move, Moves

ROWS = 10
ABSTAINED = "(none)"
SHOWN = ("folder", "bundle", "taxonomy", "policy", "marketplace", "library", "state", "input")


def as_text(comparison: Comparison) -> str:
    """The comparison for people: what was compared, and the biggest changes of each kind."""
    changes = comparison.changes
    first, second = (
        run_document(*one) for one in zip(comparison.folders, comparison.runs, strict=True)
    )
    lines = [f"{key:<14} {first[key]}" + _arrow(first[key], second[key]) for key in SHOWN]
    lines += [
        "",
        f"{changes.listings:,} listings in both runs, {changes.changed:,} change "
        f"({_share(changes.changed, changes.listings)})",
        *_alone_lines(changes),
        *_move_lines("categories", changes.categories),
        *_move_lines("verdicts", changes.verdicts),
        *_move_lines("primary colours", changes.colors),
        *_score_lines(changes),
        *_tag_lines(changes),
        *_move_lines("errors of photos", changes.errors),
    ]
    return "\n".join(lines)


def _arrow(before: Any, after: Any) -> str:
    return "" if before == after else f" -> {after}"


def _alone_lines(changes: Changes) -> list[str]:
    found = (("first", changes.only_first), ("second", changes.only_second))
    return [f"{one.number:,} listings only in the {name} run" for name, one in found if one.number]


def _move_lines(title: str, moves: Moves[Any]) -> list[str]:
    if not moves.changed:
        return ["", f"{title}: none change"]
    share = _share(moves.changed, moves.total)
    lines = ["", f"{title}: {moves.changed:,} of {moves.total:,} change ({share})"]
    lines += [_move_line(move) for move in moves.biggest(ROWS)]
    return [*lines, *_more(len(moves.biggest()) - ROWS, "pairs")]


def _move_line(move: Move[Any]) -> str:
    before, after = (label or ABSTAINED for label in (move.before, move.after))
    return f"{move.number:>9,}  {before} -> {after}"


def _score_lines(changes: Changes) -> list[str]:
    scores = changes.scores
    if scores.mean_before is None or scores.mean_after is None:
        return []
    moved = ", ".join(f"{name}: {scores.moved[name]:,}" for name in SIZES if scores.moved[name])
    lines = [
        "",
        f"photo quality: mean {scores.mean_before:.1f} -> {scores.mean_after:.1f}; "
        f"listings by points moved: {moved}",
    ]
    largest = scores.largest.found()[:ROWS]
    return lines + [f"{change:>+9}  {one.listing_id} ({one.words})" for change, one in largest]


def _tag_lines(changes: Changes) -> list[str]:
    tags = changes.tags
    if not tags.changed:
        return ["", "tags: none change"]
    found = tags.biggest()
    lines = ["", f"tags: {tags.changed:,} listings have others"]
    lines += [
        f"  {tag:<32} {old:>8,} -> {new:>8,}  (+{gained:,} -{lost:,})"
        for tag, old, new, gained, lost in found[:ROWS]
    ]
    return [*lines, *_more(len(found) - ROWS, "tags")]


def _more(number: int, what: str) -> list[str]:
    return [f"           and {number:,} more {what}"] if number > 0 else []


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
