from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from moderation import Detection, Picture, Policy, assess_photo, look, look_many

Image = NDArray[np.uint8]
DEFAULT = Policy.load("default")


class RedDetector:
    """Finds the box of pure red pixels; raises on an image that is black in its first pixel."""

    name = "red"
    version = "1"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        self.batches.append(len(images))
        return [self._one(image) for image in images]

    def _one(self, image: Image) -> tuple[Detection, ...]:
        if not image[0, 0].any():
            raise RuntimeError("a black corner")
        rows, columns = np.nonzero((image == (255, 0, 0)).all(axis=2))
        if not rows.size:
            return ()
        x, y = int(columns.min()), int(rows.min())
        box = (x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)
        return (Detection("RED", 0.75, box, self.name),)


class ShortDetector:
    """Answers for one image fewer than it was given."""

    name = "short"
    version = "2"

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        return [()] * (len(images) - 1)


class SilentErrorDetector:
    """Raises an exception that has no message."""

    name = "silent"
    version = "3"

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        raise KeyError


def _white(red: tuple[int, int, int, int] | None = None) -> Image:
    image = np.full((20, 40, 3), 255, np.uint8)
    if red is not None:
        x, y, w, h = red
        image[y : y + h, x : x + w] = (255, 0, 0)
    return image


BLACK = np.zeros((20, 40, 3), np.uint8)


def test_boxes_are_given_in_pixels_of_the_full_size_photo() -> None:
    evidence = look([Picture(_white((10, 5, 4, 2)), full_size=(400, 200))], [RedDetector()])
    assert evidence.views[0].detections[0].box == (100, 50, 40, 20)


def test_views_and_frames_are_carried_through_in_order() -> None:
    pictures = [
        Picture(_white()),
        Picture(_white((1, 1, 2, 2)), "hidden"),
        Picture(_white((3, 3, 2, 2)), "frame", 12),
    ]
    evidence = look(pictures, [RedDetector()])
    assert [(view.kind, view.frame, len(view.detections)) for view in evidence.views] == [
        ("shown", None, 0),
        ("hidden", None, 1),
        ("frame", 12, 1),
    ]
    assert evidence.detectors == ("red@1",)


def test_all_pictures_go_to_the_detector_as_one_batch() -> None:
    detector = RedDetector()
    look_many([[Picture(_white())] * 2, [], [Picture(_white())]], [detector])
    assert detector.batches == [3]


def test_a_batch_of_many_gives_what_batches_of_one_give() -> None:
    photos = [[Picture(_white((i, i, 3, 2)))] * (i % 3) for i in range(6)]
    many = look_many(photos, [RedDetector()])
    assert many == tuple(look(photo, [RedDetector()]) for photo in photos)


def test_one_picture_that_fails_does_not_harm_the_others() -> None:
    photos = [[Picture(_white((0, 0, 9, 9)))], [Picture(BLACK)], [Picture(_white())]]
    good, bad, empty = look_many(photos, [RedDetector()])
    assert len(good.views[0].detections) == 1
    assert good.failures == empty.failures == ()
    assert bad.failures == ("The detector red failed on the photo: a black corner",)
    assert assess_photo(bad, DEFAULT).verdict == "review"
    assert assess_photo(empty, DEFAULT).verdict == "clear"


@pytest.mark.parametrize("kind", ["hidden", "frame"])
def test_a_failure_names_the_view(kind: str) -> None:
    named = {"hidden": "the hidden pixels", "frame": "frame 4"}
    picture = Picture(BLACK, "frame", 4) if kind == "frame" else Picture(BLACK, "hidden")
    (failure,) = look([Picture(_white()), picture], [RedDetector()]).failures
    assert named[kind] in failure


def test_one_detector_that_fails_does_not_hide_what_another_saw() -> None:
    evidence = look([Picture(_white((1, 1, 5, 5)))], [SilentErrorDetector(), RedDetector()])
    assert len(evidence.views[0].detections) == 1
    assert evidence.failures == ("The detector silent failed on the photo: KeyError",)
    assert evidence.detectors == ("silent@3", "red@1")


def test_answers_too_few_are_a_failure_of_every_photo() -> None:
    for evidence in look_many([[Picture(_white())], [Picture(_white())]], [ShortDetector()]):
        assert "0 answers for 1 images" in evidence.failures[0]
        assert assess_photo(evidence, DEFAULT).verdict == "review"


def test_an_array_that_is_no_image_is_a_failure_of_its_photo_alone() -> None:
    flat = np.zeros(5, np.uint8)
    bad, good = look_many([[Picture(flat)], [Picture(_white())]], [RedDetector()])
    assert bad.failures
    assert not good.failures


def test_what_the_caller_could_not_read_is_kept() -> None:
    evidence = look([Picture(_white())], [RedDetector()], ["Frame 2 could not be read."])
    assert evidence.failures == ("Frame 2 could not be read.",)
    assert look([], [], ["The file is empty."]).failures == ("The file is empty.",)


def test_without_detectors_nothing_is_assessed() -> None:
    assert assess_photo(look([Picture(_white())], []), DEFAULT).verdict == "unassessed"


def test_no_photos_give_no_evidence() -> None:
    assert look_many([], [RedDetector()]) == ()
