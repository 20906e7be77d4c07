"""Which detectors this installation has."""

import importlib.util
from collections.abc import Sequence

from moderation.detection import Detection, Detector, Image
from moderation.detector_network import Precision, require_precision
from moderation.errors import DetectorError

NUDENET = "nudenet-320n"


class BrokenDetector:
    """Stands for a detector that is installed but cannot be set up: each use raises why.

    So its photos go to review, where leaving it out would have them pass as unassessed.
    """

    version = "unavailable"

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self.why = why

    def detect(self, images: Sequence[Image]) -> list[tuple[Detection, ...]]:
        """Raises DetectorError."""
        raise DetectorError(self.why)


def installed_detectors(
    threads: int | None = None, device: str = "cpu", precision: Precision = "float32"
) -> tuple[Detector, ...]:
    """The detectors whose extras are installed, none where none is.

    One that is there but broken stands in its place, so that its photos go to review. Raises
    DetectorError only for a `precision` that cannot be had here.
    """
    require_precision(precision, device)
    if any(importlib.util.find_spec(package) is None for package in ("nudenet", "onnxruntime")):
        return ()
    try:
        from moderation.nudenet import NudeNetDetector

        return (NudeNetDetector(threads=threads, device=device, precision=precision),)
    except (DetectorError, ImportError) as error:
        return (BrokenDetector(NUDENET, str(error)),)
