"""Types held out are taught by no photo and no label, and are told apart by their names alone."""

import json
from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import save_file

from taggers.datasets import load_dataset_mapping
from tests.weights.train.drawing import write_data_sets
from weights.train.held_out import choose_held_out
from weights.train.loop import Trainer
from weights.train.model import write_architecture
from weights.train.process import make_trainer
from weights.train.recipe import CATEGORY_COLUMNS, Recipe, Stage
from weights.train.targets import UNLABELLED, category_index
from weights.train.trunk import TRUNK
from weights.train.zero_shot import zero_shot

RECIPE = Recipe(
    stages=(Stage(2, 32),),
    processes=1,
    batch_per_process=6,
    labels_per_step=8,
    titles_per_step=3,
    image_size=32,
    cache_size=40,
    warmup_steps=2,
    text_steps=2,
    validate_every=100,
    held_out=3,
)


def every_type(photos: int) -> list[str]:
    return list(load_dataset_mapping("fashion_products").columns["article_type"].labels) * photos


def test_the_choice_is_repeatable_and_follows_the_seed() -> None:
    chosen = choose_held_out(every_type(10), 20, seed=17)
    assert len(set(chosen)) == 20
    assert chosen == choose_held_out(every_type(10), 20, seed=17)
    assert chosen != choose_held_out(every_type(10), 20, seed=18)


def test_nothing_that_another_data_set_teaches_is_chosen() -> None:
    index = category_index(choose_held_out(every_type(10), 60, seed=1))
    own = load_dataset_mapping("fashion_products").expanded("article_type")
    for value in choose_held_out(every_type(10), 60, seed=1):
        assert not own[value] & set(index.labels), value


def test_rare_types_are_not_chosen_and_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="only 0 article types can be held out, not 1"):
        choose_held_out(every_type(9), 1, seed=1)


def test_held_out_values_are_no_targets() -> None:
    index = category_index(["Sarees"])
    [saree, watch] = index.targets("fashion_products", ["Sarees", "Watches"]).tolist()
    assert saree == UNLABELLED
    assert watch != UNLABELLED


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    folder = tmp_path_factory.mktemp("held_out")
    data, pretrained, work = folder / "data", folder / "pretrained", folder / "run"
    for made in (data, pretrained, work):
        made.mkdir()
    write_data_sets(data, training=18, validation=66)
    trunk = timm.create_model(TRUNK.architecture, num_classes=0)
    save_file(trunk.state_dict(), pretrained / TRUNK.file)
    write_architecture(work / "architecture")
    made = make_trainer(data, pretrained, work, RECIPE)
    made.run()
    return made


def data_of(trainer: Trainer) -> Path:
    return trainer.folder.parent / "data"


def test_a_run_never_draws_a_photo_of_a_type_that_it_holds_out(trainer: Trainer) -> None:
    assert len(trainer.held_out) == 3
    column = CATEGORY_COLUMNS["fashion_products"]
    fashion = trainer.batches.sets[0]
    weights = trainer.batches.draw_weights(0, RECIPE.stages[0])
    drawable = {
        value
        for value, weight in zip(fashion.columns[column], weights.tolist(), strict=True)
        if weight > 0
    }
    assert drawable
    assert not drawable & set(trainer.held_out)


def test_zero_shot_is_measured_over_every_validation_photo_of_the_types(trainer: Trainer) -> None:
    found = zero_shot(data_of(trainer), trainer.folder)
    assert found["types"] == list(trainer.held_out)
    assert found["photos"] == 33
    assert found["pixels"] == RECIPE.image_size
    assert found["chance"] == pytest.approx(1 / 3, abs=1e-4)
    assert 0 <= found["top1"] <= found["top5"] == 1
    assert json.loads(json.dumps(found)) == found


def test_zero_shot_of_a_run_that_saw_everything_is_refused(trainer: Trainer) -> None:
    checkpoint = trainer.folder / "checkpoint.pt"
    state = torch.load(checkpoint, weights_only=True)
    whole = trainer.folder.parent / "whole"
    whole.mkdir()
    torch.save(state | {"held_out": []}, whole / "checkpoint.pt")
    with pytest.raises(ValueError, match="held no article type out"):
        zero_shot(data_of(trainer), whole)
