"""Running detectors over the pixels of photos, with every exception turned into evidence."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from moderation.detection import Detection, Detector, Named, reference
from moderation.errors import DetectorError
from moderation.evidence import Evidence, View
from moderation.picture import Picture


@runtime_checkable
class PictureDetector(Named, Protocol):
    """A detector that needs more of a picture than its pixels: its embedding, or its hash."""

    def detect_pictures(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        """One tuple per picture, in the order given, boxes in pixels of `picture.pixels`; any
        exception may be raised, and `look` turns it into a recorded failure."""
        ...


Layer = Detector | PictureDetector
"""Whatever looks at photos: a detector of either kind."""


def look(
    pictures: Sequence[Picture], detectors: Sequence[Layer], failures: Sequence[str] = ()
) -> Evidence:
    """What the detectors say of one photo's pictures; see `look_many`."""
    return look_many([pictures], detectors, [failures])[0]


def look_many(
    photos: Sequence[Sequence[Picture]],
    detectors: Sequence[Layer],
    failures: Sequence[Sequence[str]] | None = None,
) -> tuple[Evidence, ...]:
    """The evidence on each photo, in order, every detector seeing all pictures as one batch.

    Never raises for what a picture or a detector does: where a batch fails, its pictures are given
    to the detector one by one, and those that fail alone are recorded as failures of their photo.
    `failures` adds, per photo, what the caller could not read (frames, say).
    """
    flat = [picture for photo in photos for picture in photo]
    answers = [_ask(detector, flat) for detector in detectors]
    names = tuple(reference(detector) for detector in detectors)
    evidence: list[Evidence] = []
    start = 0
    for index, photo in enumerate(photos):
        part = slice(start, start + len(photo))
        known = tuple(failures[index]) if failures is not None else ()
        evidence.append(_gather(photo, [answer[part] for answer in answers], names, known))
        start += len(photo)
    return tuple(evidence)


def _gather(
    photo: Sequence[Picture],
    answers: Sequence[Sequence[tuple[Detection, ...] | str]],
    names: tuple[str, ...],
    failures: tuple[str, ...],
) -> Evidence:
    if not names:
        return Evidence(failures=failures)
    views: list[View] = []
    failed = list(failures)
    for index, picture in enumerate(photo):
        seen: list[Detection] = []
        for answer in answers:
            said = answer[index]
            if isinstance(said, str):
                failed.append(said)
            else:
                seen += said
        views.append(View(picture.kind, tuple(seen), picture.frame))
    return Evidence(tuple(views), names, tuple(dict.fromkeys(failed)))


def _ask(detector: Layer, pictures: Sequence[Picture]) -> list[tuple[Detection, ...] | str]:
    """For each picture its detections in full-size pixels, or a sentence on why there are none."""
    try:
        return list(_detect(detector, pictures))
    except Exception as error:  # whatever a detector raises, no photo may pass unseen
        if len(pictures) == 1:
            why = str(error) or type(error).__name__
            return [f"The detector {detector.name} failed on {_named(pictures[0])}: {why}"]
    return [answer for picture in pictures for answer in _ask(detector, [picture])]


def _detect(detector: Layer, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
    if not pictures:
        return []
    if isinstance(detector, PictureDetector):
        answers = detector.detect_pictures(pictures)
    else:
        answers = detector.detect([picture.pixels for picture in pictures])
    if len(answers) != len(pictures):
        raise DetectorError(f"{len(answers)} answers for {len(pictures)} images")
    return [_full_size(a, p) for a, p in zip(answers, pictures, strict=True)]


def _full_size(answer: Sequence[Detection], picture: Picture) -> tuple[Detection, ...]:
    height, width = picture.pixels.shape[:2]
    size = (width, height)
    return tuple(one.scaled(size, picture.full_size or size) for one in answer)


def _named(picture: Picture) -> str:
    if picture.kind == "frame":
        return f"frame {picture.frame}"
    return "the hidden pixels" if picture.kind == "hidden" else "the photo"
