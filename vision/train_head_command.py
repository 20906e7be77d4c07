"""The command `vitrine train-head`: parses, calls, prints."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from vision.command_line import NOTHING_DONE, SOME_FAILED, fail, plain_errors
from vision.command_options import (
    BundleOption,
    DatasetOption,
    LabelledFiles,
    LimitOption,
    SplitOption,
    ThreadsOption,
)


def train_head(
    facet: Annotated[
        str, typer.Argument(metavar="FACET", help="What to learn: category, or a facet's name.")
    ],
    files: LabelledFiles,
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Write the new bundle here.")
    ],
    bundle: BundleOption = "vitrine-tiny",
    column: Annotated[
        str | None, typer.Option(help="The column of labels.", show_default="by the data set")
    ] = None,
    dataset: DatasetOption = None,
    split: SplitOption = None,
    limit: LimitOption = None,
    precision: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=1,
            help="The precision wanted of what is suggested.",
            show_default="0.95 of categories, 0.90 of facets",
        ),
    ] = None,
    only: Annotated[
        bool, typer.Option("--only", help="Forget the labels that these photos do not teach.")
    ] = False,
    threads: ThreadsOption = None,
) -> None:
    """Learn a facet, or the category, from labelled photos, and write a bundle that uses it.

    The bundle it starts from is not changed. A photo that cannot be used is counted; the exit
    status is then 3.
    """
    with plain_errors():
        from tqdm import tqdm

        from vision.heads.errors import HeadError
        from vision.heads.table import head_table
        from vision.heads.train import HeadRequest
        from vision.heads.train import train_head as train

        request = HeadRequest(
            facet, tuple(files), column, dataset, split, limit, precision, only=only
        )
        try:
            with tqdm(unit=" photos", file=sys.stderr, disable=None) as bar:
                written, trained = train(
                    bundle, request, output, threads=threads, progress=lambda *_: bar.update()
                )
        except HeadError as error:
            fail(error, NOTHING_DONE)
        typer.echo(head_table(written, trained))
    if trained.unreadable:
        raise typer.Exit(SOME_FAILED)
