"""The two towers: open_clip's CLIP with a timm EfficientNet-Lite0 and a small text transformer."""

import gzip
import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import open_clip
from open_clip.model import CLIP
from open_clip.tokenizer import SimpleTokenizer
from safetensors.torch import load_file

from weights.bundle import NETWORK_WEIGHTS
from weights.train.trunk import TRUNK

MERGES = 8192
BPE_FILE = "bpe_vocabulary.txt.gz"
BYTE_TOKENS = 512
SPECIAL_TOKENS = 2

CONFIG: dict[str, Any] = {
    "model_cfg": {
        "embed_dim": 256,
        "vision_cfg": {
            "timm_model_name": TRUNK.architecture,
            "timm_model_pretrained": False,
            "timm_pool": "avg",
            "timm_proj": "linear",
            "image_size": 192,
        },
        "text_cfg": {
            "context_length": 32,
            "vocab_size": MERGES + BYTE_TOKENS + SPECIAL_TOKENS,
            "tokenizer_kwargs": {"bpe_path": BPE_FILE},
            "width": 128,
            "heads": 4,
            "layers": 3,
        },
    },
    "preprocess_cfg": {
        "size": 192,
        "mode": "RGB",
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "interpolation": "bicubic",
        "resize_mode": "longest",
        "fill_color": 255,
    },
}


def write_architecture(folder: Path) -> None:
    """Writes `open_clip_config.json` and the shortened BPE vocabulary, without any weights.

    The vocabulary is the first 8,192 merges of CLIP's own, which open_clip carries: they are in
    order of frequency, and make the token table a sixth of its usual size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    full = Path(str(files("open_clip"))) / "bpe_simple_vocab_16e6.txt.gz"
    with gzip.open(full, "rt", encoding="utf-8") as source:
        lines = [next(source) for _ in range(MERGES + 1)]
    text = "".join(lines).rstrip("\n").encode()
    (folder / BPE_FILE).write_bytes(gzip.compress(text, mtime=0))


def build_tokenizer(folder: Path) -> SimpleTokenizer:
    """The tokenizer of a bundle folder, its vocabulary file found beside the configuration."""
    return open_clip.get_tokenizer(f"local-dir:{folder}", bpe_path=str(folder / BPE_FILE))


def build_model(
    folder: Path, trunk_weights: Path | None = None, text_bundle: Path | None = None
) -> CLIP:
    """The model of `folder`.

    Its image trunk starts from `trunk_weights` and its text tower from that of an earlier bundle of
    the same text architecture, in the folder `text_bundle`; each at random where none is given.
    """
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
    if trunk_weights is not None:
        model.visual.trunk.load_state_dict(
            {name: tensor.float() for name, tensor in load_file(trunk_weights).items()}
        )
    if text_bundle is not None:
        earlier = load_file(text_bundle / NETWORK_WEIGHTS)
        text = {n: t.float() for n, t in earlier.items() if not n.startswith("visual.")}
        missing = model.load_state_dict(text, strict=False).missing_keys
        if any(not name.startswith("visual.") for name in missing):
            raise ValueError(f"{text_bundle} has another text architecture: {missing}")
    return model


def copy_architecture(source: Path, target: Path) -> None:
    """Copies the configuration and vocabulary of one bundle folder into another."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("open_clip_config.json", BPE_FILE):
        shutil.copyfile(source / name, target / name)
