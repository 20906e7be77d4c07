import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from moderation import redact
from moderation.detection import Box
from moderation.nudenet import NudeNetDetector
from moderation.redact import CELLS, enlarged
from tests.moderation.pictures import Image, photo

FACE: Box = (160, 60, 120, 150)


def _outside(pixels: Image, box: Box) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    x, y, w, h = enlarged(box, (pixels.shape[1], pixels.shape[0]))
    outside = np.ones(pixels.shape[:2], bool)
    outside[y : y + h, x : x + w] = False
    return outside


def test_a_face_is_no_longer_found_and_nothing_outside_is_changed() -> None:
    astronaut = photo("astronaut")
    detector = NudeNetDetector(threads=1)
    (found,) = detector.detect([astronaut])[0]
    assert found.box is not None
    copy = redact(astronaut, [found.box])
    outside = _outside(astronaut, found.box)
    assert np.array_equal(copy[outside], astronaut[outside])
    assert not np.array_equal(copy, astronaut)
    assert [one for one in detector.detect([copy])[0] if one.label.startswith("FACE")] == []


def test_what_remains_of_a_box_is_a_few_patches_of_colour() -> None:
    noise = np.random.default_rng(5).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    copy = redact(noise, [(40, 40, 100, 100)])
    x, y, w, h = enlarged((40, 40, 100, 100), (200, 200))
    inside = copy[y : y + h, x : x + w].astype(int)
    assert (x, y, w, h) == (30, 30, 120, 120)
    assert np.abs(np.diff(inside, axis=0)).max() <= 256 / (h / CELLS)
    assert noise[y : y + h, x : x + w].std() > 5 * inside.std()


def test_the_original_stays_as_it_was() -> None:
    astronaut = photo("astronaut")
    before = astronaut.copy()
    redact(astronaut, [FACE])
    assert np.array_equal(astronaut, before)


def test_no_box_is_no_change_and_none_is_the_whole_picture() -> None:
    astronaut = photo("astronaut")
    assert np.array_equal(redact(astronaut, []), astronaut)
    assert np.unique(redact(astronaut, [None])[::64, ::64].reshape(-1, 3), axis=0).size
    assert redact(astronaut, [None]).std() < astronaut.std() / 1.5


def test_a_box_is_enlarged_a_little_and_stays_in_the_picture() -> None:
    assert enlarged((50, 60, 100, 20), (400, 300)) == (40, 58, 120, 24)
    assert enlarged((0, 0, 400, 300), (400, 300)) == (0, 0, 400, 300)
    assert enlarged(None, (400, 300)) == (0, 0, 400, 300)


@settings(max_examples=60)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 30), st.integers(1, 30), st.just(3))),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(1, 40)),
        max_size=3,
    ),
)
def test_any_box_on_any_picture_leaves_the_rest_untouched(pixels: Image, boxes: list[Box]) -> None:
    copy = redact(pixels, boxes)
    assert (copy.shape, copy.dtype) == (pixels.shape, pixels.dtype)
    untouched = np.ones(pixels.shape[:2], bool)
    for box in boxes:
        untouched &= _outside(pixels, box)
    assert np.array_equal(copy[untouched], pixels[untouched])


def test_what_is_no_rgb_image_is_refused() -> None:
    with pytest.raises(ValueError, match="RGB uint8"):
        redact(np.zeros((4, 4), np.uint8), [])
