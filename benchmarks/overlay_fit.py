"""Fits the network that sees text and watermarks in a photo, and writes it to a data file.

    python benchmarks/overlay_fit.py PHOTOS.parquet FOLDER... [--minutes M] [--start FILE]

Draws words and watermarks over photos (column `image` of the table where `split` is `train`; those
of the folders whose names hash to the first half), with the fonts, words and layouts that
`overlay_cases` does not hold out. Beside photos as they are, words printed on a product (turned,
shaded like the cloth, softened), boxes and stripes serve as what is not laid over it. Needs torch
and pyarrow. The shipped weights took several runs, each going on from the last (`--start`).
"""

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as parquet
import torch
from overlay_cases import (
    FONTS,
    MARKS,
    WORDS,
    Photo,
    add_text,
    add_watermark,
    compressed,
    load_font,
    pick,
)
from PIL import Image, ImageDraw, ImageFilter
from quality_photos import load_photo, open_bytes, photo_paths
from torch import nn
from torch.nn import functional

from photo_quality.overlays import CELL, LAYERS, SIDE, OverlayNetwork, load_network

OUTPUT = Path(__file__).parents[1] / "photo_quality" / "data" / "overlays.json"
CROP = 144
BATCH, NEW = 24, 4  # examples a step, and how many of them are drawn for it
POOL = 2000  # examples that are kept for further steps
RATE = 1e-2
POSITIVE = 3.0  # weight of a cell with ink over one without
TEXT, VEIL = 0, 1
LEAST_CHANGE = (24, 12)  # grey levels, of words and of watermarks
INK = (0.02, 0.1)  # share of the pixels around a cell: none below, some above
STROKE = 0.05  # widest stroke of a letter, of the long side
LEAST_LIFT = 30  # of a stroke over its surroundings, grey levels
LEAST_STEP = 36  # within a cell's surroundings; less is the plain part of a banner


