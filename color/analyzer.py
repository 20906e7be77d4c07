"""The colour analyser: decide(score(measure(photo)))."""

from __future__ import annotations

from collections.abc import Sequence

from color.colorspace import Rgb
from color.decide import decide
from color.evidence import Evidence
from color.listing import combine
from color.measure import measure
from color.naming import Namer
from color.photo_colors import ListingColors, PhotoColors
from color.score import score
from color.settings import Settings, default_settings
from color.vocabulary import Vocabulary, load_vocabulary


class ColorAnalyzer:
    """Names the product's colours in the words of a marketplace.

    Example:
        >>> import numpy as np
        >>> red = np.full((64, 64, 3), (200, 20, 30), dtype=np.uint8)
        >>> ColorAnalyzer().analyze(red).primary.name
        'Red'
    """

    def __init__(
        self, vocabulary: str | Vocabulary = "generic", settings: Settings | None = None
    ) -> None:
        """Name in `vocabulary`, one of `available_vocabularies()` or one of the caller's own.

        Raises:
            KeyError: there is no vocabulary of that name.
        """
        chosen = load_vocabulary(vocabulary) if isinstance(vocabulary, str) else vocabulary
        self.namer = Namer(chosen)
        self.settings = default_settings() if settings is None else settings

    @property
    def vocabulary(self) -> Vocabulary:
        """The words colours are named with."""
        return self.namer.vocabulary

    def analyze(self, image: Rgb) -> PhotoColors:
        """The product's colours in a photo (RGB, uint8, H x W x 3, any size from 1 x 1).

        Raises:
            ValueError: the array is not such an image.
        """
        measures = measure(image, self.settings)
        scores = score(measures, self.namer, self.settings.surface)
        return decide(measures, scores, self.namer, self.settings.decide)

    def combine(
        self, photos: Sequence[PhotoColors], evidence: Evidence | None = None
    ) -> ListingColors:
        """A listing's colours from those of its photos, and from other evidence on the product.

        `photos` are this analyser's own answers. See `color.listing.combine`.
        """
        return combine(photos, self.namer, evidence, self.settings.decide)
