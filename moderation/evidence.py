"""What looking at a photo gave: the input of every decision, and all that a re-decision needs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from moderation.detection import Detection

ViewKind = Literal["shown", "hidden", "frame"]


@dataclass(frozen=True)
class View:
    """What one view of a photo gave.

    `kind` is "shown" for the pixels that a buyer sees, "hidden" for those under transparency,
    "frame" for one frame of an animation, whose number counts from 0.
    """

    kind: ViewKind
    detections: tuple[Detection, ...] = ()
    frame: int | None = None


@dataclass(frozen=True)
class Evidence:
    """Everything known of one photo: its views, who looked (`name@version`), what failed.

    No detectors and no failures means that nobody looked, which is decided as `unassessed`.
    """

    views: tuple[View, ...] = ()
    detectors: tuple[str, ...] = ()
    failures: tuple[str, ...] = field(default=())

    @classmethod
    def failed(cls, why: str, detectors: tuple[str, ...] = ()) -> "Evidence":
        """A photo that could not be looked at, `why` being a sentence for people."""
        return cls(detectors=detectors, failures=(why,))

    @classmethod
    def not_assessed(cls) -> "Evidence":
        """A photo that nobody looked at: no detector is installed, or the caller wanted none."""
        return cls()

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[ViewKind, int | None, Detection]],
        detectors: tuple[str, ...],
        failures: tuple[str, ...] = (),
    ) -> "Evidence":
        """The evidence back from a stored record, whose detections are a flat list."""
        grouped = groupby(rows, key=lambda row: row[:2])
        views = tuple(
            View(kind, tuple(row[2] for row in group), frame) for (kind, frame), group in grouped
        )
        return cls(views or ((View("shown"),) if detectors else ()), detectors, failures)

    @property
    def versions(self) -> dict[str, str]:
        """The version of every detector that looked, by its name."""
        named = (reference.rpartition("@") for reference in self.detectors)
        return {name: version for name, _, version in named}

    def rows(self) -> Iterator[tuple[ViewKind, int | None, Detection]]:
        """Each detection with its view and frame, in the order found: what a record stores."""
        for view in self.views:
            for detection in view.detections:
                yield view.kind, view.frame, detection
