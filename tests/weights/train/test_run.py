"""A whole run on drawn photos: trained, interrupted, resumed, exported, opened."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from safetensors.torch import save_file

from tests.weights.train.drawing import write_data_sets
from vision.encoder import Encoder
from weights.bundle import Bundle, open_bundle
from weights.train.__main__ import train
from weights.train.batches import Batch, Batches
from weights.train.export import export
from weights.train.loop import Trainer
from weights.train.model import write_architecture
from weights.train.process import make_trainer
from weights.train.recipe import (
    CATEGORY_COLUMNS,
    FACET_COLUMNS,
    THIRD_LOSS_WEIGHTS,
    Recipe,
    Stage,
)
from weights.train.trunk import TEACHER, TRUNK

RECIPE = Recipe(
    stages=(
        Stage(2, 32, loss_weights=THIRD_LOSS_WEIGHTS),
        Stage(2, 40, mixed=0.5, loss_weights=THIRD_LOSS_WEIGHTS),
    ),
    processes=1,
    batch_per_process=6,
    labels_per_step=8,
    titles_per_step=3,
    image_size=32,
    cache_size=40,
    warmup_steps=2,
    head_steps=1,
    text_steps=2,
    checkpoint_every=2,
    validate_every=100,
)


class InterruptedBatches(Batches):
    """Another's batches, that stop the run at the third."""

    def __init__(self, whole: Batches) -> None:
        vars(self).update(vars(whole))
        self.drawn = 0

    def draw(self, generator: torch.Generator, stage: Stage) -> Batch:
        self.drawn += 1
        if self.drawn > 2:
            raise KeyboardInterrupt
        return super().draw(generator, stage)


@dataclass(frozen=True)
class Workshop:
    """Folders of a small training: data sets, trunk weights, and runs that share a cache."""

    data: Path
    pretrained: Path
    runs: Path

    def trainer(self, run: str, recipe: Recipe = RECIPE) -> Trainer:
        work = self.runs / run
        work.mkdir(parents=True, exist_ok=True)
        write_architecture(work / "architecture")
        return make_trainer(self.data, self.pretrained, work, recipe)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    folder = tmp_path_factory.mktemp("workshop")
    made = Workshop(folder / "data", folder / "pretrained", folder / "runs")
    made.data.mkdir()
    made.pretrained.mkdir()
    write_data_sets(made.data, training=18, validation=18)
    torch.manual_seed(3)
    trunk = timm.create_model(TRUNK.architecture, num_classes=0)
    save_file(trunk.state_dict(), made.pretrained / TRUNK.file)
    teacher = timm.create_model(TEACHER.architecture, num_classes=0)
    save_file(teacher.state_dict(), made.pretrained / TEACHER.file)
    return made


@pytest.fixture(scope="module")
def unstarted(workshop: Workshop) -> Trainer:
    return workshop.trainer("unstarted")


@pytest.fixture(scope="module")
def uninterrupted(workshop: Workshop) -> Trainer:
    trainer = workshop.trainer("uninterrupted")
    trainer.run()
    return trainer


@pytest.fixture(scope="module")
def exported(workshop: Workshop, uninterrupted: Trainer) -> Bundle:
    output = workshop.runs / "vitrine-drawn"
    output.mkdir()
    return export(workshop.data, uninterrupted.folder, output, "7", RECIPE)


def test_the_model_starts_from_the_trunk_weights(unstarted: Trainer) -> None:
    torch.manual_seed(3)
    trunk = timm.create_model(TRUNK.architecture, num_classes=0)
    started = unstarted.model.visual.trunk.state_dict()
    for name, tensor in trunk.state_dict().items():
        assert torch.equal(started[name], tensor), name


def test_a_run_trains_every_part_and_takes_all_its_steps(
    unstarted: Trainer, uninterrupted: Trainer
) -> None:
    assert uninterrupted.step == RECIPE.total_steps
    before = dict(unstarted.model.named_parameters())
    for name, parameter in uninterrupted.model.named_parameters():
        assert torch.isfinite(parameter).all(), name
        assert not torch.equal(parameter, before[name]), name
    for name in FACET_COLUMNS:
        own = name.replace(".", "_")
        assert not torch.equal(uninterrupted.scales[own], unstarted.scales[own]), name


def test_the_average_is_nearer_the_end_than_the_start_is(
    unstarted: Trainer, uninterrupted: Trainer
) -> None:
    start = unstarted.model.text_projection.detach()
    end = uninterrupted.model.text_projection.detach()
    average = uninterrupted.average.text_projection
    assert 0 < float((average - end).norm()) < float((start - end).norm())


