"""OpenVINO gives torch's embeddings and decisions, from a verified copy or from the bundle."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray

from vision.encoder import Encoder
from weights.backends import openvino_cache
from weights.backends.errors import BackendError
from weights.backends.model_source import ModelSource
from weights.backends.openvino_cache import FILES, SUMS, WEIGHTS
from weights.backends.openvino_tower import OpenVinoTower
from weights.bundle import Bundle
from weights.catalog import EMBEDDED, find_bundle

Photo = NDArray[np.uint8]

LEAST_COSINE = 0.99
LEAST_AGREEMENT = 0.995


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return find_bundle(EMBEDDED)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder of this module's own, so that what the user keeps plays no part."""
    home = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openvino_cache, "cache_folder", lambda: home / "openvino")
        yield home / "openvino"


@pytest.fixture(scope="module")
def fast(bundle: Bundle, kept: Path) -> Encoder:
    return Encoder(bundle, threads=1, backend="openvino")


@pytest.fixture(scope="module")
def plain(bundle: Bundle) -> Encoder:
    return Encoder(bundle, threads=1)


@pytest.fixture(scope="module")
def source(bundle: Bundle) -> ModelSource:
    return ModelSource(bundle)


@pytest.fixture(scope="module")
def photos() -> list[Photo]:
    """Real photos, and crops of them: what a model decides on a crop is another decision."""
    whole = [
        skimage.data.astronaut(),
        skimage.data.chelsea(),
        skimage.data.coffee(),
        skimage.data.rocket(),
    ]
    return [
        np.ascontiguousarray(photo[top : top + side, left : left + side])
        for photo in whole
        for side in (90, 150, 220)
        for top in (0, 40, 80)
        for left in (0, 60, 120)
    ] + whole


@pytest.fixture(scope="module")
def kept_folder(fast: Encoder, kept: Path) -> Path:
    (folder,) = kept.iterdir()
    return folder


def test_embeddings_are_those_of_torch(fast: Encoder, plain: Encoder, photos: list[Photo]) -> None:
    ours, theirs = fast.encode_images(photos), plain.encode_images(photos)
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5
    assert (ours * theirs).sum(axis=1).min() >= LEAST_COSINE


def test_the_likeliest_label_of_every_set_is_that_of_torch(
    fast: Encoder, plain: Encoder, photos: list[Photo]
) -> None:
    ours, theirs = fast.encode_images(photos), plain.encode_images(photos)
    agreed = [
        (ours @ labels.matrix.vectors.T).argmax(1) == (theirs @ labels.matrix.vectors.T).argmax(1)
        for labels in fast.bundle.label_sets.values()
    ]
    assert np.mean(agreed) >= LEAST_AGREEMENT


def test_embeddings_are_repeated_bit_for_bit_and_hardly_differ_by_batch(
    fast: Encoder, photos: list[Photo]
) -> None:
    together = fast.encode_images(photos[:11])
    assert together.tobytes() == fast.encode_images(photos[:11]).tobytes()
    alone = np.concatenate([fast.encode_images([photo]) for photo in photos[:11]])
    assert np.abs(together - alone).max() < 1e-5


def test_earlier_answers_stay_as_they_were(fast: Encoder, photos: list[Photo]) -> None:
    first = fast.encode_images(photos[:1])
    copy = first.copy()
    fast.encode_images(photos[1:2])
    assert np.array_equal(first, copy)


def test_threads_that_call_at_once_get_their_own_answers(
    fast: Encoder, photos: list[Photo]
) -> None:
    expected = fast.encode_images(photos[:8])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda photo: fast.encode_images([photo])[0], photos[:8] * 3))
    assert np.abs(np.stack(found) - np.tile(expected, (3, 1))).max() < 1e-5


def test_phrases_are_embedded_too(fast: Encoder, plain: Encoder) -> None:
    phrases = ["a red dress", "a mug"]
    assert np.array_equal(fast.encode_texts(phrases), plain.encode_texts(phrases))


def test_a_second_encoder_reads_what_the_first_kept(
    bundle: Bundle, fast: Encoder, kept_folder: Path, photos: list[Photo]
) -> None:
    written = (kept_folder / SUMS).stat().st_mtime_ns
    second = Encoder(bundle, threads=1, backend="openvino")
    assert (kept_folder / SUMS).stat().st_mtime_ns == written
    assert np.array_equal(second.encode_images(photos[:3]), fast.encode_images(photos[:3]))
    assert [path.name for path in kept_folder.parent.iterdir()] == [kept_folder.name]


def test_a_kept_model_needs_no_torch(kept_folder: Path, photos: list[Photo]) -> None:
    code = f"""
import sys
from pathlib import Path
import numpy
from vision import Enricher
from weights.backends import openvino_cache
openvino_cache.cache_folder = lambda: Path({str(kept_folder.parent)!r})
record = Enricher(threads=1, backend="openvino").enrich([numpy.zeros((64, 64, 3), numpy.uint8)])
print(record.photos[0].error, {{"torch", "timm", "open_clip"}} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == "None set()", done.stderr


def test_a_kept_model_that_was_altered_is_not_used_nor_changes_one_that_runs(
    bundle: Bundle, fast: Encoder, kept_folder: Path, photos: list[Photo]
) -> None:
    weights = kept_folder / WEIGHTS
    whole = weights.read_bytes()
    expected = fast.encode_images(photos[:3])
    weights.write_bytes(bytes(len(whole)))
    again = Encoder(bundle, threads=1, backend="openvino")
    assert np.array_equal(again.encode_images(photos[:3]), expected)
    assert np.array_equal(fast.encode_images(photos[:3]), expected)
    sums = json.loads((kept_folder / SUMS).read_text("utf-8"))
    assert set(sums) == set(FILES)
    assert weights.read_bytes() == whole


def test_where_nothing_can_be_kept_the_model_runs_all_the_same(
    bundle: Bundle,
    fast: Encoder,
    photos: list[Photo],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(openvino_cache, "cache_folder", lambda: tmp_path / "file")
    unkept = Encoder(bundle, threads=1, backend="openvino")
    assert np.array_equal(unkept.encode_images(photos[:3]), fast.encode_images(photos[:3]))


def test_other_bundles_and_versions_are_kept_apart(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Bundle(bundle.folder, bundle.manifest, "0" * 64)
    keys = {openvino_cache._key(bundle), openvino_cache._key(other)}
    monkeypatch.setattr("openvino.__version__", "2000.0")
    keys.add(openvino_cache._key(bundle))
    assert len(keys) == 3


def test_without_the_package_the_error_names_the_extra(
    source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(BackendError, match=r"vitrine\[openvino\]"):
        OpenVinoTower(source)


def test_openvino_runs_on_the_cpu_alone(source: ModelSource) -> None:
    with pytest.raises(BackendError, match="runs on 'cpu', not on 'cuda'"):
        OpenVinoTower(source, device="cuda")
