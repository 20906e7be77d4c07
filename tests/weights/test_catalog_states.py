"""What is installed, damaged, available or neither, and removing it."""

from pathlib import Path

import platformdirs
import pytest

from tests.weights.conftest import MakeBundle
from tests.weights.hub_setup import COMMIT, OTHER_COMMIT, catalog, installed_earlier, quick_bundle
from weights.bundle import MANIFEST, NETWORK_WEIGHTS
from weights.catalog import EMBEDDED, find_bundle, installed_folder
from weights.catalog_entries import Catalog
from weights.catalog_remove import remove_bundle
from weights.catalog_states import BundleState, bundle_states
from weights.catalog_table import as_table
from weights.errors import BundleError, BundleNotFoundError

TINY = catalog(b"weights")


@pytest.fixture(autouse=True)
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory in place of the user's own."""
    monkeypatch.setattr(platformdirs, "user_data_path", lambda app: tmp_path / app)
    folder = tmp_path / "vitrine" / "bundles"
    folder.mkdir(parents=True)
    return folder


def state_of(name: str, catalog: Catalog = TINY) -> BundleState:
    return next(state for state in bundle_states(catalog) if state.name == name)


def test_what_is_not_installed_is_available_at_the_pinned_version() -> None:
    state = state_of("tiny")
    assert (state.state, state.version, state.size) == ("available", COMMIT[:8], 3_000_000)
    assert state.folder is None


def test_an_installed_bundle_of_the_pinned_version_is_up_to_date(bundles: Path) -> None:
    folder = installed_earlier(bundles / "tiny").folder
    (folder / MANIFEST).unlink()
    quick_bundle(folder, name="tiny", version=COMMIT[:8], licence="CC0-1.0")
    state = state_of("tiny")
    assert (state.state, state.outdated, state.folder) == ("installed", False, folder)
    assert state.size == sum(path.stat().st_size for path in folder.iterdir())


@pytest.mark.parametrize("suffix", ["", "+fit.0a1b2c3d"])
def test_an_installed_bundle_of_another_version_is_outdated(bundles: Path, suffix: str) -> None:
    folder = installed_earlier(bundles / "tiny").folder
    (folder / MANIFEST).unlink()
    quick_bundle(folder, name="tiny", version=OTHER_COMMIT[:8] + suffix, licence="CC0-1.0")
    assert state_of("tiny").outdated
    assert "`vitrine weights pull tiny` brings it" in as_table(bundle_states(TINY))


def test_a_calibration_of_ones_own_does_not_make_a_bundle_outdated(bundles: Path) -> None:
    folder = installed_earlier(bundles / "tiny").folder
    (folder / MANIFEST).unlink()
    quick_bundle(folder, name="tiny", version=f"{COMMIT[:8]}+fit.0a1b2c3d", licence="CC0-1.0")
    assert not state_of("tiny").outdated


def test_a_damaged_bundle_says_which_file(bundles: Path) -> None:
    folder = installed_earlier(bundles / "tiny").folder
    (folder / NETWORK_WEIGHTS).write_bytes(b"other")
    state = state_of("tiny")
    assert state.state == "damaged"
    assert NETWORK_WEIGHTS in (state.problem or "")
    assert NETWORK_WEIGHTS in as_table([state])


def test_a_bundle_that_no_catalogue_knows_is_listed_last(
    bundles: Path, make_bundle: MakeBundle
) -> None:
    make_bundle(bundles / "mine")
    states = bundle_states(TINY)
    assert [state.name for state in states] == ["tiny", EMBEDDED, "mine"]
    assert (states[-1].entry, states[-1].licence) == (None, "CC0-1.0")
    assert "mine" in as_table(states)


def test_a_bundle_that_is_missing_names_the_command_that_brings_it() -> None:
    with pytest.raises(BundleNotFoundError, match="`vitrine weights pull vit-b-32` brings it"):
        find_bundle("vit-b-32")
    with pytest.raises(BundleNotFoundError, match="`vitrine weights list` shows them"):
        find_bundle("vit-b-16-dfn")


@pytest.mark.parametrize("damage", [False, True])
def test_a_removed_bundle_is_gone_whole_or_damaged(bundles: Path, damage: bool) -> None:
    folder = installed_earlier(bundles / "tiny").folder
    if damage:
        (folder / MANIFEST).write_text("{")
    assert remove_bundle("tiny") == folder
    assert list(bundles.iterdir()) == []


def test_of_a_linked_bundle_the_link_alone_is_removed(bundles: Path, tmp_path: Path) -> None:
    bundle = installed_earlier(tmp_path / "elsewhere")
    (bundles / "tiny").symlink_to(bundle.folder)
    remove_bundle("tiny")
    assert list(bundles.iterdir()) == []
    bundle.verify()


def test_the_embedded_bundle_is_not_removed() -> None:
    with pytest.raises(BundleError, match="stays"):
        remove_bundle(EMBEDDED)
    assert installed_folder(EMBEDDED).is_dir()


@pytest.mark.parametrize("name", ["", ".", "..", "tiny", "../bundles"])
def test_what_is_not_installed_is_not_removed(bundles: Path, name: str) -> None:
    (bundles / "note.txt").write_text("mine")
    with pytest.raises(BundleNotFoundError):
        remove_bundle(name)
    assert (bundles / "note.txt").exists()
