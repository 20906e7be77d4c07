"""A record as a few lines of plain text for a terminal."""

from collections.abc import Iterator
from textwrap import wrap

from vision.record import ColorRecord, ListingRecord
from vision.report.color_words import named_colors

_LABEL_WIDTH = 12


def summarize(record: ListingRecord, width: int = 80) -> str:
    """The record in aligned lines of at most `width` characters (at least 30), no final newline.

    The listing's id stands first; category, styles, tags, colours, quality with its advice and
    moderation with its reasons follow, and at last the photos that could not be used and why.
    """
    room = max(width, 30) - _LABEL_WIDTH - 2
    lines = wrap(_one_line(record.listing_id), room + _LABEL_WIDTH + 2)
    for label, text in _rows(record):
        hanging = "  " if text.startswith("- ") else ""
        wrapped = wrap(_one_line(text), room, subsequent_indent=hanging) or [""]
        starts = [label, *[""] * (len(wrapped) - 1)]
        pairs = zip(starts, wrapped, strict=True)
        lines += [f"  {start:<{_LABEL_WIDTH}}{line}" for start, line in pairs]
    return "\n".join(lines)


def _rows(record: ListingRecord) -> Iterator[tuple[str, str]]:
    yield "Category", _category(record)
    styles = (f"{style.label} {style.confidence:.0%}" for style in record.styles)
    yield "Styles", ", ".join(styles) or "none suggested"
    yield "Tags", ", ".join(tag.tag for tag in record.tags) or "none suggested"
    yield "Colours", _colors(record)
    yield "Quality", _quality(record)
    for advice in record.quality.advice:
        yield "", f"- {advice}"
    mature = ", mature" if record.moderation.mature else ""
    yield "Moderation", record.moderation.verdict + mature
    for reason in record.moderation.reasons:
        yield "", f"- {reason}"
    for photo in record.photos:
        if photo.error:
            yield f"Photo {photo.index + 1}", f"{photo.error.code}: {photo.error.message}"


def _category(record: ListingRecord) -> str:
    if record.category is None:
        return " ".join(filter(None, ("none suggested.", record.category_reason)))
    path = " > ".join(record.category.path) or record.category.id
    return f"{path} ({record.category.confidence:.0%})"


def _colors(record: ListingRecord) -> str:
    named = ", ".join(map(_color, named_colors(record.colors))) or "none measured"
    return f"multicolour: {named}" if record.colors.multicolor else named


def _color(color: ColorRecord) -> str:
    return f"{color.name} {color.share:.0%} ({color.hex})"


def _quality(record: ListingRecord) -> str:
    score, cover = record.quality.score, record.quality.cover
    if score is None:
        return "not measured"
    best = (
        f", best cover: photo {cover + 1}" if cover is not None and len(record.photos) > 1 else ""
    )
    return f"{score} of 100{best}"


def _one_line(text: str) -> str:
    """`text` without line breaks and without control characters that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
