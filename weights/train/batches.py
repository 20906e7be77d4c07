"""Balanced batches over the data sets, decided by the seed and the step alone.

So a run resumed at any step sees the same photos as one that was never interrupted.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from weights.train.photos import PhotoSet
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS, Recipe, Stage
from weights.train.targets import UNLABELLED, LabelIndex
from weights.train.teacher import FEATURES
from weights.train.unsold import make_unsold

TITLE = "title"
UNSOLD_VALUE = "BACKGROUND_Google"


@dataclass(frozen=True)
class Batch:
    """`pixels` B x S x S x 4 uint8 and each label set's `targets`, B.

    `titled` are the positions of photos whose title takes part, `title_rows` those titles' rows;
    `seen` are those of photos that the teacher has looked at, and `taught` its features of them,
    M x 1280.
    """

    pixels: Tensor
    targets: Mapping[str, Tensor]
    titled: Tensor
    title_rows: Tensor
    seen: Tensor
    taught: Tensor


def step_generator(seed: int, step: int, process: int) -> torch.Generator:
    """The random numbers of one process at one step."""
    return torch.Generator().manual_seed((seed * 1_000_003 + step) * 64 + process)


class Batches:
    """Draws each process's part of a batch from the training sets."""

    def __init__(
        self,
        sets: Sequence[PhotoSet],
        indices: Mapping[str, LabelIndex],
        recipe: Recipe,
        features: Mapping[str, NDArray[np.float16]],
    ) -> None:
        """`features` holds what the teacher saw in the photos of some sets, in their order."""
        self.sets = sets
        self._features = features
        self._recipe = recipe
        self._targets = {name: _all_targets(sets, index, name) for name, index in indices.items()}
        self._draw_weights: dict[tuple[int, float], Tensor] = {}
        self._unsold_row = indices["category"].value_rows["caltech101"][UNSOLD_VALUE]
        titles = next((photos.columns[TITLE] for photos in sets if TITLE in photos.columns), [])
        self.title_texts = sorted(set(titles))
        place = {title: row for row, title in enumerate(self.title_texts)}
        self._title_rows = torch.tensor([place[title] for title in titles])

    def draw(self, generator: torch.Generator, stage: Stage) -> Batch:
        """A process's part of one batch of a stage, by its random numbers."""
        batch = self._draw_photos(generator, stage)
        count = round(stage.unsold * len(batch.pixels))
        if count == 0:
            return batch
        untitled = torch.ones(len(batch.pixels), dtype=torch.bool)
        untitled[batch.titled] = False
        candidates = untitled.nonzero().flatten()
        made = make_unsold(batch.pixels, candidates, count, generator)
        for name, targets in batch.targets.items():
            targets[made] = self._unsold_row if name == "category" else UNLABELLED
        kept = ~torch.isin(batch.seen, made)
        return dataclasses.replace(batch, seen=batch.seen[kept], taught=batch.taught[kept])

    def draw_weights(self, place: int, stage: Stage) -> Tensor:
        """What each photo of the set at `place` is drawn with in a stage: zero is never."""
        power = stage.class_balance[self.sets[place].name]
        key = (place, power)
        if key not in self._draw_weights:
            self._draw_weights[key] = _class_weights(self._targets["category"][place], power)
        return self._draw_weights[key]

    def _draw_photos(self, generator: torch.Generator, stage: Stage) -> Batch:
        shares = torch.tensor([stage.shares[photos.name] for photos in self.sets])
        which = torch.multinomial(
            shares, self._recipe.batch_per_process, replacement=True, generator=generator
        )
        pixels: list[Tensor] = []
        titled: list[Tensor] = []
        title_rows: list[Tensor] = []
        seen: list[Tensor] = []
        taught: list[Tensor] = []
        targets: dict[str, list[Tensor]] = {name: [] for name in self._targets}
        position = 0
        for i, photos in enumerate(self.sets):
            count = int((which == i).sum())
            if count == 0:
                continue
            weights = self.draw_weights(i, stage)
            rows = torch.multinomial(weights, count, replacement=True, generator=generator)
            pixels.append(torch.from_numpy(np.ascontiguousarray(photos.pixels[rows.numpy()])))
            for name, known in self._targets.items():
                targets[name].append(known[i][rows])
            if TITLE in photos.columns:
                some = min(count, self._recipe.titles_per_step)
                titled.append(torch.arange(position, position + some))
                title_rows.append(self._title_rows[rows[:some]])
            if photos.name in self._features:
                seen.append(torch.arange(position, position + count))
                taught.append(torch.from_numpy(self._features[photos.name][rows.numpy()]).float())
            position += count
        none = torch.zeros(0, dtype=torch.long)
        return Batch(
            torch.cat(pixels),
            {name: torch.cat(parts) for name, parts in targets.items()},
            torch.cat(titled) if titled else none,
            torch.cat(title_rows) if title_rows else none,
            torch.cat(seen) if seen else none,
            torch.cat(taught) if taught else torch.zeros(0, FEATURES),
        )


def _all_targets(sets: Sequence[PhotoSet], index: LabelIndex, name: str) -> list[Tensor]:
    found = []
    for photos in sets:
        columns = CATEGORY_COLUMNS if name == "category" else FACET_COLUMNS
        column = columns[photos.name if name == "category" else name]
        values = photos.columns.get(column, [""] * len(photos.pixels))
        found.append(index.targets(photos.name, values))
    return found


def _class_weights(targets: Tensor, power: float) -> Tensor:
    """Draw weights of the photos: the size of their class to the power -`power`."""
    counts = Counter(targets.tolist())
    weights = torch.tensor([counts[int(target)] ** -power for target in targets])
    return torch.where(targets == UNLABELLED, 0.0, weights)
