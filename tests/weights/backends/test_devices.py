"""Devices by name: plain words where there is none, the same decisions where there is one."""

import numpy as np
import pytest
import skimage.data
import torch

from moderation.detector_network import CPU, CUDA, providers
from moderation.nudenet import NudeNetDetector
from vision import Enricher
from vision.encoder import Encoder
from weights.backends.errors import BackendError
from weights.backends.model_source import ModelSource
from weights.backends.torch_tower import find_device
from weights.backends.tower import open_tower
from weights.bundle import Bundle
from weights.catalog import EMBEDDED, find_bundle
from weights.errors import BundleError

DEVICES = ("cpu", *(["cuda"] if torch.cuda.is_available() else []))


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


@pytest.fixture(scope="module")
def source(bundle: Bundle) -> ModelSource:
    return ModelSource(bundle)


def test_the_default_is_torch_on_the_cpu(source: ModelSource) -> None:
    batch = np.stack([source.clip.image_input.prepare(skimage.data.coffee())])
    named = open_tower(source, backend="torch", device="cpu").embed(batch)
    assert np.array_equal(named, open_tower(source).embed(batch))


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "", "cpu cuda"])
def test_what_is_no_device_is_refused(source: ModelSource, device: str) -> None:
    with pytest.raises(BackendError, match="give 'cpu' or 'cuda'"):
        open_tower(source, device=device)


def test_devices_of_other_kinds_are_refused() -> None:
    with pytest.raises(BackendError, match="'meta' is not supported"):
        find_device("meta")


def test_an_unknown_backend_is_refused_and_the_known_are_named(source: ModelSource) -> None:
    with pytest.raises(BackendError, match="no backend 'tensorrt'; there are: torch, openvino"):
        open_tower(source, backend="tensorrt")


def test_the_enricher_passes_on_what_is_wrong_as_a_bundle_error() -> None:
    with pytest.raises(BundleError, match="no backend"):
        Enricher(backend="other")


def test_a_gpu_that_is_not_there_is_an_error_in_plain_words(
    source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(BackendError, match=r"needs an NVIDIA GPU .* give 'cpu'"):
        open_tower(source, device="cuda")


def test_a_gpu_of_too_high_a_number_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(BackendError, match=r"no device 'cuda:2'.* 2 GPUs"):
        find_device("cuda:2")
    assert find_device("cuda:1") == torch.device("cuda", 1)


def test_the_detector_goes_to_the_gpu_only_where_its_runtime_can() -> None:
    assert providers("cpu", [CUDA, CPU]) == [CPU]
    assert providers("cuda", [CPU]) == [CPU]
    assert providers("cuda:1", [CUDA, CPU]) == [(CUDA, {"device_id": 1, "use_tf32": 1}), CPU]


def test_a_detector_told_to_use_a_gpu_looks_on_the_cpu_without_one() -> None:
    photo = [skimage.data.astronaut()]
    found = NudeNetDetector(threads=1, device="cuda").detect(photo)
    expected = NudeNetDetector(threads=1).detect(photo)
    assert [one.label for one in found[0]] == [one.label for one in expected[0]]


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_there_is_makes_the_decisions_of_the_cpu(bundle: Bundle, device: str) -> None:
    photos = [skimage.data.astronaut(), skimage.data.coffee(), skimage.data.chelsea()] * 5
    there, on_cpu = Encoder(bundle, device=device), Encoder(bundle)
    found, expected = there.encode_images(photos), on_cpu.encode_images(photos)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    assert (found * expected).sum(axis=1).min() >= 0.99
    for labels in bundle.label_sets.values():
        vectors = labels.matrix.vectors.T
        assert np.array_equal((found @ vectors).argmax(1), (expected @ vectors).argmax(1))
    assert np.abs(there.encode_texts(["a mug"]) - on_cpu.encode_texts(["a mug"])).max() < 1e-3