def test_the_last_step_is_validated_on_every_column(uninterrupted: Trainer) -> None:
    lines = (uninterrupted.folder / "log.jsonl").read_text().splitlines()
    assert len(lines) == 2, "once before and once after the text tower is tuned"
    logged = json.loads(lines[-1])
    columns = {f"{name}.{column}" for name, column in CATEGORY_COLUMNS.items()}
    columns |= {f"fashion_products.{column}" for column in FACET_COLUMNS.values()}
    columns |= {f"text.{column}" for column in columns}
    assert columns == logged.keys() - {"step", "time", "losses"}
    assert all(0 <= logged[column] <= 1 for column in columns)
    assert logged["step"] == RECIPE.total_steps


def test_an_interrupted_run_resumed_equals_an_uninterrupted_one(
    workshop: Workshop, uninterrupted: Trainer
) -> None:
    first = workshop.trainer("interrupted")
    first.batches = InterruptedBatches(first.batches)
    with pytest.raises(KeyboardInterrupt):
        first.run()
    resumed = workshop.trainer("interrupted")
    resumed.run()
    assert (first.step, resumed.step) == (2, RECIPE.total_steps)
    for part in ("model", "average", "scales", "labels", "recall"):
        expected = getattr(uninterrupted, part).state_dict()
        for name, tensor in getattr(resumed, part).state_dict().items():
            torch.testing.assert_close(
                tensor, expected[name], msg=lambda text, n=name: f"{n} {text}"
            )


def test_a_step_without_titles_learns_from_the_labels_alone(workshop: Workshop) -> None:
    recipe = dataclasses.replace(RECIPE, stages=(Stage(1, 32),), titles_per_step=0)
    trainer = workshop.trainer("untitled", recipe)
    trainer.run()
    lines = (trainer.folder / "log.jsonl").read_text().splitlines()
    logged = json.loads(lines[0])
    assert set(logged["losses"]) == {"category", "text", *FACET_COLUMNS}
    assert all(torch.isfinite(parameter).all() for parameter in trainer.model.parameters())


def test_two_processes_train_one_model(workshop: Workshop) -> None:
    recipe = dataclasses.replace(RECIPE, stages=(Stage(1, 32),), processes=2)
    work = workshop.runs / "two"
    train(workshop.data, workshop.pretrained, work, recipe)
    state = torch.load(work / "checkpoint.pt", weights_only=True)
    assert state["step"] == 1
    assert state["text_tuned"]
    assert len((work / "log.jsonl").read_text().splitlines()) == 2


def test_a_finished_run_started_again_changes_nothing(
    workshop: Workshop, uninterrupted: Trainer
) -> None:
    checkpoint = uninterrupted.folder / "checkpoint.pt"
    content = checkpoint.read_bytes()
    again = workshop.trainer("uninterrupted")
    again.run()
    assert checkpoint.read_bytes() == content
    assert torch.equal(again.model.text_projection, uninterrupted.model.text_projection)


def test_an_exported_bundle_opens_and_verifies(exported: Bundle) -> None:
    opened = open_bundle(exported.folder)
    assert opened == exported
    assert (opened.name, opened.version) == ("vitrine-drawn", "7")
    assert set(opened.label_sets) == {"category", *FACET_COLUMNS}


def test_an_exported_bundle_encodes_as_the_averaged_weights_in_half_precision_do(
    exported: Bundle, uninterrupted: Trainer
) -> None:
    phrases = ["a mug", "a red dress"]
    with torch.inference_mode():
        tokens = uninterrupted.tokenizer(phrases)
        expected = uninterrupted.average.encode_text(tokens, normalize=True).numpy()
    encoder = Encoder(exported)
    np.testing.assert_allclose(encoder.encode_texts(phrases), expected, atol=2e-3)
    images = encoder.encode_images([np.zeros((20, 30, 3), np.uint8)])
    np.testing.assert_allclose(np.linalg.norm(images, axis=1), 1.0, atol=1e-5)


def test_an_exported_bundle_has_no_card_until_it_is_evaluated(exported: Bundle) -> None:
    assert "MODEL_CARD.md" not in exported.manifest.files
    assert exported.label_sets["category"].calibration.logit_scale > 0


def test_exporting_again_gives_the_same_bundle(workshop: Workshop, exported: Bundle) -> None:
    again = export(workshop.data, workshop.runs / "uninterrupted", exported.folder, "7", RECIPE)
    assert again.sha256 == exported.sha256
