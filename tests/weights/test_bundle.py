"""A bundle opens only as it was sealed."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.weights.conftest import MakeBundle
from weights.bundle import FORMAT, MANIFEST, NEEDED, open_bundle, seal
from weights.errors import BundleCorruptError, BundleError


def edit_manifest(folder: Path, **changes: Any) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_sealed_bundle_opens_with_what_it_was_sealed_with(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    sealed = make_bundle(tmp_path / "small")
    opened = open_bundle(tmp_path / "small")
    assert opened == sealed
    assert (opened.name, opened.version) == ("small", "3")
    assert (opened.manifest.taxonomy, opened.manifest.licence) == ("1", "CC0-1.0")


def test_the_manifest_states_the_sha256_of_every_other_file(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    expected = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != MANIFEST
    }
    assert json.loads((folder / MANIFEST).read_text())["files"] == expected


def test_the_bundles_sha256_is_that_of_its_manifest(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    bundle = make_bundle(tmp_path / "small")
    content = (bundle.folder / MANIFEST).read_bytes()
    assert bundle.sha256 == hashlib.sha256(content).hexdigest()


def test_sealing_the_same_files_again_gives_the_same_manifest(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    first = make_bundle(tmp_path / "small")
    again = seal(first.folder, name="small", version="3", taxonomy="1", licence="CC0-1.0")
    assert again.sha256 == first.sha256


def test_label_sets_join_text_matrix_and_calibration(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    sets = make_bundle(tmp_path / "small").label_sets
    assert sets["category"].matrix.ids == ("mug", "bowl")
    assert sets["category"].calibration.visible == {"mug"}


@pytest.mark.parametrize("name", NEEDED)
def test_a_missing_file_is_named(tmp_path: Path, make_bundle: MakeBundle, name: str) -> None:
    folder = make_bundle(tmp_path / "small").folder
    (folder / name).unlink()
    with pytest.raises(BundleCorruptError, match=f"'small': {name} is missing"):
        open_bundle(folder)


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_with_one_byte_more_is_named(
    tmp_path: Path, make_bundle: MakeBundle, name: str
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    with (folder / name).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(BundleCorruptError, match=f"'small': {name} is not the file"):
        open_bundle(folder)


@pytest.mark.parametrize("name", NEEDED)
def test_a_file_with_one_bit_changed_is_named(
    tmp_path: Path, make_bundle: MakeBundle, name: str
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    content = bytearray((folder / name).read_bytes())
    content[-1] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(BundleCorruptError, match=f"'small': {name} is not the file"):
        open_bundle(folder)


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_file_that_the_manifest_does_not_state_is_never_used_unverified(
    tmp_path: Path, make_bundle: MakeBundle, name: str
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    files = json.loads((folder / MANIFEST).read_text())["files"]
    del files[name]
    edit_manifest(folder, files=files)
    with pytest.raises(BundleCorruptError, match=f"does not state {name}"):
        open_bundle(folder)


def test_a_folder_that_lacks_a_needed_file_cannot_be_sealed(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    (folder / NEEDED[0]).unlink()
    with pytest.raises(BundleCorruptError, match=NEEDED[0]):
        seal(folder, name="small", version="4", taxonomy="1", licence="CC0-1.0")


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"is not a bundle: it has no bundle\.json"):
        open_bundle(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not JSON", b'{"format": 1', b"[]", b"\xff\xfe{}"])
def test_a_manifest_that_is_not_a_json_object_is_corrupt(
    tmp_path: Path, make_bundle: MakeBundle, content: bytes
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(BundleCorruptError, match="cannot be read"):
        open_bundle(folder)


def test_an_unknown_key_in_the_manifest_is_named(tmp_path: Path, make_bundle: MakeBundle) -> None:
    folder = make_bundle(tmp_path / "small").folder
    edit_manifest(folder, colour="red")
    with pytest.raises(BundleCorruptError, match="colour"):
        open_bundle(folder)


def test_a_missing_key_in_the_manifest_is_named(tmp_path: Path, make_bundle: MakeBundle) -> None:
    folder = make_bundle(tmp_path / "small").folder
    content = json.loads((folder / MANIFEST).read_text())
    del content["taxonomy"]
    (folder / MANIFEST).write_text(json.dumps(content))
    with pytest.raises(BundleCorruptError, match="taxonomy"):
        open_bundle(folder)


def test_a_newer_format_is_said_to_be_newer_whatever_keys_it_has(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    folder = make_bundle(tmp_path / "small").folder
    edit_manifest(folder, format=FORMAT + 1, quantisation="int8")
    with pytest.raises(BundleError, match=f"format {FORMAT + 1}.*reads {FORMAT}") as caught:
        open_bundle(folder)
    assert not isinstance(caught.value, BundleCorruptError)
