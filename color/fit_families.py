"""Fits `families.json`: how people name colours, from a survey and from labelled products.

    python -m color.fit_families PHOTOS.parquet

The parquet has the columns `image` (encoded bytes), `base_colour` and `split`; the training split
is used, the validation split only reported. Labels go to families by `product_labels.toml`. The
survey's names take part as photos of one flat colour, so that every colour has a name, those that
no product in the set has included. The loss is the log loss of the product's label under the
mixture of its groups' names, hence the probabilities are calibrated on such products.
"""

from __future__ import annotations

import argparse
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from color.colorspace import Floats, hex_to_lab
from color.family import FAMILIES, color_features, group_features
from color.measure import measure
from color.settings import default_settings
from color.vocabulary import load_vocabulary, survey_colors, survey_owner

_HIDDEN = 24
_SEEN_HIDDEN = 16
_STEPS = 3000
_BATCH = 1000
_SURVEY_WEIGHT = 0.15


def main() -> None:
    """Read, fit, report, write."""
    parser = argparse.ArgumentParser(description="Fit the colour naming on labelled photos.")
    parser.add_argument("photos", type=Path)
    parser.add_argument("--most", type=int, default=None, help="photos to use of each split")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    train = read_products(arguments.photos, "train", arguments.most)
    validation = read_products(arguments.photos, "validation", arguments.most)
    document = fit(train, validation)
    path = Path(__file__).with_name("families.json")
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def read_products(path: Path, split: str, most: int | None) -> dict[str, Floats]:
    """Groups of every labelled photo of a split, padded to the same number of groups.

    Returns:
        `colors` (N x K x 8), `groups` (N x K x 19), `share` (N x K, 0 where there is no group) and
        `family` (N).
    """
    import pyarrow.parquet as parquet
    from PIL import Image

    families = tomllib.loads(
        Path(__file__).with_name("product_labels.toml").read_text(encoding="utf-8")
    )["families"]
    table = parquet.read_table(path, columns=["image", "base_colour", "split"])
    rows = [
        (row["image"], FAMILIES.index(families[row["base_colour"]]))
        for row in table.to_pylist()
        if row["split"] == split and row["base_colour"] in families
    ][:most]
    settings = default_settings()
    count = settings.working.colors
    result = {
        "colors": np.zeros((len(rows), count, 8)),
        "groups": np.zeros((len(rows), count, 19)),
        "share": np.zeros((len(rows), count)),
        "family": np.array([family for _, family in rows]),
    }
    for index, (encoded, _) in enumerate(rows):
        with Image.open(io.BytesIO(encoded)) as photo:
            measures = measure(np.asarray(photo.convert("RGB")), settings)
        found = len(measures.groups.share)
        result["colors"][index, :found] = color_features(measures.groups.lab)
        result["groups"][index, :found] = group_features(measures)
        result["share"][index, :found] = measures.groups.share
    return result


def read_survey() -> tuple[Floats, Floats]:
    """The survey's colours (N x 8 features) and their families (N)."""
    generic = load_vocabulary("generic")
    colors, families = [], []
    for name, color in survey_colors().items():
        owner = survey_owner(name, generic)
        if owner is not None and owner.family is not None:
            colors.append(color)
            families.append(FAMILIES.index(owner.family))
    return color_features(hex_to_lab(colors)), np.array(families)


class Networks(nn.Module):
    """The three networks of `color.family.FamilyModel`, to be fitted together."""

    def __init__(self) -> None:
        """Start from random weights."""
        super().__init__()
        families = len(FAMILIES)
        self.naming = nn.Sequential(
            nn.Linear(8, _HIDDEN), nn.Tanh(), nn.Linear(_HIDDEN, _HIDDEN), nn.Tanh(),
            nn.Linear(_HIDDEN, families),
        )  # fmt: skip
        self.context = nn.Sequential(
            nn.Linear(19, _SEEN_HIDDEN), nn.Tanh(), nn.Linear(_SEEN_HIDDEN, families)
        )
        self.counting = nn.Sequential(
            nn.Linear(19, _SEEN_HIDDEN), nn.Tanh(), nn.Linear(_SEEN_HIDDEN, 1)
        )

    def forward(self, photos: dict[str, torch.Tensor]) -> torch.Tensor:
        """Probability of each family for each photo (N x 13)."""
        logits = self.naming(photos["colors"]) + self.context(photos["groups"])
        counts = self.counting(photos["groups"])[..., 0] + torch.log(photos["share"] + 1e-4)
        counts = torch.where(photos["share"] > 0, counts, torch.full_like(counts, -1e9))
        mixed = torch.softmax(logits, -1) * torch.softmax(counts, -1)[..., None]
        return mixed.sum(1)


def fit(
    train: dict[str, Floats], validation: dict[str, Floats], steps: int = _STEPS
) -> dict[str, Any]:
    """Fit the three networks; the document that `families.json` holds."""
    torch.manual_seed(0)
    networks = Networks()
    products, held_out = _tensors(train), _tensors(validation)
    colors, families = read_survey()
    survey, survey_family = torch.tensor(colors).float(), torch.tensor(families)
    # The survey has hundreds of greens and two whites; each family is to count alike.
    balance = 1.0 / torch.bincount(survey_family, minlength=len(FAMILIES)).float()
    optimizer = torch.optim.AdamW(networks.parameters(), lr=0.01, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    count = len(products["family"])
    for _ in range(steps):
        chosen = torch.randint(count, (min(count, _BATCH),))
        batch = {name: values[chosen] for name, values in products.items()}
        loss = functional.nll_loss(torch.log(networks(batch) + 1e-6), batch["family"])
        named = networks.naming(survey)
        loss = loss + _SURVEY_WEIGHT * functional.cross_entropy(named, survey_family, balance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        accuracy = {
            "train": _accuracy(networks(products), products["family"]),
            "validation": _accuracy(networks(held_out), held_out["family"]),
            "survey": _accuracy(networks.naming(survey), survey_family),
        }
    print(accuracy)
    return {
        "sources": ["https://xkcd.com/color/rgb/ (CC0)", "Kaggle fashion-product-images-small"],
        "command": "python -m color.fit_families PHOTOS.parquet",
        "accuracy": accuracy,
        "families": list(FAMILIES),
        "naming": _layers(networks.naming),
        "context": _layers(networks.context),
        "counting": _layers(networks.counting),
    }


def _accuracy(scores: torch.Tensor, families: torch.Tensor) -> float:
    return round(float((scores.argmax(1) == families).float().mean()), 4)


def _tensors(photos: dict[str, Floats]) -> dict[str, torch.Tensor]:
    return {
        name: torch.tensor(values) if name == "family" else torch.tensor(values).float()
        for name, values in photos.items()
    }


def _layers(network: Any) -> list[dict[str, Any]]:
    return [
        {
            "weight": np.round(layer.weight.detach().numpy().T.astype(float), 4).tolist(),
            "bias": np.round(layer.bias.detach().numpy().astype(float), 4).tolist(),
        }
        for layer in network
        if hasattr(layer, "weight")
    ]


if __name__ == "__main__":
    main()
