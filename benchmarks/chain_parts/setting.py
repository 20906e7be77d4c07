"""With what Vitrine runs, and the parts that nobody can do without."""

from dataclasses import dataclass

from moderation import Precision

DECODE, ENCODER, DETECTOR = "decode", "encoder forward", "detector forward"
NEEDED = (DECODE, ENCODER, DETECTOR)


@dataclass(frozen=True)
class Setting:
    """The arguments of the `Enricher`, and the worker processes that share its threads."""

    bundle: str
    backend: str
    device: str
    detector_precision: Precision
    threads: int | None
    workers: int = 1
