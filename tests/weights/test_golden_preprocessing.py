"""Every architecture of the catalogue, through a bundle: open_clip's own embeddings to 1e-5."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import skimage.data
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from tests.weights.golden_models import GOLDEN, SIGLIP_PREPROCESSING, Golden, write_snapshot
from vision.encoder import Encoder
from vision.photo import open_photo
from weights.assemble_bundle import PromptSet, PromptSets, assemble_bundle
from weights.bundle import NETWORK_CONFIG, Bundle
from weights.catalog_entries import Catalog
from weights.errors import BundleError
from weights.prompts import in_templates

Photo = NDArray[np.uint8]
TOLERANCE = 1e-5
PHRASES = ["a vintage lamp", "A Red DRESS, size 7½", "", "shoes " * 90]
LABELS = {"mugs": ("a mug", "a cup"), "shoes": ("leather shoes",)}
PROMPTS = PromptSets("1", {"category": PromptSet(LABELS, "levels")})


@dataclass(frozen=True)
class Case:
    """One architecture: its random model as it was before saving, and the bundle made of it."""

    golden: Golden
    network: nn.Module
    bundle: Bundle
    encoder: Encoder


@pytest.fixture(scope="module", params=GOLDEN, ids=lambda golden: golden.name)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    golden: Golden = request.param
    folder = tmp_path_factory.mktemp("golden") / golden.name
    network = write_snapshot(golden, folder)
    bundle = assemble_bundle(folder, name=golden.name, version="1", licence="MIT", prompts=PROMPTS)
    return Case(golden, network, bundle, Encoder(bundle))


def palette() -> bytes:
    """A photo as a GIF holds it: sixteen colours of its own."""
    buffer = io.BytesIO()
    Image.fromarray(skimage.data.coffee()[:240, :300]).quantize(16).save(buffer, "GIF")
    return buffer.getvalue()


@cache
def shapes() -> Mapping[str, Photo]:
    """Real photos: square, tall, wide, smaller than any model's input, and one of a palette."""
    return {
        "square": skimage.data.astronaut(),
        "tall": np.ascontiguousarray(skimage.data.rocket()[:, 250:390]),
        "wide": np.ascontiguousarray(skimage.data.chelsea()[100:170]),
        "tiny": np.ascontiguousarray(skimage.data.coffee()[150:171, 200:213]),
        "palette": open_photo(palette()).pixels,
    }


@torch.inference_mode()
def embed(network: Any, preprocess: Any, photos: list[Photo]) -> NDArray[np.float32]:
    inputs = torch.stack([preprocess(Image.fromarray(photo)) for photo in photos])
    return np.asarray(network.encode_image(inputs, normalize=True).numpy())


def by_hand(photo: Photo, size: int, settings: Mapping[str, Any]) -> NDArray[np.float64]:
    """The published preprocessing, written out with Pillow alone."""
    image = Image.fromarray(photo)
    bilinear = settings.get("interpolation") == "bilinear"
    kind = Image.Resampling.BILINEAR if bilinear else Image.Resampling.BICUBIC
    if settings.get("resize_mode") == "squash":
        image = image.resize((size, size), kind)
    else:
        short = min(image.size)
        image = image.resize(
            tuple(size if side == short else int(size * side / short) for side in image.size), kind
        )
        left, top = (round((side - size) / 2) for side in image.size)
        image = image.crop((left, top, left + size, top + size))
    scaled = np.asarray(image, np.float64) / 255
    normal = (scaled - settings["mean"]) / settings["std"]
    return np.asarray(normal.transpose(2, 0, 1))


def test_photos_are_embedded_as_open_clip_embeds_them(case: Case) -> None:
    network, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{case.bundle.folder}")
    photos = list(shapes().values())
    expected = embed(network.eval(), preprocess, photos)
    found = case.encoder.encode_images(photos)
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(found, embed(case.network, preprocess, photos), rtol=0, atol=1e-5)
    apart = found @ found.T
    assert apart[~np.eye(len(photos), dtype=bool)].max() < 1 - 100 * TOLERANCE  # not all the same


