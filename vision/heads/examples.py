"""Embedded photos, each with the one label that it teaches."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from taggers.fitting import LabelledPhotos, join_photos
from taggers.scoring import LabelScorer
from vision.encoder import Embeddings
from vision.heads.embedded import EmbeddedPhotos
from vision.heads.labels import LabelMeanings
from weights.labels import LabelSet

LEAST_PHOTOS = 10
"""A label with fewer photos is left out: each of five folds must hold two."""

UNKNOWN = "no id of the label set, and no value that a mapping knows"
AMBIGUOUS = "names several ids, of which zero-shot can see none"
TOO_FEW = f"fewer than {LEAST_PHOTOS} photos teach it"

Ints = NDArray[np.int64]
Files = Sequence[tuple[LabelMeanings, EmbeddedPhotos]]


@dataclass(frozen=True, eq=False)
class Examples:
    """N photos of one or several files, file by file, fit to learn from.

    `labels` are the ids to learn, and `taught` the place of each photo's among them. `classes` are
    what each file's label values stand for; `file` is each photo's file, `truth` its class there.
    `left_out` says of labels why they are not learned, and of how many photos.
    """

    embeddings: Embeddings
    labels: tuple[str, ...]
    taught: Ints
    classes: tuple[tuple[frozenset[str], ...], ...]
    file: Ints
    truth: Ints
    left_out: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.taught)

    @property
    def photos(self) -> dict[str, int]:
        """How many photos teach each label."""
        counts = np.bincount(self.taught, minlength=len(self.labels))
        return dict(zip(self.labels, counts.tolist(), strict=True))

    def measured(self, labels: tuple[str, ...], measures: NDArray[np.floating]) -> LabelledPhotos:
        """The photos as calibration sees them: `measures`, N x V, of V labels."""
        parts = [
            LabelledPhotos.of_column(labels, measures[rows], classes, self.truth[rows].tolist())
            for place, classes in enumerate(self.classes)
            if (rows := np.flatnonzero(self.file == place)).size
        ]
        return join_photos(parts)


@dataclass(frozen=True)
class _Example:
    file: int
    row: int
    label: str
    truth: int


def gather_examples(files: Files, zero_shot: LabelSet | None) -> Examples:
    """What the photos of all files teach.

    A value that names one id teaches it. Of a value that names several ("pants" for jeans,
    trousers and five more), each photo teaches the one that `zero_shot` finds likeliest among them:
    the head then learns to tell the value from others, and leans as zero-shot did within it. One
    found in too few photos gives them to the commonest of the value.
    """
    left_out: Counter[tuple[str, str]] = Counter()
    found = [
        example
        for place, (meanings, photos) in enumerate(files)
        for example in _teach(place, meanings, photos, zero_shot, left_out)
    ]
    found = _without_rare_kinds(found)
    counts = Counter(example.label for example in found)
    labels = tuple(sorted(one for one, count in counts.items() if count >= LEAST_PHOTOS))
    for label in counts.keys() - set(labels):
        left_out[label, TOO_FEW] = counts[label]
    places = {label: place for place, label in enumerate(labels)}
    kept = [example for example in found if example.label in places]
    ordered = sorted(left_out.items(), key=lambda one: (-one[1], one[0]))
    return Examples(
        embeddings=_embeddings(files, kept),
        labels=labels,
        taught=np.array([places[one.label] for one in kept], np.int64),
        classes=tuple(_classes(meanings) for meanings, _ in files),
        file=np.array([one.file for one in kept], np.int64),
        truth=np.array([one.truth for one in kept], np.int64),
        left_out={value: f"{why} ({count} photos)" for (value, why), count in ordered},
    )


def _without_rare_kinds(found: Sequence[_Example]) -> list[_Example]:
    """The same photos, of each class those of a label with too few of them taught the commonest."""
    counts = Counter(example.label for example in found)
    kinds: dict[tuple[int, int], Counter[str]] = {}
    for one in found:
        kinds.setdefault((one.file, one.truth), Counter())[one.label] += 1
    commonest = {
        place: min(own, key=lambda label: (-own[label], label)) for place, own in kinds.items()
    }
    return [
        one
        if counts[one.label] >= LEAST_PHOTOS
        else replace(one, label=commonest[one.file, one.truth])
        for one in found
    ]


def _teach(
    file: int,
    meanings: LabelMeanings,
    photos: EmbeddedPhotos,
    zero_shot: LabelSet | None,
    left_out: Counter[tuple[str, str]],
) -> Iterator[_Example]:
    truths = {ids: place for place, ids in enumerate(_classes(meanings))}
    likeliest = _Likeliest(photos.embeddings, zero_shot)
    for row, value in enumerate(photos.values):
        if not value or value in meanings.leave_out:
            continue
        own = meanings.own.get(value)
        label = None if own is None else likeliest.among(own, meanings.classes[value], row)
        if label is None:
            left_out[value, UNKNOWN if own is None else AMBIGUOUS] += 1
        else:
            yield _Example(file, row, label, truths[meanings.classes[value]])


class _Likeliest:
    """Which of several ids zero-shot finds likeliest for a photo."""

    def __init__(self, embeddings: Embeddings, zero_shot: LabelSet | None) -> None:
        self._columns: dict[str, int] = {}
        if zero_shot is not None:
            scorer = LabelScorer(zero_shot)
            self._columns = {label: place for place, label in enumerate(scorer.labels)}
            self._cosines = scorer.measure(embeddings)

    def among(self, own: tuple[str, ...], ids: frozenset[str], row: int) -> str | None:
        """The only id of `own`, else the likeliest of `ids`; None where it can see none."""
        if len(own) == 1:
            return own[0]
        seen = sorted(one for one in ids if one in self._columns)
        if not seen:
            return None
        return max(seen, key=lambda one: self._cosines[row, self._columns[one]])


def _classes(meanings: LabelMeanings) -> tuple[frozenset[str], ...]:
    """The distinct classes; values that stand for the same ids are one."""
    return tuple(dict.fromkeys(meanings.classes.values()))


def _embeddings(files: Files, kept: Sequence[_Example]) -> Embeddings:
    parts = [
        photos.embeddings[[one.row for one in kept if one.file == place]]
        for place, (_, photos) in enumerate(files)
    ]
    return np.concatenate(parts)