class Network(nn.Module):
    """The network of `photo_quality.overlays`.

    With batch norms while it is fitted from nothing; without where it goes on from a data file,
    into which they were multiplied.
    """

    def __init__(self, start: OverlayNetwork | None) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(one.inputs, one.outputs, one.kernel, one.stride, one.padding)
            for one in LAYERS
        )
        norm = nn.BatchNorm2d if start is None else nn.Identity
        self.norms = nn.ModuleList(norm(one.outputs) for one in LAYERS[:-1])
        if start is not None:
            self._go_on_from(start)

    def _go_on_from(self, start: OverlayNetwork) -> None:
        for layer, form, (weights, biases) in zip(self.layers, LAYERS, start.layers, strict=True):
            shape = (form.kernel, form.kernel, form.inputs, form.outputs)
            layer.weight.data = torch.from_numpy(weights).reshape(shape).permute(3, 2, 0, 1).clone()
            layer.bias.data = torch.from_numpy(biases).clone()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        for layer, norm in zip(self.layers, self.norms, strict=False):
            pixels = torch.relu(norm(layer(pixels)))
        return self.layers[-1](pixels)

    def folded(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Weights and biases of each layer, the batch norms multiplied into them."""
        pairs = []
        for layer, norm in zip(self.layers, self.norms, strict=False):
            if isinstance(norm, nn.Identity):
                pairs.append((layer.weight, layer.bias))
                continue
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            bias = (layer.bias - norm.running_mean) * scale + norm.bias
            pairs.append((layer.weight * scale[:, None, None, None], bias))
        return [*pairs, (self.layers[-1].weight, self.layers[-1].bias)]


def print_words(photo: Photo, seed: int) -> Photo:
    """Words that belong to the product: turned, under its light, as soft as the photo."""
    rng = np.random.default_rng([seed, 6])
    image = Image.fromarray(photo)
    font = load_font(pick(rng, FONTS[False]), round(rng.uniform(0.05, 0.14) * max(image.size)))
    words = pick(rng, WORDS[False] + MARKS[False])
    canvas = Image.new("L", image.size)
    place = (rng.uniform(0.3, 0.7) * image.width, rng.uniform(0.3, 0.7) * image.height)
    ImageDraw.Draw(canvas).text(place, words, 255, font, "mm")
    angle = float(rng.choice([-1, 1]) * rng.uniform(4, 50))
    canvas = canvas.rotate(angle, Image.Resampling.BICUBIC, center=place)
    canvas = canvas.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.2)))
    mask = np.asarray(canvas)[:, :, None] / 255.0
    light = photo.mean(axis=2, keepdims=True) / max(1.0, float(photo.mean()))
    paint = rng.uniform(0, 230, 3) * np.clip(light, 0.4, 1.3)
    paint = paint + rng.normal(0, 3, photo.shape)
    mixed = photo * (1 - mask) + np.clip(paint, 0, 255) * mask
    return compressed(Image.fromarray(np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)), 88)


def draw_boxes(photo: Photo, seed: int) -> Photo:
    """Straight-edged things and stripes: flat colours, but no letters."""
    rng = np.random.default_rng([seed, 8])
    image = Image.fromarray(photo)
    draw = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 4))):
        left, top = rng.uniform(0, 0.7) * image.width, rng.uniform(0, 0.7) * image.height
        right, bottom = left + rng.uniform(30, 300), top + rng.uniform(30, 300)
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        draw.rectangle((left, top, right, bottom), fill=color)
        if rng.random() < 0.5:
            stripe = tuple(int(v) for v in rng.integers(0, 256, 3))
            step, width = int(rng.integers(8, 30)), int(rng.integers(2, 8))
            for y in range(int(top), int(bottom), step):
                draw.rectangle((left, y, right, min(bottom, y + width)), fill=stripe)
    noisy = np.asarray(image) + rng.normal(0, rng.uniform(0, 6), photo.shape)
    return compressed(Image.fromarray(np.rint(np.clip(noisy, 0, 255)).astype(np.uint8)), 90)


def find_strokes(photo: Photo) -> np.ndarray:
    """Whether a pixel is in something narrow, lighter or darker than its surroundings, bool."""
    side = max(3, round(STROKE * max(photo.shape)))
    kernel = np.ones((side, side), np.uint8)
    lighter = cv2.morphologyEx(photo, cv2.MORPH_TOPHAT, kernel).max(axis=2)
    darker = cv2.morphologyEx(photo, cv2.MORPH_BLACKHAT, kernel).max(axis=2)
    return np.maximum(lighter, darker) > LEAST_LIFT


def make_example(photo: Photo, seed: int) -> tuple[Photo, np.ndarray, np.ndarray]:
    """A crop, and the targets and the weights of its cells, float32 2 x h x w each."""
    rng = np.random.default_rng([seed, 7])
    kind = rng.choice(4, p=[0.35, 0.4, 0.1, 0.15])
    if max(photo.shape) < 0.6 * SIDE and rng.random() < 0.5:
        height, width = photo.shape[:2]
        larger = Image.fromarray(photo).resize((round(1.5 * width), round(1.5 * height)))
        photo = np.asarray(larger)
    if rng.random() < 0.4:  # other light: highlights at the limit are no letters
        gain, lift = rng.uniform(0.5, 2.0), rng.uniform(-20, 40)
        photo = np.clip(np.rint(photo * gain + lift), 0, 255).astype(np.uint8)
    target = np.zeros((2, *photo.shape[:2]), np.float32)
    changed = photo
    if kind in (TEXT, VEIL):
        changed = (add_text, add_watermark)[kind](photo, seed)
        change = np.abs(changed.astype(np.int16) - photo).max(axis=2)
        target[kind] = change > LEAST_CHANGE[kind]
        if kind == TEXT:
            target[kind] *= find_strokes(changed)
    elif kind == 2:
        changed = (print_words, draw_boxes)[rng.integers(2)](photo, seed)
    top = int(rng.integers(photo.shape[0] - CROP + 1))
    left = int(rng.integers(photo.shape[1] - CROP + 1))
    window = (slice(top, top + CROP), slice(left, left + CROP))
    crop, marks = changed[window], torch.from_numpy(target[:, *window].copy())
    ink = functional.avg_pool2d(marks, 2 * CELL, CELL, CELL // 2, count_include_pad=False).numpy()
    tones = torch.from_numpy(crop.mean(axis=2, dtype=np.float32))[None]
    pad, size = CELL // 2, 2 * CELL
    most = functional.max_pool2d(tones, size, CELL, pad)
    least = -functional.max_pool2d(-tones, size, CELL, pad)
    stepped = (most - least).numpy() > LEAST_STEP
    weight = ((ink <= INK[0]) | ((ink >= INK[1]) & (stepped | (kind == VEIL)))).astype(np.float32)
    if kind in (TEXT, VEIL):  # what a flat word is to the other output is left open
        weight[1 - kind] *= ink[kind] <= INK[0]
    return crop, (ink >= INK[1]).astype(np.float32), weight


def _to_input(rgb: Photo) -> np.ndarray:
    """Grey levels from the middle, over 64: float32 3 x H x W."""
    return ((rgb.astype(np.float32) - 128.0) / 64.0).transpose(2, 0, 1)


def load_bases(table: Path, folders: list[Path]) -> list[Photo]:
    """Photos to draw on, at least a crop in size."""
    held_out = {p.stem.split("-")[-1] for folder in folders for p in photo_paths(folder, half=1)}
    rows = parquet.read_table(table, columns=["id", "image", "split"]).to_pylist()
    rows = [r for r in rows if r["split"] == "train" and r["id"][:8] not in held_out]
    photos = [open_bytes(row["image"]) for row in rows]
    photos = [photo for photo in photos if min(photo.shape[:2]) >= 120]
    own = [load_photo(path, SIDE) for folder in folders for path in photo_paths(folder, half=0)]
    photos += own * max(1, len(photos) // max(1, len(own)))
    return [_at_least(photo, CROP) for photo in photos]


def _at_least(photo: Photo, side: int) -> Photo:
    height, width = photo.shape[:2]
    if min(height, width) >= side:
        return photo
    return np.asarray(Image.fromarray(photo).resize((max(side, width), max(side, height))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--seed", type=int, default=0, help="another, when going on")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    bases = load_bases(options.table, options.folders)
    print(len(bases), "photos")
    network = Network(load_network(options.start) if options.start else None)
    rate = RATE if options.start is None else RATE / 4
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=1e-4)
    start, seed, drawn, shown = time.monotonic(), options.seed, 0, 0.0
    rng = np.random.default_rng(seed)
    pool: list[tuple[Photo, np.ndarray, np.ndarray]] = []
    while (spent := (time.monotonic() - start) / 60 / options.minutes) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * max(0.01, 1 - spent)
        for _ in range(NEW):
            example = make_example(bases[rng.integers(len(bases))], seed)
            pool[drawn % POOL : drawn % POOL + 1] = [example]
            seed, drawn = seed + 1, drawn + 1
        chosen = [pool[i] for i in rng.integers(len(pool), size=BATCH)]
        pixels = torch.from_numpy(np.stack([_to_input(e[0]) for e in chosen]))
        target = torch.from_numpy(np.stack([e[1] for e in chosen]))
        weight = torch.from_numpy(np.stack([e[2] for e in chosen]))
        weight = weight * (1 + (POSITIVE - 1) * target)
        losses = functional.binary_cross_entropy_with_logits(
            network(pixels), target, reduction="none"
        )
        loss = (losses * weight).sum() / weight.sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        shown = 0.98 * shown + 0.02 * loss.item() if shown else loss.item()
        if drawn % (50 * NEW) == 0:
            print(drawn, round(shown, 4), flush=True)
            save(network, options.output)
    save(network, options.output)


def save(network: Network, path: Path) -> None:
    """Write the weights, to four digits."""
    layers = [
        {
            "weights": [float(f"{w:.4g}") for w in weight.detach().flatten().tolist()],
            "biases": [float(f"{b:.4g}") for b in bias.detach().tolist()],
        }
        for weight, bias in network.folded()
    ]
    document = {"made_by": "benchmarks/overlay_fit.py", "layers": layers}
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
