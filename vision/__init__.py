"""Photos and listings in, records out.

    from vision import Enricher
    enricher = Enricher()
    record = enricher.enrich(["front.jpg", "back.jpg"], listing_id="mug-17", marketplace="etsy")

The names below are imported when first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vision.enricher import Enricher
    from vision.listing import Listing, ListingError, read_listings
    from vision.photo import Photo, PhotoError, PhotoLimits, open_photo
    from vision.record import ListingRecord

__all__ = [
    "Enricher",
    "Listing",
    "ListingError",
    "ListingRecord",
    "Photo",
    "PhotoError",
    "PhotoLimits",
    "open_photo",
    "read_listings",
]

_MODULES = {
    "Enricher": "enricher",
    "Listing": "listing",
    "ListingError": "listing",
    "ListingRecord": "record",
    "Photo": "photo",
    "PhotoError": "photo",
    "PhotoLimits": "photo",
    "open_photo": "photo",
    "read_listings": "listing",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'vision' has no attribute '{name}'")
    return getattr(import_module(f"vision.{_MODULES[name]}"), name)
