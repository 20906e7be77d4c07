"""The training loop: one step a batch, an average of the weights, checkpoints, validation."""

import copy
import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer
from torch import Tensor, nn
from tqdm import tqdm

from weights.train.augment import augment
from weights.train.batches import Batch, Batches, step_generator
from weights.train.losses import set_cross_entropy, title_contrast
from weights.train.mix import mix
from weights.train.neighbours import Neighbours
from weights.train.photos import PhotoSet
from weights.train.recipe import Recipe, Stage
from weights.train.targets import LabelIndex
from weights.train.teacher import Recall
from weights.train.text import LabelVectors, Phrases, encode, label_vectors
from weights.train.tune_text import tune_text
from weights.train.validate import embed, validate

FACET_SCALE = 12.0


@dataclass
class Trainer:
    """Everything that a run needs, with its state in `model`, `scales`, `average`, `step`."""

    model: CLIP
    recipe: Recipe
    batches: Batches
    indices: Mapping[str, LabelIndex]
    phrases: Mapping[str, Phrases]
    tokenizer: SimpleTokenizer
    validation: list[PhotoSet]
    folder: Path
    process: int = 0
    held_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.scales = nn.ParameterDict(
            {
                name.replace(".", "_"): torch.tensor(math.log(FACET_SCALE))
                for name in self.indices
                if name != "category"
            }
        )
        self.labels = LabelVectors(self.model, self.phrases)
        self.recall = Recall()
        width = self.labels.rows.shape[1]
        self.neighbours = Neighbours(self.indices["category"].masks, width)
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.optimizer = torch.optim.AdamW(self._groups())
        self.step = 0
        self.text_tuned = False
        self.title_tokens = self.tokenizer(self.batches.title_texts)

    def _groups(self) -> list[dict[str, Any]]:
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in self.model.named_parameters():
            key = (name.startswith("visual.trunk."), parameter.ndim > 1)
            groups.setdefault(key, []).append(parameter)
        others = [*self.scales.parameters(), *self.labels.parameters()]
        groups.setdefault((False, False), []).extend(others)
        rates = {True: self.recipe.trunk_learning_rate, False: self.recipe.head_learning_rate}
        decays = {True: self.recipe.weight_decay, False: 0.0}
        rows = [
            {"params": parameters, "peak": rates[trunk], "weight_decay": decays[decayed]}
            for (trunk, decayed), parameters in groups.items()
        ]
        recall = list(self.recall.parameters())
        return [*rows, {"params": recall, "peak": rates[False], "weight_decay": 0.0}]

    def run(self) -> None:
        """Trains from the last checkpoint to the end, validating on the way."""
        self._resume()
        total, silent = self.recipe.total_steps, self.process > 0
        with tqdm(total=total, initial=self.step, unit="step", disable=silent) as bar:
            while self.step < total:
                losses = self._train_step()
                self.step += 1
                bar.update()
                bar.set_postfix({name: f"{value:.2f}" for name, value in losses.items()})
                self._housekeeping(losses)
        if not self.text_tuned and self.process == 0:
            self._tune_text()

    def _tune_text(self) -> None:
        tokens = self.title_tokens
        distance = tune_text(self.average, self.labels, self.batches, tokens, self.recipe)
        self.text_tuned = True
        self._save()
        self._validate({"text": distance})

    def _train_step(self) -> dict[str, float]:
        self._set_learning_rate()
        recipe = self.recipe
        generator = step_generator(recipe.seed, self.step, self.process)
        stage = recipe.stage_at(self.step)
        batch = self.batches.draw(generator, stage)
        photos = augment(batch.pixels, stage.image_size, generator)
        mixed = None
        if stage.mixed and float(torch.rand(1, generator=generator)) < stage.mixed:
            mixed = mix(photos, generator)
            photos = mixed.photos
        self.model.train()
        self.model.visual.trunk.requires_grad_(self.step >= recipe.head_steps)
        features = self.model.visual.trunk(photos)
        images = F.normalize(self.model.visual.head(features), dim=-1)
        count = recipe.labels_per_step
        losses = {"text": self.labels.text_distance(self.model, count, generator)}
        for name, rows in self.labels.by_set().items():
            logits = self._scale(name) * images @ rows.T
            masks, targets = self.indices[name].masks, batch.targets[name]
            losses[name] = set_cross_entropy(logits, masks, targets)
            if mixed is not None:
                other = set_cross_entropy(logits, masks, targets[mixed.partners])
                losses[name] = mixed.share * losses[name] + (1 - mixed.share) * other
        if mixed is None:
            losses |= self._whole_photo_losses(batch, features, images, stage)
        total = torch.stack([stage.loss_weights[name] * loss for name, loss in losses.items()])
        self.optimizer.zero_grad(set_to_none=True)
        total.sum().backward()
        self._share_gradients()
        nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimizer.step()
        self._update_average()
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _whole_photo_losses(
        self, batch: Batch, features: Tensor, images: Tensor, stage: Stage
    ) -> dict[str, Tensor]:
        """The losses that ask for photos of one thing each: not those mixed in pairs."""
        losses: dict[str, Tensor] = {}
        if len(batch.titled):
            titles = encode(self.model, self.title_tokens[batch.title_rows])
            losses["title"] = title_contrast(
                images[batch.titled], titles, self._scale("category"), batch.title_rows
            )
        if len(batch.seen) and stage.loss_weights["teacher"]:
            losses["teacher"] = self.recall.distance(features[batch.seen], batch.taught)
        if stage.loss_weights["neighbours"]:
            targets = batch.targets["category"]
            losses["neighbours"] = self.neighbours.loss(images, targets)
            self.neighbours.keep(images, targets)
        return losses

    def _share_gradients(self) -> None:
        """Averages the gradients over the processes."""
        if self.recipe.processes == 1:
            return
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        flat /= self.recipe.processes
        parts = flat.split([p.numel() for p in parameters])
        for parameter, part in zip(parameters, parts, strict=True):
            parameter.grad = part.view_as(parameter).contiguous()

    def _scale(self, name: str) -> Tensor:
        if name == "category":
            scale: Tensor = self.model.logit_scale
        else:
            scale = self.scales[name.replace(".", "_")]
        return scale.exp().clamp(max=60.0)

    def _set_learning_rate(self) -> None:
        rate = self.recipe.learning_rate_at(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * rate

    @torch.no_grad()
    def _update_average(self) -> None:
        if self.process > 0:
            return
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        current = self.model.state_dict()
        for name, value in self.average.state_dict().items():
            if value.dtype.is_floating_point:
                value.lerp_(current[name], 1 - decay)
            else:
                value.copy_(current[name])

    def _housekeeping(self, losses: dict[str, float]) -> None:
        last = self.step == self.recipe.total_steps
        if last or self.step % self.recipe.checkpoint_every == 0:
            self._save()
        if last or self.step % self.recipe.validate_every == 0:
            self._validate(losses)

    def _validate(self, losses: dict[str, float]) -> None:
        if self.process > 0:
            return
        size = self.recipe.image_size
        images = [embed(self.average, photos, size) for photos in self.validation]
        vectors = {name: rows.detach() for name, rows in self.labels.by_set().items()}
        texts = {name: label_vectors(self.average, rows) for name, rows in self.phrases.items()}
        scale = float(self.average.logit_scale.exp())
        scores = validate(vectors, scale, self.indices, self.validation, images)
        by_text = validate(texts, scale, self.indices, self.validation, images)
        scores |= {f"text.{name}": score for name, score in by_text.items()}
        line = {"step": self.step, "time": time.time(), **scores, "losses": losses}
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        tqdm.write(f"step {self.step}: " + json.dumps(scores))

    def _save(self) -> None:
        if self.process > 0:
            return
        state = {
            "step": self.step,
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "scales": self.scales.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "labels": self.labels.state_dict(),
            "recall": self.recall.state_dict(),
            "neighbours": self.neighbours.state_dict(),
            "text_tuned": self.text_tuned,
            "held_out": list(self.held_out),
            "image_size": self.recipe.image_size,
        }
        partial = self.folder / "checkpoint.partial"
        torch.save(state, partial)
        partial.rename(self.folder / "checkpoint.pt")

    def _resume(self) -> None:
        path = self.folder / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.scales.load_state_dict(state["scales"])
        self.labels.load_state_dict(state["labels"])
        self.recall.load_state_dict(state["recall"])
        self.neighbours.load_state_dict(state["neighbours"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self.text_tuned = state["text_tuned"] and self.step == self.recipe.total_steps
