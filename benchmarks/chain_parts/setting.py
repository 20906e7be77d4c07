"""With what Vitrine runs, and the parts that nobody can do without."""

from dataclasses import dataclass

DECODE, ENCODER, DETECTOR = "decode", "encoder forward", "detector forward"
NEEDED = (DECODE, ENCODER, DETECTOR)


@dataclass(frozen=True)
class Setting:
    """The arguments of the `Enricher`."""

    bundle: str
    backend: str
    device: str
    threads: int | None
