"""The commands `vitrine backfill INPUT` and `vitrine backfill compare`: parse, call, print.

`app` is what the `vitrine` command adds under the name `backfill`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import Context
from typer.core import TyperGroup

from vision.backfill.compare_command import compare
from vision.backfill.errors import BackfillError, RunRefusedError
from vision.backfill.options import (
    BackfillRequest,
    EnricherOptions,
    OutputForm,
    Part,
    Resources,
    RunOptions,
)
from vision.command_line import (
    INTERRUPTED,
    NOTHING_DONE,
    SOME_FAILED,
    WRONG_USAGE,
    fail,
    plain_errors,
)
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
)

DEFAULT = "run"


class DefaultCommandGroup(TyperGroup):
    """A group whose command `run` is meant where no other is named."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """As a group, after naming the command where that was left out."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [DEFAULT, *args])


app = typer.Typer(
    cls=DefaultCommandGroup,
    help="Enriches millions of listings into shards; `compare` tells what changed between runs.",
    no_args_is_help=False,
)
app.command()(compare)


@app.command(DEFAULT)
def backfill(
    input: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A folder (one listing a folder), or a manifest (.csv, .jsonl, .parquet with the "
            "columns listing_id and photos), here or at an address such as s3://shop/all.parquet.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", file_okay=False, help="The folder to write shards to."),
    ],
    marketplace: MarketplaceOption = "generic",
    bundle: BundleOption = "vitrine-tiny",
    policy: PolicyOption = None,
    hashes: HashListsOption = None,
    labels: LabelsOption = None,
    moderation: ModerationOption = True,
    batch_size: BatchSizeOption = 32,
    form: Annotated[
        Literal["jsonl", "parquet"], typer.Option("--format", help="What shards are written as.")
    ] = "jsonl",
    compress: Annotated[
        Literal["zstd"] | None, typer.Option(help="Compress JSONL; Parquet always is.")
    ] = None,
    embeddings: Annotated[
        bool, typer.Option("--embeddings", help="Write the photos' embeddings beside, as Parquet.")
    ] = False,
    shard_size: Annotated[int, typer.Option(min=1, help="Listings a shard.")] = 1000,
    sample: Annotated[
        float, typer.Option(help="Take this share of the listings, by a hash of their ids.")
    ] = 1.0,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Take part I of N, by a hash of the ids.")
    ] = None,
    remote: RemoteOption = False,
    photo_timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that opening one photo may take.")
    ] = 30.0,
    backend: BackendOption = "torch",
    device: DeviceOption = "cpu",
    detector_precision: DetectorPrecisionOption = "float32",
    workers: Annotated[int, typer.Option(min=1, help="Processes that look at photos.")] = 1,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="CPU threads of all workers together.", show_default="all cores"),
    ] = None,
    engine: Annotated[Literal["local", "ray"], typer.Option(help="What runs the work.")] = "local",
    quiet: QuietOption = False,
) -> None:
    """Enrich millions of listings into shards of records, with a way back from every death.

    Given again, the same command goes on where it stopped. `vitrine backfill compare RUN_A RUN_B`
    tells what changed between two runs.

    Exit status: 0 all well, 1 nothing could be done or the disk is full, 2 wrong usage or other
    options than before, 3 some photos failed, 130 stopped.
    """
    with plain_errors(), _plain_backfill_errors():
        if not 0 < sample <= 1:
            raise RunRefusedError(f"--sample is above 0 and at most 1, not {sample:g}")
        request = BackfillRequest(
            input=input,
            output=output,
            options=RunOptions(
                enricher=EnricherOptions(
                    bundle=bundle,
                    marketplace=marketplace,
                    policy=policy,
                    hashes=tuple(str(path) for path in hashes or ()),
                    labels=None if labels is None else str(labels),
                    moderation=moderation,
                    batch_size=batch_size,
                    photo_timeout=photo_timeout,
                    backend=backend,
                    device=device,
                    detector_precision=detector_precision,
                ),
                form=OutputForm(form, "zstd" if form == "parquet" else compress, embeddings),
                shard_size=shard_size,
                sample=sample,
                part=None if shard is None else Part.parse(shard),
                remote=remote,
            ),
            resources=Resources(workers, threads or os.cpu_count() or 1, engine),
        )
        _run(request, quiet)


def _run(request: BackfillRequest, quiet: bool) -> None:
    from vision.backfill.command_line import progress_on_stderr
    from vision.backfill.progress import NoProgress
    from vision.backfill.report import sentences
    from vision.backfill.run import run_backfill
    from vision.backfill.stop import stopping_when_told

    progress = NoProgress() if quiet else progress_on_stderr()
    with stopping_when_told() as stop:
        run = run_backfill(request, stop, progress)
    typer.echo("\n".join(sentences(run, request.output)))
    if run.state != "finished":
        raise typer.Exit(INTERRUPTED)
    if run.counts.failed:
        raise typer.Exit(SOME_FAILED)


@contextmanager
def _plain_backfill_errors() -> Iterator[None]:
    try:
        yield
    except RunRefusedError as error:
        fail(error, WRONG_USAGE)
    except BackfillError as error:
        fail(error, NOTHING_DONE)
