"""The analyser's numbers, read from `settings.toml` and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

Section = TypeVar("Section")


@dataclass(frozen=True)
class WorkingSettings:
    """Size of the working copy and how finely its colours are grouped."""

    longest_side: int
    colors: int
    apart: float
    least_subject: float
    whole_photo_weight: float


@dataclass(frozen=True)
class GroundSettings:
    """How the ground is told from the product."""

    ring: float
    ring_colors: int
    least_ring_share: float
    side_share: float
    least_sides: int
    spreads: float
    least_tolerance: float
    most_tolerance: float
    softness: float
    enclosed_flat: float
    enclosed_flat_weight: float
    enclosed_weight: float
    plain_share: float
    plain_spread: float
    busy_least_subject: float
    tightenings: int
    tightening: float
    prior_height: float
    prior_width: float
    prior_floor: float


@dataclass(frozen=True)
class PersonSettings:
    """What skin and hair look like, and when they are taken out."""

    hue: float
    hue_width: float
    chroma: float
    chroma_width: float
    lightness: float
    lightness_width: float
    least_share: float
    most_share: float
    strength: float
    face_skin: float
    hair_top: float
    hair_reach: float
    hair_lightness: float


@dataclass(frozen=True)
class CastSettings:
    """When a tint of the ground is taken for the colour of the light."""

    least_lightness: float
    least_chroma: float
    most_chroma: float
    most_removed: float
    most_unconfirmed: float
    warm_hues: list[float]
    cool_hues: list[float]
    highlight_share: float
    agreement: float
    excess: float


@dataclass(frozen=True)
class DecideSettings:
    """Thresholds of the palette, the second colour and the multicolour flag."""

    merge: float
    least_share: float
    most_colors: int
    counting: float
    pull: float
    tie: float
    secondary_share: float
    secondary_difference: float
    other_name: float
    trusted_evidence: float
    sure: float
    unsure_other_name: float
    multicolor_share: float
    multicolor_families: int
    multicolor_most: float
    multicolor_evidence: float
    multicolor_families_with_evidence: int


@dataclass(frozen=True)
class SurfaceSettings:
    """When a surface shines enough to be called gold, or another metal."""

    gold_contrast: float
    gold_width: float
    metal_contrast: float
    metal_width: float


@dataclass(frozen=True)
class Settings:
    """All sections of `settings.toml`."""

    working: WorkingSettings
    ground: GroundSettings
    person: PersonSettings
    cast: CastSettings
    decide: DecideSettings
    surface: SurfaceSettings


_SECTIONS: dict[str, type[Any]] = {
    "working": WorkingSettings,
    "ground": GroundSettings,
    "person": PersonSettings,
    "cast": CastSettings,
    "decide": DecideSettings,
    "surface": SurfaceSettings,
}


@cache
def default_settings() -> Settings:
    """The settings the package carries."""
    return parse_settings(Path(__file__).with_name("settings.toml").read_text(encoding="utf-8"))


def parse_settings(text: str) -> Settings:
    """Settings from the text of a TOML file.

    Raises:
        ValueError: a section or a number is missing, unknown, or of the wrong type.
    """
    document = tomllib.loads(text)
    if set(document) != set(_SECTIONS):
        raise ValueError(f"the sections must be {sorted(_SECTIONS)}, not {sorted(document)}")
    return Settings(**{name: _section(kind, document[name]) for name, kind in _SECTIONS.items()})


def _section(kind: type[Section], values: dict[str, Any]) -> Section:
    expected = {field.name: field.type for field in fields(cast(Any, kind))}
    if set(values) != set(expected):
        raise ValueError(f"{kind.__name__} needs {sorted(expected)}, not {sorted(values)}")
    for name, value in values.items():
        if type(value).__name__ != str(expected[name]).split("[")[0]:
            raise ValueError(f"{kind.__name__}.{name} must be {expected[name]}, not {value!r}")
    return kind(**values)
