"""A new fit as plain text for a terminal."""

from collections.abc import Iterator

from vision.evaluation.refit.changes import Refit, SetChange
from weights.labels import SetCalibration

FIGURE_ROW = "  {:<46} {:>8} {:>8}"
FIGURES = {
    "coverage": "photos for sale that are given a label",
    "precision": "given labels that are right",
    "not_listing_given_a_category": "photos of nothing for sale that are given one",
    "expected_calibration_error": "expected calibration error",
    "calibration_error_noise": "what true confidences would show by chance",
}
SHOWN_LABELS = 8


def refit_table(refit: Refit) -> str:
    """What changed, set by set, and where the bundle is."""
    lines = [f"fitted again: {refit.folder}, version {refit.version}"]
    for change in refit.sets:
        lines += ["", *_set_lines(change)]
    if refit.left_alone:
        lines += ["", "left as they were:"]
        lines += [f"  {name}: {reason}" for name, reason in refit.left_alone.items()]
    return "\n".join(lines)


def _set_lines(change: SetChange) -> Iterator[str]:
    yield FIGURE_ROW.format(f"{change.name}, {change.photos} photos", "before", "after*").lstrip()
    for words, before, after in _scales(change.before, change.after):
        yield FIGURE_ROW.format(words, before, after)
    for figure, words in FIGURES.items():
        if figure in change.measured_after:
            before, after = (
                _number(one.get(figure), 4)
                for one in (change.measured_before, change.measured_after)
            )
            yield FIGURE_ROW.format(words, before, after)
    default = (change.before.default_threshold, change.after.default_threshold)
    yield FIGURE_ROW.format("threshold of labels without their own", *(f"{x:.4f}" for x in default))
    yield from _threshold_lines(change)
    if change.name == "category" and not change.not_for_sale:
        yield "  no photo is of nothing for sale: thresholds take it that every photo is"
    yield "  * each photo judged by what was fitted on the others"


def _scales(before: SetCalibration, after: SetCalibration) -> Iterator[tuple[str, str, str]]:
    """The common scale, then those of departments that have or had their own."""
    words = "logit scale (inverse temperature)"
    yield words, _number(before.logit_scale, 2), _number(after.logit_scale, 2)
    for name in sorted({*before.department_scales, *after.department_scales}):
        old, new = (one.department_scales.get(name) for one in (before, after))
        yield f"logit scale of {name}", _number(old, 2), _number(new, 2)


def _threshold_lines(change: SetChange) -> Iterator[str]:
    labels = change.thresholds
    kept = len(change.after.labels) - len(labels)
    yield f"  thresholds: {len(labels)} labels fitted, {kept} kept"
    moved = sorted(labels, key=lambda label: (-_distance(change, label), label))
    for label in moved[:SHOWN_LABELS]:
        known = change.before.labels.get(label)
        before = "-" if known is None else f"{known.threshold:.4f}"
        yield FIGURE_ROW.format(f"  {label}", before, f"{change.after.labels[label].threshold:.4f}")
    if len(labels) > SHOWN_LABELS:
        yield f"    and {len(labels) - SHOWN_LABELS} more, moved less"


def _distance(change: SetChange, label: str) -> float:
    return abs(change.after.threshold(label) - change.before.threshold(label))


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
