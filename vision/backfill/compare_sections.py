"""The sections of a comparison's page, one for each kind of change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vision.backfill.compare_changes import SIZES, Alone, Scores, Tags
from vision.backfill.compare_moves import Example, Move, Moves
from vision.backfill.compare_pictures import NOT_THERE, Picture
from vision.evaluation.report.markup import Html, element, percent, table

Pictures = Mapping[str, Picture]
Paths = Mapping[str, Sequence[str]]

ROWS, TAGS = 40, 40
ABSTAINED = "(none)"
BAR, GAP, HEIGHT, FOOT = 26, 14, 150, 34


def moves_section(
    title: str, moves: Moves[Any], pictures: Pictures, pairs: int, paths: Paths | None = None
) -> Html:
    """The pairs that moved most: photos of the first `pairs`, and a table of more of them."""
    if not moves.changed:
        return element("section", element("h2", title), element("p", "None change."))
    biggest = moves.biggest()
    share = percent(moves.changed / moves.total)
    rows = (
        (f"{_name(one.before, paths)} → {_name(one.after, paths)}", f"{one.number:,}")
        for one in biggest[:ROWS]
    )
    more = len(biggest) - ROWS
    return element(
        "section",
        element("h2", title),
        element("p", f"{moves.changed:,} of {moves.total:,} change ({share})."),
        *(_pair(one, pictures, paths) for one in biggest[:pairs]),
        element("details", element("summary", "All moves"), table(("From → to", "Number"), rows)),
        *([element("p", f"And {more:,} rarer moves.", class_="note")] if more > 0 else []),
        _labels(moves, paths),
    )


def scores_section(scores: Scores, pictures: Pictures) -> Html:
    """Two distributions, how far listings moved, and the photos of those that moved most."""
    title = element("h2", "Photo quality")
    if not scores.both:
        return element("section", title, element("p", "No listing has a score in both runs."))
    rows = ((name, f"{scores.moved[name]:,}") for name in SIZES)
    figures = (
        _figure(one, f"{one.words} ({change:+g})", pictures)
        for change, one in scores.largest.found()
    )
    words = "Grey: first run. Blue: second run. Listings in each ten points of 100."
    return element(
        "section",
        title,
        element("div", _tens(scores), element("p", words), class_="diagram"),
        table(("Moved by", "Listings"), rows),
        element("h3", "Moved most"),
        element("div", *figures, class_="moved"),
    )


def tags_section(tags: Tags) -> Html:
    """The tags gained or lost most often."""
    found = tags.biggest()
    if not found:
        return element("section", element("h2", "Tags"), element("p", "None change."))
    rows = (
        (tag, f"{old:,}", f"{new:,}", f"+{gained:,}", f"−{lost:,}")
        for tag, old, new, gained, lost in found[:TAGS]
    )
    more = len(found) - TAGS
    note = f" The {TAGS} that move most, of {len(found):,}:" if more > 0 else ""
    return element(
        "section",
        element("h2", "Tags"),
        element("p", f"{tags.changed:,} listings have other tags.{note}"),
        table(("Tag", "Before", "After", "Gained", "Lost"), rows),
    )


def alone_section(title: str, alone: Alone) -> Html:
    """How many listings the other run has not, and which."""
    ids = ", ".join(alone.ids) + (", …" if alone.number > len(alone.ids) else "")
    words = (element("p", f"{alone.number:,} listings."), element("p", ids, class_="note"))
    return element("section", element("h2", title), *words)


def _pair(move: Move[Any], pictures: Pictures, paths: Paths | None) -> Html:
    figures = (_figure(one, one.words, pictures) for one in move.examples)
    return element(
        "div",
        element(
            "p",
            element("strong", _name(move.before, paths)),
            " → ",
            element("strong", _name(move.after, paths)),
            element("span", f"{move.number:,}", class_="note"),
        ),
        element("div", *figures, class_="moved"),
        class_="pair",
    )


def _figure(example: Example, words: str, pictures: Pictures) -> Html:
    found = pictures.get(example.listing_id, NOT_THERE)
    if found.uri is None:
        shown = element("span", found.reason, class_="missing", title=found.reason)
    else:
        veil = {"class_": "veiled"} if example.veiled else {}
        shown = element("img", src=found.uri, alt=example.listing_id, **veil)
    caption = element("figcaption", example.listing_id, element("span", words))
    return element("figure", shown, caption)


def _labels(moves: Moves[Any], paths: Paths | None) -> Html:
    rows = (
        (_name(label, paths), f"{old:,}", f"{new:,}", f"{new - old:+,}")
        for label, old, new in moves.by_label()
    )
    return element(
        "details",
        element("summary", "Every label"),
        table(("Label", "Before", "After", "Change"), rows),
    )


def _name(label: str | None, paths: Paths | None) -> str:
    if label is None:
        return ABSTAINED
    return " › ".join(paths.get(label, (label,))) if paths is not None else label


def _tens(scores: Scores) -> Html:
    most = max(*scores.before, *scores.after, 1)
    width = (2 * BAR + GAP) * len(scores.before)
    return element(
        "svg",
        element("title", "Listings by photo quality, in tens, before and after"),
        *_bars(scores.before, most, 0, "first"),
        *_bars(scores.after, most, BAR, "second"),
        *_ticks(len(scores.before)),
        viewBox=f"0 0 {width} {HEIGHT + FOOT}",
        width=width,
        height=HEIGHT + FOOT,
        role="img",
        class_="tens",
    )


def _bars(counts: Iterable[int], most: int, shift: int, kind: str) -> Iterator[Html]:
    for place, count in enumerate(counts):
        height = HEIGHT * count / most
        yield element(
            "rect",
            element("title", f"{count:,} listings"),
            x=place * (2 * BAR + GAP) + shift + GAP // 2,
            y=f"{HEIGHT - height:.1f}",
            width=BAR - 2,
            height=f"{height:.1f}",
            class_=kind,
        )


def _ticks(bins: int) -> Iterator[Html]:
    for place in range(bins):
        step = 100 // bins
        words = f"{place * step}–{place * step + step - (place < bins - 1)}"
        x = place * (2 * BAR + GAP) + BAR + GAP // 2
        yield element("text", words, x=x, y=HEIGHT + 18, text_anchor="middle")
