import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import nudenet
import numpy as np
import pytest
import skimage.data
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from moderation import Detection, DetectorError, Picture, Policy, assess_photo, look
from moderation.detection import Detector
from moderation.nudenet import NudeNetDetector, find_model

Image = NDArray[np.uint8]
FINE = NudeNetDetector(threads=1)
PHOTOS = ("astronaut", "chelsea", "coffee", "rocket", "retina", "hubble_deep_field")


def _photo(name: str) -> Image:
    return np.ascontiguousarray(getattr(skimage.data, name)())


@pytest.fixture(scope="module")
def reference() -> nudenet.NudeDetector:
    return nudenet.NudeDetector()


def _people() -> list[Image]:
    """Real photos: the astronaut whole, cropped wide, cropped tall, enlarged and mirrored."""
    face = _photo("astronaut")
    crops = [face, face[:220], face[:, 60:330], face[40:210, 130:320]]
    return [
        np.ascontiguousarray(c) for c in (*crops, face.repeat(3, 0).repeat(3, 1), face[:, ::-1])
    ]


def _same(ours: Detection, theirs: dict[str, Any]) -> bool:
    box = theirs["box"]
    assert ours.box is not None
    near = all(abs(a - b) <= 1 for a, b in zip(ours.box, box, strict=True))
    close = abs(ours.score - float(theirs["score"])) < 1e-3
    return ours.label == theirs["class"] and close and near


def test_detections_equal_those_of_the_nudenet_package(reference: nudenet.NudeDetector) -> None:
    images = _people() + [_photo(name) for name in PHOTOS]
    compared = 0
    for image, ours in zip(images, FINE.detect(images), strict=True):
        theirs = reference.detect(image)
        strong = [one for one in ours if one.score > 0.25]
        assert len(strong) == len(theirs)
        assert all(_same(a, b) for a, b in zip(strong, theirs, strict=True))
        compared += len(theirs)
    assert compared >= 6


def test_the_astronauts_face_is_found_where_it_is() -> None:
    best = FINE.detect([_photo("astronaut")])[0][0]
    assert (best.label, best.detector) == ("FACE_FEMALE", "nudenet-320n")
    assert best.score > 0.7
    assert best.box is not None
    x, y, w, h = best.box
    assert x < 222 < x + w
    assert y < 130 < y + h


def test_a_batch_of_many_equals_batches_of_one_and_a_second_run() -> None:
    images = _people() + [_photo(name) for name in PHOTOS]
    alone = [FINE.detect([image])[0] for image in images]
    assert FINE.detect(images) == alone
    assert NudeNetDetector(threads=1, batch_size=3).detect(images) == alone


def test_the_number_of_threads_does_not_change_what_is_found() -> None:
    images = [_photo("astronaut"), _photo("coffee")]
    for one, two in zip(
        FINE.detect(images), NudeNetDetector(threads=2).detect(images), strict=True
    ):
        assert [found.label for found in one] == [found.label for found in two]
        assert all(abs(a.score - b.score) <= 1e-3 for a, b in zip(one, two, strict=True))


def test_boxes_follow_an_enlargement() -> None:
    face = _photo("astronaut")
    (small,), (large,) = FINE.detect([face, face.repeat(2, 0).repeat(2, 1)])
    assert small.box is not None
    assert large.box is not None
    assert np.allclose(np.array(small.box) * 2, large.box, atol=8)


def test_order_and_number_of_answers_follow_the_images() -> None:
    blank = np.full((50, 50, 3), 255, np.uint8)
    answers = FINE.detect([blank, _photo("astronaut"), blank])
    assert [len(answer) > 0 for answer in answers] == [False, True, False]
    assert FINE.detect([]) == []


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_any_image_gives_detections_inside_it(image: Image) -> None:
    height, width = image.shape[:2]
    for found in FINE.detect([image])[0]:
        assert found.box is not None
        x, y, w, h = found.box
        assert x + w <= width
        assert y + h <= height


@pytest.mark.parametrize("shape", [(1, 1), (1, 9000), (9000, 1), (3, 5000), (16, 16)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_constant_images_of_odd_shapes_are_looked_at(shape: tuple[int, int], value: int) -> None:
    image = np.full((*shape, 3), value, np.uint8)
    assert look([Picture(image)], [FINE]).failures == ()


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((5, 5), np.uint8),
        np.zeros((5, 5, 4), np.uint8),
        np.zeros((0, 5, 3), np.uint8),
        np.zeros((5, 5, 3), np.float32),
    ],
)
def test_what_is_no_rgb_image_is_refused(image: Image) -> None:
    with pytest.raises(ValueError, match="RGB uint8"):
        FINE.detect([image])


@pytest.mark.parametrize("name", sorted({*PHOTOS} - {"coffee"}))
def test_ordinary_photos_are_clear(name: str) -> None:
    evidence = look([Picture(_photo(name))], [FINE])
    assert assess_photo(evidence, Policy.load("default")).verdict == "clear"


def test_a_false_alarm_on_an_ordinary_photo_costs_a_look_and_no_more() -> None:
    evidence = look([Picture(_photo("coffee"))], [FINE])
    for name in ("default", "poshmark"):
        photo = assess_photo(evidence, Policy.load(name))
        assert [(flag.label, flag.verdict) for flag in photo.labels] == [
            ("partial_nudity", "review")
        ]
    assert assess_photo(evidence, Policy.load("etsy")).verdict == "clear"


def test_version_is_the_hash_of_the_model_file() -> None:
    assert FINE.sha256.startswith(FINE.version)
    assert (len(FINE.version), len(FINE.sha256)) == (12, 64)
    assert isinstance(FINE, Detector)


def test_a_pickled_copy_detects_the_same() -> None:
    copy = pickle.loads(pickle.dumps(FINE))
    assert copy.detect([_photo("astronaut")]) == FINE.detect([_photo("astronaut")])


def test_the_package_is_found_without_being_imported() -> None:
    code = (
        "import sys, numpy; from moderation.nudenet import NudeNetDetector;"
        "NudeNetDetector(threads=1).detect([numpy.zeros((9, 9, 3), 'uint8')]);"
        "sys.exit('nudenet' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
    model = find_model()
    assert model is not None
    assert model.is_file()


def test_a_missing_model_file_is_a_detector_error(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match=r"absent\.onnx"):
        NudeNetDetector(model=tmp_path / "absent.onnx")


def test_a_file_that_is_no_model_sends_photos_to_review(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    evidence = look([Picture(_photo("astronaut"))], [NudeNetDetector(model=broken)])
    assert "nudenet-320n failed" in evidence.failures[0]
    assert assess_photo(evidence, Policy.load("default")).verdict == "review"


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"threads": 0}, {"floor": 0.0}])
def test_settings_out_of_range_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        NudeNetDetector(**wrong)  # type: ignore[arg-type]
