"""A listing's colours, from those of its photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from color.choice import choose
from color.colorspace import lab_to_hex
from color.photo_colors import ListingColors, NamedColor, PhotoColors
from color.settings import DecideSettings, default_settings

_LEAST_SUBJECT = 0.05


def combine(photos: Sequence[PhotoColors], settings: DecideSettings | None = None) -> ListingColors:
    """A listing's colours from its photos, named in one vocabulary.

    A photo counts by the share of it that is product (a close-up of a label no more than a view of
    the whole, hence the square root) and by how sure its primary is.

    Returns:
        No primary and an empty palette when there are no photos.
    """
    chosen_settings = default_settings().decide if settings is None else settings
    weighted = [(photo, _weight(photo)) for photo in photos if photo.primary is not None]
    total = sum(weight for _, weight in weighted)
    if total <= 0:
        return ListingColors(None, None, False, ())
    names: dict[str, float] = {}
    pooled: list[NamedColor] = []
    for photo, weight in weighted:
        part = weight / total
        for name, probability in photo.names.items():
            names[name] = names.get(name, 0.0) + part * probability
        pooled += [replace(color, share=part * color.share) for color in photo.palette]
    palette = _palette(pooled, names, chosen_settings)
    chosen = choose(palette, names, chosen_settings)
    return ListingColors(chosen.primary, chosen.secondary, chosen.multicolor, palette)


def _weight(photo: PhotoColors) -> float:
    confidence = photo.primary.confidence if photo.primary is not None else 0.0
    subject = max(_LEAST_SUBJECT, photo.subject_share)
    return float((subject * max(0.01, confidence)) ** 0.5)


def _palette(
    pooled: Sequence[NamedColor], names: Mapping[str, float], settings: DecideSettings
) -> tuple[NamedColor, ...]:
    """One colour per name, largest first; the likeliest name's is never dropped."""
    by_name: dict[str, NamedColor] = {}
    for color in pooled:
        known = by_name.get(color.name)
        by_name[color.name] = color if known is None else _mixed(known, color)
    ordered = sorted(by_name.values(), key=lambda color: (-round(color.share, 6), color.name))
    likeliest = max(ordered, key=lambda color: round(names.get(color.name, 0.0), 9))
    kept = [
        color
        for index, color in enumerate(ordered)
        if color is likeliest
        or (index < settings.most_colors and color.share >= settings.least_share)
    ]
    total = sum(color.share for color in kept)
    return tuple(replace(color, share=min(1.0, color.share / total)) for color in kept)


def _mixed(first: NamedColor, second: NamedColor) -> NamedColor:
    share = first.share + second.share
    part = first.share / share if share > 0 else 0.5
    lightness, a, b = (
        part * one + (1 - part) * other for one, other in zip(first.lab, second.lab, strict=True)
    )
    return replace(
        first,
        hex=lab_to_hex([lightness, a, b]),
        share=min(1.0, share),
        lab=(lightness, a, b),
        confidence=part * first.confidence + (1 - part) * second.confidence,
    )
