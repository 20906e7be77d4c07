"""Draws the pictures of `docs/photo_quality.md`: for each issue a clean photo and a bad one.

    python benchmarks/quality_pictures.py docs/pictures

Uses the photos that scikit-image carries and what is drawn here. Prints the table of numbers that
stands in the document.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from degradations import DEGRADATIONS, to_bytes
from layout_cases import add_frame, make_collage, make_screenshot
from overlay_cases import Photo, add_text
from PIL import Image
from skimage import data
from watermark_cases import add_watermark

from photo_quality import PhotoQuality, QualityAnalyzer

Pair = tuple[Photo, Photo]
HEIGHT = 200
GAP = 8


def draw_box(left: int, top: int, right: int, bottom: int) -> Photo:
    """A blue cushion with soft folds on a slightly grainy grey ground, 600 x 600."""
    rng = np.random.default_rng(1)
    picture = 200 + rng.normal(0, 1.5, (600, 600, 1)).repeat(3, axis=2)
    weave = rng.normal(0, 9, (600, 600))
    y, x = np.mgrid[:600, :600]
    cloth = np.array([50, 75, 160]) + (12 * np.sin((x + 2 * y) / 29) + weave)[:, :, None]
    picture[top:bottom, left:right] = cloth[top:bottom, left:right]
    return to_bytes(picture)


def on_clutter() -> Photo:
    """The same box among other things."""
    tiles = np.random.default_rng(3).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(tiles).resize((600, 600), Image.Resampling.NEAREST)).copy()
    picture[150:450, 150:450] = (40, 60, 150)
    return picture


def reduced(photo: Photo, side: int) -> Photo:
    """A copy with so many pixels on the long side."""
    image = Image.fromarray(photo)
    image.thumbnail((side, side))
    return np.asarray(image)


def draw_pairs() -> dict[str, Pair]:
    """A clean photo and a bad one for each issue."""
    coffee, chelsea, astronaut, rocket = (
        np.asarray(load()) for load in (data.coffee, data.chelsea, data.astronaut, data.rocket)
    )
    turn = [coffee, astronaut, chelsea, rocket]
    pairs = {one.code: (turn[i % 3], one(turn[i % 3], i)) for i, one in enumerate(DEGRADATIONS)}
    box, seeds = draw_box(150, 150, 450, 450), range(200)
    plain = np.full((600, 600, 3), 214, np.uint8)
    pairs |= {
        "too_small": (coffee, reduced(coffee, 160)),
        "odd_aspect": (rocket, rocket[150:300]),
        "subject_small": (box, draw_box(250, 250, 350, 350)),
        "subject_cut": (box, draw_box(180, 250, 420, 600)),
        "thumbnail_cut": (box, np.ascontiguousarray(draw_box(180, 20, 420, 580)[:, 120:480])),
        "busy_background": (box, on_clutter()),
        "border": (coffee, add_frame(coffee, 1)),
        "text_overlay": (astronaut, first(add_text, astronaut, "text_overlay", seeds)),
        "watermark": (coffee, first(add_watermark, coffee, "watermark", seeds)),
        "collage": (chelsea, make_collage(turn, 2)),
        "screenshot": (coffee, make_screenshot(coffee, 4)),
        "placeholder": (box, plain),
        "cannot_judge": (box, faint()),
    }
    return pairs


def faint() -> Photo:
    """A plain product with next to no detail."""
    y, x = np.mgrid[:600, :600]
    inside = np.hypot(x - 300, y - 300) < 150
    shade = 236 - 12 / (1 + np.exp((np.hypot(x - 300, y - 300) - 150) / 14)) * inside.max()
    return to_bytes(shade)[:, :, None].repeat(3, axis=2)


def first(make: Callable[[Photo, int], Photo], photo: Photo, code: str, seeds: range) -> Photo:
    """The first case that is reported under its own name."""
    analyze = QualityAnalyzer().analyze
    cases = (make(photo, seed) for seed in seeds)
    return next(case for case in cases if code in {i.code for i in analyze(case).issues})


def side_by_side(clean: Photo, bad: Photo) -> Image.Image:
    """Both at one height."""
    images = []
    for photo in (clean, bad):
        image = Image.fromarray(photo)
        width = max(1, min(360, round(HEIGHT * image.width / image.height)))
        images.append(image.resize((width, HEIGHT), Image.Resampling.LANCZOS))
    sheet = Image.new("RGB", (images[0].width + GAP + images[1].width, HEIGHT), "white")
    sheet.paste(images[0], (0, 0))
    sheet.paste(images[1], (images[0].width + GAP, 0))
    return sheet


def value_of(result: PhotoQuality, measure: str) -> str:
    return f"{result.measures[measure]:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    analyzer = QualityAnalyzer()
    print("| issue | measure | clean | bad | threshold | score of the photo | |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for code, (clean, bad) in draw_pairs().items():
        rule = analyzer.thresholds.issues[code]
        least = 300 if code == "too_small" else 1  # the pictures here are small ones
        good = analyzer.analyze(clean, min_side=least)
        worse = analyzer.analyze(bad, min_side=least)
        path = folder / f"quality_{code}.jpg"
        side_by_side(clean, bad).save(path, quality=82, optimize=True)
        named = "" if code in {issue.code for issue in worse.issues} else " (not reported)"
        print(
            f"| `{code}`{named} | `{rule.measure}` | {value_of(good, rule.measure)} "
            f"| {value_of(worse, rule.measure)} "
            f"| {least if code == 'too_small' else rule.threshold:g} "
            f"| {good.score} to {worse.score} | ![](pictures/{path.name}) |"
        )


if __name__ == "__main__":
    main()
