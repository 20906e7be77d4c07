"""A run's records are read back from every form, and what is no run is an error that says so."""

from pathlib import Path

import pytest

from tests.vision.backfill.compared_runs import JSONL, PARQUET, ZSTD, listing, write_records
from vision.backfill.errors import BackfillError
from vision.backfill.options import OutputForm
from vision.backfill.run_records import read_records, run_facts

RECORDS = [listing(f"item-{i} é") for i in range(8)]


@pytest.mark.parametrize("form", [JSONL, ZSTD, PARQUET])
def test_every_form_gives_all_records_in_order(tmp_path: Path, form: OutputForm) -> None:
    run = write_records(tmp_path / "run", RECORDS, form)
    assert list(read_records(run)) == RECORDS


def test_shards_are_read_by_number(tmp_path: Path) -> None:
    run = write_records(tmp_path / "run", RECORDS, shard_size=1)
    (run / "part-00007.jsonl").rename(run / "part-100000.jsonl")
    (run / "part-00003.jsonl.partial").write_text("half a rec")
    assert [record["listing_id"] for record in read_records(run)] == [
        record["listing_id"] for record in RECORDS
    ]


@pytest.mark.parametrize("content", ['{"listing_id": "a"', "[1]", '{"listing_id": 5}', "[" * 99999])
def test_what_is_no_record_is_named_by_file_and_line(tmp_path: Path, content: str) -> None:
    run = write_records(tmp_path / "run", RECORDS)
    with (run / "part-00000.jsonl").open("a") as file:
        file.write(content + "\n")
    with pytest.raises(BackfillError, match=r"part-00000\.jsonl:4: not"):
        list(read_records(run))


@pytest.mark.parametrize("form", [ZSTD, PARQUET])
def test_a_damaged_shard_is_named(tmp_path: Path, form: OutputForm) -> None:
    run = write_records(tmp_path / "run", RECORDS, form)
    (shard,) = run.glob("part-00001*")
    shard.write_bytes(shard.read_bytes()[:-30])
    with pytest.raises(BackfillError, match="part-00001"):
        list(read_records(run))


def test_a_folder_without_a_run_is_an_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(BackfillError, match="no run is here"):
            run_facts(folder)
