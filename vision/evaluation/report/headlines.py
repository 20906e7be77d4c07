"""The figures that come first, each in a sentence."""

from collections.abc import Iterator, Sequence

from vision.evaluation.findings import CategoryFindings, FileFindings
from vision.evaluation.report.markup import Html, element, number, percent, table


def overview(files: Sequence[FileFindings]) -> Html:
    """One row for each file, to compare them."""
    headings = (
        "Photos of",
        "Photos",
        "Right first",
        "Suggested",
        "Right if suggested",
        "Right but broader",
        "Off by",
        "By chance",
    )
    rows = (
        (
            one.path.stem,
            str(one.photos),
            percent(one.shown.top1),
            *(_overview_cells(one.category) if one.category else ("–",) * 5),
        )
        for one in files
    )
    note = (
        "Right first: the likeliest label is the right one. Suggested: photos of things for sale "
        "that get a category. Right but broader: of the categories suggested, those that are right "
        "but less precise than the label. Off by: how far the confidence stated lies from the "
        "share that is right, on average, in points of a hundred; by chance: how far exactly true "
        "confidences would seem to lie on so many photos."
    )
    return element(
        "section",
        element("h2", "At a glance"),
        table(headings, rows),
        element("p", note, class_="note"),
    )


def _overview_cells(category: CategoryFindings) -> tuple[str, ...]:
    shares = (category.coverage, category.precision, category.broader)
    errors = (category.ece, category.ece_noise)
    return (*(percent(share) for share in shares), *(_points(error) for error in errors))


def headlines(file: FileFindings) -> Html:
    """Cards of one number and one sentence each."""
    shown = file.shown
    cards = [*_category_cards(file.category)] if file.category else []
    cards.append(
        _card(
            percent(shown.top1),
            f"of photos: the likeliest of {len(shown.classes)} labels of “{shown.name}” "
            "is the right one",
        )
    )
    if file.color is not None:
        cards.append(
            _card(
                percent(file.color.family_top1),
                f"of main colours are of the labelled family "
                f"({percent(file.color.primary_or_secondary)} with the second colour)",
            )
        )
    speed = f"{file.photos_per_second:.0f}"
    cards.append(_card(speed, "photos a second on the machine that measured"))
    return element("div", *cards, class_="cards")


def columns_table(file: FileFindings) -> Html:
    """One row for each label column."""
    headings = ("Column", "Photos", "Labels", "Top 1", "Top 5", "Macro F1", "Nearest photo")
    rows = (
        (
            one.name,
            str(one.support),
            str(len(one.classes)),
            *(number(rate, 3) for rate in (one.top1, one.top5, one.macro_f1, one.knn1)),
        )
        for one in file.columns
    )
    note = (
        "Top 1 and top 5: how often the right label is the likeliest, or among the five likeliest, "
        "of the column's labels. Macro F1 counts every label alike, however rare. Nearest photo: "
        "how often the most similar other photo has the same label. All lie between 0 and 1."
    )
    return element("div", table(headings, rows), element("p", note, class_="note"))


def _category_cards(category: CategoryFindings) -> Iterator[Html]:
    yield _card(
        percent(category.precision),
        f"of suggested categories are right; {percent(category.broader)} are right but broader "
        "than the label (“Shoes” for a pair of heels)",
    )
    yield _card(
        percent(category.coverage),
        f"of {category.for_sale} photos of things for sale get a category; "
        "for the others the model says that it is not sure",
    )
    if category.ece is not None:
        yield _card(
            f"{_points(category.ece)} points",
            "lie between the confidence stated and the share that is right, on average "
            f"(expected calibration error); {_points(category.ece_noise)} would by chance, were "
            "every confidence exactly true",
        )
    if category.not_listing:
        yield _card(
            percent(category.not_listing_suggested),
            f"of {category.not_listing} photos of nothing for sale (faces, animals, scenes) "
            "get a category all the same",
        )


def _points(error: float | None) -> str:
    return "–" if error is None else f"{error * 100:.1f}"


def _card(figure: str, sentence: str) -> Html:
    return element("div", element("strong", figure), element("span", sentence), class_="card")
