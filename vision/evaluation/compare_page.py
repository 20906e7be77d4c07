"""A comparison as one page to read."""

from collections.abc import Iterator
from pathlib import Path
from string import Template

import vision.evaluation.report
from vision.evaluation.compare import BundleRun, Comparison, FileComparison
from vision.evaluation.compare_pairs import DRAWS, Difference
from vision.evaluation.compare_table import megabytes
from vision.evaluation.report.markup import Html, element, join, percent, table

_FOLDER = Path(__file__).parent
HEADINGS = ("Figure", "Photos", "A", "B", "B − A", "95% interval, in points", "")
WIDTH, HEIGHT = 220, 18
FIGURES = {
    "top1": "likeliest label of the column right",
    "coverage": "photos for sale given a label",
    "precision": "given labels that are right",
    "not_listing_given": "photos of nothing for sale given one",
}


def compare_page(comparison: Comparison) -> str:
    """One self-contained HTML page, in the style of the evaluation's report."""
    style = (Path(vision.evaluation.report.__file__).parent / "page.css").read_text("utf-8")
    names = " and ".join(f"{run.name} {run.version}" for run in (comparison.a, comparison.b))
    return Template((_FOLDER / "compare_page.html").read_text("utf-8")).substitute(
        title=join([f"{names}, side by side"]),
        style=style,
        bundles=element("div", *_cards(comparison), class_="cards"),
        draws=DRAWS,
        files=join(_file(file, comparison.split) for file in comparison.files),
    )


def _cards(comparison: Comparison) -> Iterator[Html]:
    for letter, run in (("A", comparison.a), ("B", comparison.b)):
        yield element("div", element("strong", letter), *_run_lines(run), class_="card")


def _run_lines(run: BundleRun) -> Iterator[Html]:
    yield element("span", f"{run.name}, version {run.version}")
    yield element("span", f"sha256 {run.sha256[:12]}")
    yield element("span", f"loaded in {run.seconds_to_load:.1f} s, {megabytes(run)}")


def _file(file: FileComparison, split: str | None) -> Html:
    of_split = f", split “{split}”" if split is not None else ""
    a, b = file.speed
    words = f"{file.photos} photos{of_split}; {a:.0f} photos a second with A, {b:.0f} with B."
    if file.unreadable:
        words += f" {file.unreadable} could not be read."
    widest = max((_reach(one) for one in file.figures), default=0.0) or 0.01
    rows = [_row(one, widest) for one in file.figures]
    return element(
        "section",
        element("h2", file.path.stem),
        element("p", words, class_="note"),
        table(HEADINGS, rows),
    )


def _row(one: Difference, widest: float) -> tuple[str, ...]:
    column, _, figure = one.figure.rpartition(".")
    name = f"{column}: {FIGURES.get(figure, figure)}"
    shares = (percent(one.a), percent(one.b), _points(one.difference))
    if one.low is None or one.high is None:
        return (name, str(one.photos), *shares, "–", "")
    interval = f"{_points(one.low)} to {_points(one.high)}"
    return (name, str(one.photos), *shares, interval, _bar(one, widest))


def _bar(one: Difference, widest: float) -> Html:
    """The interval as a line about a mark for no difference, the difference itself as a dot."""
    if one.low is None or one.high is None or one.difference is None:
        return Html("")
    middle, level = WIDTH / 2, HEIGHT / 2
    low, high, dot = (
        middle + value / widest * (middle - 6) for value in (one.low, one.high, one.difference)
    )
    color = "var(--blue)" if one.clear else "var(--soft)"
    nought = element(
        "line", x1=middle, x2=middle, y1=0, y2=HEIGHT, stroke="var(--line)", stroke_width=2
    )
    line = element("line", x1=low, x2=high, y1=level, y2=level, stroke=color, stroke_width=3)
    point = element("circle", cx=dot, cy=level, r=5, fill=color)
    label = f"{one.figure}: {_points(one.difference)} points"
    return element(
        "svg", nought, line, point, width=WIDTH, height=HEIGHT, role="img", aria_label=label
    )


def _reach(one: Difference) -> float:
    return max(abs(one.low or 0.0), abs(one.high or 0.0))


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:+.1f}".replace("-", "−")
