"""The whole page."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Template

from vision.evaluation.findings import FileFindings, Findings
from vision.evaluation.report.headlines import columns_table, headlines, overview
from vision.evaluation.report.labels import label_table
from vision.evaluation.report.markup import Html, element, join
from vision.evaluation.report.mistakes import abstentions, confused_pairs, example_rows
from vision.evaluation.report.pictures import load_pictures
from vision.evaluation.report.reliability import reliability_diagram

_FOLDER = Path(__file__).parent
SHOWN_UNKNOWN = 30


def report(findings: Findings) -> str:
    """One self-contained HTML page. The example photos are read again from the files.

    Raises `EvaluationError` where a file can no longer be read.
    """
    bundle = findings.bundle
    return Template((_FOLDER / "page.html").read_text("utf-8")).substitute(
        title=join([f"How well {bundle.name} {bundle.version} reads photos"]),
        style=(_FOLDER / "page.css").read_text("utf-8"),
        bundle=join([f"Bundle {bundle.name}, version {bundle.version}, sha256 {bundle.sha256}"]),
        overview=overview(findings.files) if len(findings.files) > 1 else "",
        files=join(_file(file) for file in findings.files),
    )


def _file(file: FileFindings) -> Html:
    split = f", split “{file.split}”" if file.split is not None else ""
    return element(
        "section",
        element("h2", file.path.stem),
        element(
            "p",
            f"{file.photos} photos of {file.path.name}{split}, labelled by people.",
            class_="note",
        ),
        headlines(file),
        *_category_parts(file),
        element("h3", "All label columns"),
        columns_table(file),
        *_mistakes(file),
        *_labels(file),
        *_left_out(file),
    )


def _category_parts(file: FileFindings) -> Iterator[Html]:
    if file.category is None or not file.category.bins:
        return
    words = (
        "Of photos for which the model states 80% confidence, 80% should be right: bars then reach "
        "the dashed line. Bars below it mean that the model is too sure of itself, bars above it "
        "that it is too modest. Dots mark the mean confidence of each bar's photos; the lower "
        "strip says how many photos it stands for."
    )
    yield element("h3", "Can its confidence be believed?")
    yield element(
        "div", reliability_diagram(file.category.bins), element("p", words), class_="diagram"
    )


def _mistakes(file: FileFindings) -> Iterator[Html]:
    shown = file.shown
    pictures = load_pictures(file.path, example_rows(shown, file.category))
    yield element("h3", f"What it confuses most (“{shown.name}”)")
    yield confused_pairs(shown, pictures)
    if file.category is not None and file.category.for_sale:
        yield element("h3", "Where it would not say")
        yield abstentions(file.category, pictures)


def _labels(file: FileFindings) -> Iterator[Html]:
    words = (
        "Precision and recall are those of the likeliest label. “Suggested” counts the photos for "
        "which the label passed its shipped threshold, with the share of these that is right; "
        "“not suggested” is the share of the label's photos for which no label of the column "
        "was suggested, or only a broader category. Where a label stands for several categories, "
        "the threshold is the lowest of theirs."
    )
    yield element("h3", "Every label")
    yield element("p", words, class_="note")
    yield from (label_table(column) for column in file.columns)


def _left_out(file: FileFindings) -> Iterator[Html]:
    lines = []
    if file.unreadable:
        codes = Counter(one.code for one in file.unreadable)
        named = ", ".join(f"{code} ({count})" for code, count in sorted(codes.items()))
        lines.append(f"Photos that could not be read: {named}.")
    for column, counts in file.unknown_labels.items():
        named = ", ".join(
            f"{label} ({count})" for label, count in [*counts.items()][:SHOWN_UNKNOWN]
        )
        more = f" and {len(counts) - SHOWN_UNKNOWN} more" if len(counts) > SHOWN_UNKNOWN else ""
        lines.append(f"Labels of “{column}” that map to nothing: {named}{more}.")
    if lines:
        yield element("h3", "Left out")
        yield element("ul", *(element("li", line) for line in lines))
