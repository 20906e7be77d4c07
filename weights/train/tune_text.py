"""The last part of a run: the text tower follows the finished image tower.

The image tower and the label vectors stay as they are, and the text tower learns to give every
label's vector, and to tell photos' titles apart: locked-image tuning (Zhai et al., 2022, "LiT:
Zero-Shot Transfer with Locked-image text Tuning").
"""

import math

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from torch import Tensor

from weights.train.augment import plain
from weights.train.batches import Batches, step_generator
from weights.train.losses import title_contrast
from weights.train.recipe import Recipe
from weights.train.text import LabelVectors, encode

TITLES_PROCESS = 63
"""The place in the random numbers of a step that no process of a run has."""


def tune_text(
    model: CLIP, labels: LabelVectors, batches: Batches, title_tokens: Tensor, recipe: Recipe
) -> float:
    """Trains `model`'s text tower in place for `recipe.text_steps`; returns the last distance.

    That is the mean cosine distance between labels' phrases and their vectors.
    """
    model.eval()
    tower = [p for name, p in model.named_parameters() if not name.startswith("visual.")]
    tower = [parameter for parameter in tower if parameter is not model.logit_scale]
    for parameter in tower:
        parameter.requires_grad_(True)
    optimizer = torch.optim.AdamW(tower, weight_decay=0.0)
    last = recipe.stages[-1]
    distance = torch.zeros(())
    for step in range(recipe.text_steps):
        for group in optimizer.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * step / recipe.text_steps))
            group["lr"] = recipe.text_learning_rate * cosine
        generator = step_generator(recipe.seed, recipe.total_steps + step, TITLES_PROCESS)
        distance = labels.text_distance(model, len(labels.rows), generator)
        loss = distance
        batch = batches.draw(generator, last)
        if len(batch.titled):
            with torch.no_grad():
                photos = plain(batch.pixels[batch.titled], recipe.image_size)
                images = F.normalize(model.visual(photos), dim=-1)
            titles = encode(model, title_tokens[batch.title_rows])
            scale = model.logit_scale.exp().detach()
            contrast = title_contrast(images, titles, scale, batch.title_rows)
            loss = loss + last.loss_weights["title"] * contrast
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    for parameter in tower:
        parameter.requires_grad_(False)
    return float(distance.detach())
