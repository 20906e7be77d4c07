"""The same kinds of garment in phone photos and in catalogue photos."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from taggers.datasets import load_dataset_mapping
from taggers.taxonomy import Taxonomy
from weights.train.card_markdown import markdown_table, share

PHONE, CATALOGUE = "clothing_photos", "fashion_products"
File = Mapping[str, Any]


@dataclass(frozen=True)
class _Counts:
    """Photos of one kind: all, likeliest right, suggested, suggested and right."""

    photos: int = 0
    likeliest: int = 0
    suggested: int = 0
    right: int = 0

    def __add__(self, other: "_Counts") -> "_Counts":
        return _Counts(
            self.photos + other.photos,
            self.likeliest + other.likeliest,
            self.suggested + other.suggested,
            self.right + other.right,
        )

    @property
    def cells(self) -> tuple[str, ...]:
        parts = (
            (self.likeliest, self.photos),
            (self.suggested, self.photos),
            (self.right, self.suggested),
        )
        return (str(self.photos), *(share(one / of if of else None) for one, of in parts))


def phone_and_catalogue(files: Sequence[File]) -> str:
    """A row for each kind that both sets have photos of, and one for all of them."""
    by_name = {file["dataset"]: file for file in files}
    if PHONE not in by_name or CATALOGUE not in by_name:
        return markdown_table((), ())
    phone, catalogue = by_name[PHONE], by_name[CATALOGUE]
    taxonomy = load_dataset_mapping(PHONE).taxonomy
    classes = [_classes(file) for file in (phone, catalogue)]
    found: dict[str, tuple[_Counts, _Counts]] = {}
    for kind, ids in classes[0].items():
        pair = tuple(
            _counts(_answers_within(file, own, ids), ids, taxonomy)
            for file, own in zip((phone, catalogue), classes, strict=True)
        )
        if all(one.photos for one in pair):
            found[kind] = (pair[0], pair[1])
    rows = [(kind, *ours.cells, *theirs.cells) for kind, (ours, theirs) in found.items()]
    if rows:
        ours, theirs = (
            sum((pair[place] for pair in found.values()), _Counts()) for place in (0, 1)
        )
        rows.append(("all of these", *ours.cells, *theirs.cells))
    measures = ("likeliest right", "suggested", "right")
    return markdown_table(
        (
            "kind",
            "phone photos",
            *measures,
            "catalogue photos",
            *measures,
        ),
        rows,
    )


def _classes(file: File) -> dict[str, frozenset[str]]:
    """The ids, with all below them, of each class that the file's categories are judged by."""
    expanded = load_dataset_mapping(file["dataset"]).expanded(file["category.column"])
    names: dict[frozenset[str], list[str]] = {}
    for value, ids in expanded.items():
        names.setdefault(ids, []).append(value)
    return {" / ".join(values): ids for ids, values in names.items()}


def _answers_within(
    file: File, classes: Mapping[str, frozenset[str]], ids: frozenset[str]
) -> list[Mapping[str, Any]]:
    """What was said of those of the file's classes that name nothing but these ids."""
    return [one for one in file["answers"] if classes[one["label"]] <= ids]


def _counts(
    answers: Iterable[Mapping[str, Any]], ids: frozenset[str], taxonomy: Taxonomy
) -> _Counts:
    found = _Counts()
    for one in answers:
        agreeing = [
            count
            for node, count in one["suggested"].items()
            if not ids.isdisjoint({node, *taxonomy.descendants(node)})
        ]
        found += _Counts(
            one["photos"],
            sum(count for node, count in one["likeliest"].items() if node in ids),
            sum(one["suggested"].values()),
            sum(agreeing),
        )
    return found
