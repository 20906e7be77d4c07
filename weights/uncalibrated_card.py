"""The model card of a bundle that nobody has calibrated."""

import json
from pathlib import Path
from string import Template
from typing import Any

from weights.bundle import NETWORK_CONFIG, Bundle
from weights.calibration import Calibration
from weights.text_matrix import TextMatrix


def card_of(bundle: Bundle, matrix: TextMatrix, calibration: Calibration) -> str:
    """The card in Markdown: what the bundle is, what it is not, and how to calibrate it."""
    config = json.loads((bundle.folder / NETWORK_CONFIG).read_text("utf-8"))
    entry = next(iter(calibration.sets.values()))
    rows = [
        f"| {name} | {len(labels.ids)} | {calibration.sets[name].scoring} |"
        for name, labels in matrix.sets.items()
    ]
    template = Path(__file__).with_name("uncalibrated_card.md").read_text("utf-8")
    return Template(template).substitute(
        name=bundle.name,
        licence=bundle.manifest.licence,
        architecture=_architecture(config["model_cfg"]),
        scale=f"{entry.logit_scale:g}",
        threshold=f"{entry.default_threshold:g}",
        rows="\n".join(rows),
        preprocessing=json.dumps(config["preprocess_cfg"]),
    )


def _architecture(model: dict[str, Any]) -> str:
    vision = model["vision_cfg"]
    tower = vision.get("timm_model_name") or f"a ViT of width {vision.get('width', '?')}"
    return f"A CLIP of {model['embed_dim']} dimensions whose image tower is {tower}, loaded"
