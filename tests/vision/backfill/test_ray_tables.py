"""What travels between Ray's nodes arrives as it was sent, in the same columns always."""

import numpy as np
import pytest

from vision.backfill.chunk import GivenUp
from vision.backfill.ray_tables import (
    RESULTS,
    TASKS,
    WHOLE_INPUT,
    Place,
    Result,
    Task,
    result_table,
    results_of,
    task_table,
    tasks_of,
)
from vision.backfill.row import Row
from vision.embeddings_file import PhotoEmbedding
from vision.listing import Listing

PLACE = Place(7, "digest", 2, 3)
ROW = Row(
    listing_id="mug-17",
    record='{"name": "tasse \u2615"}'.encode(),
    category=None,
    verdict="review",
    mature=False,
    primary_color="White",
    quality_score=None,
    errors=("truncated", None),
    incomplete=1,
    embeddings=(PhotoEmbedding("mug-17", 1, None, "ab", np.array([0.6, -0.8], np.float16)),),
)


def test_tasks_arrive_as_they_were_sent() -> None:
    photos = (b"bytes", "a/path.jpg", GivenUp("timeout", "It hangs."))
    listing = Listing("mug-17", photos, ("1", "2", "3"), {"price": 3})
    table = task_table(Task(PLACE, (listing,)))
    assert table.schema == TASKS
    (task,) = tasks_of(table)
    assert (task.place, task.listings, task.fault) == (PLACE, (listing,), "")


def test_a_fault_of_the_input_is_a_task_in_the_same_columns() -> None:
    table = task_table(Task(WHOLE_INPUT, fault="line 3: no photos"))
    assert table.schema == TASKS
    assert next(tasks_of(table)).fault == "line 3: no photos"


def test_rows_arrive_as_they_were_sent() -> None:
    table = result_table([Result(PLACE, "done", (ROW, ROW), notes=("a worker died",))])
    assert table.schema == RESULTS
    (result,) = results_of(table)
    assert (result.place, result.end, result.notes) == (PLACE, "done", ("a worker died",))
    for row in result.rows:
        assert {**vars(row), "embeddings": ()} == {**vars(ROW), "embeddings": ()}
        (got,), (sent,) = row.embeddings, ROW.embeddings
        assert (got.listing_id, got.photo, got.source, got.sha256) == ("mug-17", 1, None, "ab")
        assert got.vector.dtype == np.float16
        assert got.vector.tobytes() == sent.vector.tobytes()


@pytest.mark.parametrize("end", ["skipped", "refused", "failed"])
def test_a_table_without_any_row_has_the_same_columns(end: str) -> None:
    table = result_table([Result(PLACE, end, reason="why")])  # type: ignore[arg-type]
    assert table.schema == RESULTS
    (result,) = results_of(table)
    assert (result.end, result.rows, result.reason) == (end, (), "why")


def test_a_reason_with_a_file_name_that_is_no_text_can_be_sent() -> None:
    (result,) = results_of(result_table([Result(PLACE, "failed", reason="caf\udce9.jpg: gone")]))
    assert result.reason == "caf\\udce9.jpg: gone"
