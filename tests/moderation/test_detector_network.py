"""The detector in bfloat16: near what it says in float32, marked as such, refused elsewhere."""

import os
import pickle
import sys
from typing import Any

import numpy as np
import openvino
import pytest
import skimage.data
from numpy.typing import NDArray

from moderation import DetectorError, Precision, installed_detectors
from moderation.nudenet import NudeNetDetector
from vision import Enricher
from vision.enricher_errors import ForkedError

NATIVE = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
FLOAT32 = NudeNetDetector(threads=1)
FACE = skimage.data.astronaut()
PHOTOS: list[NDArray[np.uint8]] = [
    FACE,
    FACE[:220],
    np.ascontiguousarray(FACE[:, ::-1]),
    FACE[40:210, 130:320],
    skimage.data.chelsea(),
    skimage.data.coffee(),
    skimage.data.rocket(),
]


def in_bfloat16(**options: Any) -> NudeNetDetector | None:
    """The detector, or None on a processor without the instructions, which refuses it."""
    if NATIVE:
        return NudeNetDetector(threads=1, precision="bfloat16", **options)
    with pytest.raises(DetectorError, match="no instructions for bfloat16"):
        NudeNetDetector(threads=1, precision="bfloat16", **options)
    return None


def test_it_finds_what_it_finds_in_float32_with_scores_a_hundredth_off() -> None:
    detector = in_bfloat16()
    if detector is None:
        return
    assert detector.labels == FLOAT32.labels
    compared = 0
    for found, expected in zip(detector.detect(PHOTOS), FLOAT32.detect(PHOTOS), strict=True):
        sure = [one for one in expected if one.score > FLOAT32.floor + 0.03]
        assert [one.label for one in found][: len(sure)] == [one.label for one in sure]
        assert all(abs(a.score - b.score) < 0.03 for a, b in zip(found, sure, strict=False))
        compared += len(sure)
    assert compared >= 4


def test_any_batch_and_a_copy_by_pickle_give_the_same() -> None:
    detector = in_bfloat16()
    if detector is None:
        return
    together = detector.detect(PHOTOS)
    assert [detector.detect([photo])[0] for photo in PHOTOS] == together
    copy = pickle.loads(pickle.dumps(detector))
    assert copy.precision == "bfloat16"
    assert copy.detect(PHOTOS) == together


def test_the_version_says_the_precision() -> None:
    detector = in_bfloat16()
    if detector is not None:
        assert detector.version == FLOAT32.version + "+bfloat16"


@pytest.mark.parametrize(
    ("precision", "device", "why"),
    [
        ("bfloat16", "cuda", "'bfloat16' is for the CPU, not for 'cuda'"),
        ("int8", "cpu", "no detector precision 'int8'; there are 'float32' and 'bfloat16'"),
    ],
)
def test_what_cannot_be_had_is_refused(precision: Precision, device: str, why: str) -> None:
    with pytest.raises(DetectorError, match=why):
        installed_detectors(precision=precision, device=device)


def test_without_openvino_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(DetectorError, match="the extra `openvino`"):
        installed_detectors(precision="bfloat16")


def test_a_processor_without_the_instructions_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class PlainCore:
        def get_property(self, device: str, name: str) -> list[str]:
            return ["FP32", "INT8"]

    monkeypatch.setattr(openvino, "Core", PlainCore)
    with pytest.raises(DetectorError, match="this processor has no instructions for bfloat16"):
        installed_detectors(precision="bfloat16")


def test_a_record_says_the_precision_and_its_enricher_is_not_forked() -> None:
    if in_bfloat16() is None:
        with pytest.raises(DetectorError, match="no instructions for bfloat16"):
            Enricher(threads=1, detector_precision="bfloat16")
        return
    with Enricher(threads=1, detector_precision="bfloat16") as enricher:
        record = enricher.enrich([FACE])
        (detector,) = record.moderation.detectors
        assert detector == f"nudenet-320n@{FLOAT32.version}+bfloat16"
        assert record.moderation.verdict == "clear"
        child = os.fork()
        if child == 0:
            try:
                enricher.enrich([FACE])
            except ForkedError:
                os._exit(7)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
