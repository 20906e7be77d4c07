"""How large a photo may be, how long opening it may take."""

import time
from dataclasses import dataclass, field, fields

from vision.photo_errors import PhotoError


@dataclass(frozen=True)
class PhotoLimits:
    """Limits on one photo. Every number is positive; ValueError says which is not.

    Attributes:
        max_bytes: of the file as given.
        max_pixels: width x height of one frame at full size.
        max_side: longest side of one frame at full size, in pixels.
        min_side: shortest side of the photo at full size, in pixels.
        working_side: longest side of the pixels that are handed on; photos are never enlarged.
        max_frames: how many frames of an animation or multi-page file are sampled. With 1, only
            the first frame is looked at, and `Photo.frames` stays empty.
        max_animation_pixels: how many pixels may be decoded on the way to the last sampled frame
            of an animation whose frames build on each other (GIF, WebP, PNG). Beyond it the
            sample covers the part that is affordable, and one frame is reported as unreadable.
        timeout_seconds: soft limit on opening one photo; None for no limit. It is looked at
            between stages (reading, decoding, each strip while shrinking, each frame), in any
            thread; a codec that hangs inside one call is not interrupted.
    """

    max_bytes: int = 50_000_000
    max_pixels: int = 120_000_000
    max_side: int = 10_000
    min_side: int = 16
    working_side: int = 768
    max_frames: int = 8
    max_animation_pixels: int = 500_000_000
    timeout_seconds: float | None = 30.0

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if value is not None and not value > 0:
                raise ValueError(f"{limit.name} must be positive, not {value!r}")


@dataclass(frozen=True)
class Deadline:
    """The moment at which opening a photo has taken too long. Made when opening starts."""

    seconds: float | None
    _started: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """Raise PhotoError `timeout` when the time is up."""
        if self.seconds is not None and time.monotonic() - self._started >= self.seconds:
            raise PhotoError(
                "timeout", f"The photo took longer than {self.seconds:g} seconds to open."
            )


def check_byte_count(count: int, limits: PhotoLimits) -> None:
    """Raise PhotoError `empty` or `too_many_bytes` when `count` bytes are too few or too many."""
    if count == 0:
        raise PhotoError("empty", "The photo is empty (0 bytes).")
    if count > limits.max_bytes:
        raise PhotoError(
            "too_many_bytes",
            f"The photo's file is too large: at most {limits.max_bytes / 1e6:g} MB are read.",
        )


def check_not_too_large(width: int, height: int, limits: PhotoLimits) -> None:
    """Raise PhotoError `too_many_pixels` when one frame of this size is over a limit."""
    if max(width, height) > limits.max_side or width * height > limits.max_pixels:
        raise PhotoError(
            "too_many_pixels",
            f"The photo is too large: {width} x {height} pixels, where at most "
            f"{limits.max_side} a side and {limits.max_pixels / 1e6:g} million in all are read.",
        )


def check_size(width: int, height: int, limits: PhotoLimits) -> None:
    """Raise PhotoError `too_many_pixels` or `too_small` when the photo's size is out of limits."""
    check_not_too_large(width, height, limits)
    if min(width, height) < limits.min_side:
        raise PhotoError(
            "too_small",
            f"The photo is too small: {width} x {height} pixels, where each side needs at least "
            f"{limits.min_side}.",
        )
