"""Photos with known labels, as calibration sees them: cosines, and what each label stands for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from taggers.prompts import NOT_LISTING

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

ClassQuestion = Callable[[frozenset[str]], bool]

NONE = -1
"""The class of a label that none of a column's classes holds."""


@dataclass(frozen=True, eq=False)
class LabelledPhotos:
    """N photos, their cosines with V visible labels (N x V, -1..1), and the label each carries.

    A data set's label stands for a class: a set of ids, each with all below it. `columns` holds the
    classes of each label column, no two of a column with an id in common; `column` is the column
    that a photo is labelled by and `truth` the place of its class there, N int64 each. `weights` is
    how much each photo counts, N float64 above 0. Raises ValueError where the shapes do not agree.
    """

    labels: tuple[str, ...]
    cosines: Floats
    columns: tuple[tuple[frozenset[str], ...], ...]
    column: Ints
    truth: Ints
    weights: Floats

    def __post_init__(self) -> None:
        count = len(self.cosines)
        if self.cosines.shape != (count, len(self.labels)) or not self.labels:
            raise ValueError(f"{len(self.labels)} labels for cosines of {self.cosines.shape}")
        if {len(self.column), len(self.truth), len(self.weights)} != {count}:
            raise ValueError("every photo has one column, one class and one weight")

    def __len__(self) -> int:
        return len(self.cosines)

    @classmethod
    def of_column(
        cls,
        labels: tuple[str, ...],
        cosines: NDArray[np.floating],
        classes: Sequence[frozenset[str]],
        truth: Sequence[int],
        weight: float = 1.0,
    ) -> "LabelledPhotos":
        """Photos labelled by one column, each of the same weight."""
        return cls(
            labels,
            cosines.astype(np.float64),
            (tuple(classes),),
            np.zeros(len(cosines), np.int64),
            np.array(truth, np.int64),
            np.full(len(cosines), weight),
        )

    def take(self, rows: Flags | Ints) -> "LabelledPhotos":
        """Some of the photos."""
        return replace(
            self,
            cosines=self.cosines[rows],
            column=self.column[rows],
            truth=self.truth[rows],
            weights=self.weights[rows],
        )

    @cached_property
    def likeliest(self) -> Ints:
        """The place of each photo's likeliest label, N; no temperature changes it."""
        return np.asarray(self.cosines.argmax(axis=1))

    @cached_property
    def tested(self) -> Flags:
        """The labels of the class that the likeliest label belongs to, N x V.

        A data set's label can say no more than whether that class is right. A label that no class
        of the column holds stands alone.
        """
        rows = np.arange(len(self))
        own = self._label_classes[self.column, self.likeliest]
        classes = self._label_classes[self.column]
        same: Flags = (classes == own[:, None]) & (own[:, None] != NONE)
        same[rows, self.likeliest] = True
        return same

    @cached_property
    def tested_right(self) -> Flags:
        """Whether the class of the likeliest label is the photo's, N."""
        return np.asarray(self._label_classes[self.column, self.likeliest] == self.truth)

    @cached_property
    def for_sale(self) -> Flags:
        """Whether each photo's label names anything that people sell, N."""
        return self._of_truth(lambda ids: any(not one.startswith(NOT_LISTING) for one in ids))

    def agrees_with(self, ids: frozenset[str]) -> Flags:
        """Whether each photo's label names something among `ids`, N."""
        return self._of_truth(lambda own: not own.isdisjoint(ids))

    def agreeing_labels(self, ids: frozenset[str]) -> Flags:
        """Of each column, the labels that its classes cannot tell from being among `ids`, C x V.

        These are the labels among `ids`, and all of each class that has any of them.
        """
        inside = np.array([label in ids for label in self.labels])
        met = [
            [not own.isdisjoint(ids) for own in classes] + [False] for classes in self.columns
        ]  # the last for labels of no class, whose place is -1
        rows = zip(met, self._label_classes, strict=True)
        return np.stack([inside | np.array(flags)[places] for flags, places in rows])

    def _of_truth(self, asked: ClassQuestion) -> Flags:
        answers = np.array([asked(ids) for ids in chain.from_iterable(self.columns)], np.bool_)
        starts = np.cumsum([0, *(len(classes) for classes in self.columns)])
        return np.asarray(answers[starts[self.column] + self.truth])

    @cached_property
    def _label_classes(self) -> Ints:
        """The class of each label in each column, C x V."""
        found = np.full((len(self.columns), len(self.labels)), NONE, np.int64)
        for row, classes in enumerate(self.columns):
            places = {one: place for place, ids in enumerate(classes) for one in ids}
            found[row] = [places.get(label, NONE) for label in self.labels]
        return found


def join_photos(parts: Sequence[LabelledPhotos]) -> LabelledPhotos:
    """Photos of several columns or files, against the same labels, as one.

    Raises ValueError for none, or for parts that do not have the same labels.
    """
    if len({part.labels for part in parts}) != 1:
        raise ValueError("photos to join must have the same labels")
    starts = np.cumsum([0, *(len(part.columns) for part in parts)])
    return LabelledPhotos(
        parts[0].labels,
        np.concatenate([part.cosines for part in parts]),
        tuple(chain.from_iterable(part.columns for part in parts)),
        np.concatenate([part.column + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.weights for part in parts]),
    )


def with_not_listing_share(photos: LabelledPhotos, share: float) -> LabelledPhotos:
    """The same photos, those of nothing for sale weighing `share`, 0..1, of a whole of 1.

    Where there are only such photos, or none, the weights stay in proportion.
    """
    weights = photos.weights.copy()
    for rows, part in ((photos.for_sale, 1 - share), (~photos.for_sale, share)):
        if rows.any():
            weights[rows] *= part / weights[rows].sum()
    return replace(photos, weights=weights)
