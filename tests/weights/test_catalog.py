"""Which bundles are found, by which names."""

from pathlib import Path

import platformdirs
import pytest

from tests.weights.conftest import MakeBundle
from weights.bundle import MANIFEST, NETWORK_WEIGHTS, Bundle
from weights.catalog import EMBEDDED, bundles_folder, find_bundle, installed_bundles
from weights.errors import BundleCorruptError, BundleNotFoundError


@pytest.fixture(autouse=True)
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory in place of the user's own."""
    folder = tmp_path / "data"
    monkeypatch.setattr(platformdirs, "user_data_path", lambda app: folder / app)
    return folder


def test_the_embedded_bundle_is_found_by_name_with_no_data_directory() -> None:
    assert find_bundle(EMBEDDED).name == EMBEDDED


def test_a_bundle_in_the_data_directory_is_found_by_name(
    data_directory: Path, make_bundle: MakeBundle
) -> None:
    made = make_bundle(data_directory / "vitrine" / "bundles" / "larger")
    assert bundles_folder() == made.folder.parent
    assert find_bundle("larger") == made


@pytest.mark.parametrize("kind", [str, Path])
def test_a_bundle_is_found_by_the_path_of_its_folder(
    tmp_path: Path, make_bundle: MakeBundle, kind: type
) -> None:
    made = make_bundle(tmp_path / "elsewhere")
    assert find_bundle(kind(made.folder)) == made


def test_a_path_without_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError, match="nowhere"):
        find_bundle(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["larger", "", ".", "..", "Vitrine-Tiny"])
def test_an_unknown_name_lists_what_is_installed_and_how_to_see_it(
    data_directory: Path, make_bundle: MakeBundle, name: str
) -> None:
    make_bundle(data_directory / "vitrine" / "bundles" / "other")
    with pytest.raises(BundleNotFoundError) as caught:
        find_bundle(name)
    assert f"installed: {EMBEDDED}, other)" in str(caught.value)
    assert "vitrine weights list" in str(caught.value)


def test_a_damaged_bundle_is_not_found_but_refused(
    data_directory: Path, make_bundle: MakeBundle
) -> None:
    made = make_bundle(data_directory / "vitrine" / "bundles" / "larger")
    (made.folder / NETWORK_WEIGHTS).write_bytes(b"other")
    with pytest.raises(BundleCorruptError, match=NETWORK_WEIGHTS):
        find_bundle("larger")


def test_installed_bundles_come_with_the_embedded_one_first_then_by_name(
    data_directory: Path, make_bundle: MakeBundle
) -> None:
    for name in ("b", "c", "a"):
        make_bundle(data_directory / "vitrine" / "bundles" / name)
    assert [folder.name for folder, _ in installed_bundles()] == [EMBEDDED, "a", "b", "c"]


def test_installed_bundles_report_a_damaged_one_beside_the_whole_ones(
    data_directory: Path, make_bundle: MakeBundle
) -> None:
    folder = data_directory / "vitrine" / "bundles"
    for name in ("altered", "unreadable", "whole"):
        make_bundle(folder / name)
    (folder / "altered" / NETWORK_WEIGHTS).write_bytes(b"other")
    (folder / "unreadable" / MANIFEST).write_text("{")
    found = {path.name: outcome for path, outcome in installed_bundles()}
    assert isinstance(found["whole"], Bundle)
    assert isinstance(found["altered"], BundleCorruptError)
    assert NETWORK_WEIGHTS in str(found["altered"])
    assert isinstance(found["unreadable"], BundleCorruptError)


def test_folders_that_are_no_bundles_are_passed_over(
    data_directory: Path, make_bundle: MakeBundle
) -> None:
    folder = data_directory / "vitrine" / "bundles"
    make_bundle(folder / "whole")
    (folder / "half-downloaded").mkdir()
    (folder / "notes.txt").write_text("mine")
    assert [path.name for path, _ in installed_bundles()] == [EMBEDDED, "whole"]
