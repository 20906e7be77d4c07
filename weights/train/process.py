"""One process of a training run: its data, its model, its loop."""

from pathlib import Path

import torch
import torch.distributed as dist

from taggers.prompts import prompts_for_sets
from weights.train.batches import Batches
from weights.train.held_out import HELD_OUT_SET, choose_held_out
from weights.train.loop import Trainer
from weights.train.model import build_model, build_tokenizer
from weights.train.photos import PhotoSet, load
from weights.train.recipe import CATEGORY_COLUMNS, FACET_COLUMNS, TEXT_FROM, Recipe
from weights.train.targets import category_index, facet_index
from weights.train.text import tokenise_prompts
from weights.train.trunk import TRUNK_FILE


def load_sets(data: Path, split: str, size: int, cache: Path) -> list[PhotoSet]:
    """The photos of one split of every data set."""
    return [load(data / f"{name}.parquet", split, size, cache) for name in CATEGORY_COLUMNS]


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
    batches = Batches(training, indices, recipe)
    earlier = work / TEXT_FROM
    text_bundle = earlier if earlier.is_dir() else None
    model = build_model(architecture, pretrained / TRUNK_FILE, text_bundle)
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
