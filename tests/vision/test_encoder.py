"""The encoder: embeddings of photos and phrases, alike in any batch."""

import numpy as np
import pytest

from tests.vision.photos import real_photo
from vision import Enricher
from vision.encoder import Encoder
from weights.image_input import Prepared

NAMES = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png", "motorcycle_left.png")
PHOTOS = [np.asarray(real_photo(name)) for name in NAMES]


@pytest.fixture(scope="module")
def encoder(unmoderated: Enricher) -> Encoder:
    return unmoderated.encoder


def test_embeddings_are_rows_of_unit_norm_in_single_precision(encoder: Encoder) -> None:
    for vectors in (encoder.encode_images(PHOTOS), encoder.encode_texts(["a mug", "a red dress"])):
        assert vectors.dtype == np.float32
        assert vectors.shape[1] == encoder.dimension
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_photos_and_phrases_meet_in_the_space_of_the_bundles_labels(encoder: Encoder) -> None:
    for labels in encoder.bundle.label_sets.values():
        assert labels.matrix.vectors.shape[1] == encoder.dimension


def test_an_embedding_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    together = encoder.encode_images(PHOTOS)  # batches of 3 and 2
    alone = np.concatenate([encoder.encode_images([photo]) for photo in PHOTOS])
    assert np.abs(together - alone).max() < 1e-4
    assert np.array_equal(together, encoder.encode_images(PHOTOS))


def test_different_photos_have_different_embeddings(encoder: Encoder) -> None:
    vectors = encoder.encode_images(PHOTOS)
    cosines = vectors @ vectors.T
    assert cosines[~np.eye(len(PHOTOS), dtype=bool)].max() < 0.999


def test_no_photos_and_no_phrases_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_images([]).shape == (0, encoder.dimension)
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)
    assert encoder.encode_each([]) == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (16, 16), (768, 500)])
def test_a_photo_of_any_shape_is_prepared_to_one_size(
    encoder: Encoder, shape: tuple[int, int]
) -> None:
    prepared = encoder.prepare(np.full((*shape, 3), 90, np.uint8))
    assert prepared.shape == encoder.prepare(PHOTOS[0]).shape
    assert prepared.shape[0] == 3
    assert prepared.dtype == np.float32
    assert np.isfinite(prepared).all()


def test_inputs_that_fail_do_not_cost_the_others_their_embeddings(encoder: Encoder) -> None:
    good = encoder.prepare(PHOTOS[0])
    not_finite = np.full_like(good, np.nan)
    first, wrong_shape, nan, last = encoder.encode_each([good, good[:2], not_finite, good])
    assert isinstance(wrong_shape, Exception)
    assert isinstance(nan, ValueError)
    assert isinstance(first, np.ndarray)
    assert isinstance(last, np.ndarray)
    assert np.abs(first - encoder.encode_prepared([good])[0]).max() < 1e-4
    assert np.array_equal(first, last)


def test_each_is_the_batch_where_nothing_fails(encoder: Encoder) -> None:
    inputs: list[Prepared] = [encoder.prepare(photo) for photo in PHOTOS]
    for one, expected in zip(
        encoder.encode_each(inputs), encoder.encode_prepared(inputs), strict=True
    ):
        assert isinstance(one, np.ndarray)
        assert np.array_equal(one, expected)
