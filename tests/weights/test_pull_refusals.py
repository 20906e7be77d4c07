"""Whatever goes wrong while pulling is said plainly, and changes nothing that was installed."""

import errno
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import constants

from tests.weights.hub_server import HubServer, serving
from tests.weights.hub_setup import (
    COMMIT,
    REPOSITORY,
    Puller,
    catalog,
    contents,
    installed_earlier,
    quick_bundle,
    random_clip,
    repository,
)
from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS, Bundle, open_bundle
from weights.catalog_entries import Catalog
from weights.errors import BundleCorruptError, BundleError, BundleNotFoundError
from weights.pull import pull
from weights.pull_errors import (
    HubError,
    HubUnreachableError,
    LicenceError,
    PullError,
    SpaceError,
)


@pytest.fixture(scope="module")
def weights() -> bytes:
    return random_clip()


@pytest.fixture
def puller(weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Puller]:
    """With an older version of the bundle installed, which must survive every test."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    with serving(HubServer(REPOSITORY, COMMIT, repository(weights))) as server:
        puller = Puller(server, catalog(weights), tmp_path)
        installed = installed_earlier(puller.target)
        before = contents(puller.target)
        yield puller
        assert contents(puller.target) == before
        assert open_bundle(puller.target) == installed
        assert puller.leftovers() == []


def refusal(puller: Puller, kind: type[BundleError], **options: Any) -> str:
    """The message with which pulling is refused."""
    with pytest.raises(BundleError) as caught:
        puller.pull(**options)
    assert type(caught.value) is kind
    return str(caught.value)


# The catalogue


def test_an_unknown_name_lists_the_names_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        BundleNotFoundError, match=r"Did you mean 'vit-b-32'\? It has: vitrine-tiny"
    ):
        pull("vitb-32", _never, catalog=Catalog.load(), folder=tmp_path)


def test_the_embedded_bundle_is_not_pulled(tmp_path: Path) -> None:
    with pytest.raises(PullError, match="comes with Vitrine"):
        pull("vitrine-tiny", _never, catalog=Catalog.load(), folder=tmp_path)


def test_a_model_that_is_a_pickle_alone_is_not_pulled(tmp_path: Path) -> None:
    with pytest.raises(PullError, match="pickle alone"):
        pull("vit-b-16-dfn", _never, catalog=Catalog.load(), folder=tmp_path, accept_licence=True)


def test_a_licence_that_forbids_commercial_use_must_be_accepted(
    puller: Puller, weights: bytes
) -> None:
    message = refusal(puller, LicenceError, catalog=catalog(weights, commercial=False))
    assert "https://example.org/licence" in message
    assert "vitrine weights pull tiny --accept-licence" in message
    assert puller.server.asked == []


def test_a_missing_package_is_named_before_anything_is_downloaded(
    puller: Puller, weights: bytes
) -> None:
    needy = catalog(weights, requires=["no_such_package_1", "json"])
    assert refusal(puller, PullError, catalog=needy).endswith("pip install no_such_package_1")
    assert puller.server.asked == []


# The hub


def test_a_hub_that_is_not_there_is_unreachable(puller: Puller) -> None:
    hub = type(puller.hub)("http://127.0.0.1:9", puller.folder / "empty", token=False)
    message = refusal(puller, HubUnreachableError, hub=hub)
    assert message.startswith("http://127.0.0.1:9 could not be reached")
    assert "HF_ENDPOINT" in message


def test_a_hub_that_disappears_in_the_middle_is_unreachable_and_may_be_asked_again(
    puller: Puller, weights: bytes
) -> None:
    puller.server.drops[NETWORK_WEIGHTS] = 100
    message = refusal(puller, HubUnreachableError)
    assert "stopped answering" in message
    puller.server.drops.clear()
    again = Puller(puller.server, puller.catalog, puller.folder / "elsewhere")
    assert (again.pull(hub=puller.hub).folder / NETWORK_WEIGHTS).read_bytes() == weights


def test_offline_mode_is_named_where_the_cache_lacks_the_model(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "offline mode is on (HF_HUB_OFFLINE)" in refusal(puller, HubUnreachableError)


def test_a_half_cached_model_does_not_stand_for_a_whole_one(puller: Puller) -> None:
    puller.server.drops[NETWORK_WEIGHTS] = 100
    refusal(puller, HubUnreachableError)
    assert puller.server.asked_for(NETWORK_CONFIG) == 1
    puller.server.status = 503
    assert "status 503" in refusal(puller, HubError)


def test_a_gated_repository_says_how_to_be_let_in(puller: Puller) -> None:
    puller.server.token = "secret"
    message = refusal(puller, HubError)
    assert "whom its owner let in" in message
    assert "hf auth login" in message


@pytest.mark.parametrize("status", [401, 403])
def test_a_hub_that_withholds_asks_for_a_sign_in(puller: Puller, status: int) -> None:
    puller.server.status = status
    message = refusal(puller, HubError)
    assert "HF_TOKEN" in message
    assert REPOSITORY in message


def test_a_missing_repository_is_named(puller: Puller, weights: bytes) -> None:
    elsewhere = catalog(weights, hub={"repository": "own/other"})
    message = refusal(puller, HubError, catalog=elsewhere)
    assert message.startswith(f"there is no repository own/other at {puller.server.endpoint}")


def test_a_missing_revision_is_named(puller: Puller) -> None:
    puller.server.commit = "e" * 40
    assert "no longer has the revision" in refusal(puller, HubError)


def test_a_hub_that_answers_with_another_revision_is_refused(puller: Puller) -> None:
    puller.server.answered_commit = "e" * 40
    assert f"revision {'e' * 40}, not {COMMIT}" in refusal(puller, HubError)
    assert puller.server.asked == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_hub_with_troubles_of_its_own_is_to_be_asked_later(puller: Puller, status: int) -> None:
    puller.server.status = status
    message = refusal(puller, HubError)
    assert f"status {status}" in message
    assert "try again later" in message


# The files


def test_a_repository_without_safetensors_is_refused_for_its_pickles(puller: Puller) -> None:
    puller.server.listed = {
        name: content for name, content in puller.server.listed.items() if name != NETWORK_WEIGHTS
    }
    message = refusal(puller, PullError)
    assert NETWORK_WEIGHTS in message
    assert "pickles, which Vitrine never loads" in message


def test_other_weights_than_the_pinned_ones_are_not_even_downloaded(
    puller: Puller, weights: bytes
) -> None:
    pinned = catalog(weights, hub={"sha256": "0" * 64})
    assert "another open_clip_model.safetensors" in refusal(
        puller, BundleCorruptError, catalog=pinned
    )
    assert puller.server.asked == []


@pytest.mark.parametrize("name", [NETWORK_WEIGHTS, NETWORK_CONFIG])
def test_a_file_with_the_wrong_hash_is_refused_thrown_away_and_fetched_again(
    puller: Puller, name: str
) -> None:
    right = puller.server.listed[name]
    puller.server.served[name] = right[:-1] + bytes([right[-1] ^ 1])
    assert f"{name} is not the file that the hub lists" in refusal(puller, BundleCorruptError)
    puller.server.served.clear()
    again = Puller(puller.server, puller.catalog, puller.folder / "elsewhere")
    assert (again.pull(hub=puller.hub).folder / name).read_bytes() == right
    assert puller.server.asked_for(name) == 2


def test_a_damaged_cache_is_noticed_without_a_hub(puller: Puller) -> None:
    elsewhere = Puller(puller.server, puller.catalog, puller.folder / "elsewhere")
    elsewhere.pull(hub=puller.hub)
    (cached,) = puller.hub.cache_folder().rglob(f"{COMMIT}/tokenizer.json")
    cached.resolve().write_bytes(b"[]\n")
    gone = type(puller.hub)("http://127.0.0.1:9", puller.folder / "cache", token=False)
    assert "tokenizer.json is not the file" in refusal(puller, BundleCorruptError, hub=gone)


def test_a_model_that_does_not_fit_is_refused_before_it_is_downloaded(puller: Puller) -> None:
    puller.server.sizes[NETWORK_WEIGHTS] = 10**18
    message = refusal(puller, SpaceError)
    assert "MB are needed" in message
    assert "HF_HOME" in message
    assert puller.server.asked == []


# The bundle


def test_a_model_that_cannot_be_made_a_bundle_is_not_installed(puller: Puller) -> None:
    def refuse(folder: Path, **_: Any) -> Bundle:
        raise BundleError(f"no tokenizer among {len(list(folder.iterdir()))} files")

    assert refusal(puller, BundleError, assemble=refuse).startswith("no tokenizer among")


def test_a_full_disk_is_said_plainly(puller: Puller) -> None:
    def fill(folder: Path, **_: Any) -> Bundle:
        raise OSError(errno.ENOSPC, "No space left on device", str(folder))

    assert "is full: free some space" in refusal(puller, SpaceError, assemble=fill)


def test_ctrl_c_leaves_nothing_behind(puller: Puller) -> None:
    def interrupt(folder: Path, **_: Any) -> Bundle:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        puller.pull(assemble=interrupt)


def test_the_earlier_bundle_returns_if_the_new_one_cannot_take_its_place(puller: Puller) -> None:
    def vanish(folder: Path, **options: Any) -> Bundle:
        bundle = quick_bundle(folder, **options)
        folder.rename(folder.parent / "gone")
        return bundle

    with pytest.raises(FileNotFoundError):
        puller.pull(assemble=vanish)


def _never(folder: Path, **_: Any) -> Bundle:
    raise AssertionError(json.dumps(str(folder)))
