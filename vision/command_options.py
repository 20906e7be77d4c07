"""Options that several commands take, each said once."""

from pathlib import Path
from typing import Annotated, Literal

import typer

MarketplaceOption = Annotated[
    str, typer.Option(help="Fit tags, colours and policy to: generic, etsy, poshmark, ebay.")
]
BundleOption = Annotated[str, typer.Option(help="The CLIP bundle: an installed name, or a folder.")]
PolicyOption = Annotated[
    str | None, typer.Option(help="A moderation policy: a name, or a .toml file.")
]
HashListsOption = Annotated[
    list[Path] | None,
    typer.Option(dir_okay=False, help="A list of decided photos; can be repeated."),
]
LabelsOption = Annotated[
    Path | None, typer.Option(help="Words of your own to look for: a text file, or .toml.")
]
ModerationOption = Annotated[
    bool, typer.Option(help="Look for mature content; without, verdicts are 'unassessed'.")
]
RemoteOption = Annotated[
    bool, typer.Option("--remote", help="Let manifests name photos at any address.")
]
ThreadsOption = Annotated[
    int | None, typer.Option(min=1, help="CPU threads to use.", show_default="all cores")
]
BatchSizeOption = Annotated[int, typer.Option(min=1, help="Photos a batch.")]
BackendOption = Annotated[
    Literal["torch", "openvino"],
    typer.Option(help="What runs the bundle; openvino is for a CPU, and an extra."),
]
DeviceOption = Annotated[
    Literal["cpu", "cuda"], typer.Option(help="What the bundle runs on: cuda is a GPU.")
]
DetectorPrecisionOption = Annotated[
    Literal["float32", "bfloat16"],
    typer.Option(help="bfloat16: the detector in half the time, on CPUs that have it."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")]

LabelledFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE", dir_okay=False, exists=True, help="Parquet files of labelled photos."
    ),
]
SplitOption = Annotated[str | None, typer.Option(help="Take the photos of this split alone.")]
DatasetOption = Annotated[
    str | None, typer.Option(help="What the labels mean.", show_default="each file's name")
]
LimitOption = Annotated[
    int | None, typer.Option(min=1, help="At most so many photos a file, evenly spread.")
]
