"""Decisions as JSON lines and as Parquet, with the same columns of the same types."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from moderation.review.errors import ReviewError
from moderation.review.facts import BATCH, DecisionFact, decision_facts
from moderation.review.files import replaced_whole
from moderation.review.models import FlagRow, ItemRow

if TYPE_CHECKING:
    import pyarrow

FORMATS = (".jsonl", ".parquet")


@dataclass(frozen=True)
class ExportedFlag:
    """A label on the photo, with the threshold that sent it to review or block."""

    label: str
    score: float
    threshold: float
    verdict: str
    code: str
    detector: str


@dataclass(frozen=True)
class ExportedDecision:
    """One decision with what it was about; `stands` says that it is its item's final word.

    Moments are UTC. `withdrawn` is undo or reopen for a decision that was taken back.
    """

    decision_id: int
    item_id: int
    item_key: str
    listing_id: str
    photo_index: int | None
    source: str | None
    sha256: str | None
    pdq: str | None
    pdq_quality: int | None
    policy: str
    verdict: str
    error_code: str | None
    flags: tuple[ExportedFlag, ...]
    round: int
    reviewer: str
    role: str
    choice: str
    reason: str | None
    note: str
    effect: str
    decided_at: datetime
    withdrawn: str | None
    withdrawn_at: datetime | None
    stands: bool


COLUMNS = tuple(field.name for field in fields(ExportedDecision))


def exported_decisions(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[ExportedDecision]:
    """The decisions taken from `since` up to, not including, `until`; oldest first."""
    batch: list[DecisionFact] = []
    for fact in decision_facts(connection, since, until):
        batch.append(fact)
        if len(batch) == BATCH:
            yield from _joined(connection, batch)
            batch = []
    yield from _joined(connection, batch)


def write_decisions(decisions: Iterator[ExportedDecision], path: Path) -> int:
    """Writes them in the format of the file's ending, whole or not at all; returns how many.

    Raises ReviewError for an ending that is neither `.jsonl` nor `.parquet`.
    """
    if path.suffix not in FORMATS:
        raise ReviewError(f"{path}: the ending must be {' or '.join(FORMATS)}")
    with replaced_whole(path) as part:
        return (write_jsonl if path.suffix == ".jsonl" else write_parquet)(decisions, part)


def write_jsonl(decisions: Iterator[ExportedDecision], path: Path) -> int:
    """Writes one JSON object a line; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for decision in decisions:
            row = _row(decision)
            for name in ("decided_at", "withdrawn_at"):
                row[name] = None if row[name] is None else _text(row[name])
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_parquet(decisions: Iterator[ExportedDecision], path: Path) -> int:
    """Writes a Parquet file of the schema `parquet_schema`; returns how many rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = parquet_schema()
    count = 0
    with pq.ParquetWriter(path, schema) as writer:
        rows: list[dict[str, Any]] = []
        for decision in decisions:
            rows.append(_row(decision))
            if len(rows) == BATCH:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                count += len(rows)
                rows = []
        writer.write_table(pa.Table.from_pylist(rows, schema))
    return count + len(rows)


def parquet_schema() -> "pyarrow.Schema":
    """The columns' types, the same whatever the rows hold."""
    import pyarrow as pa

    text, number, moment = pa.string(), pa.int64(), pa.timestamp("us", tz="UTC")
    flag = dict.fromkeys(("label", "verdict", "code", "detector"), text)
    flag |= {name: pa.float64() for name in ("score", "threshold")}
    ordered = [(field.name, flag[field.name]) for field in fields(ExportedFlag)]
    special = {
        "decision_id": number,
        "item_id": number,
        "photo_index": pa.int32(),
        "pdq_quality": pa.int32(),
        "round": pa.int32(),
        "flags": pa.list_(pa.struct(ordered)),
        "decided_at": moment,
        "withdrawn_at": moment,
        "stands": pa.bool_(),
    }
    return pa.schema([(name, special.get(name, text)) for name in COLUMNS])


def read_jsonl(path: Path) -> Iterator[ExportedDecision]:
    """What `write_jsonl` wrote."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            for name in ("decided_at", "withdrawn_at"):
                row[name] = None if row[name] is None else datetime.fromisoformat(row[name])
            flags = tuple(ExportedFlag(**flag) for flag in row.pop("flags"))
            yield ExportedDecision(**row, flags=flags)


def _row(decision: ExportedDecision) -> dict[str, Any]:
    row = {name: getattr(decision, name) for name in COLUMNS}
    row["flags"] = [vars(flag) for flag in decision.flags]
    return row


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _joined(connection: Connection, facts: list[DecisionFact]) -> Iterator[ExportedDecision]:
    """The facts with their items, which are read in one go."""
    ids = {fact.item_id for fact in facts}
    query = select(*ItemRow.__table__.columns).where(ItemRow.id.in_(ids))
    items = {row.id: row for row in connection.execute(query)}
    flags = _flags(connection, ids)
    for fact in facts:
        item = items[fact.item_id]
        yield ExportedDecision(
            decision_id=fact.id,
            item_id=item.id,
            item_key=item.key,
            listing_id=item.listing_id,
            photo_index=item.photo_index,
            source=item.source,
            sha256=item.sha256,
            pdq=item.pdq,
            pdq_quality=item.pdq_quality,
            policy=item.policy,
            verdict=item.verdict,
            error_code=item.error_code,
            flags=tuple(flags.get(item.id, ())),
            round=fact.round,
            reviewer=fact.reviewer,
            role=fact.role,
            choice=fact.choice,
            reason=fact.reason,
            note=fact.note,
            effect=fact.effect,
            decided_at=fact.at,
            withdrawn=fact.withdrawn,
            withdrawn_at=fact.withdrawn_at,
            stands=fact.effect == "final" and fact.withdrawn is None,
        )


def _flags(connection: Connection, ids: set[int]) -> dict[int, list[ExportedFlag]]:
    query = select(*FlagRow.__table__.columns).where(FlagRow.item_id.in_(ids))
    flags: dict[int, list[ExportedFlag]] = {}
    for row in connection.execute(query.order_by(FlagRow.item_id, FlagRow.position)):
        flag = ExportedFlag(
            label=row.label,
            score=row.score,
            threshold=row.threshold,
            verdict=row.verdict,
            code=row.code,
            detector=row.detector,
        )
        flags.setdefault(row.item_id, []).append(flag)
    return flags
