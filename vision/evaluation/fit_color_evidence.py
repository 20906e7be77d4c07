"""Fits `color/evidence.json`: how the encoder's colour words are weighed with the pixels.

    python -m vision.evaluation.fit_color_evidence fashion_products.parquet [--bundle NAME]

Photos are read along the real path. The encoder learned from the training split, where it is surer
than it may be, so the weights are fitted on the validation split. What they bring is measured on
photos they were not fitted on: each half of the split with the weights of the other.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import color
from color import generic_families
from color.evidence import Evidence, Mixing, parse_mixing
from taggers import load_facets
from taggers.datasets import load_dataset_mapping
from vision.assemble import BASE_COLOR
from vision.color_evidence import color_evidence
from vision.evaluation.reading import Reader, Unreadable
from vision.evaluation.rows import read_rows, select_rows
from weights.catalog import EMBEDDED, find_bundle

DATASET, COLUMN = "fashion_products", "base_colour"
FLOOR = 0.001
"""Added to all probabilities: a higher one keeps little of how sure a source is."""
TOWARDS_SHARED = 0.1
"""Holds each family's weights to those of all, so that rare families follow the others."""
STEPS = 60
CROSSWISE = "each half with the other's weights"


@dataclass(frozen=True)
class Opinion:
    """One photo: its family's place, the pixels' probabilities (13) and the evidence."""

    family: int
    pixels: NDArray[np.float64]
    evidence: Evidence


def main() -> None:
    """Read, fit both ways, report, fit on all, write."""
    parser = argparse.ArgumentParser(description="Fit the weights of the encoder's colour words.")
    parser.add_argument("photos", type=Path)
    parser.add_argument("--bundle", default=EMBEDDED)
    parser.add_argument("--split", default="validation")
    parser.add_argument("--limit", type=int, default=None, help="photos to use")
    arguments = parser.parse_args()
    bundle = find_bundle(arguments.bundle)
    with Reader(bundle) as reader:
        opinions = list(read_opinions(arguments.photos, reader, arguments.split, arguments.limit))
    document = fit_document(opinions, f"{bundle.name} {bundle.version}")
    path = Path(color.__file__).with_name("evidence.json")
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: document[key] for key in ("top1", "top2")}))


def read_opinions(
    path: Path, reader: Reader, split: str | None, limit: int | None
) -> Iterator[Opinion]:
    """What pixels and encoder say of each photo whose label has a family.

    Raises `EvaluationError` where the file cannot be read.
    """
    families = generic_families()
    words = load_facets()[BASE_COLOR].labels
    labels = load_dataset_mapping(DATASET).columns[COLUMN].labels
    rows = select_rows(path, split, limit)
    for reading in reader.read(read_rows(path, rows, [COLUMN])):
        if isinstance(reading, Unreadable):
            continue
        ids = labels.get(reading.photo.labels[COLUMN], ())
        family = words[ids[0]].family if ids else None
        evidence = color_evidence(reading.category, reading.facets.get(BASE_COLOR))
        if family in families and evidence is not None:
            pixels = np.array([reading.colors.families[one] for one in families])
            yield Opinion(families.index(family), pixels, evidence)


def fit_document(opinions: list[Opinion], bundle: str) -> dict[str, Any]:
    """The document that `evidence.json` holds, fitted on all, measured crosswise on halves."""
    halves = opinions[::2], opinions[1::2]
    mixed = [
        _likeliest_two(halves[1 - place], parse_mixing(fit_mixing(half)))
        for place, half in enumerate(halves)
    ]
    encoder = [
        said is not None and int(said.argmax()) == one.family
        for one in opinions
        for said in [one.evidence.of_families]
    ]
    return {
        "source": "Kaggle fashion-product-images-small, validation split",
        "command": "python -m vision.evaluation.fit_color_evidence fashion_products.parquet",
        "bundle": bundle,
        "photos": len(opinions),
        "top1": {
            "pixels": _share([int(one.pixels.argmax()) == one.family for one in opinions]),
            "encoder": _share(encoder),
            CROSSWISE: [first for first, _ in mixed],
        },
        "top2": {CROSSWISE: [either for _, either in mixed]},
        **fit_mixing(opinions),
    }


def fit_mixing(opinions: list[Opinion]) -> dict[str, Any]:
    """The weights that make the families of the photos likeliest, by Newton-like steps (L-BFGS)."""
    pixels, evidence, weight, family = _tensors(opinions)
    count = pixels.shape[1]
    raw = torch.zeros(3, count + 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([raw], max_iter=STEPS, line_search_fn="strong_wolfe")

    def weights() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        shared = raw[:, :1] + raw[:, 1:]
        return torch.exp(shared[0]), torch.exp(shared[1]), raw[2, 1:]

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        of_pixels, of_evidence, bias = weights()
        logits = (1 - weight + weight * of_pixels) * torch.log(pixels + FLOOR)
        logits = logits + weight * (of_evidence * torch.log(evidence + FLOOR) + bias)
        loss = torch.nn.functional.cross_entropy(logits, family)
        loss = loss + TOWARDS_SHARED * (raw[:, 1:] ** 2).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        found = [np.round(values.numpy(), 4).tolist() for values in weights()]
    names = ("pixels", "evidence", "bias")
    return {
        "families": list(generic_families()),
        **dict(zip(names, found, strict=True)),
        "floor": FLOOR,
    }


def _tensors(
    opinions: list[Opinion],
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Pixels (N x 13), evidence (N x 13), its weight (N x 1) and the families (N)."""
    said = [one.evidence.of_families for one in opinions]
    flat = np.full(len(generic_families()), 1.0 / len(generic_families()))
    weight = [
        0.0 if one is None else opinion.evidence.weight
        for one, opinion in zip(said, opinions, strict=True)
    ]
    return (
        torch.tensor(np.array([one.pixels for one in opinions])),
        torch.tensor(np.array([flat if one is None else one for one in said])),
        torch.tensor(weight, dtype=torch.float64)[:, None],
        torch.tensor([one.family for one in opinions]),
    )


def _likeliest_two(opinions: list[Opinion], mixing: Mixing) -> tuple[float, float]:
    """How often the label is the likeliest family, and one of the two likeliest."""
    ranks = [
        np.argsort(-mixing(one.pixels, one.evidence), kind="stable").tolist().index(one.family)
        for one in opinions
    ]
    return _share([rank < 1 for rank in ranks]), _share([rank < 2 for rank in ranks])


def _share(right: list[bool]) -> float:
    return round(sum(right) / max(1, len(right)), 4)


if __name__ == "__main__":
    main()
