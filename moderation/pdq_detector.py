"""The layer that recognises photos already decided, by their PDQ hashes."""

from collections.abc import Sequence

from moderation.detection import Detection
from moderation.errors import DetectorError
from moderation.known_photos import KnownMatch, KnownPhotos
from moderation.pdq import BITS, compute_pdq, pdq_installed
from moderation.picture import Picture


class PdqDetector:
    """Reports, for each decision, the nearest photo of the lists that a picture matches.

    The score is 1 - distance / 256, so that a match (a distance of at most 31) scores at least
    0.8789 and an equal hash 1. A detection has no box, for a hash speaks of the whole picture; its
    note names the list, the day and the distance. Pictures of a quality of 49 or less match
    nothing. Raises DetectorError where the package `pdqhash` is not installed.
    """

    name = "pdq"

    def __init__(self, known: KnownPhotos) -> None:
        if not pdq_installed():
            raise DetectorError("the package pdqhash is not installed; it is the extra `hashes`")
        self.known = known
        self.version = known.version

    def detect_pictures(self, pictures: Sequence[Picture]) -> list[tuple[Detection, ...]]:
        """The matches of each picture, nearest first, in the order given."""
        return [self._one(picture) for picture in pictures]

    def _one(self, picture: Picture) -> tuple[Detection, ...]:
        hashed = picture.pdq or compute_pdq(picture.pixels)
        return tuple(self._detection(match) for match in self.known.matches(hashed))

    def _detection(self, match: KnownMatch) -> Detection:
        return Detection(
            label=match.decision,
            score=round(1 - match.distance / BITS, 4),
            box=None,
            detector=self.name,
            note=(
                f"Like a photo of the list '{match.list_name}', {match.decision} on "
                f"{match.decided_on.isoformat()}: {match.distance} of {BITS} bits differ."
            ),
        )
