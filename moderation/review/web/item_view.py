"""What the item page shows of an item: flags with bars and boxes, views, other photos."""

from collections.abc import Iterable
from dataclasses import dataclass

from moderation.review.item import Box, Flag, Item, ListingPhoto
from moderation.review.similar import SimilarDecision
from moderation.review.web.addresses import photo_address

BAR = 200
"""The width of a score's bar for a score of 1, in the units of its drawing."""

TEXT_SIZE = 0.035
"""The size of the boxes' numbers, as a share of the photo's longest side."""


@dataclass(frozen=True)
class FlagView:
    """A flag; `box_number` is on the box that is drawn over the photo, None without one.

    `bar` and `mark` are where score and threshold stand on a bar of BAR units.
    """

    flag: Flag
    look: str
    view: str
    box_number: int | None
    bar: int
    mark: int


@dataclass(frozen=True)
class BoxView:
    """A numbered box in pixels of the upright photo, with where its number stands."""

    number: int
    x: int
    y: int
    width: int
    height: int
    text_x: int
    text_y: int


@dataclass(frozen=True)
class Look:
    """One way to look at the photo: as shown, a frame, what transparency hides."""

    name: str
    title: str


@dataclass(frozen=True)
class Thumbnail:
    """A small photo, blurred until it is revealed. `address` is None where there is no file."""

    name: str
    address: str | None
    title: str
    note: str
    link: str | None = None


def look_of(flag: Flag) -> str:
    """The name of the view that a flag is about, as the photo's address has it."""
    if flag.view == "frame" and flag.frame is not None:
        return f"frame-{flag.frame}"
    return "hidden" if flag.view == "hidden" else ""


def looks(item: Item) -> tuple[Look, ...]:
    """The views to choose from: the photo as shown first, then those that flags are about."""
    names = dict.fromkeys(["", *sorted({look_of(flag) for flag in item.flags}, key=_order)])
    return tuple(Look(name, view_words(name)) for name in names)


def view_words(look: str) -> str:
    """A view in words."""
    if look.startswith("frame-"):
        return f"Frame {look.removeprefix('frame-')}"
    return "Hidden pixels" if look == "hidden" else "As shown"


def flag_views(item: Item) -> tuple[FlagView, ...]:
    """The item's flags in their order, with numbers for those that have a box."""
    numbers = _numbers(item)
    return tuple(
        FlagView(
            flag=flag,
            look=look_of(flag),
            view=view_words(look_of(flag)),
            box_number=numbers.get(position),
            bar=round(flag.score * BAR),
            mark=round(flag.threshold * BAR),
        )
        for position, flag in enumerate(item.flags)
    )


def boxes(item: Item, look: str) -> tuple[BoxView, ...]:
    """The boxes to draw over that view of the photo."""
    if item.size is None:
        return ()
    numbers = _numbers(item)
    return tuple(
        _box(numbers[position], flag.box, item.size, text_size(item))
        for position, flag in enumerate(item.flags)
        if flag.box is not None and look_of(flag) == look
    )


def text_size(item: Item) -> int:
    """The size of the boxes' numbers, in pixels of the upright photo."""
    return max(1, round(max(item.size or (1, 1)) * TEXT_SIZE))


def listing_thumbnails(item: Item) -> tuple[Thumbnail, ...]:
    """The listing's other photos."""
    return tuple(
        _thumbnail(item, photo) for photo in item.listing_photos if photo.index != item.photo_index
    )


def similar_thumbnails(
    decisions: Iterable[tuple[SimilarDecision, int | None]], outcomes: dict[str, str]
) -> tuple[Thumbnail, ...]:
    """What similar photos were decided; each with its index in its listing."""
    return tuple(
        Thumbnail(
            name=f"similar-{decision.item_id}",
            address=None if index is None else photo_address(decision.item_id, index, small=True),
            title=outcomes[decision.outcome].capitalize(),
            note=f"{decision.decided_at:%Y-%m-%d}, {decision.distance} of 256 bits apart",
            link=f"/items/{decision.item_id}",
        )
        for decision, index in decisions
    )


def _thumbnail(item: Item, photo: ListingPhoto) -> Thumbnail:
    address = photo_address(item.id, photo.index, small=True)
    return Thumbnail(
        name=f"photo-{photo.index}",
        address=address if photo.source is not None else None,
        title=f"Photo {photo.index + 1}",
        note=photo.verdict,
    )


def _numbers(item: Item) -> dict[int, int]:
    """A number from 1 for each flag (by position) that has a box on a photo of known size."""
    if item.size is None:
        return {}
    with_box = [position for position, flag in enumerate(item.flags) if flag.box is not None]
    return {position: number for number, position in enumerate(with_box, 1)}


def _box(number: int, box: Box, photo: tuple[int, int], text: int) -> BoxView:
    """The box, as far as it is inside the photo; its number inside the box's corner."""
    width, height = photo
    left, top = min(max(box[0], 0), width), min(max(box[1], 0), height)
    right = min(max(box[0] + box[2], left), width)
    bottom = min(max(box[1] + box[3], top), height)
    return BoxView(
        number=number,
        x=left,
        y=top,
        width=right - left,
        height=bottom - top,
        text_x=max(0, min(left + text // 4, width - text)),
        text_y=min(top + text, height),
    )


def _order(look: str) -> tuple[int, int]:
    name, _, number = look.partition("-")
    return (("", "frame", "hidden").index(name), int(number or 0))
