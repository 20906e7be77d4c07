"""The commands `vitrine moderate` and `vitrine redact`: parse, call, print.

Both are plain functions; the `vitrine` command registers them.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from vision.command_line import SOME_FAILED, plain_errors


def moderate(
    records: Annotated[
        Path, typer.Argument(metavar="RECORDS", dir_okay=False, help="Records, as JSON lines.")
    ],
    policy: Annotated[
        str, typer.Option(help="The moderation policy to apply: a name, or a .toml file.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", dir_okay=False, help="Write the new records here; else only report."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    most: Annotated[int, typer.Option(min=0, help="How many affected listings to name.")] = 20,
) -> None:
    """Apply another policy to stored records, without pixels, and report what changes.

    Exit status: 0 all well, 1 the records cannot be used, 2 the policy cannot.
    """
    with plain_errors():
        from moderation import Policy
        from vision.moderate.change_text import as_text
        from vision.moderate.rewrite import redecide_file

        report = redecide_file(records, Policy.load(policy), output)
        document = json.dumps(report.as_json(most), indent=2, ensure_ascii=False)
        typer.echo(document if as_json else as_text(report, most))


def redact(
    records: Annotated[
        Path, typer.Argument(metavar="RECORDS", dir_okay=False, help="Records, as JSON lines.")
    ],
    photos: Annotated[
        Path,
        typer.Option(file_okay=False, exists=True, help="The folder that the photos lie under."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="The folder to write to.")
    ],
) -> None:
    """Write copies of the flagged photos with what was flagged blurred beyond recognition.

    Exit status: 0 all well, 1 the records cannot be used, 3 some photos could not be copied.
    """
    with plain_errors():
        from vision.moderate.redacted import INDEX, write_redacted

        copies = write_redacted(records, photos, output)
    failed = sum(copy.error is not None for copy in copies)
    typer.echo(f"{len(copies) - failed} photos redacted, {failed} not: see {output / INDEX}")
    if failed:
        raise typer.Exit(SOME_FAILED)
