import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from moderation import Picture, Policy, assess_photo, installed_detectors, look
from moderation.installed import NUDENET, BrokenDetector
from moderation.nudenet import NudeNetDetector


def test_the_body_part_detector_is_found_where_its_extra_is_installed() -> None:
    (detector,) = installed_detectors(threads=1)
    assert isinstance(detector, NudeNetDetector)
    assert detector.name == NUDENET
    assert detector.threads == 1


def test_a_detector_that_cannot_be_set_up_sends_every_photo_to_review() -> None:
    broken = BrokenDetector(NUDENET, "the model file cannot be read")
    evidence = look([Picture(np.full((20, 20, 3), 255, np.uint8))], [broken])
    photo = assess_photo(evidence, Policy.load("default"))
    assert photo.verdict == "review"
    assert "the model file cannot be read" in photo.reasons[0]


@pytest.mark.parametrize("package", ["nudenet", "onnxruntime"])
def test_without_the_extra_there_is_no_detector(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    assert installed_detectors() == ()


def test_a_package_without_its_model_file_gives_a_detector_that_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moderation.nudenet.MODEL_FILE", "absent.onnx")
    (detector,) = installed_detectors()
    assert isinstance(detector, BrokenDetector)
    assert "absent.onnx" in detector.why


def test_importing_the_room_loads_neither_opencv_nor_the_runtime() -> None:
    code = "import sys, moderation; sys.exit(bool({'cv2', 'onnxruntime'} & set(sys.modules)))"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
