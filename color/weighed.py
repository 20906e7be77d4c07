"""Decide: the names of a product's colours once other evidence has been weighed with the pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from color.colorspace import Floats
from color.families import FAMILIES
from color.naming import Namer, Surface
from color.palette import called, pulled_names
from color.photo_colors import NamedColor
from color.settings import DecideSettings

_METAL = Surface(gold=1.0, metal=1e9)
"""A surface that is metal for certain: names of metals outweigh all others."""


@dataclass(frozen=True)
class Opinion:
    """What is held of a product's colours.

    Attributes:
        names: the probability of each name of the vocabulary.
        families: the probability of each family.
        palette: the product's colours; the shares sum to 1.
    """

    names: Mapping[str, float]
    families: Mapping[str, float]
    palette: tuple[NamedColor, ...]


def weigh(
    opinion: Opinion,
    families: Floats,
    words: Floats,
    namer: Namer,
    settings: DecideSettings,
) -> Opinion:
    """The opinion once the families' probabilities are `families` (13), its colours kept.

    `words` are the probabilities of names within the families for the K colours of the palette
    (K x 13 x names). The product's words within a family are those of the colours that look like
    it. A colour's own families are pulled towards the product's, as in `pulled_names`.
    """
    share = np.array([color.share for color in opinion.palette])
    own = np.array([color.families for color in opinion.palette])
    parts = share[:, None] * (own + 1e-6)
    names: Floats = np.einsum("f,kf,kfn->n", families, parts / parts.sum(axis=0), words)
    of_each: Floats = np.einsum("kf,kfn->kn", pulled_names(own, families, settings.pull), words)
    found = called(share, of_each, int(np.argmax(np.round(names, 9))))
    return Opinion(
        names=dict(zip(namer.vocabulary.names, names.tolist(), strict=True)),
        families=dict(zip(FAMILIES, families.tolist(), strict=True)),
        palette=tuple(
            _renamed(color, namer, index, float(of_each[place, index]))
            for place, (color, index) in enumerate(zip(opinion.palette, found, strict=True))
        ),
    )


def words_within_families(
    palette: Sequence[NamedColor], namer: Namer, surface: Surface, metal: Floats
) -> Floats:
    """P(name | family, colour) for the K colours of a palette, K x 13 x names.

    Args:
        palette: the colours.
        namer: names them.
        surface: how the product shines, as its pixels tell.
        metal: how surely a product of each family is metal, 0..1 (13): so far the words are those
            that the vocabulary has for metals.
    """
    lab = np.array([color.lab for color in palette])
    words = namer.within_families(lab, surface)
    if not metal.any():
        return words
    known = metal[None, :, None]
    return np.asarray((1 - known) * words + known * namer.within_families(lab, _METAL))


def _renamed(color: NamedColor, namer: Namer, index: int, confidence: float) -> NamedColor:
    name = namer.vocabulary.colors[index]
    return replace(
        color,
        name=name.name,
        family=name.family or "gray",
        confidence=min(1.0, max(0.0, confidence)),
    )
