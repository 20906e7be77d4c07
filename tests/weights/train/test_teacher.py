"""The teacher's view of a set: made once, centred, and what the trunk's features are held to."""

from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from weights.train.photos import PhotoSet
from weights.train.teacher import FEATURES, Recall, teacher_features
from weights.train.trunk import TEACHER


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pretrained")
    torch.manual_seed(3)
    teacher = timm.create_model(TEACHER.architecture, num_classes=0)
    save_file(teacher.state_dict(), folder / TEACHER.file)
    return folder


@pytest.fixture(scope="module")
def photos() -> PhotoSet:
    pixels: NDArray[np.uint8] = np.random.default_rng(4).integers(0, 256, (3, 24, 24, 4), np.uint8)
    return PhotoSet("furniture", pixels, {"label": ["bed", "chair", "sofa"]})


def test_features_are_centred_and_made_only_once(
    photos: PhotoSet, pretrained: Path, tmp_path: Path
) -> None:
    first = teacher_features(photos, pretrained, tmp_path)
    assert first.shape == (3, FEATURES)
    assert np.abs(first.astype(np.float32).mean(0)).max() < 1e-3
    assert np.abs(first.astype(np.float32)).max() > 0.01
    again = teacher_features(photos, tmp_path / "no weights here", tmp_path)
    np.testing.assert_array_equal(first, again)


def test_the_distance_is_learned_away_where_the_features_say_what_the_teacher_saw() -> None:
    torch.manual_seed(1)
    features, mixing = torch.randn(8, FEATURES), torch.randn(FEATURES, FEATURES)
    recall = Recall()
    optimizer = torch.optim.Adam(recall.parameters(), lr=1e-3)
    before = float(recall.distance(features, features @ mixing).detach())
    for _ in range(10):
        optimizer.zero_grad()
        recall.distance(features, features @ mixing).backward()
        optimizer.step()
    after = float(recall.distance(features, features @ mixing).detach())
    assert 0.8 < before < 1.2
    assert after < 0.2
