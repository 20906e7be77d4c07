"""What the colour analyser says about a photo and about a listing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class NamedColor:
    """One colour of the product.

    Attributes:
        name: in the words of the vocabulary asked for.
        hex: `#rrggbb`, lower case, sRGB, as it looks in neutral light.
        share: the part of the product it covers, 0..1.
        lab: the same colour in CIELAB under D65.
        confidence: the probability that a person would give this name, 0..1.
        family: which of the thirteen families it belongs to.
        families: the probability of each family that this colour alone gives, in the order of
            `generic_families()`; empty where it is not known.
    """

    name: str
    hex: str
    share: float
    lab: tuple[float, float, float]
    confidence: float
    family: str
    families: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check the hex code and the two fractions."""
        if not _HEX.fullmatch(self.hex):
            raise ValueError(f"a colour is written #rrggbb, not {self.hex!r}")
        if not (0.0 <= self.share <= 1.0 and 0.0 <= self.confidence <= 1.0):
            raise ValueError(f"share {self.share} and confidence {self.confidence} are not in 0..1")


@dataclass(frozen=True)
class LightCast:
    """The colour of the light, as the tint that a neutral surface takes on in the photo.

    Attributes:
        a: Lab a of a neutral light surface.
        b: Lab b of the same.
        strength: how far from neutral that is, in Lab units (0 is neutral).
        removed: the part of it that was taken out before naming, 0..1.
    """

    a: float
    b: float
    strength: float
    removed: float


@dataclass(frozen=True)
class PhotoColors:
    """The product's colours in one photo.

    Attributes:
        primary: the colour a person would name first.
        secondary: a second colour that is more than shading or trim; None when there is none.
        multicolor: many families, none of which prevails.
        palette: the product's colours, largest first; the shares sum to 1.
        measures: the raw numbers behind the decision.
        cast: the colour of the light.
        subject_share: the part of the photo that is product, 0..1.
        names: the probability of each name of the vocabulary, summing to 1.
        families: the probability of each of the thirteen families, summing to 1.
    """

    primary: NamedColor | None
    secondary: NamedColor | None
    multicolor: bool
    palette: tuple[NamedColor, ...]
    measures: Mapping[str, float]
    cast: LightCast
    subject_share: float
    names: Mapping[str, float]
    families: Mapping[str, float]


@dataclass(frozen=True)
class ListingColors:
    """The product's colours over all photos of a listing; the fields are those of a photo."""

    primary: NamedColor | None
    secondary: NamedColor | None
    multicolor: bool
    palette: tuple[NamedColor, ...]
