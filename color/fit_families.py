"""Fits `families.json`: how people name colours, from a survey and from labelled products.

    python -m color.fit_families PHOTOS.parquet

The parquet has the columns `image` (encoded bytes), `base_colour` and `split`; the training split
is used, the validation split only reported. Labels go to families by `product_labels.toml`. The
survey's names take part as photos of one flat colour, so that every colour has a name, those that
no product in the set has included; and so do drawn products of two colours (`fit_drawn.py`), so
that names follow shares where they are plain. The loss is the log loss of the product's label under
the mixture of its groups' names, hence the probabilities are calibrated on such products.
"""

from __future__ import annotations

import argparse
import io
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from color.colorspace import Floats, Rgb, hex_to_lab
from color.families import FAMILIES
from color.family import NETWORKS
from color.features import (
    COLOR_FEATURES,
    GROUP_FEATURES,
    PRODUCT_FEATURES,
    color_features,
    group_features,
    product_features,
)
from color.fit_drawn import drawn_products
from color.measure import measure
from color.settings import default_settings
from color.vocabulary import load_vocabulary, survey_colors, survey_owner

_NAMING = 24
_CONTEXT = 32
_KEPT = 16
_STEPS = 3500
_BATCH = 512
_SURVEY_WEIGHT = 0.15
_DRAWN = 1500
_DRAWN_WEIGHT = 0.15
_NOISE = 0.05
"""Added to the features while fitting, so that nothing hangs on their last digit."""
_LIMITS = (0.002, 0.998)

Photos = dict[str, Floats]


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
    document = fit(train, validation, draw_products(_DRAWN))
    path = Path(__file__).with_name("families.json")
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def read_products(path: Path, split: str, most: int | None) -> Photos:
    """Every labelled photo of a split; see `gather`."""
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

    def pixels(encoded: bytes) -> Rgb:
        with Image.open(io.BytesIO(encoded)) as photo:
            return np.asarray(photo.convert("RGB"))

    one_hot = np.eye(len(FAMILIES))
    return gather(((pixels(encoded), one_hot[family]) for encoded, family in rows), len(rows))


def draw_products(count: int) -> Photos:
    """Drawn products of two of the survey's colours; see `gather`. None of them is gold."""
    colors, families = survey_families()
    plain = np.array([family != "gold" for family in np.array(FAMILIES)[families]])
    rgb = np.array([list(bytes.fromhex(color[1:])) for color in colors], dtype=np.uint8)
    drawn = drawn_products(rgb[plain], families[plain], count)
    return gather(((one.photo, one.families) for one in drawn), count)


def gather(photos: Iterable[tuple[Rgb, Floats]], size: int) -> Photos:
    """The features of photos, each given with the part of it that each family is (13).

    Returns:
        `colors` (N x K x COLOR_FEATURES), `groups` (N x K x GROUP_FEATURES), `share` (N x K, 0
        where there is no group), `product` (N x PRODUCT_FEATURES) and `families` (N x 13).
    """
    settings = default_settings()
    count = settings.working.colors
    result = {
        "colors": np.zeros((size, count, COLOR_FEATURES)),
        "groups": np.zeros((size, count, GROUP_FEATURES)),
        "share": np.zeros((size, count)),
        "product": np.zeros((size, PRODUCT_FEATURES)),
        "families": np.zeros((size, len(FAMILIES))),
    }
    for index, (photo, families) in enumerate(photos):
        measures = measure(photo, settings)
        found = len(measures.groups.share)
        result["colors"][index, :found] = color_features(measures.groups.lab)
        result["groups"][index, :found] = group_features(measures)
        result["share"][index, :found] = measures.groups.share
        result["product"][index] = product_features(measures)
        result["families"][index] = families
    return result


def survey_families() -> tuple[list[str], Any]:
    """The survey's colours (N, `#rrggbb`) and their families (N)."""
    generic = load_vocabulary("generic")
    colors, families = [], []
    for name, color in survey_colors().items():
        owner = survey_owner(name, generic)
        if owner is not None and owner.family is not None:
            colors.append(color)
            families.append(FAMILIES.index(owner.family))
    return colors, np.array(families)


