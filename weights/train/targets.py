"""What each photo teaches: sets of taxonomy nodes, and facet values.

A data set's label may name one leaf, a parent, or several nodes ("outwear"). Each becomes the set
of learnable rows that would be right, and the loss asks for their summed probability.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from taggers.datasets import load_dataset_mapping
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS

UNLABELLED = -1


@dataclass(frozen=True)
class LabelIndex:
    """The learnable rows of one label set, and each data set value's mask over them.

    `masks` is K x N bool; `value_rows[dataset][value]` is the row of `masks` for a value.
    """

    labels: tuple[str, ...]
    masks: Tensor
    value_rows: Mapping[str, Mapping[str, int]]

    def targets(self, dataset: str, values: Sequence[str]) -> Tensor:
        """The mask row of each photo's value, `UNLABELLED` where the value maps to nothing."""
        rows = self.value_rows.get(dataset, {})
        return torch.tensor([rows.get(value, UNLABELLED) for value in values])


def _index(columns: Mapping[str, str]) -> LabelIndex:
    """`columns` names one label column of each data set."""
    mappings = {dataset: load_dataset_mapping(dataset) for dataset in columns}
    named = [mappings[dataset].columns[column].labels for dataset, column in columns.items()]
    labels = sorted({label for values in named for ids in values.values() for label in ids})
    place = {label: row for row, label in enumerate(labels)}
    masks: list[Tensor] = []
    value_rows: dict[str, dict[str, int]] = {}
    for dataset, column in columns.items():
        rows = value_rows.setdefault(dataset, {})
        for value, ids in mappings[dataset].expanded(column).items():
            mask = torch.zeros(len(labels), dtype=torch.bool)
            mask[[place[node] for node in ids if node in place]] = True
            rows[value] = len(masks)
            masks.append(mask)
    return LabelIndex(tuple(labels), torch.stack(masks), value_rows)


def category_index() -> LabelIndex:
    """The category rows: every node or `not_listing` id that a data set's finest column names."""
    return _index(CATEGORY_COLUMNS)


def facet_index(name: str) -> LabelIndex:
    """The rows of one facet that the fashion set labels."""
    return _index({"fashion_products": FACET_COLUMNS[name]})
