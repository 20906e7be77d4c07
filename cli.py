"""The `vitrine` command: parses, calls the library, prints.

Exit status: 0 all well, 1 nothing could be done, 2 wrong usage, 3 some photos failed (their
records say which and why), 130 stopped by Ctrl-C.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vision.attach_head_command import attach_head
from vision.backfill.command import app as backfill_app
from vision.command_line import SOME_FAILED, plain_errors
from vision.command_options import (
    BackendOption,
    BatchSizeOption,
    BundleOption,
    DetectorPrecisionOption,
    DeviceOption,
    HashListsOption,
    LabelsOption,
    MarketplaceOption,
    ModerationOption,
    PolicyOption,
    QuietOption,
    RemoteOption,
    ThreadsOption,
)
from vision.embed_command import embed
from vision.evaluation.evaluate_command import evaluate
from vision.moderate.command import moderate, redact
from vision.similar_command import similar
from vision.train_head_command import train_head
from vision.version import __version__
from weights.command import weights_app

if TYPE_CHECKING:
    from moderation.review.web.photo_shelf import PhotoOpener
    from vision.enricher import Enricher
    from vision.listing import Listing
    from weights.pull import Assemble

app = typer.Typer(
    name="vitrine",
    help="Reads the photos of marketplace listings and writes what they show as JSON.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(backfill_app, name="backfill")
app.command()(evaluate)
app.command()(moderate)
app.command()(redact)
app.command()(embed)
app.command()(similar)
app.command("train-head")(train_head)
app.command("attach-head")(attach_head)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vitrine {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Reads the photos of marketplace listings and writes what they show as JSON."""


@app.command()
def enrich(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Photos, folders (one listing a folder), or manifests (.csv, .jsonl, .parquet "
            "with the columns listing_id and photos); on disk, or at an address such as s3://...",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            dir_okay=False,
            help="Write the JSON lines here, not to standard output.",
        ),
    ] = None,
    marketplace: MarketplaceOption = "generic",
    bundle: BundleOption = "vitrine-tiny",
    policy: PolicyOption = None,
    hashes: HashListsOption = None,
    labels: LabelsOption = None,
    moderation: ModerationOption = True,
    remote: RemoteOption = False,
    threads: ThreadsOption = None,
    batch_size: BatchSizeOption = 32,
    backend: BackendOption = "torch",
    device: DeviceOption = "cpu",
    detector_precision: DetectorPrecisionOption = "float32",
    quiet: QuietOption = False,
) -> None:
    """Write one JSON record per listing.

    A photo that cannot be used has a coded error in its listing's record. Progress goes to
    standard error.

    Exit status: 0 all well, 1 nothing could be done, 2 wrong usage, 3 some photos failed.
    """
    with plain_errors():
        from vision.enricher import Enricher
        from vision.listing import read_listings

        enricher = Enricher(
            bundle,
            marketplace=marketplace,
            policy=policy,
            hash_lists=hashes or (),
            labels=labels,
            moderation=moderation,
            threads=threads,
            batch_size=batch_size,
            backend=backend,
            device=device,
            detector_precision=detector_precision,
        )
        with enricher:
            failed = _enrich_all(enricher, read_listings(paths, remote=remote), output, quiet)
    if failed:
        raise typer.Exit(SOME_FAILED)


def _enrich_all(
    enricher: "Enricher", listings: "Iterable[Listing]", output: Path | None, quiet: bool
) -> int:
    """Writes all records; returns how many photos failed."""
    from tqdm import tqdm

    from vision.record_writer import record_writer

    failed = photos = 0
    with (
        record_writer(output) as write,
        tqdm(unit=" listings", file=sys.stderr, disable=True if quiet else None) as bar,
    ):
        for record in enricher.enrich_many(listings):
            write(record)
            photos += len(record.photos)
            failed += sum(photo.error is not None for photo in record.photos)
            bar.set_postfix(photos=photos, failed=failed, refresh=False)
            bar.update()
    if failed:
        typer.echo(f"{failed} of {photos} photos could not be used; see their records.", err=True)
    return failed


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def review(context: typer.Context) -> None:
    """The desk where people decide what flags mean: see `vitrine review --help`."""
    from moderation.review.command import app as desk
    from moderation.review.web.command import serve_command

    desk.command("serve")(serve_command(_photo_opener))
    desk(context.args, prog_name="vitrine review")


def _photo_opener() -> "PhotoOpener":
    """What the review desk decodes photos with: the one decode path."""
    from vision.photo import PhotoLimits, open_photo

    return lambda data, side: open_photo(data, limits=PhotoLimits(working_side=side))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from vision.record import ListingRecord

    document = ListingRecord.model_json_schema(mode="serialization")
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _bundle_assembler() -> "Assemble":
    """What makes a bundle of a pulled model, with Vitrine's labels."""
    from vision.assemble_bundle import assemble_bundle

    return assemble_bundle


app.add_typer(weights_app(_bundle_assembler), name="weights")


def main() -> None:
    """The entry point of the `vitrine` command."""
    app()


if __name__ == "__main__":
    main()
