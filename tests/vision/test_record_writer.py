"""Records are written as whole lines, and a file takes its name when it is complete."""

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from vision import Enricher, ListingRecord
from vision.record_writer import record_writer


@pytest.fixture(scope="module")
def record(unmoderated: Enricher) -> ListingRecord:
    return unmoderated.enrich([b"no photo"], listing_id="Tasse №1 ™", extra={"line": "a\nb\u2028c"})


def test_standard_output_gets_one_line_of_utf_8_a_record(
    record: ListingRecord, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with record_writer(None) as write:
        write(record)
        write(record)
    sys.stdout.flush()
    lines = capfdbinary.readouterr().out.split(b"\n")
    assert lines[2:] == [b""]
    for line in lines[:2]:
        assert ListingRecord.model_validate_json(line) == record


def test_a_file_takes_its_name_when_the_block_ends(record: ListingRecord, tmp_path: Path) -> None:
    output = tmp_path / "records.jsonl"
    output.write_text("an earlier result")
    with record_writer(output) as write:
        write(record)
        assert output.read_text() == "an earlier result"
    assert json.loads(output.read_text("utf-8"))["listing_id"] == "Tasse №1 ™"
    assert list(tmp_path.iterdir()) == [output]


def _write_then_raise(output: Path, record: ListingRecord, error: BaseException) -> None:
    with record_writer(output) as write:
        write(record)
        raise error


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt()])
def test_after_an_error_whole_records_stay_aside_and_the_name_as_it_was(
    record: ListingRecord, tmp_path: Path, error: BaseException
) -> None:
    output = tmp_path / "records.jsonl"
    output.write_text("an earlier result")
    with pytest.raises(type(error)) as caught:
        _write_then_raise(output, record, error)
    partial = tmp_path / "records.jsonl.partial"
    assert output.read_text() == "an earlier result"
    assert ListingRecord.model_validate_json(partial.read_text("utf-8")) == record
    assert caught.value.__notes__ == [f"The records written so far are in {partial}."]


def test_after_an_error_before_the_first_record_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), record_writer(tmp_path / "records.jsonl"):
        raise ValueError("broken")
    assert list(tmp_path.iterdir()) == []


def test_each_record_can_be_read_as_soon_as_it_is_written(
    record: ListingRecord, tmp_path: Path
) -> None:
    output = tmp_path / "records.jsonl"
    with record_writer(output) as write:
        for count in (1, 2, 3):
            write(record)
            lines = (tmp_path / "records.jsonl.partial").read_bytes().splitlines(keepends=True)
            assert len(lines) == count
            assert lines[-1].endswith(b"}\n")


def test_a_link_keeps_pointing_to_the_file_that_is_written(
    record: ListingRecord, tmp_path: Path
) -> None:
    link, target = tmp_path / "link.jsonl", tmp_path / "target.jsonl"
    link.symlink_to(target)
    with record_writer(link) as write:
        write(record)
    assert link.is_symlink()
    assert ListingRecord.model_validate_json(target.read_text("utf-8")) == record


def test_what_is_no_regular_file_is_written_to_and_not_replaced(
    record: ListingRecord, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with record_writer(pipe) as write:
        write(record)
    reader.join(timeout=30)
    assert pipe.is_fifo()
    assert ListingRecord.model_validate_json(read[0]) == record


def test_a_folder_that_is_not_there_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    output = tmp_path / "nowhere" / "records.jsonl"
    with pytest.raises(FileNotFoundError) as caught, record_writer(output):
        raise AssertionError("the block was entered")
    assert str(output) in str(caught.value.filename)
