"""What a comparison needs of a record, and no more."""

import json
from dataclasses import astuple, dataclass
from typing import Any, Self

from vision.backfill.errors import BackfillError

SELLERS_OWN = "seller"
"""Where tags come from that no model suggested."""


@dataclass(frozen=True)
class ListingFacts:
    """One listing in one run.

    `category` is the node's id and `category_path` its names from the root; `flags` are the labels
    that moderation raised; `score` is the photo quality of 0..100; `tags` are those that the models
    suggested; `errors` has, for each photo, the code of its error or None; `cover` is the photo to
    show, of SHA-256 `sha256`.
    """

    listing_id: str
    category: str | None
    category_path: tuple[str, ...]
    confidence: float | None
    verdict: str
    flags: tuple[str, ...]
    color: str | None
    score: int | None
    tags: tuple[str, ...]
    errors: tuple[str | None, ...]
    cover: int
    sha256: str | None

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """The facts of a record. Raises BackfillError for what is no record of a listing."""
        try:
            return cls._of(record)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            named = record.get("listing_id")
            raise BackfillError(f"the record of {named!r} lacks or misuses {error}") from error

    @classmethod
    def _of(cls, record: dict[str, Any]) -> Self:
        category = record["category"]
        primary = record["colors"]["primary"]
        photos = record["photos"]
        cover = record["quality"]["cover"] or 0
        return cls(
            listing_id=record["listing_id"],
            category=category["id"] if category else None,
            category_path=tuple(category["path"]) if category else (),
            confidence=category["confidence"] if category else None,
            verdict=record["moderation"]["verdict"],
            flags=tuple(sorted({flag["label"] for flag in record["moderation"]["labels"]})),
            color=primary["name"] if primary else None,
            score=record["quality"]["score"],
            tags=tuple(tag["tag"] for tag in record["tags"] if tag["from"] != SELLERS_OWN),
            errors=tuple(photo["error"]["code"] if photo["error"] else None for photo in photos),
            cover=cover,
            sha256=photos[cover]["sha256"] if photos else None,
        )

    def dumped(self) -> str:
        """As text for `loaded`."""
        return json.dumps(astuple(self), ensure_ascii=False)

    @classmethod
    def loaded(cls, text: str) -> Self:
        """From what `dumped` gave."""
        values: list[Any] = [
            tuple(value) if isinstance(value, list) else value for value in json.loads(text)
        ]
        return cls(*values)
