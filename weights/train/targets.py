"""What each photo teaches: sets of taxonomy nodes, and facet values.

A data set's label may name one node or several ("outwear"). One node is learned as itself: a photo
that is only known to be a chair teaches "chairs", not whichever kind of chair comes easiest.
Several become the set of learnable rows that would be right, those below them included, and the
loss asks for their summed probability.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from taggers.datasets import load_dataset_mapping
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS

UNLABELLED = -1


@dataclass(frozen=True)
class LabelIndex:
    """The learnable rows of one label set, and each data set value's mask over them.

    `masks` is K x N bool, no two rows alike; `value_rows[dataset][value]` is the row of `masks` for
    a value: values that stand for the same things share one.
    """

    labels: tuple[str, ...]
    masks: Tensor
    value_rows: Mapping[str, Mapping[str, int]]

    def targets(self, dataset: str, values: Sequence[str]) -> Tensor:
        """The mask row of each photo's value, `UNLABELLED` where the value maps to nothing."""
        rows = self.value_rows.get(dataset, {})
        return torch.tensor([rows.get(value, UNLABELLED) for value in values])


def _index(columns: Mapping[str, str], held_out: Collection[str] = ()) -> LabelIndex:
    """`columns` names one label column of each data set; values `held_out` are not learned."""
    mappings = {dataset: load_dataset_mapping(dataset) for dataset in columns}
    named = [mappings[dataset].columns[column].labels for dataset, column in columns.items()]
    labels = sorted(
        {
            label
            for values in named
            for value, ids in values.items()
            if value not in held_out
            for label in ids
        }
    )
    place = {label: row for row, label in enumerate(labels)}
    mask_rows: dict[frozenset[int], int] = {}
    value_rows: dict[str, dict[str, int]] = {}
    for dataset, column in columns.items():
        rows = value_rows.setdefault(dataset, {})
        listed = mappings[dataset].columns[column].labels
        for value, ids in mappings[dataset].expanded(column).items():
            if value not in held_out:
                taught = listed[value] if len(listed[value]) == 1 else ids
                known = frozenset(place[node] for node in taught if node in place)
                rows[value] = mask_rows.setdefault(known, len(mask_rows))
    masks = torch.zeros(len(mask_rows), len(labels), dtype=torch.bool)
    for known, row in mask_rows.items():
        masks[row, sorted(known)] = True
    return LabelIndex(tuple(labels), masks, value_rows)


def category_index(held_out: Collection[str] = ()) -> LabelIndex:
    """The category rows: every node or `not_listing` id that a data set's finest column names.

    Values `held_out` are left out, so that their photos are unlabelled.
    """
    return _index(CATEGORY_COLUMNS, held_out)


def facet_index(name: str) -> LabelIndex:
    """The rows of one facet that the fashion set labels."""
    return _index({"fashion_products": FACET_COLUMNS[name]})
