"""Findings as a plain table for a terminal."""

from collections.abc import Iterator, Mapping

from vision.evaluation.document import figures
from vision.evaluation.findings import ColumnFindings, FileFindings, Findings
from vision.evaluation.refit.table import refit_table

COLUMN_ROW = "  {:<18} {:>8} {:>8} {:>8} {:>9} {:>8} {:>8}"
SHOWN_UNKNOWN = 5
SENTENCES = {
    "category.coverage": "photos for sale that were given a category",
    "category.precision": "given categories that are right",
    "category.broader": "given categories that are a parent of the label's",
    "category.ece": "expected calibration error",
    "category.ece_noise": "what exactly true confidences would show by chance, on so many photos",
    "category.suggested_ece": "expected calibration error of the given categories",
    "category.suggested_ece_noise": "the same by chance",
    "category.not_listing_suggested": "photos of nothing for sale that were given a category",
    "color.family_top1": "primary colours of the label's family",
    "color.pixels_family_top1": "the same from the pixels alone, without the model",
    "color.primary_or_secondary": "the same of the primary or the secondary colour",
}


def table(findings: Findings) -> str:
    """The figures of every file, in lines of at most 100 characters but for unknown labels."""
    bundle = findings.bundle
    lines = [f"{bundle.name} {bundle.version} (sha256 {bundle.sha256[:12]})"]
    for file in findings.files:
        lines += ["", *_file_lines(file)]
    if findings.refit is not None:
        lines += ["", refit_table(findings.refit)]
    return "\n".join(lines)


def _file_lines(file: FileFindings) -> Iterator[str]:
    split = f", split {file.split}" if file.split is not None else ""
    speed = f"{file.photos_per_second:.0f} photos/s"
    yield f"{file.path.name}{split}: {file.photos} photos, {speed}"
    if file.unreadable:
        yield f"  photos that could not be read: {len(file.unreadable)}"
    yield COLUMN_ROW.format("column", "support", "classes", "top1", "top5", "macro F1", "knn1")
    yield from (_column_line(column) for column in file.columns)
    found = figures(file)
    for name, sentence in SENTENCES.items():
        if name in found:
            yield f"  {_number(found[name]):>6}  {name}: {sentence}"
    yield from _unknown_lines(file.unknown_labels)


def _column_line(column: ColumnFindings) -> str:
    rates = (column.top1, column.top5, column.macro_f1, column.knn1)
    numbers = (_number(rate) for rate in rates)
    return COLUMN_ROW.format(column.name, column.support, len(column.classes), *numbers)


def _unknown_lines(unknown: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    for column, counts in unknown.items():
        named = ", ".join(
            f"{label!r} ({count})" for label, count in list(counts.items())[:SHOWN_UNKNOWN]
        )
        more = f" and {len(counts) - SHOWN_UNKNOWN} more" if len(counts) > SHOWN_UNKNOWN else ""
        yield f"  unknown labels of {column}, left out: {named}{more}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
