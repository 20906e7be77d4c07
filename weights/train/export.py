"""From a checkpoint to a bundle: half-precision weights, text matrix, calibration.

python -m weights.train.export --data DATA --work .cache/train/run --output weights/vitrine-tiny
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from open_clip.model import CLIP
from safetensors.torch import save_file

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
from weights.labels import FloatArray, LabelMatrix
from weights.text_matrix import TextMatrix
from weights.train.calibrate import fit
from weights.train.environment import restart_with_kept_memory
from weights.train.model import build_model, build_tokenizer, copy_architecture
from weights.train.process import load_sets
from weights.train.recipe import FACET_COLUMNS, Recipe
from weights.train.targets import category_index, facet_index
from weights.train.text import label_vectors, tokenise_prompts
from weights.train.validate import embed


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


def learned_vectors(checkpoint: Path) -> Mapping[str, Mapping[str, FloatArray]]:
    """The vector of each label that photos were compared with in training, by label set.

    The text tower follows these, and comes near; the vectors themselves tell photos apart best.
    """
    state = torch.load(checkpoint, weights_only=True)
    indices = {"category": category_index(state["held_out"])}
    indices |= {name: facet_index(name) for name in FACET_COLUMNS}
    rows = F.normalize(state["labels"]["rows"], dim=-1).numpy()
    named = [(name, label) for name, index in indices.items() for label in index.labels]
    learned: dict[str, dict[str, FloatArray]] = {name: {} for name in indices}
    for (name, label), row in zip(named, rows, strict=True):
        learned[name][label] = row
    return learned


def with_learned(matrix: TextMatrix, learned: Mapping[str, Mapping[str, FloatArray]]) -> TextMatrix:
    """The matrix with the learned vector of every label that has one in place of its phrases'."""
    sets = {}
    for name, one in matrix.sets.items():
        known = learned.get(name, {})
        rows = [known.get(label, row) for label, row in zip(one.ids, one.vectors, strict=True)]
        sets[name] = LabelMatrix(one.ids, np.asarray(rows, np.float32))
    return TextMatrix(sets)


def export(data: Path, work: Path, output: Path, version: str, recipe: Recipe) -> Bundle:
    """Writes the bundle of the run in `work` over `output`, calibrated as it was written.

    Its model card comes later, from an evaluation of the bundle: see `weights.train.card`.
    """
    for path in output.glob("*"):
        path.unlink()
    copy_architecture(work / "architecture", output)
    save_weights(work / "checkpoint.pt", output)
    model = build_model(output, None)
    model.load_state_dict(_half_precision(output))
    model.eval().to(memory_format=torch.channels_last)
    matrix = with_learned(embed_prompts(model, output), learned_vectors(work / "checkpoint.pt"))
    matrix.save(output / TEXT_MATRIX)
    sets = load_sets(data, "validation", recipe.image_size, work.parent / "photos")
    embeddings = [embed(model, photos, recipe.image_size) for photos in sets]
    calibration = fit(TextMatrix.load(output / TEXT_MATRIX), sets, embeddings)
    calibration.save(output / CALIBRATION)
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
