"""One stored record decided again: the new verdicts, and the record's line with them in it."""

import json
from dataclasses import dataclass

from moderation import (
    LayerState,
    ListingModeration,
    PhotoModeration,
    Policy,
    assess_listing,
    assess_photo,
)
from vision.moderate.json_spans import array_spans, object_spans, replaced
from vision.moderate.stored import StoredLine, StoredListing
from vision.record import SCHEMA_VERSION, ModerationRecord
from vision.record_parts import moderation_record, photo_moderation_record


@dataclass(frozen=True)
class Redecision:
    """A record's listing and photos under another policy, beside what the record says."""

    stored: StoredListing
    listing: ListingModeration
    photos: tuple[PhotoModeration, ...]


def redecide(stored: StoredListing, policy: Policy) -> Redecision:
    """Applies `policy` to the evidence in a record. Pixels are not needed."""
    context = stored.context
    photos = tuple(assess_photo(stored.evidence(photo), policy, context) for photo in stored.photos)
    return Redecision(stored, assess_listing(photos, policy, context), photos)


def new_line(line: StoredLine, decided: Redecision) -> str:
    """The record's line with the new moderation in it, and every other byte as it was.

    A record of an older schema version takes on this library's, which its new parts are of.
    """
    text = line.text
    keys = object_spans(text)
    parts = [(keys["moderation"], _listing_part(decided).model_dump_json())]
    if decided.stored.schema_version != SCHEMA_VERSION:
        parts.append((keys["schema_version"], json.dumps(SCHEMA_VERSION)))
    photos = array_spans(text, keys["photos"][0]) if "photos" in keys else []
    for (start, _), result in zip(photos, decided.photos, strict=True):
        span = object_spans(text, start)["moderation"]
        parts.append((span, photo_moderation_record(result).model_dump_json()))
    return replaced(text, parts)


def _listing_part(decided: Redecision) -> ModerationRecord:
    layers = [
        LayerState(layer.name, layer.state, layer.version, layer.reason)
        for layer in decided.stored.moderation.layers
    ]
    return moderation_record(decided.listing, layers)
