"""Decide: scores to the colours that are reported."""

from __future__ import annotations

import numpy as np

from color.choice import Choice, choose, family_coverage
from color.colorspace import Floats
from color.families import FAMILIES
from color.measure import ColorMeasures
from color.naming import Namer
from color.palette import build_palette, called, pulled_names
from color.photo_colors import NamedColor, PhotoColors
from color.score import ColorScores, local_contrast
from color.settings import DecideSettings


def decide(
    measures: ColorMeasures, scores: ColorScores, namer: Namer, settings: DecideSettings
) -> PhotoColors:
    """What to report for a photo."""
    photo_names = scores.photo_names
    names = pulled_names(scores.names, photo_names, settings.pull)
    share = _blended(measures.groups.share, scores.share, settings.counting)
    entries = build_palette(measures.groups.lab, share, names, scores.families, settings)
    first = int(np.argmax(np.round(photo_names, 9)))
    found = called(
        np.array([entry.share for entry in entries]),
        np.stack([entry.names for entry in entries]),
        first,
    )
    palette = tuple(
        entry.named(namer.vocabulary, index) for entry, index in zip(entries, found, strict=True)
    )
    by_name = dict(zip(namer.vocabulary.names, photo_names.tolist(), strict=True))
    chosen = choose(palette, by_name, namer.vocabulary, settings)
    return PhotoColors(
        primary=chosen.primary,
        secondary=chosen.secondary,
        multicolor=chosen.multicolor,
        palette=palette,
        measures=_numbers(measures, scores, chosen, palette),
        cast=measures.cast,
        subject_share=measures.subject_share,
        names=by_name,
        families=dict(zip(FAMILIES, scores.photo_families.tolist(), strict=True)),
    )


def _blended(measured: Floats, counted: Floats, counting: float) -> Floats:
    """Between the measured shares and those that count towards the name, summing to 1 (K)."""
    share = measured ** (1.0 - counting) * counted**counting
    return np.asarray(share / share.sum())


def _numbers(
    measures: ColorMeasures,
    scores: ColorScores,
    chosen: Choice,
    palette: tuple[NamedColor, ...],
) -> dict[str, float]:
    families = family_coverage(palette)
    return {
        "subject_share": measures.subject_share,
        "skin_share": measures.skin_share,
        "ground_share": measures.ground_share,
        "ground_spread": measures.ground_spread,
        "plain_ground": float(measures.plain_ground),
        "local_contrast": local_contrast(measures),
        "gold": scores.surface.gold,
        "metal": scores.surface.metal,
        "cast_a": measures.cast.a,
        "cast_b": measures.cast.b,
        "cast_strength": measures.cast.strength,
        "cast_removed": measures.cast.removed,
        "largest_family_share": max(families.values()),
        "families": float(len(families)),
        "primary_confidence": chosen.primary.confidence,
    }
