"""A listing's colours, from those of its photos and from what else is known of the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from color.choice import choose
from color.colorspace import Floats, lab_to_hex
from color.evidence import Evidence, load_mixing
from color.families import FAMILIES
from color.naming import Namer, Surface
from color.photo_colors import ListingColors, NamedColor, PhotoColors
from color.settings import DecideSettings, default_settings
from color.weighed import Opinion, weigh, words_within_families

_LEAST_SUBJECT = 0.05
_NO_EVIDENCE = Evidence()


def combine(
    photos: Sequence[PhotoColors],
    namer: Namer,
    evidence: Evidence | None = None,
    settings: DecideSettings | None = None,
) -> ListingColors:
    """A listing's colours from its photos, all named in the namer's vocabulary.

    A photo counts by the share of it that is product (a close-up of a label no more than a view of
    the whole, hence the square root) and by how sure its primary is. Evidence changes the names of
    the product's colours, never the colours themselves or their shares. Trusted evidence on the hue
    makes probabilities of names that tell when the primary is unsure, and another name is due.

    Returns:
        No primary and an empty palette when there are no photos.
    """
    chosen_settings = default_settings().decide if settings is None else settings
    known = _NO_EVIDENCE if evidence is None else evidence
    weighted = [(photo, _weight(photo)) for photo in photos if photo.primary is not None]
    total = sum(weight for _, weight in weighted)
    if total <= 0:
        return ListingColors(None, None, False, ())
    parts = [(photo, weight / total) for photo, weight in weighted]
    opinion = _pooled(parts)
    if known.of_families is not None or known.of_metal.any():
        families = np.array([opinion.families.get(family, 0.0) for family in FAMILIES])
        surface = _surface(parts)
        words = words_within_families(opinion.palette, namer, surface, known.of_metal)
        opinion = weigh(opinion, load_mixing()(families, known), words, namer, chosen_settings)
    palette = _palette(opinion.palette, opinion.names, chosen_settings)
    trusted = known.of_families is not None and known.weight >= chosen_settings.trusted_evidence
    chosen = choose(
        palette,
        opinion.names,
        namer.vocabulary,
        chosen_settings,
        multicolor=known.multicolor,
        sure=chosen_settings.sure if trusted else 0.0,
    )
    return ListingColors(chosen.primary, chosen.secondary, chosen.multicolor, palette)


def _weight(photo: PhotoColors) -> float:
    confidence = photo.primary.confidence if photo.primary is not None else 0.0
    subject = max(_LEAST_SUBJECT, photo.subject_share)
    return float((subject * max(0.01, confidence)) ** 0.5)


def _pooled(parts: Sequence[tuple[PhotoColors, float]]) -> Opinion:
    """What the photos say together; their parts sum to 1."""
    return Opinion(
        names=_mean([(photo.names, part) for photo, part in parts]),
        families=_mean([(photo.families, part) for photo, part in parts]),
        palette=tuple(
            replace(color, share=part * color.share)
            for photo, part in parts
            for color in photo.palette
        ),
    )


def _surface(parts: Sequence[tuple[PhotoColors, float]]) -> Surface:
    """How the product shines, as its photos' measures say."""
    measured = _mean([(photo.measures, part) for photo, part in parts])
    return Surface(gold=measured["gold"], metal=measured["metal"])


def _mean(parts: Sequence[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    mean: dict[str, float] = {}
    for probabilities, part in parts:
        for key, probability in probabilities.items():
            mean[key] = mean.get(key, 0.0) + part * probability
    return mean


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

    def between(one: Sequence[float], other: Sequence[float]) -> Floats:
        return np.asarray(part * np.array(one) + (1 - part) * np.array(other))

    lightness, a, b = (float(value) for value in between(first.lab, second.lab))
    return replace(
        first,
        hex=lab_to_hex([lightness, a, b]),
        share=min(1.0, share),
        lab=(lightness, a, b),
        confidence=part * first.confidence + (1 - part) * second.confidence,
        families=tuple(between(first.families, second.families).tolist()),
    )
