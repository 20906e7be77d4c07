"""The `vitrine` command as people run it: help, records, messages, exit statuses."""

import json
import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path

import jsonschema
import pytest

from tests.command_line import CUP, ROOT, command, invoke, records_in, run
from tests.vision.odd_photos import write_odd_photos
from vision.version import __version__


def test_help_is_quick() -> None:
    """Processor seconds of the best of three, which other work on the machine does not change."""
    best = min(_processor_seconds(command("--help")) for _ in range(3))
    assert best < 0.5


def _processor_seconds(arguments: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(arguments, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("arguments", [["--help"], ["enrich", "--help"], ["weights", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert "Usage: vitrine" in done.stdout
    assert done.stderr.splitlines()[-1] == "heavy: []"


def test_help_names_the_commands() -> None:
    text = invoke("--help").output
    for name in ("enrich", "schema", "weights"):
        assert name in text


def test_the_version_is_printed() -> None:
    done = invoke("--version")
    assert (done.exit_code, done.stdout) == (0, f"vitrine {__version__}\n")


# Enriching


def test_all_well_is_status_0_with_one_line_a_listing(cups: Path) -> None:
    done = invoke("enrich", cups)
    assert (done.exit_code, done.stderr) == (0, "")
    records = records_in(done.stdout)
    assert [record.listing_id for record in records] == ["one", "two"]
    assert [photo.source for photo in records[0].photos] == ["one/1.jpg", "one/2.jpg"]


def test_bad_photos_have_their_codes_the_others_count_and_the_status_is_3(
    tmp_path: Path, cups: Path
) -> None:
    codes = write_odd_photos(tmp_path / "odd")
    done = run("enrich", tmp_path / "odd", cups)
    assert done.returncode == 3
    odd, *others = records_in(done.stdout)
    found = {photo.source: photo.error.code if photo.error else None for photo in odd.photos}
    assert found == {f"odd/{name}": code for name, code in codes.items()}
    for photo in odd.photos:
        assert (photo.quality is None) == (photo.colors is None) == (photo.error is not None)
    assert odd.moderation.verdict == "review"
    assert odd.quality.score is not None
    assert [record.listing_id for record in others] == ["one", "two"]
    for photo in (photo for record in others for photo in record.photos):
        assert (photo.error, photo.moderation.failures) == (None, ())
    failed = sum(code is not None for code in codes.values())
    assert done.stderr == (
        f"{failed} of {len(codes) + 4} photos could not be used; see their records.\n"
    )


def test_photos_given_one_by_one_are_listings(tmp_path: Path) -> None:
    (tmp_path / "cup.jpg").write_bytes(CUP)
    done = invoke("enrich", tmp_path / "cup.jpg", tmp_path / "missing.jpg", "--no-moderation")
    assert done.exit_code == 3
    good, missing = records_in(done.stdout)
    assert (good.listing_id, missing.listing_id) == ("cup.jpg", "missing.jpg")
    assert good.moderation.verdict == "unassessed"
    assert missing.moderation.verdict == "review"


def test_a_manifest_is_read_with_its_further_columns(tmp_path: Path) -> None:
    (tmp_path / "cup.jpg").write_bytes(CUP)
    (tmp_path / "m.csv").write_text("listing_id,photos,price\nmug-17,cup.jpg|gone.jpg,12\n")
    done = invoke("enrich", tmp_path / "m.csv", "--marketplace", "etsy")
    assert done.exit_code == 3
    (record,) = records_in(done.stdout)
    assert (record.listing_id, record.extra) == ("mug-17", {"price": "12"})
    assert record.model.marketplace == "etsy"
    assert [photo.source for photo in record.photos] == ["cup.jpg", "gone.jpg"]


def test_words_of_ones_own_are_in_every_record(tmp_path: Path, cups: Path) -> None:
    (tmp_path / "words.toml").write_text('[labels.mug]\nprompts = ["a mug"]\n[labels.guitar]\n')
    done = invoke("enrich", cups, "--labels", tmp_path / "words.toml", "--no-moderation")
    assert done.exit_code == 0
    for record in records_in(done.stdout):
        assert {label.label for label in record.labels} == {"mug", "guitar"}


# What cannot be done


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("m.csv", "listing_id,pictures\na,cup.jpg\n", "m.csv, line 1: column 'photos' is missing"),
        ("m.csv", "listing_id,photos\na,cup.jpg\nb\n", "m.csv, line 3: 1 fields where"),
        ("m.jsonl", '{"listing_id": "a"}\n', "m.jsonl, line 1: 'photos' is missing"),
        ("m.jsonl", '{"listing_id": "a", "photos": ["cup.jpg"]}\n{"li', "m.jsonl, line 2: not"),
    ],
)
def test_a_broken_manifest_is_named_by_file_and_line(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / "cup.jpg").write_bytes(CUP)
    (tmp_path / name).write_text(text)
    done = invoke("enrich", tmp_path / name)
    assert done.exit_code == 1
    assert said in done.stderr
    assert done.stderr.startswith("vitrine: ")
    assert len(done.stderr.splitlines()) == 1
    records_in(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--marketplace", "amazone"], 2, "no marketplace 'amazone'; known: ebay, etsy"),
        (["--policy", "strict"], 2, "no policy is called 'strict'; those are: default"),
        (["--policy", "gone.toml"], 2, "gone.toml"),
        (["--bundle", "huge"], 1, "no bundle named 'huge' is installed"),
        (["--bundle", "./gone"], 1, "there is no bundle folder at gone"),
    ],
)
def test_an_unknown_name_is_answered_in_one_sentence(
    cups: Path, arguments: list[str], status: int, said: str
) -> None:
    done = invoke("enrich", cups, *arguments)
    assert (done.exit_code, done.stdout) == (status, "")
    assert said in done.stderr
    assert done.stderr.startswith("vitrine: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there are no labels"),
        ("mug\nMug\n", "line 2: 'Mug' is given twice"),
        ("mug\n" + "so " * 40, "line 2: 'so so"),
        (None, "cannot be read"),
    ],
)
def test_labels_that_cannot_be_used_are_answered_in_one_sentence(
    tmp_path: Path, cups: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / "words.txt").write_text(text)
    done = invoke("enrich", cups, "--labels", tmp_path / "words.txt", "--no-moderation")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"vitrine: {tmp_path / 'words.txt'}: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_path_where_nothing_is_found_is_status_1(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        done = invoke("enrich", path)
        assert (done.exit_code, done.stdout) == (1, "")
        assert str(path) in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["enrich"],
        ["enrich", "x.jpg", "--batch-size", "0"],
        ["enrich", "x.jpg", "--threads", "0"],
        ["enrich", "x.jpg", "--colour"],
        ["enrichen"],
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    done = invoke(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


# The other commands


def test_the_schema_is_that_of_the_records(cups: Path) -> None:
    schema = json.loads(invoke("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    (line, _) = invoke("enrich", cups, "--no-moderation").stdout.splitlines()
    jsonschema.Draft202012Validator(schema).validate(json.loads(line))


def test_the_embedded_bundle_is_listed_and_verified() -> None:
    listed = invoke("weights", "list")
    assert listed.exit_code == 0
    (row,) = (line for line in listed.stdout.splitlines() if line.startswith("vitrine-tiny "))
    assert " installed " in row
    verified = invoke("weights", "verify", "vitrine-tiny")
    assert verified.exit_code == 0
    assert "intact" in verified.stdout


def test_an_altered_bundle_is_status_1_and_names_the_file(tmp_path: Path) -> None:
    source = ROOT / "weights" / "vitrine-tiny"
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "calibration.json").open("ab") as file_object:
        file_object.write(b" ")
    for arguments in (("weights", "verify"), ("enrich", "x.jpg", "--bundle")):
        done = invoke(*arguments, tmp_path)
        assert done.exit_code == 1
        assert "calibration.json" in done.stderr
