"""Decide: a named palette to the primary, the secondary and the multicolour flag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from color.colorspace import ciede2000, lab_to_hex
from color.families import FAMILIES
from color.photo_colors import NamedColor
from color.settings import DecideSettings
from color.vocabulary import Vocabulary


@dataclass(frozen=True)
class Choice:
    """The colours chosen from a palette; the fields are those of `PhotoColors`."""

    primary: NamedColor
    secondary: NamedColor | None
    multicolor: bool


def choose(
    palette: Sequence[NamedColor],
    names: Mapping[str, float],
    vocabulary: Vocabulary,
    settings: DecideSettings,
    multicolor: float = 0.0,
    sure: float = 0.0,
) -> Choice:
    """Choose from a palette (not empty) and the probability of each name for the whole product.

    The primary is the likeliest name among the palette's, and of names about as likely the one that
    covers more. The secondary is the likeliest of two kinds: another colour of the product, which
    covers enough of it and does not look like a shade of the primary; and another name, of another
    family, that many people would give the product where its colour lies between two. Without
    either, a primary whose family is less likely than `sure` is followed by the likeliest name of
    another family that at least a few people would give. `multicolor` is what other evidence says
    of that, 0..1.
    """
    joined = {
        name: _joined([color for color in palette if color.name == name], names.get(name, 0.0))
        for name in dict.fromkeys(color.name for color in palette)
    }
    ordered = sorted(joined.values(), key=lambda color: (-round(color.share, 6), color.name))
    likeliest = max(color.confidence for color in ordered)
    primary = next(c for c in ordered if c.confidence >= likeliest - settings.tie)
    called = families_named(names, vocabulary)
    others = {
        family: _other_name(family, palette, joined, names, vocabulary)
        for family, likely in called.items()
        if family != primary.family and likely >= settings.unsure_other_name
    }
    seconds = [color for color in ordered if _is_second(color, primary, settings)]
    seconds += [color for family, color in others.items() if called[family] >= settings.other_name]
    if not seconds and called.get(primary.family, 0.0) < sure:
        seconds = list(others.values())
    secondary = max(seconds, key=lambda color: round(color.confidence, 9), default=None)
    return Choice(primary, secondary, is_multicolor(palette, settings, multicolor))


def families_named(names: Mapping[str, float], vocabulary: Vocabulary) -> dict[str, float]:
    """The probability that a product is given any name of a family, in the vocabulary's order."""
    named: dict[str, float] = {}
    for color in vocabulary.colors:
        if color.family is not None:
            named[color.family] = named.get(color.family, 0.0) + names.get(color.name, 0.0)
    return named


def is_multicolor(
    palette: Sequence[NamedColor], settings: DecideSettings, evidence: float = 0.0
) -> bool:
    """Whether many families each cover a part that counts and none covers most.

    Where other evidence says so too (0..1), fewer families are enough.
    """
    families = family_coverage(palette)
    counted = sum(share >= settings.multicolor_share for share in families.values())
    needed = settings.multicolor_families
    if evidence >= settings.multicolor_evidence:
        needed = min(needed, settings.multicolor_families_with_evidence)
    return counted >= needed and max(families.values()) <= settings.multicolor_most


def family_coverage(palette: Sequence[NamedColor]) -> dict[str, float]:
    """The share of each family in a palette."""
    coverage: dict[str, float] = {}
    for color in palette:
        coverage[color.family] = coverage.get(color.family, 0.0) + color.share
    return coverage


def _is_second(color: NamedColor, primary: NamedColor, settings: DecideSettings) -> bool:
    enough = color.share >= settings.secondary_share
    return enough and _difference(primary, color) >= settings.secondary_difference


def _other_name(
    family: str,
    palette: Sequence[NamedColor],
    joined: Mapping[str, NamedColor],
    names: Mapping[str, float],
    vocabulary: Vocabulary,
) -> NamedColor:
    """The product's colour under the likeliest name of a family that the vocabulary has."""
    words = [color.name for color in vocabulary.colors if color.family == family]
    name = max(words, key=lambda word: round(names.get(word, 0.0), 9))
    return joined.get(name) or _under(name, family, palette, names.get(name, 0.0))


def _under(name: str, family: str, palette: Sequence[NamedColor], confidence: float) -> NamedColor:
    """The part of the product that looks most like a family, under that name."""
    place = FAMILIES.index(family)
    part = max(
        palette,
        key=lambda color: round(color.share * (color.families[place] if color.families else 0), 9),
    )
    return replace(part, name=name, family=family, confidence=min(1.0, confidence))


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