def test_phrases_are_embedded_as_open_clip_embeds_them(case: Case) -> None:
    tokenizer = open_clip.get_tokenizer(f"local-dir:{case.bundle.folder}")
    with torch.inference_mode():
        expected = case.network.encode_text(tokenizer(PHRASES), normalize=True).numpy()
    found = case.encoder.encode_texts(PHRASES)
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
    assert float(found[0] @ found[1]) < 1 - 100 * TOLERANCE


def test_the_text_matrix_holds_the_models_own_embeddings_of_our_prompts(case: Case) -> None:
    matrix = case.bundle.label_sets["category"].matrix
    for row, prompts in enumerate(LABELS.values()):
        mean = case.encoder.encode_texts(in_templates(prompts)).mean(axis=0)
        unit = mean / np.linalg.norm(mean)
        np.testing.assert_allclose(matrix.vectors[row], unit, atol=1e-3)  # half precision


def test_photos_are_prepared_as_the_architecture_was_trained_with(case: Case) -> None:
    config = json.loads((case.bundle.folder / NETWORK_CONFIG).read_text())
    size = config["model_cfg"]["vision_cfg"]["image_size"]
    for name, photo in shapes().items():
        prepared = case.encoder.prepare(photo)
        assert prepared.shape == (3, size, size)
        expected = by_hand(photo, size, case.golden.preprocessing)
        np.testing.assert_allclose(prepared, expected, atol=1e-5, err_msg=name)


def test_every_architecture_of_the_catalogue_is_covered() -> None:
    entries = [entry for entry in Catalog.load().entries.values() if not entry.embedded]
    assert {(entry.name, entry.architecture) for entry in entries} == {
        (golden.name, golden.architecture) for golden in GOLDEN
    }


SIGLIP = next(golden for golden in GOLDEN if golden.name == "marqo-fashionsiglip")


def test_a_palette_photo_is_prepared_as_the_colours_that_it_shows() -> None:
    shown = np.asarray(Image.open(io.BytesIO(palette())).convert("RGB"))
    np.testing.assert_array_equal(shapes()["palette"], shown)


def without(settings: Mapping[str, Any], missing: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != missing}


@pytest.mark.parametrize("missing", SIGLIP_PREPROCESSING)
def test_siglip_is_refused_where_a_setting_of_its_preprocessing_is_missing(
    tmp_path: Path, missing: str
) -> None:
    folder = tmp_path / "siglip"
    kept = without(SIGLIP.preprocessing, missing)
    write_snapshot(Golden(SIGLIP.name, SIGLIP.architecture, kept), folder)
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(BundleError, match=f"does not state {missing} in 'preprocess_cfg'"):
        assemble_bundle(folder, name="siglip", version="1", licence="MIT", prompts=PROMPTS)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_open_clip_alone_would_prepare_photos_wrongly_and_say_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "siglip"
    write_snapshot(Golden(SIGLIP.name, SIGLIP.architecture, {}), folder)
    _, preprocess = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    photo = shapes()["tall"]
    wrong = preprocess(Image.fromarray(photo)).numpy()
    assert np.abs(wrong - by_hand(photo, 224, SIGLIP.preprocessing)).max() > 0.5


@pytest.mark.parametrize("missing", ["mean", "std"])
def test_a_clip_is_refused_where_its_mean_or_deviation_is_missing(
    tmp_path: Path, missing: str
) -> None:
    golden = GOLDEN[0]
    kept = without(golden.preprocessing, missing)
    write_snapshot(Golden(golden.name, golden.architecture, kept), tmp_path / "clip")
    with pytest.raises(BundleError, match=f"does not state {missing}"):
        assemble_bundle(tmp_path / "clip", name="clip", version="1", licence="MIT", prompts=PROMPTS)


def test_siglip_without_its_tokenizers_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "siglip"
    write_snapshot(SIGLIP, folder)
    for path in folder.glob("tokenizer*"):
        path.unlink()
    with pytest.raises(BundleError, match="has no tokenizer"):
        assemble_bundle(folder, name="siglip", version="1", licence="MIT", prompts=PROMPTS)
    assert not (folder / "bundle.json").exists()
