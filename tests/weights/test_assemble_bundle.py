"""A snapshot becomes a whole bundle, or stays the snapshot that it was."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from tests.weights.hub_setup import CONFIG, MODEL, random_clip
from vision.encoder import Encoder
from weights.assemble_bundle import PromptSet, PromptSets, assemble_bundle
from weights.bundle import (
    CALIBRATION,
    MANIFEST,
    NETWORK_CONFIG,
    NETWORK_WEIGHTS,
    Bundle,
    open_bundle,
)
from weights.calibration import Calibration
from weights.errors import BundleError
from weights.labels import LabelMatrix
from weights.short_context import phrase_length, short_context
from weights.text_matrix import TextMatrix
from weights.uncalibrated import Defaults, uncalibrated

PROMPTS = PromptSets(
    "7",
    {
        "category": PromptSet({"home.mugs": ("a mug", "a cup"), "shoes": ("shoes",)}, "levels"),
        "facet.style": PromptSet(
            {"retro": ("a retro lamp",), "none_of_these": ("a thing",)},
            "independent",
            ("an old {}",),
        ),
    },
)


@pytest.fixture(scope="module")
def weights() -> bytes:
    return random_clip()


@pytest.fixture
def snapshot(tmp_path: Path, weights: bytes) -> Path:
    folder = tmp_path / "models" / "small"
    folder.mkdir(parents=True)
    (folder / NETWORK_CONFIG).write_bytes(CONFIG)
    (folder / NETWORK_WEIGHTS).write_bytes(weights)
    (folder / "README.md").write_text("# small\n")
    return folder


def assemble(folder: Path, **options: Any) -> Bundle:
    given = {"name": "small", "version": "3", "licence": "MIT", "prompts": PROMPTS}
    return assemble_bundle(folder, **(given | options))


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_bundle_is_whole_and_says_what_it_is(snapshot: Path) -> None:
    before = contents(snapshot)
    bundle = assemble(snapshot)
    assert open_bundle(snapshot) == bundle
    assert (bundle.name, bundle.version, bundle.manifest.licence) == ("small", "3", "MIT")
    assert bundle.manifest.taxonomy == "7"
    assert set(contents(snapshot)) == set(bundle.manifest.files) | {MANIFEST}
    assert {name: contents(snapshot)[name] for name in before} == before
    assert {path.name for path in snapshot.parent.iterdir()} == {"small"}


def test_every_label_is_visible_and_none_is_measured(snapshot: Path) -> None:
    bundle = assemble(snapshot)
    for name, one in PROMPTS.sets.items():
        known = bundle.label_sets[name]
        assert known.matrix.ids == tuple(one.prompts)
        assert known.calibration.visible == set(one.prompts)
        assert known.calibration.scoring == one.scoring
        assert not known.calibration.calibrated
        assert known.calibration.labels == {}
        assert known.calibration.default_threshold == Defaults.load().thresholds[one.scoring]
    assert Calibration.load(snapshot / CALIBRATION).fitted_on.startswith("nothing: uncalibrated")


def test_a_sets_own_templates_are_taken(snapshot: Path) -> None:
    bundle = assemble(snapshot)
    expected = Encoder(bundle).encode_texts(["an old a retro lamp", "an old a thing"])
    vectors = bundle.label_sets["facet.style"].matrix.vectors
    np.testing.assert_allclose(vectors, expected, atol=1e-3)


def test_the_card_says_that_nothing_was_measured_and_how_to_calibrate(snapshot: Path) -> None:
    assemble(snapshot)
    card = (snapshot / "MODEL_CARD.md").read_text("utf-8")
    assert card.startswith("# small\n")
    assert "It is not calibrated" in card
    assert "vitrine evaluate" in card
    assert "| facet.style | 2 | independent |" in card
    assert "$" not in card


def test_the_same_snapshot_gives_the_same_bytes(snapshot: Path, weights: bytes) -> None:
    other = snapshot.parent / "other"
    other.mkdir()
    for name, content in contents(snapshot).items():
        (other / name).write_bytes(content)
    assert assemble(snapshot).sha256 == assemble(other).sha256
    assert contents(snapshot) == contents(other)


def test_files_that_are_links_as_in_a_hubs_cache_are_taken(snapshot: Path) -> None:
    blob = snapshot.parent / "blob"
    (snapshot / NETWORK_WEIGHTS).rename(blob)
    (snapshot / NETWORK_WEIGHTS).symlink_to(blob)
    assemble(snapshot).verify()


def test_progress_is_told_up_to_the_last_phrase(snapshot: Path) -> None:
    told: list[tuple[int, int]] = []
    assemble(snapshot, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (17, 17)  # three phrases in five templates, two in one
    assert told == sorted(told)


def stop(done: int, total: int) -> None:
    raise KeyboardInterrupt


def test_a_snapshot_is_as_it_was_where_assembling_is_interrupted(snapshot: Path) -> None:
    before = contents(snapshot)
    with pytest.raises(KeyboardInterrupt):
        assemble(snapshot, progress=stop)
    assert contents(snapshot) == before
    assert {path.name for path in snapshot.parent.iterdir()} == {"small"}
    assemble(snapshot).verify()


def test_a_bundle_is_not_assembled_a_second_time(snapshot: Path) -> None:
    bundle = assemble(snapshot)
    with pytest.raises(BundleError, match="is a bundle already"):
        assemble(snapshot, name="again")
    assert open_bundle(snapshot) == bundle


@pytest.mark.parametrize("missing", [NETWORK_CONFIG, NETWORK_WEIGHTS])
def test_a_folder_without_a_model_is_refused(snapshot: Path, missing: str) -> None:
    (snapshot / missing).unlink()
    with pytest.raises(BundleError, match=f"it has no {missing}"):
        assemble(snapshot)


def test_a_model_that_cannot_be_loaded_leaves_the_snapshot_as_it_was(snapshot: Path) -> None:
    (snapshot / NETWORK_WEIGHTS).write_bytes(b"not safetensors")
    before = contents(snapshot)
    with pytest.raises(BundleError, match="'small' cannot be loaded"):
        assemble(snapshot)
    assert contents(snapshot) == before


def test_a_text_tower_that_gives_no_direction_is_refused(snapshot: Path) -> None:
    tensors = load_file(snapshot / NETWORK_WEIGHTS)
    tensors["text_projection"] = torch.zeros_like(tensors["text_projection"])
    save_file(tensors, snapshot / NETWORK_WEIGHTS)
    with pytest.raises(BundleError, match="set 'category': a text embedding is zero"):
        assemble(snapshot)
    assert not (snapshot / MANIFEST).exists()


def test_a_logit_bias_changes_nothing(snapshot: Path) -> None:
    plain = assemble(snapshot)
    biased = snapshot.parent / "biased"
    biased.mkdir()
    config = json.loads(CONFIG)
    config["model_cfg"]["init_logit_bias"] = -10
    (biased / NETWORK_CONFIG).write_text(json.dumps(config))
    tensors = load_file(snapshot / NETWORK_WEIGHTS) | {"logit_bias": torch.tensor(-16.5)}
    save_file(tensors, biased / NETWORK_WEIGHTS)
    assert assemble(biased).manifest.files[CALIBRATION] == plain.manifest.files[CALIBRATION]


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_any_logit_scale_gives_a_calibration_that_can_be_read(scale: float) -> None:
    matrix = TextMatrix({"category": LabelMatrix(("a",), np.ones((1, 1), np.float32))})
    entry = uncalibrated(matrix, {"category": "levels"}, scale).sets["category"]
    assert 4.0 <= entry.logit_scale <= 120.0
    if 10.0 <= scale <= 100.0:
        assert entry.logit_scale == pytest.approx(scale / Defaults.load().softening, abs=1e-4)


PHRASES = ["a mug", "an old brass lamp for sale", "x"]


@torch.inference_mode()
def test_the_padding_after_short_phrases_changes_nothing() -> None:
    torch.manual_seed(3)
    network = open_clip.CLIP(**MODEL).eval()
    tokens = open_clip.SimpleTokenizer(context_length=77)(PHRASES)
    length = phrase_length(network, tokens)
    assert length == 8  # six words between start and end
    expected = network.encode_text(tokens, normalize=True)
    with short_context(network, length):
        found = network.encode_text(tokens[:, :length], normalize=True)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    assert torch.equal(network.encode_text(tokens, normalize=True), expected)


@torch.inference_mode()
def test_a_tower_that_attends_to_its_padding_is_given_all_of_it() -> None:
    text = {**MODEL["text_cfg"], "no_causal_mask": True}
    torch.manual_seed(3)
    network = open_clip.CustomTextCLIP(MODEL["embed_dim"], MODEL["vision_cfg"], text).eval()
    tokens = open_clip.SimpleTokenizer(context_length=77)(PHRASES)
    assert phrase_length(network, tokens) == 77
    expected = network.encode_text(tokens)
    with short_context(network, 77):
        assert torch.equal(network.encode_text(tokens), expected)
