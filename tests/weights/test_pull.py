"""What pulling a bundle installs, and what it does not take or ask for."""

import json
import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs
import pytest
import skimage.data
from huggingface_hub import constants

from tests.weights.hub_server import HubServer, serving
from tests.weights.hub_setup import (
    COMMIT,
    OTHER_COMMIT,
    REPOSITORY,
    Puller,
    catalog,
    contents,
    random_clip,
    repository,
)
from vision.encoder import Encoder
from weights.assemble_bundle import PromptSet, PromptSets, assemble_bundle
from weights.bundle import MANIFEST, NETWORK_CONFIG, NETWORK_WEIGHTS, open_bundle
from weights.catalog import find_bundle
from weights.pull import SOURCE

CONVERTED = "open_clip_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def weights() -> bytes:
    return random_clip()


@pytest.fixture
def puller(weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Puller]:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with serving(HubServer(REPOSITORY, COMMIT, repository(weights))) as server:
        yield Puller(server, catalog(weights), tmp_path)


def test_a_pulled_model_is_a_bundle_that_embeds_photos(
    puller: Puller, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = PromptSets("1", {"category": PromptSet({"cup": ("a cup",), "cat": ("a cat",)})})
    pulled = puller.pull(assemble=partial(assemble_bundle, prompts=prompts))
    (puller.folder / "data").mkdir()
    puller.bundles.rename(puller.folder / "data" / "bundles")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda app: puller.folder / "data")
    found = find_bundle("tiny")
    assert (found.name, found.version, found.sha256) == ("tiny", COMMIT[:8], pulled.sha256)
    assert found.label_sets["category"].matrix.ids == ("cup", "cat")
    (vector,) = Encoder(found).encode_images([skimage.data.coffee()])
    assert vector.shape == (16,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_the_files_are_the_hubs_own_and_all_of_them_are_hashed(
    puller: Puller, weights: bytes
) -> None:
    bundle = puller.pull()
    assert bundle.folder == puller.target
    assert bundle == open_bundle(puller.target)
    installed = contents(puller.target)
    assert set(bundle.manifest.files) == set(installed) - {MANIFEST}
    for name in (NETWORK_CONFIG, NETWORK_WEIGHTS, "LICENSE", "tokenizer.json", "vocab.json"):
        assert installed[name] == puller.server.listed[name]
    assert bundle.manifest.licence == "CC0-1.0"


def test_pickles_and_code_are_neither_installed_nor_asked_for(puller: Puller) -> None:
    puller.pull()
    for name in ("open_clip_pytorch_model.bin", "modelling.py", "README.md"):
        assert not (puller.target / name).exists()
        assert not puller.server.asked_for(name)


def test_where_the_files_are_from_is_kept(puller: Puller) -> None:
    source = json.loads((puller.pull().folder / SOURCE).read_text())
    assert source["repository"] == REPOSITORY
    assert source["revision"] == COMMIT
    assert source["weights"]["sha256"] == puller.catalog.find("tiny").hub.sha256


def test_weights_under_another_name_are_installed_under_open_clips(
    puller: Puller, weights: bytes
) -> None:
    puller.server.listed = repository(weights, CONVERTED)
    puller.pull(catalog=catalog(weights, hub={"weights": CONVERTED}))
    assert (puller.target / NETWORK_WEIGHTS).read_bytes() == weights
    assert not (puller.target / CONVERTED).exists()


def test_what_is_installed_and_intact_is_not_asked_for_again(puller: Puller) -> None:
    first = puller.pull()
    asked = list(puller.server.asked)
    assert puller.pull() == first
    assert puller.server.asked == asked
    assert puller.said[-1] == f"tiny is installed already: {puller.target}"


def test_force_makes_an_intact_bundle_anew_from_the_cache(puller: Puller) -> None:
    puller.pull()
    (puller.target / "note.txt").write_text("mine")
    puller.pull(force=True)
    assert not (puller.target / "note.txt").exists()
    assert puller.server.asked_for(NETWORK_WEIGHTS) == 1


def test_a_damaged_bundle_is_replaced(puller: Puller) -> None:
    puller.pull()
    (puller.target / NETWORK_CONFIG).write_bytes(b"{}")
    puller.pull()
    open_bundle(puller.target)
    assert puller.leftovers() == []


def test_a_bundle_of_another_revision_is_replaced(puller: Puller, weights: bytes) -> None:
    puller.pull()
    puller.server.commit = OTHER_COMMIT
    pulled = puller.pull(catalog=catalog(weights, hub={"revision": OTHER_COMMIT}))
    assert pulled.version == OTHER_COMMIT[:8]
    assert open_bundle(puller.target).version == OTHER_COMMIT[:8]


def test_a_licence_that_forbids_commercial_use_can_be_accepted(
    puller: Puller, weights: bytes
) -> None:
    puller.pull(catalog=catalog(weights, commercial=False), accept_licence=True)
    open_bundle(puller.target)


def test_what_a_killed_process_left_is_swept_away_after_a_day(puller: Puller) -> None:
    for name, age in (("left", 2 * 24 * 3600), ("in-use", 60)):
        (puller.bundles / f".pull-{name}").mkdir(parents=True)
        then = time.time() - age
        os.utime(puller.bundles / f".pull-{name}", (then, then))
    puller.pull()
    assert puller.leftovers() == [".pull-in-use"]


# The network


def test_a_dropped_connection_is_resumed_where_it_broke(
    puller: Puller, weights: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 100_000)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    puller.server.drops[NETWORK_WEIGHTS] = 2
    puller.server.drop_at = 1_000_000
    puller.pull()
    assert (puller.target / NETWORK_WEIGHTS).read_bytes() == weights
    starts = [int(text.removeprefix("bytes=").rstrip("-")) for text in puller.server.ranges]
    assert len(starts) == 2
    assert 0 < starts[0] <= 1_000_000 < starts[1] <= 2_000_000


def test_a_token_opens_a_gated_repository(puller: Puller) -> None:
    puller.server.token = "secret"
    hub = type(puller.hub)(puller.server.endpoint, puller.folder / "cache", token="secret")
    puller.pull(hub=hub)
    open_bundle(puller.target)


def test_a_cached_model_is_installed_without_a_hub(puller: Puller, weights: bytes) -> None:
    puller.pull()
    hub = type(puller.hub)("http://127.0.0.1:9", puller.folder / "cache", token=False)
    (puller.target / MANIFEST).unlink()
    puller.pull(hub=hub)
    assert (open_bundle(puller.target).folder / NETWORK_WEIGHTS).read_bytes() == weights
