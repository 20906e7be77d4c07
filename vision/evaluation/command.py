"""What `vitrine evaluate` does: measures, and writes the figures and the report."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vision.evaluation.document import document
from vision.evaluation.evaluate import Progress, evaluate
from vision.evaluation.findings import Findings
from vision.evaluation.reading import Reader
from vision.evaluation.refit.refit import RefitRequest, refit
from vision.evaluation.report.page import report
from weights.bundle_copy import check_vacant
from weights.catalog import find_bundle


def evaluate_bundle(
    bundle: str | Path,
    paths: Sequence[Path],
    *,
    dataset: str | None = None,
    split: str | None = None,
    limit: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    fit: RefitRequest | None = None,
) -> Findings:
    """Measures a bundle, by name or folder, on each file; see `vision.evaluation.evaluate`.

    With `fit`, its calibration is fitted again to the photos, and a copy of the bundle written: see
    `vision.evaluation.refit`.

    Raises `BundleError` where the bundle cannot be used or not be written, before any photo is
    read; and what `evaluate` and `refit` raise.
    """
    found = find_bundle(bundle)
    if fit is not None:
        check_vacant(fit.folder)
    with Reader(found, threads=threads) as reader:
        findings = evaluate(
            paths, reader, dataset=dataset, split=split, limit=limit, progress=progress
        )
    return findings if fit is None else replace(findings, refit=refit(found, findings.files, fit))


def write_json(findings: Findings, path: Path) -> None:
    """Writes all figures. Raises OSError where the file cannot be written."""
    text = json.dumps(document(findings), indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", "utf-8", newline="\n")


def write_html(findings: Findings, path: Path) -> None:
    """Writes the report, reading its example photos again.

    Raises OSError where the file cannot be written, `EvaluationError` where photos cannot be read.
    """
    path.write_text(report(findings), "utf-8", newline="\n")
