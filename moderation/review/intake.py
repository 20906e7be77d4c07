"""Filling the queue from a file of records: every photo that needs a person, or none at all."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from moderation.policy import Policy, policy_names
from moderation.review.audit import SYSTEM, log
from moderation.review.errors import RecordFileError
from moderation.review.models import CodeRow, FlagRow, ItemRow
from moderation.review.pictures import photo_file
from moderation.review.records import FlagPart, PhotoPart, RecordPart, read_records

PRIORITIES: Mapping[str, int] = {"block": 0, "review": 1}
"""The verdicts that need a person, most severe first."""


@dataclass(frozen=True)
class Imported:
    """What an import did: records read, items new to the queue, items that were there before."""

    records: int
    added: int
    known: int


def import_records(
    connection: Connection,
    path: Path,
    root: Path | None,
    now: datetime,
    double_review_share: float,
    policies: tuple[Policy, ...] = (),
) -> Imported:
    """Adds an item for each photo of verdict review or block, or that failed.

    An item that is there already (same listing, photo index, bytes and policy) is left as it is.
    `root` is the folder that the records' sources are relative to; None where no photo is at hand.
    Codes come from the records, and from `policies` and those that ship, for the same reference.
    Raises RecordFileError, naming file, line and key; the transaction must then be rolled back.
    """
    records = added = known = 0
    codes = _Codes(connection, policies)
    for number, record in read_records(path):
        records += 1
        where = f"{path}, line {number}"
        codes.add(record)
        for values, flags in _items(record, root, where):
            if _is_known(connection, values["key"]):
                known += 1
                continue
            needed = decisions_needed(values["key"], double_review_share)
            _insert(connection, {**values, **_queued(now, needed)}, flags)
            added += 1
    detail = {"file": path.name, "records": records, "added": added, "known": known}
    log(connection, now, SYSTEM, "imported", detail=detail)
    return Imported(records, added, known)


def item_key(listing_id: str, photo_index: int | None, sha256: str | None, policy: str) -> str:
    """What makes an item itself, as a SHA-256 of hexadecimal digits."""
    parts = json.dumps([listing_id, photo_index, sha256, policy], ensure_ascii=True)
    return hashlib.sha256(parts.encode("ascii")).hexdigest()


def decisions_needed(key: str, double_review_share: float) -> int:
    """2 for about that share of all keys, always the same ones; else 1."""
    return 2 if int(key[:13], 16) < double_review_share * 16**13 else 1


def _items(
    record: RecordPart, root: Path | None, where: str
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    shared = _shared(record, root)
    if not record.photos and record.moderation.verdict in PRIORITIES:
        yield {**shared, **_no_photo(record)}, []
    for photo in record.photos:
        verdict = "review" if photo.error is not None else photo.moderation.verdict
        worst = photo.moderation.verdict if photo.moderation.verdict == "block" else verdict
        if worst not in PRIORITIES:
            continue
        if root is not None and photo.error is None:
            _check_file(photo, root, where)
        flags = [flag for flag in record.moderation.labels if flag.photo == photo.index]
        rows = [_flag(position, flag) for position, flag in enumerate(flags)]
        yield {**shared, **_photo(record, photo, worst)}, rows


def _shared(record: RecordPart, root: Path | None) -> dict[str, Any]:
    photos = [
        {
            "index": photo.index,
            "source": photo.source,
            "sha256": photo.sha256,
            "verdict": photo.moderation.verdict,
        }
        for photo in record.photos
    ]
    return {
        "listing_id": record.listing_id,
        "root": None if root is None else str(root.resolve()),
        "detectors": list(record.moderation.detectors),
        "category": record.category.id if record.category is not None else None,
        "listing_photos": photos,
        "policy": record.moderation.policy,
        "model": record.model,
    }


def _photo(record: RecordPart, photo: PhotoPart, verdict: str) -> dict[str, Any]:
    policy = record.moderation.policy
    error = photo.error
    return {
        "key": item_key(record.listing_id, photo.index, photo.sha256, policy),
        "photo_index": photo.index,
        "source": photo.source,
        "sha256": photo.sha256,
        "pdq": photo.pdq,
        "pdq_quality": photo.pdq_quality,
        "width": photo.width if photo.height is not None else None,
        "height": photo.height if photo.width is not None else None,
        "verdict": verdict,
        "priority": PRIORITIES[verdict],
        "error_code": error.code if error is not None else None,
        "error_message": error.message if error is not None else None,
        "reasons": list(_reasons(record, photo.index)),
    }


def _no_photo(record: RecordPart) -> dict[str, Any]:
    """The item of a listing that has no photo, and still needs a person."""
    nothing = ("source", "sha256", "pdq", "pdq_quality", "width", "height")
    return {
        **dict.fromkeys(nothing),
        "key": item_key(record.listing_id, None, None, record.moderation.policy),
        "photo_index": None,
        "verdict": record.moderation.verdict,
        "priority": PRIORITIES[record.moderation.verdict],
        "error_code": "no_photo",
        "error_message": "The listing has no photo.",
        "reasons": list(record.moderation.reasons),
    }


def _reasons(record: RecordPart, index: int) -> Iterator[str]:
    """The listing's sentences that speak of this photo ("Photo N: ", from 1) or of all."""
    for reason in record.moderation.reasons:
        head, colon, rest = reason.partition(": ")
        is_numbered = bool(colon) and head.startswith("Photo ") and head[6:].isdecimal()
        if not is_numbered:
            yield reason
        elif int(head[6:]) == index + 1:
            yield rest


