"""What an evaluation found in one file of photos."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from taggers.fitting.reliability import Bin
from vision.evaluation.columns import LabelClass
from vision.evaluation.measures import ClassCounts
from vision.evaluation.reading import Unreadable
from vision.evaluation.refit.changes import Refit
from vision.evaluation.samples import Samples


@dataclass(frozen=True)
class ClassFindings:
    """One class: `ranked` of the likeliest class of each photo, `suggested` of what was suggested.

    `suggested` counts what passed the shipped thresholds. `silent` is the share of its photos for
    which no class of the column was suggested (nothing at all, or a broader node only); None
    without photos.
    """

    label: LabelClass
    ranked: ClassCounts
    suggested: ClassCounts
    silent: float | None


@dataclass(frozen=True)
class Confusion:
    """Photos of `label` that were taken for `taken_for`, by their row numbers."""

    label: str
    taken_for: str
    rows: tuple[int, ...]
    support: int


@dataclass(frozen=True)
class ColumnFindings:
    """One label column, ranked among its own classes; shares 0..1, None without photos."""

    name: str
    kind: str
    support: int
    top1: float | None
    top5: float | None
    macro_f1: float | None
    knn1: float | None
    classes: tuple[ClassFindings, ...]
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True)
class Abstention:
    """A photo of something for sale for which no category was suggested."""

    row: int
    label: str
    reason: str


@dataclass(frozen=True)
class ClassAnswers:
    """What was said of the photos of one class, counted by node, the most frequent first.

    `likeliest` are the likeliest labels of all that the bundle can see, `suggested` the nodes that
    were suggested, for those of its `photos` that were given one.
    """

    label: str
    photos: int
    likeliest: Mapping[str, int]
    suggested: Mapping[str, int]


@dataclass(frozen=True)
class Slice:
    """Photos of things for sale that have something else in common; shares 0..1.

    `column` is what they have in common and `label` its value: the photos of `Girls` by `gender`.
    `top1` is that of the column that categories are judged by, `coverage` and `precision` those of
    the suggested categories; None where there is nothing to judge.
    """

    column: str
    label: str
    photos: int
    top1: float | None
    coverage: float | None
    precision: float | None


@dataclass(frozen=True)
class CategoryFindings:
    """The categories suggested at the shipped thresholds, judged by `column`; shares 0..1.

    `coverage` is the share of photos for sale with a suggestion, `precision` the share of these
    that is right, `broader` the share that names a parent of what the label says. `ece` is the
    expected calibration error over `bins`, `suggested_ece` that of the suggested nodes, over
    `suggested` photos, and the two of `noise` what true confidences would show by chance.
    `not_listing_suggested` is the share of photos of nothing for sale that were given a category;
    None where the file has no such photo.
    """

    column: str
    for_sale: int
    coverage: float | None
    precision: float | None
    broader: float | None
    ece: float | None
    ece_noise: float | None
    suggested: int
    suggested_ece: float | None
    suggested_ece_noise: float | None
    bins: tuple[Bin, ...]
    not_listing: int
    not_listing_suggested: float | None
    abstentions: tuple[Abstention, ...]
    answers: tuple[ClassAnswers, ...]
    slices: tuple[Slice, ...]


@dataclass(frozen=True)
class ColorFindings:
    """How often the primary colour's family is the label's, and how often either colour's is.

    `pixels_family_top1` is the first of these for the primary colour from the pixels alone.
    """

    column: str
    support: int
    family_top1: float
    primary_or_secondary: float
    pixels_family_top1: float


@dataclass(frozen=True)
class FileFindings:
    """One file. `photos` are those that could be read; `unknown_labels` are counted by column.

    `samples` are their embeddings and labels, from which a calibration can be fitted again.
    """

    path: Path
    dataset: str
    split: str | None
    photos: int
    photos_per_second: float
    unreadable: tuple[Unreadable, ...]
    columns: tuple[ColumnFindings, ...]
    category: CategoryFindings | None
    color: ColorFindings | None
    samples: Samples
    unknown_labels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def shown(self) -> ColumnFindings:
        """The column to look at first: the one that categories are judged by, else the first."""
        name = self.category.column if self.category else self.columns[0].name
        return next(one for one in self.columns if one.name == name)


@dataclass(frozen=True)
class BundleName:
    """Which bundle was measured.

    `sha256` stands for all of its files; `files` are the SHA-256 of those that decide what it says,
    by name: its network, its text matrix and its calibration, but not its model card.
    """

    name: str
    version: str
    sha256: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Findings:
    """An evaluation: one bundle over several files, in the order given.

    `refit` is what a new fit of its calibration changed, where one was asked for.
    """

    bundle: BundleName
    files: tuple[FileFindings, ...]
    refit: Refit | None = None
