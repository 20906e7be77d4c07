"""Fitting a bundle's label sets to the photos that were evaluated, and writing the bundle."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from taggers import load_taxonomy
from taggers.fitting import (
    Fitting,
    LabelledPhotos,
    cross_fitted_figures,
    fit_calibration,
)
from taggers.fitting.decisions import decide, outcome_figures
from vision.evaluation.columns import CATEGORY
from vision.evaluation.errors import EvaluationError
from vision.evaluation.findings import FileFindings
from vision.evaluation.refit.changes import Refit, SetChange
from vision.evaluation.refit.photos import photos_of_set
from weights.bundle import CALIBRATION, Bundle
from weights.calibration import Calibration, SetEntry
from weights.recalibrated import write_recalibrated

LEAST_PHOTOS = 100
"""A label set with fewer labelled photos is left alone."""

CATEGORY_PRECISION, FACET_PRECISION = 0.95, 0.90


@dataclass(frozen=True)
class RefitRequest:
    """Where to write the bundle, and the precision wanted of what it suggests.

    Raises ValueError for a precision that is not above 0 and up to 1.
    """

    folder: Path
    category_precision: float = CATEGORY_PRECISION
    facet_precision: float = FACET_PRECISION

    def __post_init__(self) -> None:
        for precision in (self.category_precision, self.facet_precision):
            if not 0 < precision <= 1:
                raise ValueError(f"a precision is above 0 and up to 1, not {precision:g}")


def refit(bundle: Bundle, files: Sequence[FileFindings], request: RefitRequest) -> Refit:
    """Fits every label set of the bundle that the files speak of enough, and writes the bundle.

    `files` are what an evaluation of the same bundle found. Raises `EvaluationError` where no set
    has enough photos, and what `weights.recalibrated.write_recalibrated` raises.
    """
    changes: list[SetChange] = []
    left_alone: dict[str, str] = {}
    for name, label_set in bundle.label_sets.items():
        photos = photos_of_set(name, label_set, files)
        count = 0 if photos is None else len(photos)
        if photos is not None and count >= LEAST_PHOTOS:
            changes.append(_change(name, photos, _fitting(name, request, bundle)))
        elif count:
            left_alone[name] = f"{count} labelled photos; {LEAST_PHOTOS} are needed"
        else:
            left_alone[name] = "no file has a label of it"
    if not changes:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_alone.items())
        raise EvaluationError(request.folder, f"nothing was fitted. {reasons}")
    calibration = _joined(bundle, changes, files)
    written = write_recalibrated(bundle, calibration, request.folder)
    return Refit(request.folder, written.version, tuple(changes), left_alone)


def _fitting(name: str, request: RefitRequest, bundle: Bundle) -> Fitting:
    before = bundle.label_sets[name].calibration
    if name == CATEGORY:
        return Fitting(request.category_precision, load_taxonomy(), before)
    return Fitting(request.facet_precision, None, before)


def _change(name: str, photos: LabelledPhotos, fitting: Fitting) -> SetChange:
    before = fitting.before
    if before is None:
        raise ValueError("a calibration is fitted again from the bundle's own")
    after = fit_calibration(photos, fitting)
    return SetChange(
        name=name,
        before=before,
        after=after,
        measured_before=outcome_figures(decide(photos, before, fitting.taxonomy)),
        measured_after=cross_fitted_figures(photos, fitting),
        thresholds=tuple(
            label
            for label, one in sorted(after.labels.items())
            if before.labels.get(label) is not one
        ),
        not_for_sale=int((~photos.for_sale).sum()),
    )


def _joined(
    bundle: Bundle, changes: Sequence[SetChange], files: Sequence[FileFindings]
) -> Calibration:
    """The bundle's calibration with the new entries in place of its own."""
    own = Calibration.load(bundle.folder / CALIBRATION)
    fitted = {one.name: SetEntry.of(one.after, one.measured_after) for one in changes}
    photos = ", ".join(_named(file) for file in files)
    words = f"{', '.join(fitted)}: {photos}"
    if others := [name for name in own.sets if name not in fitted]:
        words += f"; {', '.join(others)}: {own.fitted_on}"
    return Calibration(fitted_on=words, sets={**own.sets, **fitted})


def _named(file: FileFindings) -> str:
    split = f", split {file.split}" if file.split is not None else ""
    return f"{file.path.name} ({file.photos} photos{split})"
