"""What an evaluation found in one file of photos."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vision.evaluation.columns import LabelClass
from vision.evaluation.measures import Bin, ClassCounts
from vision.evaluation.reading import Unreadable


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
class CategoryFindings:
    """The categories suggested at the shipped thresholds, judged by `column`; shares 0..1.

    `coverage` is the share of photos for sale with a suggestion, `precision` the share of these
    that is right, `broader` the share that names a parent of what the label says. `ece` is the
    expected calibration error over `bins`. `not_listing_suggested` is the share of photos of
    nothing for sale that were given a category; None where the file has no such photo.
    """

    column: str
    for_sale: int
    coverage: float | None
    precision: float | None
    broader: float | None
    ece: float | None
    bins: tuple[Bin, ...]
    not_listing: int
    not_listing_suggested: float | None
    abstentions: tuple[Abstention, ...]


@dataclass(frozen=True)
class ColorFindings:
    """How often the primary colour's family is the label's, and how often either colour's is."""

    column: str
    support: int
    family_top1: float
    primary_or_secondary: float


@dataclass(frozen=True)
class FileFindings:
    """One file. `photos` are those that could be read; `unknown_labels` are counted by column."""

    path: Path
    dataset: str
    split: str | None
    photos: int
    photos_per_second: float
    unreadable: tuple[Unreadable, ...]
    columns: tuple[ColumnFindings, ...]
    category: CategoryFindings | None
    color: ColorFindings | None
    unknown_labels: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def shown(self) -> ColumnFindings:
        """The column to look at first: the one that categories are judged by, else the first."""
        name = self.category.column if self.category else self.columns[0].name
        return next(one for one in self.columns if one.name == name)


@dataclass(frozen=True)
class BundleName:
    """Which bundle was measured."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Findings:
    """An evaluation: one bundle over several files, in the order given."""

    bundle: BundleName
    files: tuple[FileFindings, ...]
