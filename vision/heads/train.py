"""Training a head: photos in, a copy of the bundle out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from taggers import Taxonomy, load_taxonomy
from taggers.fitting import Fitting, LabelledPhotos, cross_fitted_figures, fit_calibration
from taggers.fitting.decisions import decide, outcome_figures
from taggers.fitting.temperature import SCALES
from taggers.prompts import CATEGORY
from taggers.scoring import LabelScorer
from vision.evaluation.class_top1 import likeliest_class_right
from vision.evaluation.reading import Unreadable
from vision.evaluation.rows import column_names, select_rows
from vision.heads.embedded import PhotoEmbedder, Progress
from vision.heads.errors import HeadError
from vision.heads.examples import Examples, Files, gather_examples
from vision.heads.fit import ZeroShotRows, fit_head
from vision.heads.labels import LabelMeanings, label_meanings, label_set_of
from weights.bundle import NETWORK_WEIGHTS, Bundle
from weights.bundle_copy import check_vacant
from weights.calibration import SetEntry
from weights.catalog import find_bundle
from weights.labels import LabelMatrix, LabelSet, SetCalibration
from weights.linear_head import HeadFacts, LinearHead
from weights.linear_head_bundle import write_with_head

CATEGORY_PRECISION, FACET_PRECISION = 0.95, 0.90
DIGITS = 4


@dataclass(frozen=True)
class HeadRequest:
    """What to learn, and from which photos.

    `facet` is `category` or a facet's name; `files` are Parquet files of labelled photos, of which
    `split` and `limit` take a part, `dataset` names the mapping and `column` the labels (see
    `vision.heads.labels`). `precision` is wanted of what is suggested. A head keeps
    what zero-shot knows of labels that no photo teaches, unless it is to know `only` those taught.
    """

    facet: str
    files: tuple[Path, ...]
    column: str | None = None
    dataset: str | None = None
    split: str | None = None
    limit: int | None = None
    precision: float | None = None
    only: bool = False


@dataclass(frozen=True)
class TrainedHead:
    """A head, the calibration that goes with it, and the photos that could not be read."""

    head: LinearHead
    entry: SetEntry
    unreadable: tuple[Unreadable, ...] = ()


def train_head(
    bundle: str | Path,
    request: HeadRequest,
    output: Path,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[Bundle, TrainedHead]:
    """Fits a head on a bundle's embeddings and writes a copy of the bundle with it to `output`.

    Raises `HeadError` where it cannot be made as asked, `EvaluationError` for a file that cannot be
    used, `BundleError` where the bundle cannot be used or written.
    """
    found = find_bundle(bundle)
    check_vacant(output)
    label_set = label_set_of(request.facet)
    meanings = [_meanings(label_set, path, request) for path in request.files]
    rows = [select_rows(path, request.split, request.limit) for path in request.files]
    with PhotoEmbedder(found, threads) as embedder:
        photos = [
            embedder.embed(path, wanted, one.column, progress)
            for path, wanted, one in zip(request.files, rows, meanings, strict=True)
        ]
    trained = fit_trained_head(found, request, list(zip(meanings, photos, strict=True)))
    return write_with_head(found, trained.head, trained.entry, output), trained


def fit_trained_head(bundle: Bundle, request: HeadRequest, files: Files) -> TrainedHead:
    """The head that photos teach which are embedded already; raises `HeadError`."""
    label_set = label_set_of(request.facet)
    zero_shot = bundle.text_label_sets.get(label_set)
    examples = gather_examples(files, zero_shot)
    _check(examples)
    kept = _kept(examples, zero_shot, request.only)
    rows = _zero_shot_rows(examples.labels, kept, zero_shot)
    fitted = fit_head(examples.embeddings, examples.taught, len(examples.labels), rows)
    labels = examples.labels + kept
    photos = examples.measured(labels, fitted.held_out)
    before = _before(zero_shot, fitted.scale, labels) if kept else None
    fitting = replace(_fitting(label_set, request.precision), before=before)
    measured = {**cross_fitted_figures(photos, fitting), **class_top1(photos)}
    facts = HeadFacts(
        label_set=label_set,
        network=bundle.manifest.files[NETWORK_WEIGHTS],
        dimension=examples.embeddings.shape[1],
        trained_on=_trained_on(request, files),
        photos=examples.photos,
        left_out=examples.left_out,
        kept=len(kept),
        strength=fitted.strength,
        share=fitted.share,
        measured=_rounded(measured),
        zero_shot=_rounded(_zero_shot_figures(examples, zero_shot, fitting.taxonomy)),
        replaced=None if zero_shot is None else SetEntry.of(zero_shot.calibration, {}),
    )
    entry = SetEntry.of(fit_calibration(photos, fitting), measured)
    unreadable = tuple(one for _, photos in files for one in photos.unreadable)
    head = LinearHead(LabelMatrix(labels, fitted.rows), facts)
    return TrainedHead(head, entry, unreadable)


def class_top1(photos: LabelledPhotos) -> Mapping[str, float]:
    """The share of photos of which the likeliest of their own classes is right, by its name."""
    right = likeliest_class_right(photos)
    return {"top1_of_classes": float(right.mean())} if len(right) else {}


def _meanings(label_set: str, path: Path, request: HeadRequest) -> LabelMeanings:
    return label_meanings(label_set, path, column_names(path), request.dataset, request.column)


def _fitting(label_set: str, precision: float | None) -> Fitting:
    if label_set == CATEGORY:
        return Fitting(precision or CATEGORY_PRECISION, load_taxonomy())
    return Fitting(precision or FACET_PRECISION)


def _check(examples: Examples) -> None:
    if len(examples.labels) < 2:
        why = "; ".join(f"{value}: {reason}" for value, reason in examples.left_out.items())
        raise HeadError(
            f"a head tells two labels or more apart, and these photos teach "
            f"{len(examples.labels)}. {why}".rstrip()
        )


def _zero_shot_rows(
    labels: tuple[str, ...], kept: tuple[str, ...], zero_shot: LabelSet | None
) -> ZeroShotRows | None:
    if zero_shot is None:
        return None
    matrix, scale = zero_shot.matrix, zero_shot.calibration.logit_scale
    rows = dict(zip(matrix.ids, matrix.vectors.astype(np.float64) * scale, strict=True))
    nothing = np.zeros(matrix.vectors.shape[1])
    return ZeroShotRows(
        np.stack([rows.get(label, nothing) for label in labels]),
        np.array([label in rows for label in labels]),
        np.array([rows[label] for label in kept]).reshape(len(kept), len(nothing)),
    )


def _before(
    zero_shot: LabelSet | None, scale: float, labels: tuple[str, ...]
) -> SetCalibration | None:
    """Where fitting starts of a head that keeps labels: scored as zero-shot scores them."""
    if zero_shot is None or zero_shot.calibration.scoring != "levels":
        return None
    return SetCalibration(
        logit_scale=min(max(scale, float(SCALES[0])), float(SCALES[-1])),
        default_threshold=zero_shot.calibration.default_threshold,
        visible=frozenset(labels),
        least_confidence=zero_shot.calibration.least_confidence,
        scoring="levels",
    )


def _kept(examples: Examples, zero_shot: LabelSet | None, only: bool) -> tuple[str, ...]:
    if only or zero_shot is None:
        return ()
    return tuple(sorted(zero_shot.calibration.visible.difference(examples.labels)))


def _zero_shot_figures(
    examples: Examples, zero_shot: LabelSet | None, taxonomy: Taxonomy | None
) -> Mapping[str, float]:
    if zero_shot is None:
        return {}
    scorer = LabelScorer(zero_shot)
    photos = examples.measured(scorer.labels, scorer.measure(examples.embeddings))
    outcome = decide(photos, zero_shot.calibration, taxonomy)
    return {**outcome_figures(outcome), **class_top1(photos)}


def _trained_on(request: HeadRequest, files: Sequence[tuple[LabelMeanings, object]]) -> str:
    split = f", split {request.split}" if request.split is not None else ""
    named = [
        f"{path.name} (column {meanings.column}{split})"
        for path, (meanings, _) in zip(request.files, files, strict=True)
    ]
    return f"on {', '.join(named)}"


def _rounded(figures: Mapping[str, float]) -> Mapping[str, float]:
    return {name: round(value, DIGITS) for name, value in figures.items()}
