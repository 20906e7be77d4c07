"""What a comparison counts, by runs made by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.vision.backfill.compared_runs import PARQUET, listing, write_records
from vision.backfill.compare import Comparison, compare_runs
from vision.backfill.compare_document import document
from vision.backfill.compare_facts import ListingFacts
from vision.backfill.compare_moves import EXAMPLES, Example, Largest, Moves
from vision.backfill.compare_text import as_text
from vision.backfill.errors import BackfillError


@pytest.fixture
def comparison(tmp_path: Path) -> Comparison:
    """Ten mugs, of which six become bowls, one is blocked, one turns blue, one loses 30 points,
    one photo breaks and another heals; one listing is in the first run alone, two in the second."""
    first = [listing(f"{i}") for i in range(10)]
    second = [listing(f"{i}", category="bowls" if i < 6 else "mugs") for i in range(10)]
    first[9] = listing("9", errors=(None, "empty"))
    second[9] = listing("9", errors=("corrupt", None))
    second[6] = listing("6", verdict="block", labels=[{"label": "weapon"}, {"label": "weapon"}])
    second[7] = listing("7", color="Blue", tags=("mug", "blue mug"))
    second[8] = listing("8", score=50, category=None, tags=())
    return compare_runs(
        write_records(tmp_path / "before", [*first, listing("gone")]),
        write_records(tmp_path / "after", [*second, listing("new"), listing("newer")], PARQUET),
    )


def moves_of(moves: Moves[Any]) -> list[tuple[Any, Any, int]]:
    return [(one.before, one.after, one.number) for one in moves.biggest()]


def test_labels_are_counted_from_and_to(comparison: Comparison) -> None:
    changes = comparison.changes
    assert (changes.listings, changes.changed) == (10, 10)
    assert moves_of(changes.categories) == [("mugs", "bowls", 6), ("mugs", None, 1)]
    assert changes.categories.by_label() == [("mugs", 10, 3), ("bowls", 0, 6), (None, 0, 1)]
    assert moves_of(changes.verdicts) == [("clear", "block", 1)]
    assert moves_of(changes.colors) == [("White", "Blue", 1)]


def test_errors_are_counted_by_photo(comparison: Comparison) -> None:
    errors = comparison.changes.errors
    assert moves_of(errors) == [("empty", "read", 1), ("read", "corrupt", 1)]
    assert errors.total == 11


def test_scores_are_counted_in_tens_and_by_how_far_they_move(comparison: Comparison) -> None:
    scores = comparison.changes.scores
    assert (scores.before[8], scores.after[8], scores.after[5]) == (10, 9, 1)
    assert (scores.mean_before, scores.mean_after) == (80.0, 77.0)
    assert scores.moved == {"0": 9, "over 20": 1}
    assert [(change, one.listing_id) for change, one in scores.largest.found()] == [(-30, "8")]


def test_tags_of_the_seller_are_left_out(comparison: Comparison) -> None:
    tags = comparison.changes.tags
    assert tags.biggest() == [("blue mug", 0, 1, 1, 0), ("mug", 10, 9, 0, 1)]
    assert tags.changed == 2


def test_listings_of_one_run_alone_are_named(comparison: Comparison) -> None:
    changes = comparison.changes
    assert (changes.only_first.number, changes.only_first.ids) == (1, ["gone"])
    assert (changes.only_second.number, changes.only_second.ids) == (2, ["new", "newer"])


def test_examples_say_what_happened_and_are_veiled_where_a_run_flagged_them(
    comparison: Comparison,
) -> None:
    (blocked,) = comparison.changes.verdicts.biggest()[0].examples
    assert blocked == Example("6", 0, None, "weapon", veiled=True)
    bowls = comparison.changes.categories.biggest()[0].examples
    assert {one.words for one in bowls} == {"90% → 90%"}
    assert not any(one.veiled for one in bowls)


def test_a_run_compared_with_itself_does_not_change(tmp_path: Path) -> None:
    run = write_records(tmp_path / "run", [listing("a"), listing("b", verdict="review")])
    changes = compare_runs(run, run).changes
    assert (changes.listings, changes.changed) == (2, 0)
    assert not any(one.changed for one in (changes.categories, changes.verdicts, changes.colors))


def test_two_empty_runs_can_be_compared(tmp_path: Path) -> None:
    comparison = compare_runs(write_records(tmp_path / "a", []), write_records(tmp_path / "b", []))
    assert document(comparison)["listings"] == 0
    assert "0 listings in both runs" in as_text(comparison)


def test_the_text_names_the_runs_and_the_biggest_changes(comparison: Comparison) -> None:
    text = as_text(comparison)
    for expected in (
        "before -> ",
        "10 listings in both runs, 10 change (100.0%)",
        "1 listings only in the first run",
        "6  mugs -> bowls",
        "mugs -> (none)",
        "clear -> block",
        "mean 80.0 -> 77.0",
        "-30  8 (80 → 50)",
    ):
        assert expected in text


def test_the_document_has_every_figure(comparison: Comparison) -> None:
    said = document(comparison)
    assert said["first"]["bundle"] == "vitrine-tiny 2"
    assert said["categories"]["moves"][0] == {
        "before": "mugs",
        "after": "bowls",
        "number": 6,
        "examples": ["0", "1", "2", "3", "4", "5"],
    }
    assert said["only_second"] == {"number": 2, "first_ids": ["new", "newer"]}
    assert sum(said["scores"]["tens_after"]) == said["scores"]["listings"] == 10


def test_what_is_no_record_is_named_by_its_listing() -> None:
    record = listing("mug-17")
    del record["moderation"]["verdict"]
    with pytest.raises(BackfillError, match=r"'mug-17' lacks or misuses 'verdict'"):
        ListingFacts.of(record)


def test_few_examples_are_kept_of_many() -> None:
    moves: Moves[str] = Moves()
    for i in range(1000):
        moves.add("a", "b", Example(str(i), 0, None, ""))
        moves.add("a", "a", Example(str(i), 0, None, ""))
    (move,) = moves.biggest()
    assert (move.number, len(move.examples)) == (1000, EXAMPLES)
    assert len(moves.examples) == 1


def test_the_largest_are_found_among_many_and_ties_go_by_id() -> None:
    largest = Largest(3)
    for i in range(2000):
        largest.add((i * 7919) % 2000 * (-1) ** i, Example(f"{i:04}", 0, None, ""))
    assert [abs(change) for change, _ in largest.found()] == [1999, 1998, 1997]
    for name in ("d", "b", "c"):
        largest.add(5000, Example(name, 0, None, ""))
    assert [one.listing_id for _, one in largest.found()] == ["b", "c", "d"]
