"""The command `vitrine attach-head`: parses, calls, prints."""

from pathlib import Path
from typing import Annotated

import typer

from vision.command_line import NOTHING_DONE, fail, plain_errors


def attach_head(
    weights: Annotated[
        Path,
        typer.Argument(
            metavar="WEIGHTS", dir_okay=False, exists=True, help="A .npz or .safetensors file."
        ),
    ],
    bundle: Annotated[str, typer.Option(help="An installed bundle's name, or a folder.")],
    architecture: Annotated[
        str, typer.Option(help="The encoder that the head was made for, as open_clip names it.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", file_okay=False, help="Write the new bundle here.")
    ],
    threshold: Annotated[
        float, typer.Option(min=0.01, max=0.99, help="The probability to believe it from.")
    ] = 0.5,
) -> None:
    """Attach an NSFW head made for a bundle's encoder, as a layer of moderation."""
    with plain_errors():
        from vision.heads.attach import attach_head as attach
        from vision.heads.errors import HeadError

        try:
            written = attach(bundle, weights, architecture, threshold, output)
        except HeadError as error:
            fail(error, NOTHING_DONE)
        typer.echo(f"written: {output}, version {written.version}")
