"""Every choice of the recipe that made `vitrine-tiny`, in one place."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT_FROM = "text_from"
"""A copy of the earlier bundle, in a run's folder: what a run starts from stays with it."""

DATASET_SHARES = {
    "fashion_products": 0.53,
    "clothing_photos": 0.13,
    "caltech101": 0.11,
    "musical_instruments": 0.09,
    "groceries": 0.10,
    "furniture": 0.04,
}
"""The share of each batch drawn from each data set: small sets count more than their size."""

CATEGORY_COLUMNS = {
    "fashion_products": "article_type",
    "clothing_photos": "label",
    "caltech101": "label",
    "musical_instruments": "label",
    "groceries": "coarse_label",
    "furniture": "label",
}
"""The finest category column of each data set: what the category loss learns from."""

FACET_COLUMNS = {
    "facet.style": "usage",
    "facet.department": "gender",
    "facet.season": "season",
    "facet.base_color": "base_colour",
}
"""Facets that the fashion set labels, with the column that holds them."""

LOSS_WEIGHTS = {
    "category": 1.0,
    "facet.style": 0.25,
    "facet.department": 0.25,
    "facet.season": 0.1,
    "facet.base_color": 0.2,
    "title": 0.15,
    "text": 1.0,
    "teacher": 0.0,
    "neighbours": 0.0,
}

TAUGHT_SETS = (
    "clothing_photos",
    "caltech101",
    "musical_instruments",
    "groceries",
    "furniture",
)
"""The data sets whose photos the teacher looks at (see `teacher.py`): the small ones."""

SECOND_SHARES = {
    "fashion_products": 0.48,
    "clothing_photos": 0.13,
    "caltech101": 0.13,
    "musical_instruments": 0.09,
    "groceries": 0.13,
    "furniture": 0.04,
}
"""`DATASET_SHARES` of the recipe's second part, when the small sets have the most left to learn."""

SECOND_LOSS_WEIGHTS = {**LOSS_WEIGHTS, "facet.base_color": 0.4, "teacher": 2.0}
THIRD_LOSS_WEIGHTS = {**SECOND_LOSS_WEIGHTS, "teacher": 3.0, "neighbours": 0.5}
FOURTH_LOSS_WEIGHTS = {**THIRD_LOSS_WEIGHTS, "neighbours": 1.0}

CLASS_BALANCE = dict.fromkeys(CATEGORY_COLUMNS, 0.25)
"""A photo is drawn with a weight of its class's size to this power, negative: 1 draws all classes
alike, 0 draws all photos alike."""

SECOND_CLASS_BALANCE = {**CLASS_BALANCE, "groceries": 0.5}
"""Shops' shelves hold many apples and milks, and few of most other things."""


@dataclass(frozen=True)
class Stage:
    """A run of `steps` batches at one input size in pixels.

    `restart` begins a new cosine schedule from this part of the peak learning rate. `shares` are
    the stage's own `DATASET_SHARES`, `unsold` the part of each batch that is made into photos of
    nothing for sale (see `unsold.py`), `mixed` the part of the batches whose photos are mixed in
    pairs (see `mix.py`), `loss_weights` what each loss counts for, and `class_balance` how far rare
    classes of each data set are drawn more often.
    """

    steps: int
    image_size: int
    restart: float | None = None
    shares: Mapping[str, float] = field(default_factory=lambda: DATASET_SHARES)
    unsold: float = 0.04
    mixed: float = 0.0
    loss_weights: Mapping[str, float] = field(default_factory=lambda: LOSS_WEIGHTS)
    class_balance: Mapping[str, float] = field(default_factory=lambda: CLASS_BALANCE)


@dataclass(frozen=True)
class Recipe:
    """Numbers of the training run. Learning rates are AdamW's at the peak of a cosine schedule.

    A batch holds `processes * batch_per_process` photos: processes of one thread each, which share
    gradients once a step, waste less on waiting than one process of many threads. For the first
    `head_steps` the trunk stays as it came, while the rest learns to read it. `held_out` is the
    number of article types that the run never sees (see `held_out.py`); `text_steps` end the run
    (see `tune_text.py`).
    """

    stages: tuple[Stage, ...] = (
        Stage(2400, 112),
        Stage(1200, 128),
        Stage(900, 128, 0.6, SECOND_SHARES, loss_weights=SECOND_LOSS_WEIGHTS),
        Stage(1900, 160, None, SECOND_SHARES, loss_weights=SECOND_LOSS_WEIGHTS),
        Stage(1500, 160, 0.6, SECOND_SHARES, mixed=0.5, loss_weights=THIRD_LOSS_WEIGHTS),
        Stage(600, 192, None, SECOND_SHARES, loss_weights=THIRD_LOSS_WEIGHTS),
        Stage(
            1150,
            192,
            0.6,
            SECOND_SHARES,
            mixed=0.5,
            loss_weights=FOURTH_LOSS_WEIGHTS,
            class_balance=SECOND_CLASS_BALANCE,
        ),
        Stage(
            350,
            192,
            None,
            SECOND_SHARES,
            loss_weights=FOURTH_LOSS_WEIGHTS,
            class_balance=SECOND_CLASS_BALANCE,
        ),
    )
    processes: int = 2
    batch_per_process: int = 64
    labels_per_step: int = 72
    titles_per_step: int = 24
    image_size: int = 192
    cache_size: int = 160
    trunk_learning_rate: float = 5e-4
    head_learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    warmup_steps: int = 200
    head_steps: int = 150
    text_steps: int = 500
    text_learning_rate: float = 5e-4
    ema_decay: float = 0.999
    seed: int = 17
    held_out: int = 0
    validate_every: int = 600
    checkpoint_every: int = 100

    @property
    def total_steps(self) -> int:
        """Batches over all stages."""
        return sum(stage.steps for stage in self.stages)

    def stage_at(self, step: int) -> Stage:
        """The stage that batch number `step` belongs to."""
        for stage in self.stages:
            if step < stage.steps:
                return stage
            step -= stage.steps
        return self.stages[-1]

    def learning_rate_at(self, step: int) -> float:
        """The part of the peak learning rates that batch number `step` is learned with.

        A cosine schedule over all stages up to the next restart, after a linear warm-up; at least
        half a per cent.
        """
        start, length, peak = self._cycle_at(step)
        warm = min(1.0, (step - start + 1) / self.warmup_steps)
        cosine = 0.5 * (1 + math.cos(math.pi * (step - start) / length))
        return peak * warm * max(cosine, 0.005)

    def _cycle_at(self, step: int) -> tuple[int, int, float]:
        """First step, number of steps and peak of the cosine schedule that `step` is part of."""
        cycles: list[tuple[int, int, float]] = []
        start = 0
        for stage in self.stages:
            if stage.restart is not None or not cycles:
                peak = 1.0 if stage.restart is None else stage.restart
                cycles.append((start, stage.steps, peak))
            else:
                first, length, peak = cycles[-1]
                cycles[-1] = (first, length + stage.steps, peak)
            start += stage.steps
        return next(cycle for cycle in reversed(cycles) if cycle[0] <= step or cycle is cycles[0])
