"""The command `vitrine evaluate`: parses, calls, prints."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from vision.command_line import SOME_FAILED, plain_errors
from vision.command_options import (
    BundleOption,
    DatasetOption,
    LabelledFiles,
    LimitOption,
    SplitOption,
    ThreadsOption,
)


def evaluate(
    files: LabelledFiles,
    bundle: BundleOption = "vitrine-tiny",
    split: SplitOption = None,
    dataset: DatasetOption = None,
    limit: LimitOption = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", dir_okay=False, help="Write all figures here.")
    ] = None,
    html_path: Annotated[
        Path | None, typer.Option("--html", dir_okay=False, help="Write a page to read here.")
    ] = None,
    fit: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="Fit the bundle's calibration to these photos, and write the fitted bundle here.",
        ),
    ] = None,
    fit_precision: Annotated[
        float, typer.Option(min=0.01, max=1, help="With --fit: precision wanted of categories.")
    ] = 0.95,
    fit_facet_precision: Annotated[
        float, typer.Option(min=0.01, max=1, help="With --fit: precision wanted of facets.")
    ] = 0.90,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Two bundles, side by side, in place of --bundle."),
    ] = None,
    threads: ThreadsOption = None,
) -> None:
    """Measure a bundle on labelled photos, and print a table.

    A photo that cannot be used is counted; the exit status is then 3.
    """
    if compare is not None:
        if fit is not None:
            raise typer.BadParameter("--fit fits one bundle", param_hint="--compare")
        _compare(compare, files, dataset, split, limit, threads, json_path, html_path)
        return
    with plain_errors():
        from tqdm import tqdm

        from vision.evaluation.command import evaluate_bundle, write_html, write_json
        from vision.evaluation.refit.refit import RefitRequest
        from vision.evaluation.table import table

        request = None if fit is None else RefitRequest(fit, fit_precision, fit_facet_precision)
        with tqdm(unit=" photos", file=sys.stderr, disable=None) as bar:
            findings = evaluate_bundle(
                bundle,
                files,
                dataset=dataset,
                split=split,
                limit=limit,
                threads=threads,
                progress=lambda *_: bar.update(),
                fit=request,
            )
        typer.echo(table(findings))
        if json_path is not None:
            write_json(findings, json_path)
        if html_path is not None:
            write_html(findings, html_path)
    if any(file.unreadable for file in findings.files):
        raise typer.Exit(SOME_FAILED)


def _compare(
    bundles: tuple[str, str],
    files: list[Path],
    dataset: str | None,
    split: str | None,
    limit: int | None,
    threads: int | None,
    json_path: Path | None,
    html_path: Path | None,
) -> None:
    with plain_errors():
        from vision.evaluation.compare_command import compare_bundles

        found = compare_bundles(
            bundles,
            files,
            dataset=dataset,
            split=split,
            limit=limit,
            threads=threads,
            json_path=json_path,
            html_path=html_path,
        )
    if any(file.unreadable for file in found.files):
        raise typer.Exit(SOME_FAILED)