def _check_file(photo: PhotoPart, root: Path, where: str) -> None:
    if photo.source is not None and photo_file(root, photo.source) is None:
        raise RecordFileError(
            f"{where}: photos.{photo.index}.source: there is no photo '{photo.source}' in {root}"
        )


def _flag(position: int, flag: FlagPart) -> dict[str, Any]:
    return {
        "position": position,
        "label": flag.label,
        "score": flag.score,
        "threshold": flag.threshold,
        "verdict": flag.verdict,
        "view": flag.view,
        "frame": flag.frame,
        "box": None if flag.box is None else list(flag.box),
        "code": flag.policy,
        "reason": flag.reason,
        "seller_message": flag.seller_message,
        "detector": flag.detector,
        "detector_label": flag.detector_label,
    }


def _queued(now: datetime, needed: int) -> dict[str, Any]:
    return {"queued_at": now, "decisions_needed": needed, "state": "open", "round": 1}


def _is_known(connection: Connection, key: str) -> bool:
    return connection.execute(select(ItemRow.id).where(ItemRow.key == key)).first() is not None


def _insert(connection: Connection, values: dict[str, Any], flags: list[dict[str, Any]]) -> None:
    query = insert(ItemRow).values(values).returning(ItemRow.id)
    item_id = connection.execute(query).scalar_one()
    if flags:
        connection.execute(insert(FlagRow), [{**flag, "item_id": item_id} for flag in flags])


class _Codes:
    """Writes each policy's codes down, once each."""

    def __init__(self, connection: Connection, policies: tuple[Policy, ...]) -> None:
        self._connection = connection
        shipped = tuple(Policy.load(name) for name in policy_names())
        self._policies = {policy.reference: policy for policy in (*shipped, *policies)}
        query = select(CodeRow.policy, CodeRow.code)
        self._known = {(row.policy, row.code) for row in connection.execute(query)}
        self._whole: set[str] = set()

    def add(self, record: RecordPart) -> None:
        reference = record.moderation.policy
        if reference not in self._whole:
            self._whole.add(reference)
            policy = self._policies.get(reference)
            if policy is not None:
                for rule in (*policy.labels.values(), policy.childrens_items):
                    self._write(reference, rule.code, rule.reason)
        for flag in record.moderation.labels:
            self._write(reference, flag.policy, flag.reason)

    def _write(self, policy: str, code: str, reason: str) -> None:
        if (policy, code) not in self._known:
            self._known.add((policy, code))
            values = {"policy": policy, "code": code, "reason": reason}
            self._connection.execute(insert(CodeRow), values)
