"""A record's colours as words for people."""

from vision.record import ColorRecord, ColorsRecord


def named_colors(colors: ColorsRecord) -> list[ColorRecord]:
    """The primary and the secondary, as far as there are; as one where they are one part's names.

    Where a colour lies between two names, both stand for the same part of the product: "Gray or
    White", and not a hundred per cent of each.
    """
    named = [color for color in (colors.primary, colors.secondary) if color is not None]
    if len(named) == 2 and named[0].hex == named[1].hex:
        both = f"{named[0].name} or {named[1].name}"
        return [named[0].model_copy(update={"name": both})]
    return named
