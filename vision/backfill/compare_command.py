"""The command `vitrine backfill compare`: parses, calls, prints."""

from pathlib import Path
from typing import Annotated

import typer

from vision.command_line import NOTHING_DONE, fail, plain_errors


def compare(
    first: Annotated[
        Path, typer.Argument(metavar="RUN_A", file_okay=False, help="The folder of a run.")
    ],
    second: Annotated[
        Path, typer.Argument(metavar="RUN_B", file_okay=False, help="The folder of another run.")
    ],
    html_path: Annotated[
        Path | None,
        typer.Option("--html", dir_okay=False, help="Write a page with photos here."),
    ] = None,
    json_path: Annotated[
        Path | None, typer.Option("--json", dir_okay=False, help="Write all figures here.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--input",
            help="Where the listings are now, to take the page's photos from.",
            show_default="where RUN_A read them",
        ),
    ] = None,
    remote: Annotated[
        bool | None,
        typer.Option(
            help="Take photos from any address that the manifest names.",
            show_default="as RUN_A did",
        ),
    ] = None,
) -> None:
    """Tell what changes between two runs over the same listings.

    Categories, verdicts, colours, photo quality, tags, errors; by label, and which listings.

    Exit status: 0 all well, 1 a run cannot be read.
    """
    with plain_errors():
        from vision.backfill.compare import compare_runs
        from vision.backfill.compare_text import as_text
        from vision.backfill.compare_write import write_html, write_json
        from vision.backfill.errors import BackfillError

        try:
            comparison = compare_runs(first, second)
        except BackfillError as error:
            fail(error, NOTHING_DONE)
        typer.echo(as_text(comparison))
        if json_path is not None:
            write_json(comparison, json_path)
        if html_path is not None:
            write_html(comparison, html_path, source=source, remote=remote)
