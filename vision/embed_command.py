"""The command `vitrine embed`: parses, calls, prints."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vision.command_line import SOME_FAILED, plain_errors
from vision.command_options import (
    BatchSizeOption,
    BundleOption,
    QuietOption,
    RemoteOption,
    ThreadsOption,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vision.embedder import EmbeddedPhoto, Embedder
    from vision.listing import Listing

ROWS_AT_ONCE = 4096


def embed(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH", help="Photos, folders or manifests, as `vitrine enrich` takes them."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", dir_okay=False, help="The Parquet file to write.")
    ],
    bundle: BundleOption = "vitrine-tiny",
    remote: RemoteOption = False,
    threads: ThreadsOption = None,
    batch_size: BatchSizeOption = 32,
    quiet: QuietOption = False,
) -> None:
    """Write the embeddings of photos as Parquet: unit-norm float16, with ids and the bundle's hash.

    A photo that cannot be read has no row; standard error says which and why. The file appears
    whole or not at all.

    Exit status: 0 all well, 1 nothing could be done, 2 wrong usage, 3 some photos failed.
    """
    with plain_errors():
        from vision.embedder import Embedder
        from vision.listing import read_listings

        listings = read_listings(paths, remote=remote)
        with Embedder(bundle, threads=threads, batch_size=batch_size) as embedder:
            photos, failed = _write(output, embedder, listings, quiet)
    typer.echo(f"{photos - failed} embeddings in {output}", err=True)
    if failed:
        typer.echo(f"{failed} of {photos} photos could not be embedded.", err=True)
        raise typer.Exit(SOME_FAILED)


def _write(
    output: Path, embedder: "Embedder", listings: "Iterable[Listing]", quiet: bool
) -> tuple[int, int]:
    """Writes the file; returns how many photos there were, and how many of them failed."""
    from tqdm import tqdm

    from vision.durable_file import durably
    from vision.embeddings_file import EmbeddingsWriter, PhotoEmbedding

    failed = photos = 0
    rows: list[PhotoEmbedding] = []
    with (
        durably(output) as aside,
        EmbeddingsWriter(aside, embedder.header) as writer,
        tqdm(unit=" photos", file=sys.stderr, disable=True if quiet else None) as bar,
    ):
        for photo in embedder.embed_many(listings):
            photos += 1
            bar.update()
            row = photo.row()
            if row is None:
                failed += 1
                bar.write(_why(photo), file=sys.stderr)
                continue
            rows.append(row)
            if len(rows) == ROWS_AT_ONCE:
                writer.write(rows)
                rows = []
        writer.write(rows)
    return photos, failed


def _why(photo: "EmbeddedPhoto") -> str:
    code = photo.error.code if photo.error else "unknown"
    sentence = photo.error.message if photo.error else ""
    return f"{photo.listing_id}, photo {photo.photo + 1} ({photo.source}): {code}: {sentence}"
