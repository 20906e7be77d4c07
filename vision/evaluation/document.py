"""Findings as plain JSON values."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from vision.evaluation.findings import (
    CategoryFindings,
    ClassFindings,
    ColumnFindings,
    FileFindings,
    Findings,
    Slice,
)
from vision.evaluation.refit.changes import Refit
from vision.version import __version__

DIGITS = 4
Figures = dict[str, float | int | None]


def figures(file: FileFindings) -> Figures:
    """Every figure of a file by its name, such as `article_type.top1`; None where not measured."""
    found: Figures = {
        "photos": file.photos,
        "unreadable": len(file.unreadable),
        "photos_per_second": round(file.photos_per_second, 1),
    }
    for column in file.columns:
        found |= _column(column)
    if file.category is not None:
        found |= _category(file.category)
    if file.color is not None:
        found["color.family_top1"] = _round(file.color.family_top1)
        found["color.pixels_family_top1"] = _round(file.color.pixels_family_top1)
        found["color.primary_or_secondary"] = _round(file.color.primary_or_secondary)
        found["color.support"] = file.color.support
    found |= {f"embedding.{one.name}.knn1": _round(one.knn1) for one in file.columns}
    return found


def document(findings: Findings) -> dict[str, Any]:
    """The whole evaluation, ready for `json.dumps`. Shares lie in 0..1, to four digits."""
    bundle = findings.bundle
    return {
        "bundle": {
            "name": bundle.name,
            "version": bundle.version,
            "sha256": bundle.sha256,
            "files": dict(bundle.files),
        },
        "library": __version__,
        "files": [_file(file) for file in findings.files],
        **({} if findings.refit is None else {"fit": _refit(findings.refit)}),
    }


def _file(file: FileFindings) -> dict[str, Any]:
    return {
        "file": file.path.name,
        "dataset": file.dataset,
        "split": file.split,
        **figures(file),
        "category.column": file.category.column if file.category else None,
        "unknown_labels": file.unknown_labels,
        "unreadable_photos": [{"id": one.id, "code": one.code} for one in file.unreadable],
        "labels": {one.name: [_class(known) for known in one.classes] for one in file.columns},
        "confusions": {one.name: _confusions(one) for one in file.columns},
        "answers": [asdict(one) for one in (file.category.answers if file.category else ())],
        "slices": [_slice(one) for one in (file.category.slices if file.category else ())],
        "reliability": [
            {
                "from": _round(one.lower),
                "to": _round(one.upper),
                "photos": one.photos,
                "confidence": _round(one.confidence),
                "accuracy": _round(one.accuracy),
            }
            for one in (file.category.bins if file.category else ())
        ],
    }


def _column(column: ColumnFindings) -> Figures:
    return {
        f"{column.name}.top1": _round(column.top1),
        f"{column.name}.top5": _round(column.top5),
        f"{column.name}.macro_f1": _round(column.macro_f1),
        f"{column.name}.support": column.support,
    }


def _category(category: CategoryFindings) -> Figures:
    found: Figures = {
        "category.coverage": _round(category.coverage),
        "category.precision": _round(category.precision),
        "category.broader": _round(category.broader),
        "category.ece": _round(category.ece),
        "category.ece_noise": _round(category.ece_noise),
        "category.suggested_ece": _round(category.suggested_ece),
        "category.suggested_ece_noise": _round(category.suggested_ece_noise),
        "category.suggested": category.suggested,
        "category.for_sale": category.for_sale,
    }
    if category.not_listing:
        found["category.not_listing_suggested"] = _round(category.not_listing_suggested)
        found["category.not_listing"] = category.not_listing
    return found


def _class(known: ClassFindings) -> Mapping[str, Any]:
    return {
        "label": known.label.name,
        "support": known.ranked.support,
        "precision": _round(known.ranked.precision),
        "recall": _round(known.ranked.recall),
        "f1": _round(known.ranked.f1),
        "threshold": _round(known.label.threshold),
        "suggested": known.suggested.given,
        "suggested_precision": _round(known.suggested.precision),
        "suggested_recall": _round(known.suggested.recall),
        "silent": _round(known.silent),
    }


def _confusions(column: ColumnFindings) -> list[Mapping[str, Any]]:
    return [
        {"label": one.label, "taken_for": one.taken_for, "photos": len(one.rows)}
        for one in column.confusions
    ]


def _slice(one: Slice) -> Mapping[str, Any]:
    shares = {"top1": one.top1, "coverage": one.coverage, "precision": one.precision}
    rounded = {name: _round(share) for name, share in shares.items()}
    return {"column": one.column, "label": one.label, "photos": one.photos, **rounded}


def _refit(refit: Refit) -> Mapping[str, Any]:
    """Figures before are those of the bundle's own calibration, those after are cross-fitted."""
    return {
        "version": refit.version,
        "sets": {
            one.name: {
                "photos": one.photos,
                "logit_scale": [one.before.logit_scale, one.after.logit_scale],
                "department_scales": [
                    dict(known.department_scales) for known in (one.before, one.after)
                ],
                "before": {name: _round(x) for name, x in one.measured_before.items()},
                "after": {name: _round(x) for name, x in one.measured_after.items()},
                "thresholds": {
                    label: one.after.labels[label].threshold for label in one.thresholds
                },
            }
            for one in refit.sets
        },
        "left_alone": dict(refit.left_alone),
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)
