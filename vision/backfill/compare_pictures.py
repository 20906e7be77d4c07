"""The photos of the listings that a comparison shows, read again from the runs' input."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from vision.backfill.compare_moves import Example
from vision.listing import Listing, ListingError, read_listings
from vision.photo import PhotoError, open_photo

SIDE, QUALITY = 128, 82


@dataclass(frozen=True)
class Picture:
    """A JPEG picture as a data URI, or the sentence that says why there is none."""

    uri: str | None
    reason: str = ""


NOT_THERE = Picture(None, "The listing is not in the input any more.")
NEVER_READ = Picture(None, "Neither run could read the photo.")
"""It is not opened here either: it may be one that hangs the codec, or ends the process."""


def load_pictures(
    examples: Iterable[Example], source: str, *, remote: bool = False
) -> Mapping[str, Picture]:
    """A picture for each listing's id; the input is read as far as the last of them.

    `source` is what the run read, as `read_listings` takes it. Photos go through the one decode
    path; one that is not the photo that the run saw is not shown.
    """
    wanted = {example.listing_id: example for example in examples}
    found: dict[str, Picture] = {}
    try:
        for listing in read_listings(source, remote=remote) if wanted else ():
            if (example := wanted.get(listing.listing_id)) is not None:
                found[listing.listing_id] = _picture(listing, example)
                if len(found) == len(wanted):
                    break
    except ListingError as error:
        lost = Picture(None, f"The input cannot be read: {error.reason}.")
        return dict.fromkeys(wanted, lost) | found
    return dict.fromkeys(wanted, NOT_THERE) | found


def _picture(listing: Listing, example: Example) -> Picture:
    if example.sha256 is None:
        return NEVER_READ
    if example.cover >= len(listing.photos):
        return Picture(None, "The listing has fewer photos now.")
    try:
        photo = open_photo(listing.photos[example.cover])
    except PhotoError as error:
        return Picture(None, str(error))
    if photo.sha256 != example.sha256:
        return Picture(None, "The photo is another one now.")
    image = Image.fromarray(photo.pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return Picture("data:image/jpeg;base64," + b64encode(file.getvalue()).decode("ascii"))
