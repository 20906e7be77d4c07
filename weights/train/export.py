"""From a checkpoint to a bundle: half-precision weights, text matrix, calibration, model card.

python -m weights.train.export --data DATA --work .cache/train/run --output weights/vitrine-tiny
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from open_clip.model import CLIP
from safetensors.torch import save_file

from taggers.datasets import load_dataset_mapping
from taggers.prompts import prompts_for_sets
from taggers.taxonomy import load_taxonomy
from weights.bundle import (
    CALIBRATION,
    NETWORK_CONFIG,
    NETWORK_WEIGHTS,
    TEXT_MATRIX,
    Bundle,
    seal,
)
from weights.calibration import Calibration
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix
from weights.train.calibrate import Labelled, fit_set, stack, with_negatives
from weights.train.card import write_card
from weights.train.decisions import cross_fitted
from weights.train.environment import restart_with_kept_memory
from weights.train.model import build_model, build_tokenizer, copy_architecture
from weights.train.photos import PhotoSet
from weights.train.process import load_sets
from weights.train.recipe import CATEGORY_COLUMNS, DATASET_SHARES, FACET_COLUMNS, Recipe
from weights.train.targets import category_index, facet_index
from weights.train.text import label_vectors, tokenise_prompts
from weights.train.validate import embed, validate

CATEGORY_PRECISION, FACET_PRECISION = 0.95, 0.90
NOT_LISTING_SHARE = 0.25
"""The share of photos of nothing for sale that thresholds are fitted for, by weight."""


def save_weights(checkpoint: Path, output: Path) -> None:
    """Writes the averaged weights of a checkpoint in half precision."""
    state = torch.load(checkpoint, weights_only=True)["average"]
    tensors = {
        name: (tensor.half() if tensor.is_floating_point() else tensor).contiguous()
        for name, tensor in state.items()
    }
    save_file(tensors, output / NETWORK_WEIGHTS)


def embed_prompts(model: CLIP, output: Path) -> TextMatrix:
    """The text matrix of every label set, whether or not the model was shown its labels."""
    tokenizer = build_tokenizer(output)
    sets = {}
    for name, prompts in prompts_for_sets().items():
        phrases = tokenise_prompts(prompts, list(prompts), tokenizer)
        vectors = label_vectors(model, phrases).numpy()
        sets[name] = LabelMatrix(phrases.labels, vectors.astype(np.float32))
    return TextMatrix(sets)


def visible_categories() -> tuple[str, ...]:
    """The category labels that some data set tells apart from all others."""
    return tuple(
        sorted(
            label
            for dataset, column in CATEGORY_COLUMNS.items()
            for label in load_dataset_mapping(dataset).singled_out(column)
        )
    )


def labelled(
    photos: PhotoSet, vectors: np.ndarray, column: str, matrix: LabelMatrix, visible: list[str]
) -> Labelled:
    """One data set's photos against the visible labels; photos without a visible one left out."""
    place = {label: row for row, label in enumerate(matrix.ids)}
    values = load_dataset_mapping(photos.name).expanded(column)
    right = np.zeros((len(vectors), len(visible)), bool)
    for row, value in enumerate(photos.columns[column]):
        right[row] = [label in values.get(value, ()) for label in visible]
    known = right.any(axis=1)
    cosines = vectors @ matrix.vectors[[place[label] for label in visible]].T
    weight = DATASET_SHARES[photos.name] / max(1, known.sum())
    weights = np.full(int(known.sum()), weight)
    return Labelled(tuple(visible), cosines[known].astype(np.float64), right[known], weights)


def fit(matrix: TextMatrix, sets: list[PhotoSet], embeddings: list[torch.Tensor]) -> Calibration:
    """The calibration of all label sets on validation photos."""
    visible = sorted(set(visible_categories()))
    pairs = [(photos, rows.numpy()) for photos, rows in zip(sets, embeddings, strict=True)]
    categories = stack(
        [
            labelled(photos, rows, CATEGORY_COLUMNS[photos.name], matrix.sets["category"], visible)
            for photos, rows in pairs
        ]
    )
    categories = with_negatives(categories, NOT_LISTING_SHARE)
    taxonomy = load_taxonomy()
    category = fit_set(categories, CATEGORY_PRECISION, taxonomy)
    held_out = cross_fitted(categories, CATEGORY_PRECISION, taxonomy)
    entries = {
        "category": category.model_copy(update={"measured": {**category.measured, **held_out}})
    }
    fashion, rows = next(pair for pair in pairs if pair[0].name == "fashion_products")
    for name, column in FACET_COLUMNS.items():
        labels = list(facet_index(name).labels)
        photos = labelled(fashion, rows, column, matrix.sets[name], labels)
        entries[name] = fit_set(photos, FACET_PRECISION)
    counts = ", ".join(f"{photos.name} {len(photos.pixels)}" for photos in sets)
    return Calibration(fitted_on=f"validation splits: {counts} photos", sets=entries)


def export(data: Path, work: Path, output: Path, version: str, recipe: Recipe) -> Bundle:
    """Writes the bundle of the run in `work` over `output`, and measures it as it was written."""
    for path in output.glob("*"):
        path.unlink()
    copy_architecture(work / "architecture", output)
    save_weights(work / "checkpoint.pt", output)
    model = build_model(output, None)
    model.load_state_dict(_half_precision(output))
    model.eval().to(memory_format=torch.channels_last)
    matrix = embed_prompts(model, output)
    matrix.save(output / TEXT_MATRIX)
    sets = load_sets(data, "validation", recipe.image_size, work.parent / "photos")
    embeddings = [embed(model, photos, recipe.image_size) for photos in sets]
    calibration = fit(TextMatrix.load(output / TEXT_MATRIX), sets, embeddings)
    calibration.save(output / CALIBRATION)
    indices = {"category": category_index()} | {name: facet_index(name) for name in FACET_COLUMNS}
    tokenizer = build_tokenizer(output)
    prompts = prompts_for_sets()
    phrases = {
        name: tokenise_prompts(prompts[name], index.labels, tokenizer)
        for name, index in indices.items()
    }
    scores = validate(model, phrases, indices, sets, embeddings)
    write_card(output, scores, calibration, recipe)
    taxonomy = load_taxonomy().version
    return seal(output, name=output.name, version=version, taxonomy=taxonomy, licence="Apache-2.0")


def _half_precision(output: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    weights = load_file(output / NETWORK_WEIGHTS)
    return {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in weights.items()
    }


def main() -> None:
    """Reads the command line and exports."""
    parser = argparse.ArgumentParser(prog="python -m weights.train.export", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the parquet files")
    parser.add_argument("--work", type=Path, default=Path(".cache/train/run"))
    parser.add_argument("--output", type=Path, default=Path("weights/vitrine-tiny"))
    parser.add_argument("--version", default="1")
    options = parser.parse_args()
    restart_with_kept_memory("weights.train.export")
    options.output.mkdir(parents=True, exist_ok=True)
    if any(options.output.iterdir()) and not (options.output / NETWORK_CONFIG).is_file():
        parser.error(f"{options.output} holds other files than a bundle's, which would be deleted")
    bundle = export(options.data, options.work, options.output, options.version, Recipe())
    print(f"{bundle.name}: {len(bundle.manifest.files)} files in {options.output}")


if __name__ == "__main__":
    main()
