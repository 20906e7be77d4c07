"""What the labels of a file mean for one label set."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from taggers import load_facets, load_taxonomy
from taggers.datasets import available_datasets, expand, load_dataset_mapping
from taggers.facets import NONE_OF_THESE
from taggers.prompts import CATEGORY, category_prompts, facet_set
from vision.heads.errors import HeadError


@dataclass(frozen=True)
class LabelMeanings:
    """One label column of one file.

    `own` gives for each label value the ids that it names, `classes` these with all below them.
    `leave_out` are values that say nothing.
    """

    column: str
    own: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, frozenset[str]]
    leave_out: frozenset[str]


def label_set_of(facet: str) -> str:
    """The label set of `category`, or of a facet by its name; raises `HeadError` for another."""
    if facet == CATEGORY:
        return CATEGORY
    if facet not in (known := load_facets()):
        raise HeadError(f"'{facet}' is not a facet; known: {', '.join((CATEGORY, *known))}")
    return facet_set(facet)


def label_meanings(
    label_set: str, path: Path, present: tuple[str, ...], dataset: str | None, column: str | None
) -> LabelMeanings:
    """What the column of a file says, by the mapping of its data set or as ids of the label set.

    `present` are the file's columns. The data set is `dataset`, or the file's name without its
    ending where there is a mapping of that name. Without a column, the first of the mapping that
    is of the label set is taken. A column that no mapping knows holds ids of the label set.
    Raises `HeadError` where there is no such column, `taggers.UnknownNameError` for an unknown data
    set.
    """
    name = dataset or (path.stem if path.stem in available_datasets() else None)
    mapped = _mapped(label_set, name, present) if name is not None else {}
    chosen = column or next(iter(mapped), None)
    if chosen is None:
        raise HeadError(f"{path}: no mapping names a column of '{label_set}'; name it by --column")
    if chosen not in present:
        raise HeadError(f"{path}: has no column '{chosen}'; it has {', '.join(present)}")
    return mapped.get(chosen) or _ids_themselves(label_set, chosen)


def _mapped(label_set: str, dataset: str, present: tuple[str, ...]) -> dict[str, LabelMeanings]:
    mapping = load_dataset_mapping(dataset)
    return {
        name: LabelMeanings(
            name, column.labels, mapping.expanded(name), frozenset(column.leave_out)
        )
        for name, column in mapping.columns.items()
        if name in present and column.kind == label_set
    }


def _ids_themselves(label_set: str, column: str) -> LabelMeanings:
    if label_set == CATEGORY:
        ids = tuple(category_prompts())
        taxonomy = load_taxonomy()
        classes = {one: expand((one,), taxonomy) for one in ids}
    else:
        facet = load_facets()[label_set.removeprefix("facet.")]
        ids = (*facet.labels, NONE_OF_THESE)
        classes = {one: frozenset({one}) for one in ids}
    return LabelMeanings(column, {one: (one,) for one in ids}, classes, frozenset())
