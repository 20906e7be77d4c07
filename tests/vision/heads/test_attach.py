"""Small published networks on embeddings, made by hand here, as a layer of moderation."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moderation import DetectorError, Picture
from vision.heads.attach import attach_head
from vision.heads.errors import HeadError
from vision.nsfw_layer import NsfwDetector
from weights.attached_head import AttachedFacts, AttachedHead, Tensors, load_attached, read_tensors
from weights.catalog import EMBEDDED, find_bundle
from weights.errors import BundleCorruptError, BundleError

FACTS = AttachedFacts(
    network="n", architecture="ViT-B-32", source="h.npz", source_sha256="s" * 64, threshold=0.5
)
PIXELS: NDArray[np.uint8] = np.zeros((4, 4, 3), np.uint8)


def tensors() -> Tensors:
    """One hidden layer: ReLU(x0 - x1) times four, less one."""
    return {
        "weight_0": np.array([[1, -1]], np.float32),
        "bias_0": np.zeros(1, np.float32),
        "weight_1": np.array([[4]], np.float32),
        "bias_1": np.array([-1], np.float32),
    }


def test_the_network_is_layers_with_relu_between_and_a_logistic_function_last() -> None:
    head = AttachedHead(tensors(), FACTS)
    found = head.probabilities(np.array([[1, 0], [0, 1], [0.5, 0]], np.float32))
    assert found == pytest.approx(1 / (1 + np.exp([-3.0, 1.0, -1.0])))


def test_the_input_is_normalised_where_the_head_says_how() -> None:
    normal = {"mean": np.array([1, 1], np.float32), "variance": np.array([4, 4], np.float32)}
    head = AttachedHead({**tensors(), **normal}, FACTS)
    found = head.probabilities(np.array([[3, 1]], np.float32))
    assert found == pytest.approx(1 / (1 + np.exp(-3.0)))


def test_npz_and_safetensors_are_read_and_a_pickle_is_not(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    np.savez(path, **tensors())
    assert read_tensors(path).keys() == tensors().keys()
    np.savez(path, weight_0=np.array([{}], dtype=object), bias_0=np.zeros(1))
    with pytest.raises(BundleError, match="is no head"):
        read_tensors(path)
    (tmp_path / "head.pt").write_bytes(b"x")
    with pytest.raises(BundleError, match="nothing else"):
        read_tensors(tmp_path / "head.pt")


@pytest.mark.parametrize(
    "change",
    [
        {"weight_1": np.ones((1, 3), np.float32)},
        {"bias_0": np.ones(2, np.float32)},
        {"weight_1": np.ones((2, 1), np.float32), "bias_1": np.ones(2, np.float32)},
        {"mean": np.zeros(2, np.float32)},
        {"extra": np.zeros(2, np.float32)},
        {"bias_1": np.array([np.nan], np.float32)},
    ],
)
def test_tensors_that_do_not_chain_are_refused(tmp_path: Path, change: Tensors) -> None:
    path = tmp_path / "head.npz"
    np.savez(path, **{**tensors(), **change})
    with pytest.raises(BundleError, match="is no head"):
        read_tensors(path)


def test_a_score_of_one_half_is_the_threshold_and_low_ones_are_not_reported() -> None:
    detector = NsfwDetector(AttachedHead(tensors(), FACTS), "1")
    rows = [np.array(one, np.float32) for one in ([0.25, 0], [1, 0], [0, 1])]
    at, above, below = detector.detect_pictures([Picture(PIXELS, embedding=row) for row in rows])
    assert [one.score for one in at] == [0.5]
    assert above[0].score > 0.9
    assert below[0].score < 0.5 if below else True


@pytest.mark.parametrize(
    "embedding", [None, np.zeros(3, np.float32), np.array([np.nan, 0], np.float32)]
)
def test_a_picture_without_a_fitting_embedding_is_a_failure(
    embedding: NDArray[np.float32] | None,
) -> None:
    detector = NsfwDetector(AttachedHead(tensors(), FACTS), "1")
    with pytest.raises(DetectorError):
        detector.detect_pictures([Picture(PIXELS, embedding=embedding)])


def test_a_head_of_another_network_is_refused_when_the_bundle_is_read(tmp_path: Path) -> None:
    (tmp_path / "heads").mkdir()
    AttachedHead(tensors(), FACTS).save(tmp_path)
    stated = {"heads/nsfw.mlp.safetensors": ""}
    found = load_attached(tmp_path, stated, "n")
    assert found is not None
    assert found.dimension == 2
    assert load_attached(tmp_path, {}, "n") is None
    with pytest.raises(BundleCorruptError, match="another network"):
        load_attached(tmp_path, stated, "m")


def test_a_head_made_for_another_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.npz"
    np.savez(path, **tensors())
    with pytest.raises(HeadError, match="is no ViT-L-14"):
        attach_head(EMBEDDED, path, "ViT-L-14", 0.5, tmp_path / "out")
    with pytest.raises(HeadError, match="knows no architecture 'ViT-X'"):
        attach_head(EMBEDDED, path, "ViT-X", 0.5, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert find_bundle(EMBEDDED).heads == {}
