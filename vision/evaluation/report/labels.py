"""The table of every label of a column."""

from vision.evaluation.findings import ClassFindings, ColumnFindings
from vision.evaluation.report.markup import Html, element, number, percent, table

SHORT = 12
"""A column of at most so many labels is shown unfolded."""

HEADINGS = (
    "Label",
    "Photos",
    "Precision",
    "Recall",
    "Suggested",
    "Precision of these",
    "Not suggested",
    "Threshold",
)


def label_table(column: ColumnFindings) -> Html:
    """The labels that some photo carries or was given, those with the most photos first."""
    met = [one for one in column.classes if one.ranked.support or one.ranked.given]
    met.sort(key=lambda one: (-one.ranked.support, one.label.name))
    summary = element("summary", f"{column.name}: {len(met)} labels met, of {len(column.classes)}")
    content = (summary, table(HEADINGS, (_row(one) for one in met)))
    return element("details", *content, **({"open": "open"} if len(met) <= SHORT else {}))


def _row(one: ClassFindings) -> tuple[str, ...]:
    unseen = "" if one.label.visible else " (the model cannot see it)"
    return (
        one.label.name + unseen,
        str(one.ranked.support),
        number(one.ranked.precision),
        number(one.ranked.recall),
        str(one.suggested.given),
        number(one.suggested.precision),
        "–" if one.silent is None else percent(one.silent),
        number(one.label.threshold),
    )
