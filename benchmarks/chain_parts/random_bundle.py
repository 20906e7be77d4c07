"""A bundle of any architecture of open_clip with random weights, to measure speed with.

Labels and calibration are those of the embedded bundle; the text matrix is random like the model.
"""

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import open_clip
import torch
from safetensors.torch import save_file

from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, TEXT_MATRIX, Bundle, seal
from weights.catalog import EMBEDDED, find_bundle
from weights.labels import LabelMatrix
from weights.text_matrix import TextMatrix

SEED = 0


def make_random_bundle(architecture: str, folder: Path) -> Bundle:
    """Writes the bundle into `folder`, which is made; the same for the same architecture.

    Raises ValueError where open_clip knows no such architecture.
    """
    config = open_clip.get_model_config(architecture)
    if config is None:
        raise ValueError(f"open_clip knows no architecture '{architecture}'")
    folder.mkdir(parents=True)
    torch.manual_seed(SEED)
    network = open_clip.create_model(architecture)
    save_file(
        {name: tensor.contiguous() for name, tensor in network.state_dict().items()},
        folder / NETWORK_WEIGHTS,
    )
    preprocessing = asdict(open_clip.transform.PreprocessCfg(**network.visual.preprocess_cfg))
    content = {"model_cfg": config, "preprocess_cfg": preprocessing}
    (folder / NETWORK_CONFIG).write_text(json.dumps(content, indent=2), encoding="utf-8")
    embedded = find_bundle(EMBEDDED)
    _random_matrix(embedded, config["embed_dim"]).save(folder / TEXT_MATRIX)
    shutil.copyfile(embedded.folder / CALIBRATION, folder / CALIBRATION)
    return seal(
        folder,
        name=f"random-{architecture}",
        version="1",
        taxonomy=embedded.manifest.taxonomy,
        licence="CC0-1.0",
    )


def _random_matrix(like: Bundle, dimension: int) -> TextMatrix:
    """Unit vectors for the labels of another bundle."""
    random = np.random.default_rng(SEED)
    sets = {}
    for name, matrix in TextMatrix.load(like.folder / TEXT_MATRIX).sets.items():
        vectors = random.standard_normal((len(matrix.ids), dimension)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        sets[name] = LabelMatrix(matrix.ids, vectors)
    return TextMatrix(sets)
