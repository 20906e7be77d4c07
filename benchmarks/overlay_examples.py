"""Examples for the network of `photo_quality`: crops of photos, with what is laid over them.

A photo is mirrored until it is as large as a listing's photo, words or a watermark are drawn over
all of it, it is reduced to the side at which the network looks, and crops are cut from it. What is
not laid over serves too: photos as they are, and words printed on a product (turned, bent, under
its light, softened), boxes and stripes.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from overlay_cases import (
    FONTS,
    MARKS,
    Photo,
    Random,
    add_text,
    change_of,
    compressed,
    load_font,
    make_words,
    pick,
)
from PIL import Image, ImageDraw
from torch.nn import functional
from watermark_cases import mark_photo
from watermark_shapes import draw_sign

from photo_quality.overlay_network import CELL
from photo_quality.overlays import SIDE

CROP = 192
CROPS = 3  # of one photo
WINDOW = 2 * CELL  # around a cell, in which ink makes it one of words or of a veil
TEXT, VEIL, PRINT, PLAIN = range(4)
SHARES = (0.27, 0.4, 0.15, 0.18)  # of the kinds
SIDES = (448, 534, 640)  # of the photo on which something is laid, pixels
INK = (0.005, 0.05)  # share of the pixels around a cell: none below, some above
OPACITY = (0.15, 0.75)  # of marks: up to stronger ones than are tested, for they teach the rest
STROKE = 0.05  # widest stroke of a letter, of the long side
LEAST_LIFT = 30  # of a letter's stroke over its surroundings, grey levels
LEAST_STEP = 36  # within a cell's surroundings; less is the plain part of a banner
LEAST_CHANGE = 24  # of a pixel by words, grey levels
LEAST_CONTRAST = 7.0  # of a veil's strokes around a cell; less is left open, grey levels

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Example:
    """A crop (uint8), and targets and weights of its cells (float32 2 x h x w each)."""

    crop: Photo
    target: Floats
    weight: Floats


def make_examples(photo: Photo, seed: int) -> list[Example]:
    """Crops of a photo with or without something laid over it."""
    rng = np.random.default_rng([seed, 7])
    kind = int(rng.choice(4, p=SHARES))
    photo = _in_other_light(_enlarged(photo, rng), rng)
    large = _mirrored(photo, rng)
    changed, ink = _lay_over(large, kind, seed, rng)
    after = _reduced(changed)
    before = _reduced(large) if kind == VEIL else after
    ink = cv2.resize(ink, after.shape[1::-1], interpolation=cv2.INTER_AREA)
    change = change_of(after, before).astype(np.float32)
    windows = [_window(ink, rng, number == 0) for number in range(CROPS)]
    return [_cut(after[one], ink[one], change[one], kind) for one in windows]


def _enlarged(photo: Photo, rng: Random) -> Photo:
    """Now and then soft, as photos from near by are."""
    if rng.random() < 0.65:
        return photo
    scale = float(rng.uniform(1.1, 2.0))
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))


def _in_other_light(photo: Photo, rng: Random) -> Photo:
    """Now and then lighter or darker: highlights at the limit are no letters."""
    if rng.random() < 0.6:
        return photo
    gain, lift = float(rng.uniform(0.5, 1.8)), float(rng.uniform(-20, 40))
    levels = np.clip(np.rint(np.arange(256) * gain + lift), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(photo, levels))


def _mirrored(photo: Photo, rng: Random) -> Photo:
    """A photo of listing size: this one, mirrored at its edges as often as it takes."""
    long = int(rng.choice(SIDES, p=(0.3, 0.5, 0.2)))
    short = round(long * float(rng.choice([0.75, 0.75, 1.0])))
    height, width = (long, short) if rng.random() < 0.75 else (short, long)
    tall, wide = photo.shape[:2]
    rows = _zigzag(int(rng.integers(2 * tall)), height, tall)
    columns = _zigzag(int(rng.integers(2 * wide)), width, wide)
    return np.ascontiguousarray(photo[rows][:, columns])


def _zigzag(start: int, count: int, length: int) -> NDArray[np.intp]:
    """Indices that run to and fro."""
    steps = (start + np.arange(count)) % (2 * length)
    return np.where(steps < length, steps, 2 * length - 1 - steps)


def _lay_over(photo: Photo, kind: int, seed: int, rng: Random) -> tuple[Photo, Floats]:
    """The photo with something over it, and where its ink is (0..1)."""
    if kind == TEXT:
        changed = add_text(photo, seed)
        inked = (change_of(changed, photo) > LEAST_CHANGE) & find_strokes(changed)
        return changed, inked.astype(np.float32)
    if kind == VEIL:
        marked = mark_photo(photo, seed, opacity=OPACITY)
        return marked.photo, marked.mask.astype(np.float32)
    nothing = np.zeros(photo.shape[:2], np.float32)
    if kind == PRINT:
        return (print_words, print_words, draw_boxes)[rng.integers(3)](photo, seed), nothing
    return photo, nothing


def _reduced(photo: Photo) -> Photo:
    scale = SIDE / max(photo.shape)
    if scale >= 1:
        return photo
    return np.asarray(cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _window(ink: Floats, rng: Random, with_ink: bool) -> tuple[slice, slice]:
    """Where a crop lies: anywhere, or around some ink."""
    top, left = (int(rng.integers(side - CROP + 1)) for side in ink.shape)
    places = np.argwhere(ink[::4, ::4] > 0.5)
    if with_ink and len(places):
        middle = 4 * places[rng.integers(len(places))] + rng.integers(-CROP // 3, CROP // 3, 2)
        top, left = (
            int(np.clip(place - CROP // 2, 0, side - CROP))
            for place, side in zip(middle, ink.shape, strict=True)
        )
    return slice(top, top + CROP), slice(left, left + CROP)


def _cut(crop: Photo, ink: Floats, change: Floats, kind: int) -> Example:
    """A crop with the targets of its cells, and which of them count."""
    share = _mean_around(ink)
    target = np.zeros((2, *share.shape), np.float32)
    weight = np.ones_like(target)
    if kind in (TEXT, VEIL):
        target[kind] = share >= INK[1]
        clear = (share <= INK[0]) | (target[kind] > 0)
        if kind == VEIL:
            contrast = _mean_around(ink * change) / np.maximum(share, 1e-6)
            clear &= (share <= INK[0]) | (contrast >= LEAST_CONTRAST)
        else:
            clear &= (share <= INK[0]) | (_step_around(crop) > LEAST_STEP)
        weight[kind] = clear
        weight[1 - kind] = share <= INK[0]  # what it is to the other output is left open
    return Example(np.ascontiguousarray(crop), target, weight)


def _mean_around(plane: Floats) -> Floats:
    tensor = torch.from_numpy(np.ascontiguousarray(plane))[None]
    pooled = functional.avg_pool2d(tensor, WINDOW, CELL, CELL // 2, count_include_pad=False)
    return np.asarray(pooled[0].numpy())


def _step_around(crop: Photo) -> Floats:
    """Difference between the lightest and the darkest pixel around each cell."""
    tones = torch.from_numpy(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32))[None]
    most = functional.max_pool2d(tones, WINDOW, CELL, CELL // 2)
    least = -functional.max_pool2d(-tones, WINDOW, CELL, CELL // 2)
    return np.asarray((most - least)[0].numpy())


def find_strokes(photo: Photo) -> NDArray[np.bool_]:
    """Whether a pixel is in something narrow, lighter or darker than its surroundings."""
    side = max(3, round(STROKE * max(photo.shape)))
    kernel = np.ones((side, side), np.uint8)
    opened = cv2.morphologyEx(photo, cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(photo, cv2.MORPH_CLOSE, kernel)
    lifted = np.maximum(change_of(photo, opened), change_of(closed, photo))
    return np.asarray(lifted > LEAST_LIFT)


def print_words(photo: Photo, seed: int) -> Photo:
    """Words or a sign that belong to the product: bent, under its light, as soft as the photo."""
    rng = np.random.default_rng([seed, 6])
    height, width = photo.shape[:2]
    canvas = Image.new("L", (width, height))
    place = (rng.uniform(0.25, 0.75) * width, rng.uniform(0.25, 0.75) * height)
    size = rng.uniform(0.04, 0.16) * max(photo.shape)
    if rng.random() < 0.25:
        sign = draw_sign(rng, False, 1.6 * size)
        canvas.paste(sign, (round(place[0] - size), round(place[1] - size)))
    else:
        font, y = load_font(pick(rng, FONTS[False]), max(9, round(size))), place[1]
        for _ in range(int(rng.integers(1, 4))):
            name = make_words(rng, MARKS, False)
            ImageDraw.Draw(canvas).text((place[0], y), name, 255, font, "mm")
            y += 1.2 * font.size
    angle = float(rng.normal(0, 12)) if rng.random() < 0.7 else float(rng.uniform(-50, 50))
    turned = np.asarray(canvas.rotate(angle, Image.Resampling.BICUBIC, center=place))
    mask = _bent(turned, rng)
    left, top, wide, tall = cv2.boundingRect(mask)
    window = (slice(top, top + tall), slice(left, left + wide))
    printed = photo.copy()
    if wide:
        printed[window] = _painted(photo[window], mask[window], rng)
    return compressed(Image.fromarray(printed), int(rng.integers(80, 96)))


def _painted(photo: Photo, mask: NDArray[np.uint8], rng: Random) -> Photo:
    """The product in another colour where the mask is: shaded and grainy as the cloth."""
    gray = cv2.cvtColor(np.ascontiguousarray(photo), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(gray, (0, 0), 1.0).astype(np.float32)
    light = np.clip(soft / max(1.0, float(np.median(soft))), 0.35, 1.5)[:, :, None]
    paint = rng.uniform(0, 235, 3) * light ** rng.uniform(0.5, 1.0)
    grain = rng.normal(0, rng.uniform(1, 6), photo.shape[:2])[:, :, None]
    share = mask[:, :, None] / 255.0 * rng.uniform(0.6, 1.0)
    mixed = photo * (1 - share) + (paint + grain) * share
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)


def _bent(mask: NDArray[np.uint8], rng: Random) -> NDArray[np.uint8]:
    """The mask along smooth folds, and softened."""
    height, width = mask.shape
    coarse = rng.normal(0, 1, (2, 6, 6)).astype(np.float32)
    folds = [cv2.resize(one, (width, height), interpolation=cv2.INTER_CUBIC) for one in coarse]
    strength = rng.uniform(0, 0.012) * max(mask.shape)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    across, down = (x + strength * folds[0], y + strength * folds[1])
    bent = cv2.remap(mask, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(bent, (0, 0), float(rng.uniform(0.5, 1.3))))


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
