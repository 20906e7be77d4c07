"""Copies of a bundle with another calibration are whole, or are not there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from weights.bundle import CALIBRATION, Bundle, open_bundle, seal
from weights.bundle_copy import MODEL_CARD
from weights.calibration import Calibration
from weights.errors import BundleError
from weights.recalibrated import write_recalibrated

MakeBundle = Callable[[Path], Bundle]


@pytest.fixture
def bundle(make_bundle: MakeBundle, tmp_path: Path) -> Bundle:
    return make_bundle(tmp_path / "small")


def other(bundle: Bundle) -> Calibration:
    known = Calibration.load(bundle.folder / CALIBRATION)
    return known.model_copy(update={"fitted_on": "our own photos"})


def test_the_copy_has_the_new_calibration_and_a_version_that_says_so(
    bundle: Bundle, tmp_path: Path
) -> None:
    copy = write_recalibrated(bundle, other(bundle), tmp_path / "deep" / "copy")
    assert Calibration.load(copy.folder / CALIBRATION) == other(bundle)
    assert copy.version == f"3+fit.{copy.manifest.files[CALIBRATION][:8]}"
    assert (copy.name, copy.manifest.licence) == (bundle.name, bundle.manifest.licence)
    again = write_recalibrated(copy, other(bundle), tmp_path / "again")
    assert again.version == copy.version


def test_an_empty_folder_will_do(bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    assert write_recalibrated(bundle, other(bundle), tmp_path / "copy").folder.is_dir()


def test_a_folder_with_anything_in_it_or_a_file_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    full, file = tmp_path / "full", tmp_path / "file"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    file.write_text("mine")
    for path, words in ((full, "not empty"), (file, "not a folder")):
        with pytest.raises(BundleError, match=words):
            write_recalibrated(bundle, other(bundle), path)
    assert (full / "mine.txt").read_text() == file.read_text() == "mine"


def test_nothing_is_left_where_the_copy_fails(bundle: Bundle, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    (bundle.folder / "text_matrix.safetensors").unlink()
    with pytest.raises(FileNotFoundError):
        write_recalibrated(bundle, other(bundle), folder / "copy")
    assert list(folder.iterdir()) == []


def test_the_copys_model_card_says_that_its_figures_are_older(
    bundle: Bundle, tmp_path: Path
) -> None:
    (bundle.folder / MODEL_CARD).write_text("# small\n")
    sealed = seal(bundle.folder, name="small", version="3", taxonomy="1", licence="CC0-1.0")
    copy = write_recalibrated(sealed, other(bundle), tmp_path / "copy")
    card = (copy.folder / MODEL_CARD).read_text("utf-8")
    assert card.startswith("> The calibration of this copy of small 3 was fitted again: our own")
    assert card.endswith("# small\n")
    assert open_bundle(sealed.folder) == sealed


def test_files_that_the_bundle_does_not_state_are_not_copied(
    bundle: Bundle, tmp_path: Path
) -> None:
    (bundle.folder / "notes.txt").write_text("private")
    copy = write_recalibrated(bundle, other(bundle), tmp_path / "copy")
    assert not (copy.folder / "notes.txt").exists()
