"""The demo: the main job over a handful of real photographs, or over any photos given.

Run as `python -m vision.report.demo [--photos PATH] [--output FOLDER]`.
"""

import argparse
import shutil
import sys
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from vision.durable_file import durably
from vision.listing import Listing, ListingError, read_listings
from vision.report.contact_sheet import write_contact_sheet
from vision.report.summary import summarize

if TYPE_CHECKING:
    from vision.record import ListingRecord

_PHOTOS_FILE = "demo_photos.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo from a command line; return the exit status: 0, or 1 if there is no listing."""
    parser = argparse.ArgumentParser(prog="vision.report.demo", description="Run Vitrine's demo.")
    photos_help = "a photo, a folder of photos, a folder of such folders, or a manifest"
    parser.add_argument("--photos", type=Path, help=photos_help)
    output_help = "the folder for the results (default: %(default)s)"
    parser.add_argument("--output", type=Path, default=Path("out/demo"), help=output_help)
    options = parser.parse_args(arguments)
    try:
        run_demo(options.photos, options.output)
    except ListingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run_demo(photos: Path | None, output: Path) -> None:
    """Enrich the photos (None: the demo's own), print a summary, leave the results in `output`.

    Writes `records.jsonl` and `contact_sheet.png` (with `contact_sheet-2.png` and so on where one
    page is too few); the demo's own photos are copied to `photos/`. Raises ListingError where
    there are no listings to read.
    """
    sources = [photos.expanduser()] if photos else copy_demo_photos(output / "photos")
    listings = list(read_listings(sources))
    records_path = output / "records.jsonl"
    records = _enrich(listings, records_path)
    for stale in output.glob("contact_sheet*.png"):
        stale.unlink()
    pairs = ((record, listing.photos) for record, listing in zip(records, listings, strict=True))
    pages = write_contact_sheet(pairs, output / "contact_sheet.png")
    print(f"Records        {records_path}")
    print(f"Contact sheet  {', '.join(map(str, pages))}")


def copy_demo_photos(folder: Path) -> list[Path]:
    """Copy the demo's photographs out of scikit-image, a folder for each listing; return these."""
    folders = []
    for listing in tomllib.loads(files(__package__).joinpath(_PHOTOS_FILE).read_text())["listing"]:
        target = folder / listing["id"]
        target.mkdir(parents=True, exist_ok=True)
        for photo in listing["photos"]:
            source = files("skimage.data").joinpath(photo["file"])
            with source.open("rb") as original, (target / photo["file"]).open("wb") as copy:
                shutil.copyfileobj(original, copy)
        folders.append(target)
    return folders


def _enrich(listings: Sequence[Listing], records_path: Path) -> list["ListingRecord"]:
    """Enrich, printing each listing's summary as it is ready and writing its record."""
    from vision import Enricher

    photos = sum(len(listing.photos) for listing in listings)
    print(f"Listings: {len(listings)}, photos: {photos}\n", flush=True)
    records = []
    with (
        Enricher() as enricher,
        durably(records_path) as partial,
        partial.open("w", encoding="utf-8") as file,
    ):
        for record in enricher.enrich_many(listings):
            file.write(record.model_dump_json() + "\n")
            records.append(record)
            print(summarize(record), end="\n\n", flush=True)
    return records


if __name__ == "__main__":
    sys.exit(main())
