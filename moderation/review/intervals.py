"""How sure a share is that was counted: Wilson's interval."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True)
class Share:
    """`hits` of `total`, and the interval that holds the true share with the wanted confidence.

    All of 0..1; without any counted, the interval is the whole of it and `value` is None.
    """

    hits: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None


def wilson(hits: int, total: int, confidence: float) -> Share:
    """The two-sided score interval of Wilson (1927, Journal of the American Statistical
    Association 22, p. 209). `confidence` lies between 0 and 1, exclusively."""
    if total == 0:
        return Share(0, 0, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = hits / total
    scale = 1 + z * z / total
    centre = (share + z * z / (2 * total)) / scale
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / scale
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    high = 1.0 if hits == total else min(1.0, centre + half)
    return Share(hits, total, low, high)
