"""What was decided, as a list of PDQ hashes by which the same photos are known again."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, select

from moderation.known_photos import COLUMNS, DecidedPhoto, Decision
from moderation.pdq import LEAST_QUALITY
from moderation.review.errors import ReviewError
from moderation.review.files import replaced_whole
from moderation.review.models import ItemRow

DECISIONS: Mapping[str, Decision] = {
    "approve": "approved",
    "mature": "mature",
    "remove": "removed",
}


def write_hash_list(connection: Connection, path: Path, list_name: str) -> int:
    """Writes a CSV file in the format of `moderation.known_photos`; returns how many hashes.

    Photos without a hash are left out, and so are hashes of too low a quality to be matched. Raises
    ReviewError for an ending other than `.csv`, and for a name that lists cannot have.
    """
    if path.suffix != ".csv":
        raise ReviewError(f"{path}: the ending must be .csv")
    count = 0
    with replaced_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        rows.writeheader()
        for photo in _decided(connection, list_name):
            rows.writerow(photo.model_dump(mode="json", by_alias=True))
            count += 1
    return count


def _decided(connection: Connection, list_name: str) -> Iterator[DecidedPhoto]:
    columns = (ItemRow.pdq, ItemRow.pdq_quality, ItemRow.outcome, ItemRow.decided_at)
    query = select(*columns).where(
        ItemRow.state == "decided", ItemRow.pdq.is_not(None), ItemRow.pdq_quality >= LEAST_QUALITY
    )
    for row in connection.execute(query.order_by(ItemRow.id)):
        yield _photo(row, list_name)


def _photo(row: Row[*tuple[Any, ...]], list_name: str) -> DecidedPhoto:
    try:
        return DecidedPhoto(
            pdq=row.pdq,
            quality=row.pdq_quality,
            decision=DECISIONS[row.outcome],
            list_name=list_name,
            decided_on=row.decided_at.date(),
        )
    except ValidationError as error:
        raise ReviewError(f"'{list_name}' cannot be a list's name") from error
