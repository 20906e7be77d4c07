"""The command `vitrine similar`: parses, calls, prints."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vision.command_line import NOTHING_DONE, WRONG_USAGE, fail, plain_errors

if TYPE_CHECKING:
    from vision.similar import Match, SimilarPhotos
    from vision.similar.sheet import Content, Tile


def similar(
    within: Annotated[
        Path,
        typer.Option(
            "--in", metavar="EMBEDDINGS", dir_okay=False, help="A file that `embed` wrote."
        ),
    ],
    photo: Annotated[
        Path | None, typer.Argument(metavar="[PHOTO]", help="The photo to find look-alikes of.")
    ] = None,
    listing: Annotated[
        str | None,
        typer.Option(help="Instead of a photo: a listing of the file; others like it are found."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many to find.")] = 10,
    bundle: Annotated[
        str | None,
        typer.Option(help="The bundle of the file.", show_default="the one that the file names"),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Draw what is found into this PNG.")
    ] = None,
    photos: Annotated[
        Path,
        typer.Option(file_okay=False, help="Where the file's photos lie, for the sheet."),
    ] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the photos that look most like one, in a file of embeddings.

    Cosines lie between -1 and 1; what counts as alike depends on the bundle. Embeddings of another
    bundle are refused.

    Exit status: 0 all well, 1 nothing could be done, 2 wrong usage.
    """
    if (photo is None) == (listing is None):
        fail(ValueError(), WRONG_USAGE, "give a photo, or a listing with --listing.")
    with plain_errors():
        from vision.embeddings_file import EmbeddingsFileError
        from vision.similar import SimilarError, SimilarPhotos

        try:
            shop = SimilarPhotos(within)
            if photo is not None:
                matches, query = _of_photo(shop, photo, bundle, top)
            else:
                matches, query = _of_listing(shop, str(listing), top, photos)
        except (EmbeddingsFileError, SimilarError) as error:
            fail(error, NOTHING_DONE)
        if sheet is not None:
            _draw(query, matches, photos, sheet)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(match) for match in matches], indent=2))
    else:
        _print(matches)


def _of_photo(
    shop: "SimilarPhotos", photo: Path, bundle: str | None, top: int
) -> "tuple[list[Match], list[Tile]]":
    from vision.embedder import Embedder
    from vision.listing import Listing
    from vision.report.contact_sheet import load_thumbnail

    with Embedder(bundle or shop.table.header.bundle) as embedder:
        (seen,) = embedder.embed_many([Listing.from_photos([photo])])
        if seen.vector is None:
            why = seen.error.message if seen.error else "it has no embedding"
            fail(ValueError(), NOTHING_DONE, f"{photo}: {why}")
        matches = shop.to_vector(seen.vector, embedder.header, top=top, sha256=seen.sha256)
    return matches, [(load_thumbnail(photo), photo.name, "")]


def _of_listing(
    shop: "SimilarPhotos", listing: str, top: int, photos: Path
) -> "tuple[list[Match], list[Tile]]":
    matches = shop.to_listing(listing, top=top)
    tiles = []
    for row in shop.table.rows_of(listing):
        _, number, source, _ = shop.table.place(row)
        tiles.append((_picture(source, photos), listing, f"photo {number + 1}"))
    return matches, tiles


def _picture(source: str | None, photos: Path) -> "Content":
    from vision.report.contact_sheet import load_thumbnail
    from vision.similar.sheet import picture_of

    return picture_of(source, photos, load_thumbnail)


def _draw(query: "list[Tile]", matches: "list[Match]", photos: Path, sheet: Path) -> None:
    from vision.similar.sheet import write_sheet

    found = [
        (
            _picture(match.source, photos),
            f"{match.cosine:.3f}{' same photo' if match.same_photo else ''}",
            f"{match.listing_id}, photo {match.photo + 1}",
        )
        for match in matches
    ]
    write_sheet(query, found, sheet)


def _print(matches: "list[Match]") -> None:
    for match in matches:
        same = "  same photo" if match.same_photo else ""
        typer.echo(
            f"{match.cosine:6.3f}  {match.listing_id}  photo {match.photo + 1}  "
            f"{match.source or ''}{same}"
        )
    if not matches:
        typer.echo("Nothing was found.", err=True)
