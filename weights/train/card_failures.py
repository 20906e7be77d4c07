"""What the model gets wrong: confused pairs, worst labels, and kinds of photo that suffer."""

from collections.abc import Mapping, Sequence
from typing import Any

from weights.train.card_markdown import NOT_MEASURED, markdown_table, percent, share

PAIRS, EXTREMES, LEAST_SUPPORT = 10, 8, 20
FASHION, TYPES = "fashion_products", "article_type"

SUSPECTED = (
    ("boys' items", FASHION, "gender", "Boys"),
    ("girls' items", FASHION, "gender", "Girls"),
    ("white products, catalogue photos", FASHION, "base_colour", "White"),
    ("jewellery", FASHION, "department", "jewelry"),
    ("art and collectibles", "caltech101", "department", "art"),
)
"""Photos that may be hard, as labels tell them: words, data set, column and label of the slice."""

UNLABELLED = ("several products in one photo", "close-ups of jewellery", "crowded scenes")
"""What no label of the data tells apart."""

File = Mapping[str, Any]


def confusions(files: Sequence[File]) -> str:
    """The most confused pairs of each data set, in the column that categories are judged by."""
    rows = []
    for file in files:
        name = file["category.column"]
        if name:
            support = {one["label"]: one["support"] for one in file["labels"][name]}
            rows += [
                (
                    file["file"],
                    pair["label"],
                    pair["taken_for"],
                    str(pair["photos"]),
                    str(support[pair["label"]]),
                )
                for pair in file["confusions"][name][:PAIRS]
            ]
    return markdown_table(("file", "label", "taken for", "photos", "of"), rows)


def extremes(files: Sequence[File]) -> str:
    """The article types of best and of worst F1, among those with enough photos."""
    known = [
        one
        for file in files
        if file["dataset"] == FASHION
        for one in file["labels"].get(TYPES, ())
        if one["support"] >= LEAST_SUPPORT
    ]
    known.sort(key=lambda one: (-one["f1"], one["label"]))
    shown = known if len(known) <= 2 * EXTREMES else [*known[:EXTREMES], *known[-EXTREMES:]]
    rows = [
        (
            one["label"],
            str(one["support"]),
            *(share(one[figure]) for figure in ("f1", "precision", "recall")),
        )
        for one in shown
    ]
    return markdown_table(("article type", "photos", "F1", "precision", "recall"), rows)


def failures(files: Sequence[File]) -> str:
    """The kinds of photo that are suspected to be hard, beside all photos of their file."""
    rows = [_suspect(files, *one) for one in SUSPECTED]
    rows += [(words, "–", "–", *([NOT_MEASURED] * 3), "–") for words in UNLABELLED]
    headings = ("photos of", "file", "photos", "top-1", "given a category", "right")
    return markdown_table((*headings, "top-1 of all photos there"), rows)


def _suspect(
    files: Sequence[File], words: str, dataset: str, column: str, label: str
) -> tuple[str, ...]:
    file = next((one for one in files if one["dataset"] == dataset), None)
    found = _slices(file, column)
    one = next((one for one in found if one["label"] == label), None)
    if file is None or one is None:
        return (words, "–", "–", *([NOT_MEASURED] * 3), "–")
    figures = (percent(one[figure]) for figure in ("top1", "coverage", "precision"))
    everything = file[f"{file['category.column']}.top1"]
    return (words, file["file"], str(one["photos"]), *figures, percent(everything))


def _slices(file: File | None, column: str) -> list[Mapping[str, Any]]:
    slices = file["slices"] if file is not None else ()
    return [one for one in slices if one["column"] == column]
