"""One listing as a card: its photos, and beside them what the record says, cut to fit."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageOps

from vision.record import ListingRecord, PhotoRecord
from vision.report import theme
from vision.report.color_words import named_colors
from vision.report.column import Column
from vision.report.typography import printable

# The picture of photo number i (as small as it likes), or the sentence that says why there is none.
PhotoPicture = Callable[[int], Image.Image | str]

_SEVERITIES = ("severe", "warn", "info")


def draw_card(record: ListingRecord, picture: PhotoPicture) -> Image.Image:
    """The card, RGB, `theme.CARD_WIDTH` pixels wide and as high as it needs.

    The cover stands first and largest, the other photos follow in their order; those beyond the
    room for them are counted, not shown. `picture` is asked only for photos that are drawn.
    """
    card = Image.new("RGB", (theme.CARD_WIDTH, theme.CARD_MAX_HEIGHT), theme.CARD)
    order = _cover_first(record)
    bottom = max(_draw_cover(card, record, order, picture), _draw_panel(card, record))
    bottom = _draw_tiles(card, record, order[1:], picture, bottom + theme.GAP)
    return card.crop((0, 0, theme.CARD_WIDTH, min(bottom + theme.CARD_PADDING, card.height)))


def _cover_first(record: ListingRecord) -> list[PhotoRecord]:
    cover = record.quality.cover
    return sorted(record.photos, key=lambda photo: (photo.index != cover, photo.index))


def _draw_cover(
    card: Image.Image, record: ListingRecord, order: list[PhotoRecord], picture: PhotoPicture
) -> int:
    corner = (theme.CARD_PADDING, theme.CARD_PADDING)
    if not order:
        _draw_note(card, corner, theme.COVER_SIDE, "This listing has no photos.")
        return theme.CARD_PADDING + theme.COVER_SIDE
    is_chosen = order[0].index == record.quality.cover and len(order) > 1
    return _draw_photo(card, corner, theme.COVER_SIDE, order[0], picture, is_chosen)


def _draw_tiles(
    card: Image.Image,
    record: ListingRecord,
    photos: Sequence[PhotoRecord],
    picture: PhotoPicture,
    top: int,
) -> int:
    """Draw the photos after the cover in rows from `top`; return the lowest pixel row used."""
    columns, room = theme.TILES_PER_ROW, theme.TILES_PER_ROW * theme.TILE_ROWS
    inner = theme.CARD_WIDTH - 2 * theme.CARD_PADDING
    side = (inner - (columns - 1) * theme.GAP) // columns
    shown = photos if len(photos) <= room else photos[: room - 1]
    bottom = top - theme.GAP
    for place in range(min(len(photos), room)):
        row, column = divmod(place, columns)
        x = theme.CARD_PADDING + column * (side + theme.GAP)
        y = top + row * (side + theme.CAPTION_HEIGHT + theme.GAP)
        if place < len(shown):
            bottom = _draw_photo(card, (x, y), side, shown[place], picture, False)
        else:
            _draw_note(card, (x, y), side, f"and {len(photos) - len(shown)} more photos")
    return bottom


def _draw_photo(
    card: Image.Image,
    corner: tuple[int, int],
    side: int,
    photo: PhotoRecord,
    picture: PhotoPicture,
    is_chosen_cover: bool,
) -> int:
    """Draw one photo whole in a square with its caption; return the caption's lowest pixel row."""
    content = photo.error.message if photo.error else picture(photo.index)
    if isinstance(content, str):
        _draw_note(card, corner, side, content)
    else:
        card.paste(theme.TILE, (*corner, corner[0] + side, corner[1] + side))
        small = ImageOps.contain(content.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
        left, top = (side - small.width) // 2, (side - small.height) // 2
        card.paste(small, (corner[0] + left, corner[1] + top))
    draw = ImageDraw.Draw(card)
    if photo.moderation.verdict in ("review", "block"):
        frame = (*corner, corner[0] + side - 1, corner[1] + side - 1)
        draw.rectangle(frame, outline=theme.VERDICT_COLORS[photo.moderation.verdict][1], width=3)
    caption, color = _caption(photo, is_chosen_cover)
    Column(draw, corner[0], corner[1] + side + 3, side).line(caption, theme.SMALL_SIZE, color)
    return corner[1] + side + theme.CAPTION_HEIGHT


def _caption(photo: PhotoRecord, is_chosen_cover: bool) -> tuple[str, str]:
    """The caption and its colour: the photo's number from 1, its score and its worst issue."""
    start = f"Photo {photo.index + 1}, best cover" if is_chosen_cover else f"{photo.index + 1}"
    if photo.error:
        return f"{start} · {photo.error.code}", theme.SEVERITY_COLORS["severe"]
    if photo.quality is None:
        return start, theme.MUTED
    issues = sorted(photo.quality.issues, key=lambda issue: _SEVERITIES.index(issue.severity))
    parts = [start, f"{photo.quality.score}/100", *(issue.code for issue in issues[:1])]
    color = theme.SEVERITY_COLORS[issues[0].severity] if issues else theme.MUTED
    return " · ".join(parts), color


def _draw_note(card: Image.Image, corner: tuple[int, int], side: int, sentence: str) -> None:
    draw = ImageDraw.Draw(card)
    draw.rectangle((*corner, corner[0] + side - 1, corner[1] + side - 1), fill=theme.TILE)
    inset = theme.GAP
    column = Column(draw, corner[0] + inset, corner[1] + inset, side - 2 * inset)
    max_lines = (side - 2 * inset) // 17
    column.paragraph(printable(sentence), max_lines, theme.SMALL_SIZE, theme.MUTED)


def _draw_panel(card: Image.Image, record: ListingRecord) -> int:
    """Write what the record says beside the cover; return the lowest pixel row used."""
    left = theme.COVER_SIDE + 2 * theme.CARD_PADDING
    width = theme.CARD_WIDTH - theme.CARD_PADDING - left
    column = Column(ImageDraw.Draw(card), left, theme.CARD_PADDING - 4, width)
    column.line(record.listing_id, theme.TITLE_SIZE)
    for write in (_write_verdict, _write_category, _write_colors, _write_quality, _write_tags):
        write(column, record)
    return column.y


def _write_verdict(column: Column, record: ListingRecord) -> None:
    moderation = record.moderation
    ground, color = theme.VERDICT_COLORS[moderation.verdict]
    column.gap(4)
    texts = [f"Moderation: {moderation.verdict}", *(["mature"] if moderation.mature else [])]
    column.pills(texts, ground, color, max_rows=1)
    if moderation.verdict != "clear" and moderation.reasons:
        column.gap(4)
        column.paragraph(moderation.reasons[0], 3, theme.SMALL_SIZE, color)


def _write_category(column: Column, record: ListingRecord) -> None:
    column.label("Category")
    if record.category is None:
        column.line("None suggested", theme.HEADING_SIZE)
        column.paragraph(record.category_reason or "", 3, theme.SMALL_SIZE, theme.MUTED)
    else:
        *parents, name = record.category.path or (record.category.id,)
        column.line(name, theme.HEADING_SIZE, end=_percent(record.category.confidence))
        column.paragraph(" › ".join(parents), 2, theme.SMALL_SIZE, theme.MUTED)
    if record.styles:
        column.label("Styles")
        styles = [f"{style.label} {_percent(style.confidence)}" for style in record.styles]
        column.paragraph(", ".join(styles), 2)


def _write_colors(column: Column, record: ListingRecord) -> None:
    colors = record.colors
    named = named_colors(colors)
    if not named:
        return
    column.label("Colours (several)" if colors.multicolor else "Colours")
    column.swatches([(color.hex, color.share) for color in colors.palette or named], 18)
    column.paragraph(", ".join(f"{color.name} {_percent(color.share)}" for color in named), 2)


def _write_quality(column: Column, record: ListingRecord) -> None:
    column.label("Photo quality")
    score = record.quality.score
    column.line("Not measured" if score is None else f"{score} of 100", theme.HEADING_SIZE)
    for advice in record.quality.advice[:1]:
        column.paragraph(advice, 3, theme.SMALL_SIZE)


def _write_tags(column: Column, record: ListingRecord) -> None:
    if record.tags:
        column.label("Tags")
        column.gap(2)
        column.pills([tag.tag for tag in record.tags], theme.PAGE, theme.INK, max_rows=4)


def _percent(fraction: float) -> str:
    return f"{fraction:.0%}"
