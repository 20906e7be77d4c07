"""A comparison as one HTML page with the photos of the biggest changes; it needs nothing else."""

from collections.abc import Iterator
from importlib.resources import files
from string import Template
from typing import Any

from vision.backfill.compare import Comparison
from vision.backfill.compare_changes import Alone, Changes
from vision.backfill.compare_document import run_document
from vision.backfill.compare_moves import Example, Moves
from vision.backfill.compare_pictures import load_pictures
from vision.backfill.compare_sections import (
    Pictures,
    alone_section,
    moves_section,
    scores_section,
    tags_section,
)
from vision.evaluation.report.markup import Html, element, join, percent

PAIRS = 12
"""Pairs of labels whose photos are shown, of each kind."""

_ROWS = (
    ("Folder", "folder"),
    ("CLIP bundle", "bundle"),
    ("Its SHA-256", "bundle_sha256"),
    ("Taxonomy", "taxonomy"),
    ("Moderation policy", "policy"),
    ("Marketplace", "marketplace"),
    ("Vitrine", "library"),
    ("State", "state"),
    ("Input", "input"),
    ("Listings", "listings"),
    ("Photos", "photos"),
    ("Photos that failed", "failed"),
)


def page(comparison: Comparison, *, source: str | None = None, remote: bool | None = None) -> str:
    """The page. The photos are read again from `source`, by default the first run's input.

    `remote` is as for `read_listings`, by default as the first run had it.
    """
    run, changes = comparison.runs[0], comparison.changes
    allowed = bool(run.options.get("remote", False)) if remote is None else remote
    examples = list(_examples(changes))
    pictures = load_pictures(examples, source or run.input.path, remote=allowed)
    first, second = (folder.resolve().name for folder in comparison.folders)
    return Template(_text("vision.backfill", "compare_page.html")).substitute(
        title=join([f"What changes from {first} to {second}"]),
        style=_text("vision.evaluation.report", "page.css"),
        runs=_runs(comparison),
        cards=_cards(changes),
        sections=join(_sections(changes, pictures)),
    )


def _text(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text("utf-8")


def _examples(changes: Changes) -> Iterator[Example]:
    kinds: tuple[Moves[Any], ...] = (
        changes.verdicts,
        changes.categories,
        changes.colors,
        changes.errors,
    )
    for moves in kinds:
        for move in moves.biggest(PAIRS):
            yield from move.examples
    yield from (example for _, example in changes.scores.largest.found())


def _runs(comparison: Comparison) -> Html:
    first, second = (
        run_document(*one) for one in zip(comparison.folders, comparison.runs, strict=True)
    )
    rows = (
        element(
            "tr",
            element("th", title, scope="row"),
            element("td", _said(first[key])),
            element("td", _said(second[key])),
            **({} if first[key] == second[key] else {"class_": "differs"}),
        )
        for title, key in _ROWS
    )
    head = element("tr", element("th", ""), element("th", "First run"), element("th", "Second run"))
    table = element("table", element("thead", head), element("tbody", *rows), class_="runs")
    return element("section", element("div", table, class_="scroll"))


def _said(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _cards(changes: Changes) -> Html:
    scores = changes.scores
    cards = [
        _card(_part(changes.changed, changes.listings), f"of {changes.listings:,} listings change"),
        _card(_part(changes.categories.changed, changes.categories.total), "another category"),
        _card(_part(changes.verdicts.changed, changes.verdicts.total), "another verdict"),
        _card(_part(changes.colors.changed, changes.colors.total), "another main colour"),
        _card(_part(changes.tags.changed, changes.listings), "other tags"),
    ]
    if scores.mean_before is not None and scores.mean_after is not None:
        change = scores.mean_after - scores.mean_before
        words = f"points of photo quality on average, from {scores.mean_before:.1f}"
        cards.append(_card(f"{change:+.1f}", words))
    return element("div", *cards, class_="cards")


def _sections(changes: Changes, pictures: Pictures) -> Iterator[Html]:
    yield moves_section("Verdicts", changes.verdicts, pictures, PAIRS)
    yield moves_section("Categories", changes.categories, pictures, PAIRS, changes.paths)
    yield moves_section("Main colours", changes.colors, pictures, PAIRS)
    yield scores_section(changes.scores, pictures)
    yield tags_section(changes.tags)
    yield moves_section("Photos that could not be read", changes.errors, pictures, PAIRS)
    found: list[tuple[str, Alone]] = [
        ("Only in the first run", changes.only_first),
        ("Only in the second run", changes.only_second),
    ]
    yield from (alone_section(title, alone) for title, alone in found if alone.number)


def _card(figure: str, sentence: str) -> Html:
    return element("div", element("strong", figure), element("span", sentence), class_="card")


def _part(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"
