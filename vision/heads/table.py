"""A trained head as plain text for a terminal."""

from collections.abc import Iterator

from vision.heads.train import TrainedHead
from weights.bundle import Bundle
from weights.linear_head import HeadFacts

FIGURE_ROW = "  {:<58} {:>9} {:>8}"
FIGURES = {
    "top1_of_classes": "the likeliest of the photos' own classes is right",
    "top1": "the likeliest of all labels known is right",
    "coverage": "photos for sale that are given a label",
    "precision": "given labels that are right",
    "not_listing_given_a_category": "photos of nothing for sale that are given one",
    "expected_calibration_error": "expected calibration error",
    "calibration_error_noise": "what true confidences would show by chance",
}
SHOWN_LEFT_OUT = 12


def head_table(bundle: Bundle, trained: TrainedHead) -> str:
    """What was learned, how well, and where the bundle is."""
    facts = trained.head.facts
    lines = [
        f"{facts.label_set}: {sum(facts.photos.values())} photos of {len(facts.photos)} labels, "
        f"{facts.trained_on}",
        f"  {facts.share:.0%} learned (C = {facts.strength:g}), the rest zero-shot; "
        f"{facts.kept} other labels kept",
        FIGURE_ROW.format("", "zero-shot", "head*"),
        *_figure_lines(facts),
        "  * each photo judged by what was fitted on the others",
    ]
    if "not_listing_given_a_category" not in facts.measured and facts.label_set == "category":
        lines.append("  no photo is of nothing for sale: thresholds take it that every photo is")
    if trained.unreadable:
        lines.append(f"  photos that could not be read: {len(trained.unreadable)}")
    lines += [*_left_out_lines(facts), f"written: {bundle.folder}, version {bundle.version}"]
    return "\n".join(lines)


def _figure_lines(facts: HeadFacts) -> Iterator[str]:
    for name, words in FIGURES.items():
        if name in facts.measured:
            before, after = (
                _number(figures.get(name)) for figures in (facts.zero_shot, facts.measured)
            )
            yield FIGURE_ROW.format(words, before, after)


def _left_out_lines(facts: HeadFacts) -> Iterator[str]:
    left_out = list(facts.left_out.items())
    if left_out:
        yield "  left out:"
    yield from (f"    {value}: {why}" for value, why in left_out[:SHOWN_LEFT_OUT])
    if len(left_out) > SHOWN_LEFT_OUT:
        yield f"    and {len(left_out) - SHOWN_LEFT_OUT} more labels"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
