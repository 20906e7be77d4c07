"""Article types that a run never sees, so that zero-shot recognition can be measured honestly."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from taggers.datasets import load_dataset_mapping
from weights.train.recipe import CATEGORY_COLUMNS

HELD_OUT_SET = "fashion_products"
LEAST_PHOTOS = 10


def choose_held_out(validation_values: Sequence[str], count: int, seed: int) -> tuple[str, ...]:
    """`count` article types drawn by `seed`, sorted.

    Only types with at least 10 validation photos take part, each of which alone names its node,
    and whose node no other data set names: else another set's photos would teach it. Raises
    ValueError where there are fewer of them.
    """
    column = CATEGORY_COLUMNS[HELD_OUT_SET]
    own = load_dataset_mapping(HELD_OUT_SET).expanded(column)
    taught = {
        label
        for name, other in CATEGORY_COLUMNS.items()
        if name != HELD_OUT_SET
        for ids in load_dataset_mapping(name).expanded(other).values()
        for label in ids
    }
    photos = Counter(validation_values)
    known = [
        value
        for value, ids in sorted(own.items())
        if photos[value] >= LEAST_PHOTOS and not ids & taught and _alone(value, own)
    ]
    if len(known) < count:
        raise ValueError(f"only {len(known)} article types can be held out, not {count}")
    return tuple(sorted(random.Random(seed).sample(known, count)))


def _alone(value: str, labels: Mapping[str, frozenset[str]]) -> bool:
    return not any(labels[value] & ids for other, ids in labels.items() if other != value)
