"""The photo quality analyser."""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .decision import decide
from .fingerprint import hash_luma
from .measures import measure_planes
from .overlays import load_network
from .planes import make_planes
from .results import PhotoQuality
from .scoring import overall, score
from .thresholds import Thresholds, load_thresholds


class QualityAnalyzer:
    """Judges photos one at a time; holds no state but its thresholds and the fitted network.

    Example:
        >>> import numpy as np
        >>> blank = np.full((600, 600, 3), 200, dtype=np.uint8)
        >>> [issue.code for issue in QualityAnalyzer().analyze(blank).issues]
        ['placeholder']
    """

    def __init__(self, thresholds: Thresholds | None = None) -> None:
        """Take the thresholds given, or those of `data/thresholds.toml`.

        Raises:
            ThresholdsError, QualityModelError: a file that comes with the package is damaged.
        """
        self.thresholds = thresholds or load_thresholds()
        self._network = load_network()

    def analyze(
        self,
        image: NDArray[np.uint8],
        *,
        width: int | None = None,
        height: int | None = None,
        min_side: int | None = None,
    ) -> PhotoQuality:
        """Measure, score and judge one photo.

        Args:
            image: upright RGB at working size (768 px or less on the longest side), uint8
                H x W x 3.
            width: width of the photo itself, in pixels; that of `image` if not given.
            height: height of the photo itself, in pixels; that of `image` if not given.
            min_side: the marketplace's own least length of the shorter side, in pixels.

        Raises:
            ValueError: the array has another shape or type, or a size is below 1.
        """
        thresholds = self.thresholds
        if min_side is not None:
            thresholds = thresholds.with_threshold("too_small", float(min_side))
        planes = make_planes(image)
        measures = measure_planes(planes, width, height, self._network)
        scores = score(measures, thresholds)
        return PhotoQuality(
            score=overall(scores, thresholds),
            issues=decide(scores, measures, thresholds),
            measures=MappingProxyType(measures),
            scores=MappingProxyType(scores),
            phash=hash_luma(planes.luma),
        )
