"""Full-size random models of the catalogue: is a bundle of one open_clip's own model?

The largest differences of image and text embeddings, and the seconds taken.

python -m benchmarks.golden_full_size [NAME ...]
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import open_clip
import skimage.data
import torch
from PIL import Image

from tests.weights.golden_models import GOLDEN, Golden, write_snapshot
from vision.encoder import Encoder
from weights.assemble_bundle import PromptSet, PromptSets, assemble_bundle
from weights.bundle import NETWORK_WEIGHTS

TOLERANCE = 1e-5
PHRASES = ["a vintage lamp", "A Red DRESS, size 7½", ""]
PROMPTS = PromptSets("1", {"category": PromptSet({"mugs": ("a mug", "a cup")})})


@torch.inference_mode()
def differences(golden: Golden, folder: Path) -> tuple[float, float]:
    """The largest difference of a coordinate of photos and of phrases, both of unit norm."""
    network = write_snapshot(golden, folder, full_size=True)
    bundle = assemble_bundle(folder, name=golden.name, version="1", licence="none", prompts=PROMPTS)
    encoder = Encoder(bundle)
    photos = [skimage.data.astronaut(), np.ascontiguousarray(skimage.data.rocket()[:, 250:390])]
    cfg = open_clip.transform.PreprocessCfg(**network.visual.preprocess_cfg)
    preprocess = open_clip.transform.image_transform_v2(cfg, is_train=False)
    inputs = torch.stack([preprocess(Image.fromarray(photo)) for photo in photos])
    images = network.encode_image(inputs, normalize=True).numpy()
    tokens = open_clip.get_tokenizer(f"local-dir:{folder}")(PHRASES)
    texts = network.encode_text(tokens, normalize=True).numpy()
    return (
        float(np.abs(encoder.encode_images(photos) - images).max()),
        float(np.abs(encoder.encode_texts(PHRASES) - texts).max()),
    )


def main() -> None:
    """Prints a row for each architecture, and fails where one differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.golden_full_size")
    parser.add_argument("names", nargs="*", default=[golden.name for golden in GOLDEN])
    names = parser.parse_args().names
    print("| bundle | MB | photos differ by | phrases differ by | seconds |\n|---|---|---|---|---|")
    worst = 0.0
    for golden in (one for one in GOLDEN if one.name in names):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            images, texts = differences(golden, Path(folder) / golden.name)
            size = (Path(folder) / golden.name / NETWORK_WEIGHTS).stat().st_size
        taken = time.perf_counter() - started
        print(f"| {golden.name} | {size / 1e6:.0f} | {images:.1e} | {texts:.1e} | {taken:.0f} |")
        worst = max(worst, images, texts)
    if worst > TOLERANCE:
        raise SystemExit(f"differences reach {worst:.1e}; {TOLERANCE:g} is allowed")


if __name__ == "__main__":
    main()
