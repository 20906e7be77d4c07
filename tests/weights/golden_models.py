"""The catalogue's architectures with seeded random weights, in open_clip's hub layout.

Configuration, preprocessing and tokenizer are the real ones; towers are made narrower and shorter,
unless asked for at full size, so that a test takes seconds and not minutes.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.factory import get_model_config
from safetensors.torch import save_model
from timm.models import is_model, register_model
from timm.models.fastvit import FastVit, RepConditionalPosEnc
from timm.models.vision_transformer import VisionTransformer
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from torch import nn
from transformers import T5Tokenizer

from weights.bundle import NETWORK_CONFIG, NETWORK_WEIGHTS

WIDTH = 64
OPENAI_MEAN = [0.48145466, 0.4578275, 0.40821073]
OPENAI_STD = [0.26862954, 0.26130258, 0.27577711]
CLIP_PREPROCESSING = {"mean": OPENAI_MEAN, "std": OPENAI_STD}
FULL_PREPROCESSING = {**CLIP_PREPROCESSING, "interpolation": "bicubic", "resize_mode": "shortest"}
SIGLIP_PREPROCESSING = {
    "mean": [0.5] * 3,
    "std": [0.5] * 3,
    "interpolation": "bicubic",
    "resize_mode": "squash",
}
MOBILE_PREPROCESSING = {
    "mean": [0.0] * 3,
    "std": [1.0] * 3,
    "interpolation": "bilinear",
    "resize_mode": "shortest",
}
NOT_FOR_THE_TOWER = ("pretrained_cfg", "pretrained_cfg_overlay", "cache_dir")
SMALL_SIGLIP, SMALL_MOBILE = "vitrine_small_siglip", "vitrine_small_mobileclip"


@dataclass(frozen=True)
class Golden:
    """A bundle of the catalogue: open_clip's configuration of it, and its own preprocessing."""

    name: str
    architecture: str
    preprocessing: Mapping[str, Any]

    def config(self, *, full_size: bool) -> dict[str, Any]:
        """`open_clip_config.json`."""
        model = deepcopy(get_model_config(self.architecture))
        if not full_size:
            _shrink(model)
        return {"model_cfg": model, "preprocess_cfg": dict(self.preprocessing)}


GOLDEN = (
    Golden("vit-b-32", "ViT-B-32", CLIP_PREPROCESSING),
    Golden("vit-b-32-256", "ViT-B-32-256", CLIP_PREPROCESSING),
    Golden("vit-b-16", "ViT-B-16", CLIP_PREPROCESSING),
    Golden("vit-b-16-dfn", "ViT-B-16-quickgelu", FULL_PREPROCESSING),
    Golden("mobileclip-s1", "MobileCLIP-S1", MOBILE_PREPROCESSING),
    Golden("mobileclip-s2", "MobileCLIP-S2", MOBILE_PREPROCESSING),
    Golden("siglip2-b-16", "ViT-B-16-SigLIP2", SIGLIP_PREPROCESSING),
    Golden("marqo-fashionclip", "ViT-B-16", FULL_PREPROCESSING),
    Golden("marqo-fashionsiglip", "ViT-B-16-SigLIP", SIGLIP_PREPROCESSING),
    Golden("vit-l-14", "ViT-L-14", CLIP_PREPROCESSING),
)


def write_snapshot(golden: Golden, folder: Path, *, full_size: bool = False) -> nn.Module:
    """Writes the snapshot of a random model, and returns the model as it was before, on trial."""
    folder.mkdir(parents=True)
    config = golden.config(full_size=full_size)
    if "hf_tokenizer_name" in config["model_cfg"]["text_cfg"]:
        size = _write_tokenizer(folder)
        if not full_size:
            config["model_cfg"]["text_cfg"]["vocab_size"] = size
    (folder / NETWORK_CONFIG).write_text(json.dumps(config))
    _register_small_towers()
    with torch.random.fork_rng():
        torch.manual_seed(len(golden.name))
        network = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
        awaken(network, config["model_cfg"]["vision_cfg"]["image_size"])
    network.eval()
    save_model(network, str(folder / NETWORK_WEIGHTS))
    return network


def awaken(network: nn.Module, size: int) -> None:
    """Parameters as training leaves them: norms that have seen pictures, no block scaled away."""
    for name, parameter in network.named_parameters():
        if name.endswith("gamma"):
            nn.init.uniform_(parameter, 0.5, 1.0)
        elif "token_embedding" in name:
            nn.init.normal_(parameter, std=0.3)
    norms = [one for one in network.modules() if isinstance(one, nn.BatchNorm2d)]
    for norm in norms:
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        norm.momentum = 1.0
    if norms:
        coarse = torch.rand(6, 3, 8, 8)
        network.train()
        with torch.no_grad():
            network.encode_image(nn.functional.interpolate(coarse, size=(size, size)))


def _shrink(model: dict[str, Any]) -> None:
    vision, text = model["vision_cfg"], model["text_cfg"]
    model["embed_dim"] = WIDTH
    if "timm_model_name" in vision:
        siglip = "siglip" in vision["timm_model_name"]
        vision["timm_model_name"] = SMALL_SIGLIP if siglip else SMALL_MOBILE
    else:
        vision |= {"width": WIDTH, "layers": 2}
    text |= {"width": WIDTH, "heads": 2, "layers": 2}


def _register_small_towers() -> None:
    if not is_model(SMALL_SIGLIP):
        register_model(vitrine_small_siglip)
        register_model(vitrine_small_mobileclip)


def vitrine_small_siglip(pretrained: bool = False, **options: Any) -> VisionTransformer:
    """timm's `vit_base_patch16_siglip_224`, two layers of it."""
    for name in NOT_FOR_THE_TOWER:
        options.pop(name, None)
    shape = {"patch_size": 16, "embed_dim": WIDTH, "depth": 2, "num_heads": 2}
    return VisionTransformer(**{**shape, "class_token": False, "global_pool": "map", **options})


def vitrine_small_mobileclip(pretrained: bool = False, **options: Any) -> FastVit:
    """timm's `fastvit_mci1`, one block a stage."""
    for name in NOT_FOR_THE_TOWER:
        options.pop(name, None)
    shape = {
        "layers": (1, 1, 1, 1),
        "embed_dims": (16, 32, 64, 64),
        "mlp_ratios": (3, 3, 3, 3),
        "se_downsamples": (False, False, True, True),
        "pos_embs": (None, None, None, partial(RepConditionalPosEnc, spatial_shape=(7, 7))),
        "token_mixers": ("repmixer", "repmixer", "repmixer", "attention"),
        "lkc_use_act": True,
    }
    return FastVit(**{**shape, **options})


CORPUS = (
    "a photo of a mug", "a product photo of leather shoes", "a bohemian dress for sale",
    "a picture of a wooden chair", "an old brass lamp", "vintage jewelry in its box",
)  # fmt: skip


def _write_tokenizer(folder: Path) -> int:
    """A real sentencepiece-like tokenizer in the files that SigLIP's repositories hold."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=200, special_tokens=special, unk_token="<unk>", show_progress=False
    )
    made.train_from_iterator(CORPUS * 20, trainer)
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer = T5Tokenizer(tokenizer_object=made, extra_ids=0)
    tokenizer.save_pretrained(folder)
    return len(tokenizer)
