"""One process of a training run: its data, its model, its loop."""

from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

from taggers.prompts import prompts_for_sets
from weights.train.batches import Batches
from weights.train.held_out import HELD_OUT_SET, choose_held_out
from weights.train.loop import Trainer
from weights.train.model import build_model, build_tokenizer
from weights.train.photos import PhotoSet, load
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS, TAUGHT_SETS, TEXT_FROM, Recipe
from weights.train.targets import category_index, facet_index
from weights.train.teacher import teacher_features
from weights.train.text import tokenise_prompts
from weights.train.trunk import TRUNK


def load_sets(data: Path, split: str, size: int, cache: Path) -> list[PhotoSet]:
    """The photos of one split of every data set."""
    return [load(data / f"{name}.parquet", split, size, cache) for name in CATEGORY_COLUMNS]


def load_features(
    training: list[PhotoSet], pretrained: Path, cache: Path, recipe: Recipe
) -> dict[str, NDArray[np.float16]]:
    """What the teacher sees in the photos of the small sets, by set; empty where none asks it."""
    if not any(stage.loss_weights["teacher"] for stage in recipe.stages):
        return {}
    taught = [photos for photos in training if photos.name in TAUGHT_SETS]
    return {photos.name: teacher_features(photos, pretrained, cache) for photos in taught}


def make_trainer(
    data: Path, pretrained: Path, work: Path, recipe: Recipe, process: int = 0
) -> Trainer:
    """A trainer over all the data sets, its model started from the pretrained trunk.

    The text tower starts from that of the earlier bundle `work / TEXT_FROM`, where there is one.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    cache = work.parent / "photos"
    training = load_sets(data, "train", recipe.cache_size, cache)
    validation = load_sets(data, "validation", recipe.image_size, cache)
    architecture = work / "architecture"
    tokenizer = build_tokenizer(architecture)
    held_out = _held_out(validation, recipe)
    indices = {"category": category_index(held_out)}
    indices |= {name: facet_index(name) for name in FACET_COLUMNS}
    prompts = prompts_for_sets()
    phrases = {
        name: tokenise_prompts(prompts[name], index.labels, tokenizer)
        for name, index in indices.items()
    }
    features = load_features(training, pretrained, cache, recipe)
    batches = Batches(training, indices, recipe, features)
    earlier = work / TEXT_FROM
    text_bundle = earlier if earlier.is_dir() else None
    model = build_model(architecture, pretrained / TRUNK.file, text_bundle)
    model = model.to(memory_format=torch.channels_last)
    return Trainer(
        model, recipe, batches, indices, phrases, tokenizer, validation, work, process, held_out
    )


def _held_out(validation: list[PhotoSet], recipe: Recipe) -> tuple[str, ...]:
    """The article types that the run never sees."""
    if recipe.held_out == 0:
        return ()
    column = CATEGORY_COLUMNS[HELD_OUT_SET]
    values = next(photos.columns[column] for photos in validation if photos.name == HELD_OUT_SET)
    return choose_held_out(values, recipe.held_out, recipe.seed)


def work_process(process: int, data: Path, pretrained: Path, work: Path, recipe: Recipe) -> None:
    """One process of the run: the first also averages, validates and saves."""
    if recipe.processes > 1:
        store = f"file://{(work / 'rendezvous').resolve()}"
        dist.init_process_group("gloo", store, rank=process, world_size=recipe.processes)
    make_trainer(data, pretrained, work, recipe, process).run()
