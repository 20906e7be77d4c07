"""Records as the enricher writes them, and desks filled with them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from moderation.policy import Policy
from moderation.review.choices import Choice, Role
from moderation.review.decide import Decision, Ruling
from moderation.review.desk import Desk
from moderation.review.intake import Imported
from moderation.review.person import Person

POLICY = Policy.load("default").reference
PASSWORD = "correct horse battery"
CODE = "NUDITY-EXPLICIT"
"""A code of the policy that ships."""


def flag(photo: int = 0, score: float = 0.5, **changes: Any) -> dict[str, Any]:
    """A flag of the nude detector, sent to review at 0.2."""
    return {
        "label": "explicit_nudity",
        "score": score,
        "threshold": 0.2,
        "verdict": "review",
        "photo": photo,
        "box": [10, 20, 30, 40],
        "view": "shown",
        "frame": None,
        "policy": CODE,
        "reason": "Uncovered parts may be in the picture.",
        "seller_message": "A person will look at it.",
        "detector": "nudenet-320n",
        "detector_label": "FEMALE_BREAST_EXPOSED",
        **changes,
    }


def photo(
    listing_id: str, index: int = 0, verdict: str = "review", **changes: Any
) -> dict[str, Any]:
    """One photo's entry, with bytes of its own."""
    source = f"{listing_id}/{index}.jpg"
    return {
        "index": index,
        "source": source,
        "sha256": hashlib.sha256(source.encode()).hexdigest(),
        "phash": "c2924c5532bddfc8",
        "format": "jpeg",
        "width": 640,
        "height": 480,
        "error": None,
        "moderation": {"verdict": verdict, "mature": False, "detections": [], "failures": []},
        **changes,
    }


def record(
    listing_id: str = "mug-1",
    photos: list[dict[str, Any]] | None = None,
    flags: list[dict[str, Any]] | None = None,
    verdict: str = "review",
    reasons: tuple[str, ...] = (),
    policy: str = POLICY,
    **changes: Any,
) -> dict[str, Any]:
    """A listing's record; by default one photo with one flag, to be reviewed."""
    return {
        "schema_version": "1.0",
        "listing_id": listing_id,
        "category": {"id": "home.kitchen.mugs", "path": ["Home"], "confidence": 0.9},
        "moderation": {
            "verdict": verdict,
            "mature": False,
            "labels": [flag()] if flags is None else flags,
            "reasons": list(reasons),
            "detectors": ["nudenet-320n@c15d8273adad"],
            "policy": policy,
        },
        "photos": [photo(listing_id, verdict=verdict)] if photos is None else photos,
        "model": {"bundle": "vitrine-tiny", "version": "1"},
        "extra": {},
        **changes,
    }


def write_records(folder: Path, *records: dict[str, Any]) -> Path:
    """A file of JSON lines."""
    file = folder / "records.jsonl"
    file.write_text("".join(f"{json.dumps(one)}\n" for one in records), "utf-8")
    return file


def fill(desk: Desk, folder: Path, *records: dict[str, Any]) -> Imported:
    """Imports the records, whose photos are not at hand."""
    return desk.import_records(write_records(folder, *records), None)


def person(desk: Desk, name: str = "ada", role: Role = "reviewer") -> Person:
    """Someone new at the desk."""
    return desk.add_person(name, role, PASSWORD)


def rule(desk: Desk, who: Person, choice: Choice, note: str = "") -> Decision:
    """Has the person decide whatever they are given next."""
    item = desk.next_item(who)
    assert item is not None
    reason = CODE if choice in ("mature", "remove") else None
    return desk.decide(who, Ruling(item.id, item.round, choice, reason, note))
