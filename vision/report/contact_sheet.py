"""The contact sheet: a picture of listings and what was said of them, for a person to scan."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from vision.durable_file import durably
from vision.record import ListingRecord
from vision.report import theme
from vision.report.card import draw_card
from vision.report.column import Column

if TYPE_CHECKING:
    from vision.photo import PhotoSource

_HEADER_HEIGHT, _FOOTER_HEIGHT = 44, 40


def load_thumbnail(source: "PhotoSource") -> Image.Image | str:
    """A small RGB picture of a photo by the one decode path, or the sentence saying why not."""
    from vision.photo import PhotoError, open_photo

    try:
        picture = Image.fromarray(open_photo(source).pixels)
    except PhotoError as error:
        return str(error)
    picture.thumbnail((2 * theme.COVER_SIDE, 2 * theme.COVER_SIDE))
    return picture


def write_contact_sheet(
    listings: Iterable[tuple[ListingRecord, Sequence["PhotoSource"]]],
    path: Path,
    *,
    load: Callable[["PhotoSource"], Image.Image | str] = load_thumbnail,
    max_pages: int = 20,
) -> tuple[Path, ...]:
    """Draw each record beside its photos, and write PNG pages; return the files in order.

    `listings` are records with the photos they were made from, in the same order; it is read once,
    and only as far as `max_pages` reach, so any number may be given: at most one page is in memory.
    The first page is `path`, the second `NAME-2.png` beside it. A page is 1288 pixels wide and at
    most `theme.PAGE_MAX_HEIGHT` high. A photo that failed is a grey tile with its error's sentence.
    Files appear whole or not at all. Raises ValueError where `max_pages` is less than 1 and OSError
    where a file cannot be written.
    """
    if max_pages < 1:
        raise ValueError(f"max_pages must be at least 1, not {max_pages}")
    written: list[Path] = []
    page = _Page()
    for record, photos in listings:
        card = draw_card(record, _picture_of(photos, load))
        if not page.has_room(card):
            is_last = len(written) + 1 == max_pages
            note = f"Further listings are left out after page {max_pages}." if is_last else ""
            written.append(_save(page, path, len(written) + 1, note))
            if is_last:
                return tuple(written)
            page = _Page()
        page.add(card)
    written.append(_save(page, path, len(written) + 1, ""))
    return tuple(written)


def _picture_of(
    photos: Sequence["PhotoSource"], load: Callable[["PhotoSource"], Image.Image | str]
) -> Callable[[int], Image.Image | str]:
    def picture(index: int) -> Image.Image | str:
        return load(photos[index]) if index < len(photos) else "This photo is not at hand."

    return picture


class _Page:
    """Cards in columns, each put where the page is shortest."""

    def __init__(self) -> None:
        self.places: list[tuple[Image.Image, int, int]] = []
        self.heights = [theme.PAGE_MARGIN + _HEADER_HEIGHT] * theme.PAGE_COLUMNS

    def has_room(self, card: Image.Image) -> bool:
        limit = theme.PAGE_MAX_HEIGHT - _FOOTER_HEIGHT
        return not self.places or min(self.heights) + card.height <= limit

    def add(self, card: Image.Image) -> None:
        column = self.heights.index(min(self.heights))
        x = theme.PAGE_MARGIN + column * (theme.CARD_WIDTH + theme.PAGE_GUTTER)
        self.places.append((card, x, self.heights[column]))
        self.heights[column] += card.height + theme.PAGE_GUTTER

    def draw(self, number: int, note: str) -> Image.Image:
        inner = theme.PAGE_COLUMNS * (theme.CARD_WIDTH + theme.PAGE_GUTTER) - theme.PAGE_GUTTER
        height = max(self.heights) - theme.PAGE_GUTTER + _FOOTER_HEIGHT
        page = Image.new("RGB", (inner + 2 * theme.PAGE_MARGIN, height), theme.PAGE)
        count = f"{len(self.places)} listing{'' if len(self.places) == 1 else 's'}, page {number}"
        draw = ImageDraw.Draw(page)
        header = Column(draw, theme.PAGE_MARGIN, theme.PAGE_MARGIN - 4, inner)
        header.line("Vitrine contact sheet", theme.TITLE_SIZE, end=count)
        for card, x, y in self.places:
            page.paste(card, (x, y))
            draw.rectangle((x, y, x + card.width - 1, y + card.height - 1), outline=theme.LINE)
        Column(draw, theme.PAGE_MARGIN, height - 28, inner).line(note, color=theme.MUTED)
        return page


def _save(page: _Page, path: Path, number: int, note: str) -> Path:
    target = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
    with durably(target) as partial:
        page.draw(number, note).save(partial, format="PNG", optimize=False)
    return target
