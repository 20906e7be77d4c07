"""Decide: a named palette to the primary, the secondary and the multicolour flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from color.colorspace import ciede2000, lab_to_hex
from color.photo_colors import NamedColor
from color.settings import DecideSettings


@dataclass(frozen=True)
class Choice:
    """The colours chosen from a palette; the fields are those of `PhotoColors`."""

    primary: NamedColor
    secondary: NamedColor | None
    multicolor: bool


def choose(
    palette: Sequence[NamedColor], names: Mapping[str, float], settings: DecideSettings
) -> Choice:
    """Choose from a palette (not empty) and the probability of each name for the whole product.

    The primary is the likeliest name among the palette's. The secondary is the largest other name,
    if it covers enough and does not look like the primary's shade.
    """
    joined = {
        name: _joined([color for color in palette if color.name == name], names.get(name, 0.0))
        for name in dict.fromkeys(color.name for color in palette)
    }
    ordered = sorted(joined.values(), key=lambda color: (-round(color.share, 6), color.name))
    primary = max(ordered, key=lambda color: round(color.confidence, 9))
    secondary = None
    for color in ordered:
        enough = color.share >= settings.secondary_share
        if enough and _difference(primary, color) >= settings.secondary_difference:
            secondary = color
            break
    return Choice(primary, secondary, is_multicolor(palette, settings))


def is_multicolor(palette: Sequence[NamedColor], settings: DecideSettings) -> bool:
    """Whether many families each cover a part that counts and none covers most."""
    families = family_coverage(palette)
    counted = [share for share in families.values() if share >= settings.multicolor_share]
    many = len(counted) >= settings.multicolor_families
    return many and max(families.values()) <= settings.multicolor_most


def family_coverage(palette: Sequence[NamedColor]) -> dict[str, float]:
    """The share of each family in a palette."""
    coverage: dict[str, float] = {}
    for color in palette:
        coverage[color.family] = coverage.get(color.family, 0.0) + color.share
    return coverage


def _joined(colors: Sequence[NamedColor], confidence: float) -> NamedColor:
    """All palette colours of one name as one colour."""
    shares = np.maximum([color.share for color in colors], 1e-9)
    lab = shares @ np.array([color.lab for color in colors]) / shares.sum()
    return replace(
        colors[0],
        hex=lab_to_hex(lab),
        share=min(1.0, sum(color.share for color in colors)),
        lab=(float(lab[0]), float(lab[1]), float(lab[2])),
        confidence=min(1.0, max(0.0, confidence)),
    )


def _difference(first: NamedColor, second: NamedColor) -> float:
    return float(ciede2000(np.array(first.lab), np.array(second.lab)))
