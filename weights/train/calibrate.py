"""The recipe's calibration: which validation photos count for which label set, and how much."""

from collections.abc import Sequence

from torch import Tensor

from taggers.datasets import load_dataset_mapping
from taggers.fitting import (
    Fitting,
    LabelledPhotos,
    cross_fitted_figures,
    fit_calibration,
    join_photos,
    with_not_listing_share,
)
from taggers.taxonomy import load_taxonomy
from weights.calibration import Calibration, SetEntry
from weights.labels import FloatArray, LabelMatrix
from weights.text_matrix import TextMatrix
from weights.train.photos import PhotoSet
from weights.train.recipe import CATEGORY_COLUMNS, DATASET_SHARES, FACET_COLUMNS
from weights.train.targets import facet_index

CATEGORY_PRECISION, FACET_PRECISION = 0.95, 0.90
NOT_LISTING_SHARE = 0.25
"""The share of photos of nothing for sale that the calibration is fitted for, by weight."""

FACET_SET = "fashion_products"
"""The data set that labels facets."""


def visible_categories() -> tuple[str, ...]:
    """The category labels that some data set tells apart from all others, sorted."""
    return tuple(
        sorted(
            {
                label
                for dataset, column in CATEGORY_COLUMNS.items()
                for label in load_dataset_mapping(dataset).singled_out(column)
            }
        )
    )


def fit(matrix: TextMatrix, sets: Sequence[PhotoSet], embeddings: Sequence[Tensor]) -> Calibration:
    """The calibration of all label sets on validation photos, embedded N x D each.

    Data sets count by their share in training, photos of nothing for sale a quarter.
    """
    vectors = {photos.name: rows.numpy() for photos, rows in zip(sets, embeddings, strict=True)}
    categories = join_photos(
        [
            _labelled(
                photos,
                vectors[photos.name],
                CATEGORY_COLUMNS[photos.name],
                matrix.sets["category"],
                visible_categories(),
            )
            for photos in sets
        ]
    )
    entries = {
        "category": _entry(
            with_not_listing_share(categories, NOT_LISTING_SHARE),
            Fitting(CATEGORY_PRECISION, load_taxonomy()),
        )
    }
    facets = next(photos for photos in sets if photos.name == FACET_SET)
    for name, column in FACET_COLUMNS.items():
        labels = facet_index(name).labels
        photos = _labelled(facets, vectors[FACET_SET], column, matrix.sets[name], labels)
        entries[name] = _entry(photos, Fitting(FACET_PRECISION))
    counts = ", ".join(f"{photos.name} {len(photos.pixels)}" for photos in sets)
    return Calibration(fitted_on=f"validation splits: {counts} photos", sets=entries)


def _labelled(
    photos: PhotoSet,
    vectors: FloatArray,
    column: str,
    matrix: LabelMatrix,
    visible: tuple[str, ...],
) -> LabelledPhotos:
    """One data set's photos against the visible labels; those of an unknown value left out."""
    expanded = load_dataset_mapping(photos.name).expanded(column)
    classes = tuple(dict.fromkeys(expanded.values()))
    values = photos.columns[column]
    known = [row for row, value in enumerate(values) if value in expanded]
    truth = [classes.index(expanded[values[row]]) for row in known]
    place = {label: row for row, label in enumerate(matrix.ids)}
    cosines = vectors[known] @ matrix.vectors[[place[label] for label in visible]].T
    weight = DATASET_SHARES[photos.name] / max(1, len(known))
    return LabelledPhotos.of_column(visible, cosines, classes, truth, weight)


def _entry(photos: LabelledPhotos, fitting: Fitting) -> SetEntry:
    """Fitted on all photos; measured on photos that took no part in what judges them."""
    return SetEntry.of(fit_calibration(photos, fitting), cross_fitted_figures(photos, fitting))
