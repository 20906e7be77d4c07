"""Frames beyond the first: how many there are, which are looked at, and which cannot be read."""

from dataclasses import dataclass

from vision.photo_errors import PhotoError
from vision.photo_frame import Frame, render
from vision.photo_frame_count import count_frames
from vision.photo_limits import check_not_too_large
from vision.photo_opened import OpenedImage

_LEAST_FRAME_COST = 10_000  # pixels: what the bookkeeping of the smallest frame costs
_MOST_PAGES = 10_000


@dataclass(frozen=True, eq=False)
class Sample:
    """The sampled frames of an animation or multi-page file, in order.

    Attributes:
        frames: as rendered.
        indices: of each, counted from 0.
        unreadable: how many frames that belong in the sample could not be looked at.
    """

    frames: tuple[Frame, ...] = ()
    indices: tuple[int, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True)
class FramePlan:
    """Which frames to look at, and how many that should be looked at cannot be."""

    indices: tuple[int, ...]
    out_of_reach: int


def spread(count: int, most: int) -> tuple[int, ...]:
    """At most `most` of `count` indices, evenly over the whole length, first and last in."""
    if count <= most:
        return tuple(range(count))
    if most == 1:
        return (0,)
    return tuple((2 * step * (count - 1) + most - 1) // (2 * (most - 1)) for step in range(most))


def plan_frames(count: int, damaged: bool, affordable: int, most: int) -> FramePlan:
    """Sample what can be reached.

    Args:
        count: frames found.
        damaged: whether the file breaks off after them.
        affordable: how many frames from the start may be decoded.
        most: how many frames may be sampled.
    """
    if count <= affordable and not damaged:
        return FramePlan(spread(count, most), 0)
    return FramePlan(spread(min(count, affordable), max(1, most - 1)), 1)


def sample_frames(opened: OpenedImage, first: Frame) -> Sample:
    """Render the sampled frames of an image whose current frame is already rendered as `first`.

    A frame that is damaged or too large is counted in `unreadable` and the others are kept.

    Raises:
        PhotoError: `timeout`.
    """
    if opened.limits.max_frames == 1:
        return Sample()
    plan = _plan(opened, max(_LEAST_FRAME_COST, first.width * first.height))
    if plan == FramePlan((0,), 0):
        return Sample()
    found = _render_each(opened, plan.indices, {opened.image.tell(): first})
    missing = len(plan.indices) - len(found) + plan.out_of_reach
    return Sample(tuple(found.values()), tuple(found), missing)


def _plan(opened: OpenedImage, frame_cost: int) -> FramePlan:
    affordable = _MOST_PAGES
    if opened.frames_build_on_others:
        affordable = max(1, opened.limits.max_animation_pixels // frame_cost)
    try:
        with opened.codec_errors():
            count, damaged = count_frames(opened, affordable + 1)
    except PhotoError as error:
        _let_through_timeout(error)
        count, damaged = 1, True
    return plan_frames(count, damaged, affordable, opened.limits.max_frames)


def _render_each(
    opened: OpenedImage, indices: tuple[int, ...], ready: dict[int, Frame]
) -> dict[int, Frame]:
    """The frames at `indices` that can be read; `ready` holds those rendered before."""
    found: dict[int, Frame] = {}
    for index in indices:
        try:
            with opened.codec_errors():
                found[index] = ready[index] if index in ready else _render_at(opened, index)
        except PhotoError as error:
            _let_through_timeout(error)
            if opened.frames_build_on_others:
                break
    return found


def _render_at(opened: OpenedImage, index: int) -> Frame:
    image = opened.image
    if opened.frames_build_on_others:  # a step at a time, to look at the deadline on the way
        for step in range(image.tell() + 1, index):
            image.seek(step)
            image.load()
            opened.deadline.check()
    image.seek(index)
    opened.deadline.check()
    check_not_too_large(*image.size, opened.limits)
    return render(opened)


def _let_through_timeout(error: PhotoError) -> None:
    if error.code == "timeout":
        raise error
