"""Which listings of an input a run takes: a sample, a part, or all.

Both go by a hash of the listing's id, so that they are the same in every run and in any order of
the input, a larger sample holds every smaller one, and the parts of an input share no listing.
"""

import hashlib
from collections.abc import Iterable, Iterator

from vision.backfill.options import Part
from vision.listing import Listing

_RANGE = 2**64


def selected(
    listings: Iterable[Listing], sample: float, part: Part | None = None
) -> Iterator[Listing]:
    """The listings of the sample that fall into the part, in their order."""
    if sample >= 1 and part is None:
        yield from listings
        return
    for listing in listings:
        if is_selected(listing.listing_id, sample, part):
            yield listing


def is_selected(listing_id: str, sample: float, part: Part | None = None) -> bool:
    """Whether the id falls into the share `sample` (0..1) of all ids, and into the part."""
    digest = hashlib.sha256(listing_id.encode("utf-8", "surrogatepass")).digest()
    by_sample, by_part = (int.from_bytes(half) for half in (digest[:8], digest[8:16]))
    if by_sample >= sample * _RANGE:
        return False
    return part is None or by_part % part.count == part.number - 1
