"""The embedded bundle gives open_clip's own embeddings, for photos of any shape, offline."""

import logging
import re
import socket
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import open_clip
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from vision.encoder import Encoder
from weights.bundle import MANIFEST, Bundle, open_bundle
from weights.clip import load_clip

Photo = NDArray[np.uint8]

PHRASES = ["a red dress", "Kaffeetasse, für Gäste", "", "!", "size 7½ " * 40]
SHAPES = [(1, 1), (1, 7), (2, 1), (16, 16), (127, 129), (4000, 10), (10, 4000), (1, 4000), (257, 1)]


@torch.inference_mode()
def embed_with(network: Any, preprocess: Any, photos: list[Photo]) -> NDArray[np.float32]:
    batch = torch.stack([preprocess(Image.fromarray(photo)) for photo in photos])
    return np.asarray(network.encode_image(batch, normalize=True).numpy())


def test_photos_are_embedded_as_open_clip_embeds_them(
    encoder: Encoder, photos: list[Photo]
) -> None:
    network, preprocess = open_clip.create_model_from_pretrained(
        f"local-dir:{encoder.bundle.folder}"
    )
    expected = embed_with(network.eval(), preprocess, photos)
    np.testing.assert_allclose(encoder.encode_images(photos), expected, atol=1e-5)


@torch.inference_mode()
def test_phrases_are_embedded_as_open_clip_embeds_them(encoder: Encoder) -> None:
    folder = encoder.bundle.folder
    network, _ = open_clip.create_model_from_pretrained(f"local-dir:{folder}")
    tokenizer = open_clip.get_tokenizer(
        f"local-dir:{folder}", bpe_path=str(folder / "bpe_vocabulary.txt.gz")
    )
    expected = network.eval().encode_text(tokenizer(PHRASES), normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_texts(PHRASES), expected, atol=1e-5)


def test_the_model_cards_snippet_gives_the_same_embeddings(
    encoder: Encoder, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = encoder.bundle.folder
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    [snippet] = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    names: dict[str, Any] = {}
    monkeypatch.chdir(folder.parents[1])
    exec(snippet, names)
    images = embed_with(names["model"].eval(), names["preprocess"], photos)
    np.testing.assert_allclose(encoder.encode_images(photos), images, atol=1e-5)
    with torch.inference_mode():
        texts = names["model"].encode_text(names["tokenizer"](PHRASES), normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_texts(PHRASES), texts, atol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_batch_size_does_not_change_an_embedding(
    encoder: Encoder, photos: list[Photo], batch_size: int
) -> None:
    other = Encoder(encoder.bundle, batch_size=batch_size)
    expected = encoder.encode_images(photos)
    np.testing.assert_allclose(other.encode_images(photos), expected, atol=1e-5)


def test_the_same_photo_gives_the_same_embedding_bit_for_bit(
    encoder: Encoder, photos: list[Photo]
) -> None:
    first, second = encoder.encode_images(photos[:1]), encoder.encode_images(photos[:1])
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("value", [0, 255])
def test_photos_of_any_shape_give_finite_unit_vectors(encoder: Encoder, value: int) -> None:
    images = [np.full((*shape, 3), value, np.uint8) for shape in SHAPES]
    vectors = encoder.encode_images(images)
    assert vectors.shape == (len(SHAPES), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700), st.integers(0, 255))
def test_every_shape_is_prepared_to_one_finite_square(
    encoder: Encoder, height: int, width: int, value: int
) -> None:
    prepared = encoder.prepare(np.full((height, width, 3), value, np.uint8))
    expected = encoder.prepare(np.zeros((64, 64, 3), np.uint8)).shape
    assert prepared.shape == expected
    assert np.isfinite(prepared).all()


@pytest.mark.parametrize("shape", [(4000, 10), (10, 4000)])
def test_a_strip_too_narrow_for_the_model_leaves_a_mark_in_its_input(
    encoder: Encoder, shape: tuple[int, int]
) -> None:
    black = encoder.prepare(np.zeros((*shape, 3), np.uint8))
    white = encoder.prepare(np.full((*shape, 3), 255, np.uint8))
    assert not np.array_equal(black, white)


def test_no_photos_and_no_phrases_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_images([]).shape == (0, encoder.dimension)
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)


def test_the_embedding_dimension_is_that_of_the_text_matrix(
    encoder: Encoder, embedded: Bundle
) -> None:
    for labels in embedded.label_sets.values():
        assert labels.matrix.vectors.shape[1] == encoder.dimension


def test_the_text_matrix_is_near_the_networks_own_embedding_of_a_labels_phrase(
    encoder: Encoder, embedded: Bundle
) -> None:
    matrix = embedded.label_sets["category"].matrix
    own = matrix.vectors @ encoder.encode_texts(["a photo of a wrist watch"])[0]
    best = [matrix.ids[row] for row in np.argsort(-own)[:5]]
    assert any("watch" in label for label in best), best


def test_the_network_is_frozen_in_inference_mode(embedded: Bundle) -> None:
    network = load_clip(embedded).network
    assert isinstance(network, torch.nn.Module)
    assert not any(module.training for module in network.modules())
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_loading_prints_nothing_and_leaves_logging_as_it_was(
    embedded: Bundle, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "filters", [])
    level = root.level
    load_clip(embedded).tokenizer()(["a mug"])
    assert (root.level, root.handlers, root.filters) == (level, [], [])
    assert capfd.readouterr() == ("", "")


def test_open_clips_notes_stay_out_of_a_log_that_shows_everything(
    embedded: Bundle, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        load_clip(embedded).tokenizer()
        logging.info("our own")
    assert [record.message for record in caplog.records if record.name == "root"] == ["our own"]


def test_a_bundle_loads_and_encodes_with_the_network_blocked(
    embedded: Bundle, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("nothing may be fetched while a bundle is used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    offline = Encoder(open_bundle(embedded.folder))
    assert np.isfinite(offline.encode_images(photos[:1])).all()
    assert np.isfinite(offline.encode_texts(["a mug"])).all()


def test_the_embedded_bundle_weighs_at_most_20_megabytes(embedded: Bundle) -> None:
    assert sum(path.stat().st_size for path in embedded.folder.iterdir()) <= 20_000_000


def test_the_embedded_bundles_manifest_states_each_file_of_its_folder(embedded: Bundle) -> None:
    present = {path.relative_to(embedded.folder).as_posix() for path in embedded.folder.rglob("*")}
    assert present == {MANIFEST, *embedded.manifest.files}


def test_the_embedded_bundles_files_are_kept_from_line_ending_conversion(embedded: Bundle) -> None:
    attributes = Path(__file__).parents[2] / ".gitattributes"
    assert f"weights/{embedded.name}/* -text" in attributes.read_text().splitlines()
