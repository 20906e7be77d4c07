"""Manifests say the same in CSV, JSON Lines and Parquet, and every fault has its place."""

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.listing import Listing, ListingError, read_listings

Row = dict[str, Any]

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
photo_name = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0|/"), min_size=1, max_size=12
).map(lambda stem: f"{stem.strip()}.jpg")
rows = st.lists(
    st.fixed_dictionaries(
        {
            "listing_id": text.filter(str.strip),
            "photos": st.lists(photo_name, min_size=1, max_size=3),
            "title": text,
        }
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda row: row["listing_id"],
)


def write_csv(path: Path, listings: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listings[0]))
        writer.writeheader()
        writer.writerows({**row, "photos": "|".join(row["photos"])} for row in listings)


def write_jsonl(path: Path, listings: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in listings), encoding="utf-8")


def write_parquet(path: Path, listings: list[Row]) -> None:
    pq.write_table(pa.Table.from_pylist(listings), path)


WRITERS: dict[str, Callable[[Path, list[Row]], None]] = {
    "csv": write_csv,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
}


@pytest.mark.parametrize("kind", WRITERS)
@given(listings=rows)
@settings(max_examples=60, deadline=None)
def test_a_manifest_written_is_read_back_the_same(kind: str, listings: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"listings.{kind}"
        WRITERS[kind](path, listings)
        expected = [
            Listing(
                row["listing_id"],
                tuple(Path(folder) / name for name in row["photos"]),
                tuple(row["photos"]),
                {"title": row["title"]},
            )
            for row in listings
        ]
        assert list(read_listings(path)) == expected


def manifest(tmp_path: Path, content: str | bytes, name: str = "listings.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault(path: Path) -> tuple[int | None, str]:
    with pytest.raises(ListingError) as caught:
        list(read_listings(path))
    assert caught.value.path == path
    assert str(path) in str(caught.value)
    return caught.value.line, caught.value.reason


def test_csv_takes_a_byte_order_mark_quotes_blank_lines_and_spaces(tmp_path: Path) -> None:
    content = (
        '\ufefflisting_id, photos ,title\r\n\r\nmug," a.jpg | b c.jpg","A ""mug"",\r\nblue"\r\n'
    )
    (listing,) = read_listings(manifest(tmp_path, content))
    assert listing.listing_id == "mug"
    assert listing.names == ("a.jpg", "b c.jpg")
    assert listing.extra == {"title": 'A "mug",\r\nblue'}


def test_photo_names_are_relative_to_the_manifest_and_may_leave_its_folder(tmp_path: Path) -> None:
    path = manifest(tmp_path, "listing_id,photos\nmug,mug/1.jpg|../2.jpg|/photos/3.jpg\n")
    (listing,) = read_listings(path)
    expected = (tmp_path / "mug/1.jpg", tmp_path / "../2.jpg", Path("/photos/3.jpg"))
    assert listing.photos == expected


def test_a_column_without_a_name_is_called_by_its_number(tmp_path: Path) -> None:
    (listing,) = read_listings(manifest(tmp_path, ",listing_id,photos\n0,mug,1.jpg\n"))
    assert listing.extra == {"column_1": "0"}


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("", 1, "column 'listing_id' is missing (columns: none)"),
        ("id,photos\n1,a.jpg\n", 1, "column 'listing_id' is missing (columns: 'id', 'photos')"),
        ("listing_id,title\n1,a\n", 1, "column 'photos' is missing"),
        ("listing_id;photos\n1;a.jpg\n", 1, "column 'listing_id' is missing"),
        ("listing_id,photos,a,a\n", 1, "column 'a' comes twice"),
        ("listing_id,photos\n1,a.jpg\n\n2,b.jpg,c\n", 4, "3 fields where the header has 2"),
        ("listing_id,photos\n1,a.jpg\n2\n", 3, "1 fields where the header has 2"),
        ('listing_id,photos\n1,"a\nb.jpg"\n2,"c.jpg', 4, "not valid CSV"),
        ('listing_id,photos\n1,"a"b.jpg\n', 2, "not valid CSV"),
        ("listing_id,photos\n1,a.jpg\n2,\n", 3, "photos is empty"),
        ("listing_id,photos\n1,a.jpg||b.jpg\n", 2, "photos holds ''"),
        ("listing_id,photos\n ,a.jpg\n", 2, "listing_id must be text"),
        ("listing_id,photos\n1,a.jpg\n2,b.jpg\n1,c.jpg\n", 4, "listing_id '1' is already used"),
        (b"listing_id,photos\n1,a.jpg\n2,caf\xe9.jpg\n", 3, "not UTF-8 text"),
        (b"listing_id,photos\n1,a\0.jpg\n", 2, "cannot be a file name"),
        ("listing_id,photos\n", None, "this manifest has no listings"),
    ],
)
def test_every_fault_of_a_csv_names_its_line(
    tmp_path: Path, content: str | bytes, line: int | None, reason: str
) -> None:
    found_line, found_reason = fault(manifest(tmp_path, content))
    assert found_line == line
    assert reason in found_reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not valid JSON"),
        ("[1]", "not a JSON object"),
        ("[" * 100_000, "not valid JSON"),
        ('{"photos": ["a.jpg"]}', "'listing_id' is missing"),
        ('{"listing_id": "x"}', "'photos' is missing"),
        ('{"listing_id": "x", "photos": []}', "photos is empty"),
        ('{"listing_id": "x", "photos": "a.jpg"}', "photos must be a list"),
        ('{"listing_id": "x", "photos": [1]}', "photos holds 1"),
        ('{"listing_id": "x", "photos": ["\\ud800.jpg"]}', "cannot be a file name"),
        ('{"listing_id": true, "photos": ["a.jpg"]}', "listing_id must be text"),
        ('{"listing_id": 1.5, "photos": ["a.jpg"]}', "listing_id must be text"),
        ('{"listing_id": "first", "photos": ["a.jpg"]}', "already used"),
        ('{"listing_id": "x", "photos": ["a"], "deep": ' + "[" * 40 + "]" * 40 + "}", "nested"),
        (b'{"listing_id": "\xff", "photos": ["a"]}', "not UTF-8"),
    ],
)
def test_every_fault_of_json_lines_names_its_line(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    first = b'{"listing_id": "first", "photos": ["a.jpg"]}\n\n'
    content = first + (line.encode() if isinstance(line, str) else line) + b"\n"
    found_line, found_reason = fault(manifest(tmp_path, content, "listings.jsonl"))
    assert found_line == 3
    assert reason in found_reason


def test_json_ids_may_be_whole_numbers_and_extra_values_keep_their_types(tmp_path: Path) -> None:
    row = '{"listing_id": 17, "photos": ["a.jpg"], "n": 1, "x": [1.5, null, true], "inf": 1e999}'
    (listing,) = read_listings(manifest(tmp_path, "\ufeff" + row, "LISTINGS.JSONL"))
    assert listing.listing_id == "17"
    assert listing.extra == {"n": 1, "x": [1.5, None, True], "inf": None}


def test_parquet_values_of_every_kind_become_json_values(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.UTC)
    columns = {
        "listing_id": pa.array([17], pa.int64()),
        "photos": pa.array([["a.jpg"]], pa.large_list(pa.large_string())),
        "day": pa.array([moment.date()]),
        "when": pa.array([moment], pa.timestamp("ns", "UTC")),
        "price": pa.array([Decimal("12.50")]),
        "nan": pa.array([float("nan")]),
        "raw": pa.array([b"\xff\x00"]),
        "took": pa.array([dt.timedelta(seconds=90)]),
        "seller": pa.array([{"name": "Zoë", "rank": 3}]),
        "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())),
        "kind": pa.array(["mug"]).dictionary_encode(),
        "none": pa.nulls(1),
    }
    path = tmp_path / "listings.parquet"
    pq.write_table(pa.table(columns), path)
    (listing,) = read_listings(path)
    assert listing.listing_id == "17"
    assert listing.extra == {
        "day": "2024-02-29",
        "when": "2024-02-29T12:30:00+00:00",
        "price": "12.50",
        "nan": None,
        "raw": "/wA=",
        "took": 90.0,
        "seller": {"name": "Zoë", "rank": 3},
        "map": [["k", 1]],
        "kind": "mug",
        "none": None,
    }
    assert json.loads(json.dumps(listing.extra, allow_nan=False)) == listing.extra


@pytest.mark.parametrize("photos", [None, [], [None], "a.jpg"])
def test_a_faulty_row_of_parquet_is_named_by_its_number(tmp_path: Path, photos: Any) -> None:
    path = tmp_path / "listings.parquet"
    good: Any = "a.jpg" if photos == "a.jpg" else ["a.jpg"]
    write_parquet(path, [{"listing_id": str(i), "photos": good} for i in range(2)])
    if photos != "a.jpg":
        listings = [{"listing_id": str(i), "photos": ["a.jpg"]} for i in range(1500)]
        write_parquet(path, [*listings, {"listing_id": "x", "photos": photos}])
    with pytest.raises(ListingError, match="row 1: photos" if photos == "a.jpg" else "row 1501: "):
        list(read_listings(path))


def test_a_parquet_value_that_python_cannot_hold_is_named_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "listings.parquet"
    years = pa.array([0, 2**60], pa.timestamp("us"))
    names = pa.array([["a.jpg"]] * 2)
    pq.write_table(pa.table({"listing_id": ["a", "b"], "photos": names, "when": years}), path)
    assert fault(path)[0] == 2


def test_parquet_without_a_column_and_what_is_not_parquet_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "listings.parquet"
    write_parquet(path, [{"listing_id": "a", "pictures": ["a.jpg"]}])
    assert "column 'photos' is missing" in fault(path)[1]
    whole = io.BytesIO()
    write_parquet(whole, [{"listing_id": "a", "photos": ["a.jpg"]}])  # type: ignore[arg-type]
    for content in (b"", b"PAR1", b"not parquet at all", whole.getvalue()[:-20]):
        assert "not readable as Parquet" in fault(manifest(tmp_path, content, path.name))[1]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_long_manifest_is_streamed_and_fails_only_where_it_is_wrong(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"listings.{kind}"
    good = [{"listing_id": str(i), "photos": [f"{i}.jpg"]} for i in range(3000)]
    WRITERS[kind](path, [*good, good[0]])
    listings = read_listings(path)
    assert [next(listings).listing_id for _ in range(3000)] == [str(i) for i in range(3000)]
    with pytest.raises(ListingError, match=r"(line|row) 300[12]: listing_id '0' is already used"):
        next(listings)
