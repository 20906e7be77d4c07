"""Decide: named groups of pixels to a short palette with shares that sum to 1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from color.colorspace import Floats, ciede2000, lab_to_hex
from color.photo_colors import NamedColor
from color.settings import DecideSettings
from color.vocabulary import Vocabulary

Places: TypeAlias = NDArray[np.intp] | list[int]


@dataclass(frozen=True)
class PaletteEntry:
    """Groups of pixels that look alike.

    Attributes:
        lab: mean colour (3).
        share: part of the product, 0..1.
        names: probability of each name (names).
        families: probability of each family (13).
    """

    lab: Floats
    share: float
    names: Floats
    families: Floats

    def named(self, vocabulary: Vocabulary, index: int) -> NamedColor:
        """The entry as a colour of that name, with the confidence its own pixels give."""
        color = vocabulary.colors[index]
        return NamedColor(
            name=color.name,
            hex=lab_to_hex(self.lab),
            share=min(1.0, max(0.0, self.share)),
            lab=(float(self.lab[0]), float(self.lab[1]), float(self.lab[2])),
            confidence=min(1.0, max(0.0, float(self.names[index]))),
            family=color.family or "gray",
            families=tuple(float(value) for value in self.families),
        )


def build_palette(
    lab: Floats, share: Floats, names: Floats, families: Floats, settings: DecideSettings
) -> tuple[PaletteEntry, ...]:
    """Merge groups that look alike, drop the rare ones, largest first.

    Args:
        lab: colours of the groups, K x 3.
        share: their shares, K.
        names: their probabilities of names, K x names.
        families: their probabilities of families, K x 13.
        settings: how near is alike, how rare is rare.
    """
    entries = [
        PaletteEntry(lab[index], float(share[index]), names[index], families[index])
        for index in np.lexsort((lab[:, 2], lab[:, 1], lab[:, 0], -np.round(share, 6)))
    ]
    count = len(entries)
    # of pairs, the earlier one first; what was merged stays in its place, infinitely far from all
    difference = np.full((2 * count, 2 * count), np.inf)
    earlier, later = np.triu_indices(count, 1)
    difference[earlier, later] = _differences(entries, earlier, later)
    left = list(range(count))
    while len(left) > 1:
        first, second = divmod(int(np.argmin(difference)), 2 * count)
        if difference[first, second] >= settings.merge:
            break
        left = [place for place in left if place not in (first, second)]
        difference[[first, second]] = difference[:, [first, second]] = np.inf
        entries.append(_merge(entries[first], entries[second]))
        newest = len(entries) - 1
        difference[left, newest] = _differences(entries, left, [newest])
        left.append(newest)
    return _largest([entries[place] for place in left], settings)


def _differences(entries: list[PaletteEntry], ones: Places, others: Places) -> Floats:
    """CIEDE2000 difference of the entries at some places from those at others, pair by pair."""
    lab = np.array([entry.lab for entry in entries])
    return np.round(ciede2000(lab[ones], lab[others]), 6)


def _merge(first: PaletteEntry, second: PaletteEntry) -> PaletteEntry:
    share = first.share + second.share
    part = first.share / share if share > 0 else 0.5
    return PaletteEntry(
        lab=part * first.lab + (1 - part) * second.lab,
        share=share,
        names=part * first.names + (1 - part) * second.names,
        families=part * first.families + (1 - part) * second.families,
    )


def _largest(entries: list[PaletteEntry], settings: DecideSettings) -> tuple[PaletteEntry, ...]:
    """Largest first, at most so many, shares made to sum to 1."""
    ordered = sorted(entries, key=lambda entry: (-round(entry.share, 6), *entry.lab.tolist()))
    kept = [entry for entry in ordered if entry.share >= settings.least_share] or ordered[:1]
    kept = kept[: settings.most_colors]
    total = sum(entry.share for entry in kept)
    return tuple(replace(entry, share=entry.share / total) for entry in kept)


def pulled_names(names: Floats, photo_names: Floats, pull: float) -> Floats:
    """Probabilities of names in the light of the whole photo (K x names).

    The shaded folds of a white shirt are gray pixels of a white shirt: each group's probabilities
    are multiplied by the photo's own, raised to `pull` (0 ignores the photo).
    """
    pulled = names * (photo_names[None] + 1e-3) ** pull
    return np.asarray(pulled / pulled.sum(axis=1, keepdims=True))


def called(share: Floats, names: Floats, first: int) -> list[int]:
    """The index of each colour's likeliest name; one at least is called by the name `first`.

    Args:
        share: the colours' shares, K.
        names: their probabilities of names, K x names.
        first: the likeliest name of the product as a whole.
    """
    found = [int(index) for index in np.argmax(np.round(names, 9), axis=1)]
    if first not in found:
        found[int(np.argmax(np.round(share * names[:, first], 9)))] = first
    return found
