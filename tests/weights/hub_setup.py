"""A small random CLIP as a hub's repository, its catalogue, and a bundle that takes no time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tests.weights.hub_server import HubServer, sha256
from weights.bundle import CALIBRATION, NETWORK_CONFIG, NETWORK_WEIGHTS, TEXT_MATRIX, Bundle, seal
from weights.calibration import Calibration, SetEntry
from weights.catalog_entries import Catalog
from weights.hub import Hub
from weights.labels import LabelMatrix
from weights.pull import Progress, pull
from weights.text_matrix import TextMatrix

REPOSITORY = "own/tiny"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER_COMMIT = "f" * 40
MODEL = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 1, "layers": 1},
}
PREPROCESSING = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bicubic"}
CONFIG = json.dumps(
    {"model_cfg": MODEL, "preprocess_cfg": {**PREPROCESSING, "resize_mode": "squash"}}
).encode()


def random_clip() -> bytes:
    """The weights of a seeded random CLIP, as safetensors."""
    import open_clip
    import safetensors.torch
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = open_clip.CLIP(**MODEL)
    weights: bytes = safetensors.torch.save(network.state_dict())
    return weights


def repository(weights: bytes, named: str = NETWORK_WEIGHTS) -> dict[str, bytes]:
    """What a repository holds: the model, its tokenizer, and what must never be taken."""
    return {
        NETWORK_CONFIG: CONFIG,
        named: weights,
        "LICENSE": b"Anyone may do anything.\n",
        "README.md": b"# tiny\n",
        "modelling.py": b"raise SystemExit\n",
        "open_clip_pytorch_model.bin": b"\x80\x04.",
        "tokenizer.json": b"{}\n",
        "vocab.json": b"{}\n",
    }


def catalog(weights: bytes, **changes: Any) -> Catalog:
    """A catalogue of `tiny` alone; `hub` among the changes changes keys of the pin."""
    pin = {"repository": REPOSITORY, "revision": COMMIT, "sha256": sha256(weights)}
    entry = {
        "name": "tiny",
        "architecture": "ViT",
        "licence": "CC0-1.0",
        "licence_url": "https://example.org/licence",
        "commercial": True,
        "size_mb": 3,
        "dimensions": 16,
        "pixels": 32,
        **changes,
        "hub": pin | changes.get("hub", {}),
    }
    return Catalog.model_validate({"bundle": [entry]})


def quick_bundle(
    folder: Path, *, name: str, version: str, licence: str, progress: Progress | None = None
) -> Bundle:
    """A bundle of the snapshot whose text matrix is made up."""
    matrix = LabelMatrix(("mug", "bowl"), np.eye(2, 16, dtype=np.float32))
    TextMatrix({"category": matrix}).save(folder / TEXT_MATRIX)
    entry = SetEntry(logit_scale=10, default_threshold=0.5, visible=("mug",))
    Calibration(fitted_on="nothing", sets={"category": entry}).save(folder / CALIBRATION)
    return seal(folder, name=name, version=version, taxonomy="1", licence=licence)


def installed_earlier(folder: Path) -> Bundle:
    """A bundle of an older version."""
    folder.mkdir(parents=True)
    (folder / NETWORK_CONFIG).write_bytes(CONFIG)
    (folder / NETWORK_WEIGHTS).write_bytes(b"older")
    return quick_bundle(folder, name="tiny", version=OTHER_COMMIT[:8], licence="CC0-1.0")


@dataclass
class Puller:
    """Pulls `tiny` from a server into folders of its own, without the user's own settings."""

    server: HubServer
    catalog: Catalog
    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def bundles(self) -> Path:
        return self.folder / "bundles"

    @property
    def target(self) -> Path:
        return self.bundles / "tiny"

    @property
    def hub(self) -> Hub:
        return Hub(self.server.endpoint, self.folder / "cache", token=self.server.token and False)

    def pull(self, **options: Any) -> Bundle:
        options = {"hub": self.hub, "catalog": self.catalog, "assemble": quick_bundle} | options
        return pull("tiny", folder=self.bundles, say=self.said.append, **options)

    def leftovers(self) -> list[str]:
        """What lies among the bundles beside `tiny`."""
        if not self.bundles.is_dir():
            return []
        return [path.name for path in self.bundles.iterdir() if path != self.target]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
