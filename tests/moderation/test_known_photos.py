from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import DecidedPhoto, HashListError, KnownPhotos, PdqHash
from moderation.known_photos import DECISIONS, read_hash_list, write_hash_list

ZEROS, ONES = "0" * 64, "f" * 64
NEAR_ZEROS = "0" * 62 + "0f"
ROW = (
    f'{{"pdq":"{ZEROS}","quality":90,"decision":"removed","list":"desk","decided_on":"2026-03-01"}}'
)
HEADER = "pdq,quality,decision,list,decided_on"


def _photo(
    pdq: str, decision: str = "removed", quality: int = 90, name: str = "desk"
) -> DecidedPhoto:
    return DecidedPhoto(
        pdq=pdq, quality=quality, decision=decision, list_name=name, decided_on=date(2026, 3, 1)
    )  # type: ignore[arg-type]


def _file(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_json_lines_and_csv_hold_the_same(tmp_path: Path) -> None:
    lines = _file(tmp_path, "a.jsonl", f"{ROW}\n\n{ROW}\n")
    table = _file(
        tmp_path, "a.csv", f"\ufeff{HEADER}\r\n{ZEROS},90,removed,desk,2026-03-01\r\n" * 1
    )
    assert list(read_hash_list(lines)) == [*read_hash_list(table)] * 2 == [_photo(ZEROS)] * 2


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    table = _file(
        tmp_path,
        "a.csv",
        f"list,decided_on,quality,pdq,decision\ndesk,2026-03-01,90,{ZEROS},removed\n",
    )
    assert list(read_hash_list(table)) == [_photo(ZEROS)]


ANY_PHOTO = st.builds(
    lambda raw, quality, decision, name, day: DecidedPhoto(
        pdq=raw.hex(), quality=quality, decision=decision, list_name=name, decided_on=day
    ),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 100),
    st.sampled_from(DECISIONS),
    st.sampled_from(["desk", "partners/2026", "a list: 7"]),
    st.dates(),
)


@given(st.lists(ANY_PHOTO, max_size=6))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, photos: list[DecidedPhoto]
) -> None:
    file = tmp_path_factory.mktemp("lists") / "all.jsonl"
    assert write_hash_list(photos, file) == len(photos)
    assert list(read_hash_list(file)) == photos


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.jsonl", f"{ROW}\n{{", r"a\.jsonl:2: not JSON"),
        ("a.jsonl", "[]", r"a\.jsonl:1: line: "),
        ("a.jsonl", ROW.replace("removed", "burned"), r"a\.jsonl:1: decision: "),
        ("a.jsonl", ROW.replace("0f", "0g").replace(ZEROS, "0g" * 32), r"a\.jsonl:1: pdq: "),
        ("a.jsonl", ROW.replace("90", "101"), r"a\.jsonl:1: quality: "),
        ("a.jsonl", ROW.replace("2026-03-01", "yesterday"), r"a\.jsonl:1: decided_on: "),
        ("a.jsonl", ROW.replace('"list"', '"lisst"'), r"a\.jsonl:1: list: Field required"),
        ("a.jsonl", ROW.replace("{", '{"by":"x",'), r"a\.jsonl:1: by: "),
        ("a.jsonl", ROW.replace("desk", "a\\u0007b"), r"a\.jsonl:1: list: "),
        ("a.jsonl", f"{ROW}\n".encode() + b"\xff", r"a\.jsonl:2: not UTF-8"),
        ("a.csv", "pdq,quality\n", r"a\.csv:1: the columns must be pdq, quality, decision"),
        ("a.csv", "", r"a\.csv:1: the columns must be"),
        ("a.csv", f"{HEADER}\n{ZEROS},90,removed\n", r"a\.csv:2: not 5 columns"),
        ("a.csv", f"{HEADER}\n{ZEROS},9x,removed,desk,2026-03-01\n", r"a\.csv:2: quality: "),
        ("a.csv", f"{HEADER}\n{ZEROS},90,removed,desk,2026-03-01,7\n", r"a\.csv:2: not 5"),
        ("a.txt", ROW, r"a\.txt: a list of decided photos is a \.csv or a \.jsonl file"),
    ],
)
def test_a_fault_is_named_by_file_line_and_key(
    tmp_path: Path, name: str, content: str | bytes, fault: str
) -> None:
    with pytest.raises(HashListError, match=fault):
        KnownPhotos.load([_file(tmp_path, name, content)])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HashListError, match=r"absent\.csv: No such file"):
        KnownPhotos.load([tmp_path / "absent.csv"])


def test_the_version_follows_the_content_and_not_the_name(tmp_path: Path) -> None:
    one, same = _file(tmp_path, "a.jsonl", ROW), _file(tmp_path, "b.jsonl", ROW)
    other = _file(tmp_path, "c.jsonl", ROW.replace("90", "91"))
    version = KnownPhotos.load([one]).version
    assert version == KnownPhotos.load([same]).version
    assert (
        len({version, KnownPhotos.load([other]).version, KnownPhotos.load([one, same]).version})
        == 3
    )


def test_hashes_of_low_quality_are_discarded_and_counted() -> None:
    known = KnownPhotos([_photo(ZEROS, quality=49), _photo(ONES, quality=50)], "1")
    assert (len(known), known.discarded) == (1, 1)
    assert known.matches(PdqHash(ZEROS, 90)) == ()
    assert len(known.matches(PdqHash(ONES, 90))) == 1


def test_a_picture_of_low_quality_matches_nothing() -> None:
    known = KnownPhotos([_photo(ZEROS)], "1")
    assert known.matches(PdqHash(ZEROS, 49)) == ()
    assert len(known.matches(PdqHash(ZEROS, 50))) == 1


def test_of_each_decision_the_nearest_photo_is_named() -> None:
    known = KnownPhotos(
        [
            _photo(NEAR_ZEROS, "removed", name="far"),
            _photo(ZEROS, "approved"),
            _photo(ZEROS, "removed", name="near"),
            _photo(ONES, "mature"),
        ],
        "1",
    )
    found = known.matches(PdqHash(ZEROS, 90))
    assert [(one.decision, one.list_name, one.distance) for one in found] == [
        ("approved", "desk", 0),
        ("removed", "near", 0),
    ]
    assert found[0].decided_on == date(2026, 3, 1)