class Networks(nn.Module):
    """The networks of `color.family.FamilyModel`, to be fitted together."""

    def __init__(self) -> None:
        """Start from random weights."""
        super().__init__()
        families = len(FAMILIES)
        self.naming = nn.Sequential(
            nn.Linear(COLOR_FEATURES, _NAMING), nn.Tanh(), nn.Linear(_NAMING, _NAMING), nn.Tanh(),
            nn.Linear(_NAMING, families),
        )  # fmt: skip
        self.groups = nn.Sequential(
            nn.Linear(GROUP_FEATURES, _CONTEXT), nn.Tanh(), nn.Linear(_CONTEXT, _KEPT)
        )
        self.product = nn.Sequential(nn.Linear(2 * _KEPT + PRODUCT_FEATURES, _KEPT))
        self.context = nn.Sequential(
            nn.Linear(GROUP_FEATURES + _KEPT, _CONTEXT), nn.Tanh(),
            nn.Linear(_CONTEXT, families + 1),
        )  # fmt: skip

    def forward(self, photos: dict[str, torch.Tensor]) -> torch.Tensor:
        """Probability of each family for each photo (N x 13)."""
        share, seen = photos["share"], photos["groups"]
        kept = torch.tanh(self.groups(seen))
        there = (share > 0)[..., None]
        most = torch.where(there, kept, torch.full_like(kept, -1.0)).amax(1)
        mean = (kept * share[..., None]).sum(1)
        summary = torch.tanh(self.product(torch.cat([mean, most, photos["product"]], -1)))
        spread = summary[:, None].expand(-1, seen.shape[1], -1)
        added = self.context(torch.cat([seen, spread], -1))
        logits = self.naming(photos["colors"]) + added[..., :-1]
        counts = added[..., -1] + torch.log(share + 1e-4)
        counts = torch.where(share > 0, counts, torch.full_like(counts, -1e9))
        mixed = torch.softmax(logits, -1) * torch.softmax(counts, -1)[..., None]
        return mixed.sum(1)


def fit(train: Photos, validation: Photos, drawn: Photos, steps: int = _STEPS) -> dict[str, Any]:
    """Fit the networks; the document that `families.json` holds."""
    torch.manual_seed(0)
    networks = Networks()
    limits = _limits(train, drawn)
    products, held_out, plain = (_tensors(part, limits) for part in (train, validation, drawn))
    colors, known = survey_families()
    survey = torch.tensor(color_features(hex_to_lab(colors))).float()
    survey_family = torch.tensor(known)
    # The survey has hundreds of greens and two whites; each family is to count alike.
    balance = 1.0 / torch.bincount(survey_family, minlength=len(FAMILIES)).float()
    optimizer = torch.optim.AdamW(networks.parameters(), lr=0.005, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for step in range(steps):
        loss = _log_loss(networks, _batch(products, _BATCH))
        # Drawn photos change little from step to step: a few, and not every time, are enough.
        if step % 2 == 0:
            loss = loss + 2 * _DRAWN_WEIGHT * _log_loss(networks, _batch(plain, _BATCH // 4))
        named = networks.naming(survey)
        loss = loss + _SURVEY_WEIGHT * functional.cross_entropy(named, survey_family, balance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        named = networks.naming(survey).argmax(1) == survey_family
        accuracy = {
            "train": _accuracy(networks, products),
            "validation": _accuracy(networks, held_out),
            "drawn": _accuracy(networks, plain),
            "survey": round(float(named.float().mean()), 4),
        }
    print(accuracy)
    return {
        "sources": ["https://xkcd.com/color/rgb/ (CC0)", "Kaggle fashion-product-images-small"],
        "command": "python -m color.fit_families PHOTOS.parquet",
        "accuracy": accuracy,
        "families": list(FAMILIES),
        "limits": {"low": limits[0].tolist(), "high": limits[1].tolist()},
        **{name: _layers(getattr(networks, name)) for name in NETWORKS},
    }


def _log_loss(networks: Networks, photos: dict[str, torch.Tensor]) -> torch.Tensor:
    noisy = {
        name: values + _NOISE * torch.randn_like(values)
        if name in ("groups", "product")
        else values
        for name, values in photos.items()
    }
    found = torch.log(networks(noisy) + 1e-6)
    return -(photos["families"] * found).sum(1).mean()


def _batch(photos: dict[str, torch.Tensor], size: int) -> dict[str, torch.Tensor]:
    count = len(photos["families"])
    chosen = torch.randint(count, (min(count, size),))
    return {name: values[chosen] for name, values in photos.items()}


def _accuracy(networks: Networks, photos: dict[str, torch.Tensor]) -> float:
    right = networks(photos).argmax(1) == photos["families"].argmax(1)
    return round(float(right.float().mean()), 4)


def _limits(*photos: Photos) -> Floats:
    """Lowest and highest value of each feature that is seen now and then (2 x features)."""
    groups = np.concatenate([part["groups"][part["share"] > 0] for part in photos])
    products = np.concatenate([part["product"] for part in photos])
    found = [np.quantile(part, _LIMITS, axis=0) for part in (groups, products)]
    return np.asarray(np.round(np.concatenate(found, axis=1), 4))


def _tensors(photos: Photos, limits: Floats) -> dict[str, torch.Tensor]:
    low, high = limits
    clipped = {
        **photos,
        "groups": np.clip(photos["groups"], low[:GROUP_FEATURES], high[:GROUP_FEATURES]),
        "product": np.clip(photos["product"], low[GROUP_FEATURES:], high[GROUP_FEATURES:]),
    }
    return {name: torch.tensor(values).float() for name, values in clipped.items()}


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
