"""What a bundle did with each photo of a file, as plain lists that another process can read."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from taggers import load_taxonomy
from taggers.fitting import LabelledPhotos
from taggers.fitting.decisions import decide
from taggers.scoring import LabelScorer
from vision.evaluation.class_top1 import likeliest_class_right
from vision.evaluation.columns import CATEGORY, LabelColumn
from vision.evaluation.findings import FileFindings
from vision.evaluation.measures import NONE
from vision.evaluation.rows import select_rows
from vision.evaluation.samples import Samples
from weights.bundle import Bundle
from weights.labels import LabelSet

Flags = NDArray[np.bool_]


def file_answers(
    file: FileFindings, bundle: Bundle, split: str | None, limit: int | None
) -> dict[str, Any]:
    """The rows read, and by figure (`label.top1`) which photos are right and which are counted.

    The figures of each column are `top1`, of the column's own classes; `coverage`, of photos of
    things for sale; `precision`, of photos given a label; and, of categories, `not_listing_given`,
    the photos of nothing for sale that are given one.
    """
    failed = {one.row for one in file.unreadable}
    rows = [row for row in select_rows(file.path, split, limit) if row not in failed]
    figures: dict[str, dict[str, list[int]]] = {}
    for column in file.samples.columns:
        label_set = bundle.label_sets[column.kind]
        for name, (right, counted) in _column(file.samples, column, label_set).items():
            figures[f"{column.name}.{name}"] = {
                "right": (right & counted).astype(int).tolist(),
                "counted": counted.astype(int).tolist(),
            }
    return {
        "file": str(file.path),
        "dataset": file.dataset,
        "rows": rows,
        "unreadable": len(file.unreadable),
        "photos_per_second": file.photos_per_second,
        "figures": figures,
    }


def _column(
    samples: Samples, column: LabelColumn, label_set: LabelSet
) -> dict[str, tuple[Flags, Flags]]:
    truth = samples.truths[column.name]
    known = np.flatnonzero(truth != NONE)
    if not known.size:
        return {}
    scorer = LabelScorer(label_set)
    classes = [one.ids for one in column.classes]
    photos = LabelledPhotos.of_column(
        scorer.labels, scorer.measure(samples.embeddings[known]), classes, truth[known].tolist()
    )
    taxonomy = load_taxonomy() if column.kind == CATEGORY else None
    outcome = decide(photos, label_set.calibration, taxonomy)
    everything = np.ones(known.size, np.bool_)
    found = {
        "top1": (likeliest_class_right(photos), everything),
        "coverage": (outcome.suggested, outcome.for_sale),
        "precision": (outcome.hit, outcome.suggested & outcome.for_sale),
    }
    if not outcome.for_sale.all():
        found["not_listing_given"] = (outcome.suggested, ~outcome.for_sale)
    return {
        name: (_placed(right, known, len(truth)), _placed(counted, known, len(truth)))
        for name, (right, counted) in found.items()
    }


def _placed(flags: Flags, places: NDArray[np.intp], count: int) -> Flags:
    """Flags of some of `count` photos among all of them."""
    placed = np.zeros(count, np.bool_)
    placed[places] = flags
    return placed
