"""What went wrong, with photos: confused pairs, and photos without a suggestion."""

from collections.abc import Sequence

from vision.evaluation.findings import Abstention, CategoryFindings, ColumnFindings, Confusion
from vision.evaluation.report.markup import Html, element, percent
from vision.evaluation.report.pictures import Pictures, picture

PAIRS, PHOTOS_A_PAIR, ABSTENTIONS = 10, 6, 18


def example_rows(shown: ColumnFindings, category: CategoryFindings | None) -> set[int]:
    """The rows whose photos the page shows."""
    rows = {row for pair in shown.confusions[:PAIRS] for row in pair.rows[:PHOTOS_A_PAIR]}
    if category is not None:
        rows |= {one.row for one in _examples(category.abstentions)}
    return rows


def confused_pairs(shown: ColumnFindings, pictures: Pictures) -> Html:
    """The pairs with the most photos, each with some of them."""
    if not shown.confusions:
        return element("p", "No photo was taken for another label.")
    return element("div", *(_pair(one, pictures) for one in shown.confusions[:PAIRS]))


def abstentions(category: CategoryFindings, pictures: Pictures) -> Html:
    """Photos of things for sale that got no category, evenly spread, each with the reason given."""
    found = category.abstentions
    if not found:
        return element("p", "Every photo of something for sale got a category.")
    share = percent(len(found) / category.for_sale)
    words = f"{len(found)} of {category.for_sale} photos ({share}) got no category."
    words += " Some of them:" if len(found) > ABSTENTIONS else ""
    cards = (_abstention(one, pictures) for one in _examples(found))
    return element("div", element("p", words), element("div", *cards, class_="abstentions"))


def _pair(pair: Confusion, pictures: Pictures) -> Html:
    words = f"{len(pair.rows)} of {pair.support} photos ({percent(len(pair.rows) / pair.support)})"
    return element(
        "div",
        element(
            "p",
            element("strong", pair.label),
            " taken for ",
            element("strong", pair.taken_for),
            element("span", words, class_="note"),
        ),
        element(
            "div",
            *(picture(pictures, row, pair.label) for row in pair.rows[:PHOTOS_A_PAIR]),
            class_="strip",
        ),
        class_="pair",
    )


def _abstention(one: Abstention, pictures: Pictures) -> Html:
    words = element("figcaption", element("strong", one.label), element("span", one.reason))
    return element("figure", picture(pictures, one.row, one.label), words)


def _examples(found: Sequence[Abstention]) -> list[Abstention]:
    count = min(ABSTENTIONS, len(found))
    return [found[place * len(found) // count] for place in range(count)]
