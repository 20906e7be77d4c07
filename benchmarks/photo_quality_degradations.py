"""Photo quality on photos and their degraded twins.

    python benchmarks/photo_quality_degradations.py FOLDER

Degrades every photo of a folder in one way at a time and prints, for each: the area under the
ROC curve of the matching issue's score against the photos as they are, and the share in which
the issue is flagged at the shipped thresholds. The table is of the photos at odd places of the
folder sorted by name, so that those at even places can serve for choosing thresholds (`--all`
for both).
"""

import argparse
import io
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photo_quality import PhotoQuality, QualityAnalyzer

Photo = NDArray[np.uint8]
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
WORKING_SIDE = 768


def to_bytes(values: NDArray[np.floating]) -> Photo:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def blur(photo: Photo, seed: int) -> Photo:
    return np.asarray(cv2.GaussianBlur(photo, (0, 0), 0.006 * max(photo.shape)), np.uint8)


def move(photo: Photo, seed: int) -> Photo:
    length = max(3, round(0.03 * max(photo.shape)))
    kernel = np.zeros((length, length), np.float32)
    angle, center = np.deg2rad(30 * (seed % 6)), (length - 1) / 2
    step = center * np.array([np.cos(angle), np.sin(angle)])
    start, end = np.rint(center - step).astype(int), np.rint(center + step).astype(int)
    cv2.line(kernel, start.tolist(), end.tolist(), 1.0)
    return np.asarray(cv2.filter2D(photo, -1, kernel / kernel.sum()), np.uint8)


def darken(photo: Photo, seed: int) -> Photo:
    return to_bytes(photo * 0.22)


def overexpose(photo: Photo, seed: int) -> Photo:
    return to_bytes(photo * 1.9 + 40)


def add_noise(photo: Photo, seed: int) -> Photo:
    return to_bytes(photo + np.random.default_rng(seed).normal(0, 22, photo.shape))


def compress(photo: Photo, seed: int) -> Photo:
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "JPEG", quality=8)
    return np.asarray(Image.open(buffer).convert("RGB"))


def enlarge(photo: Photo, seed: int) -> Photo:
    height, width = photo.shape[:2]
    small = Image.fromarray(photo).resize((max(1, width // 6), max(1, height // 6)))
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


def flatten(photo: Photo, seed: int) -> Photo:
    return to_bytes((photo - photo.mean()) * 0.3 + photo.mean())


def tint(photo: Photo, seed: int) -> Photo:
    return to_bytes(photo * np.array([1.25, 1.0, 0.6]))


DEGRADATIONS: dict[str, tuple[str, Callable[[Photo, int], Photo]]] = {
    "Gaussian blur, sigma 0.6 %": ("blurry", blur),
    "motion blur, 3 %": ("motion_blur", move),
    "exposure x 0.22": ("too_dark", darken),
    "exposure x 1.9 + 40": ("too_bright", overexpose),
    "noise, sigma 22": ("noisy", add_noise),
    "JPEG quality 8": ("compressed", compress),
    "enlarged six times": ("upscaled", enlarge),
    "contrast x 0.3": ("low_contrast", flatten),
    "cast x (1.25, 1, 0.6)": ("color_cast", tint),
}


def area_under_curve(bad: list[float], clean: list[float]) -> float:
    """Probability that a degraded photo scores above a clean one, ties counted half."""
    rows, columns = np.array(bad)[:, None], np.array(clean)[None, :]
    return float((rows > columns).mean() + (rows == columns).mean() / 2)


def load(path: Path) -> Photo:
    image = Image.open(path).convert("RGB")
    image.thumbnail((WORKING_SIDE, WORKING_SIDE))
    return np.asarray(image)


def is_flagged(result: PhotoQuality, code: str) -> bool:
    return any(issue.code == code for issue in result.issues)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="also the photos at even places")
    options = parser.parse_args()
    paths = sorted(p for p in options.folder.iterdir() if p.suffix.lower() in SUFFIXES)
    photos = [load(path) for path in (paths if options.all else paths[1::2])]
    analyzer = QualityAnalyzer()
    start = time.perf_counter()
    clean = [analyzer.analyze(photo) for photo in photos]
    elapsed = (time.perf_counter() - start) / len(photos) * 1000
    print(
        f"{len(photos)} photos, {elapsed:.1f} ms each, mean score as they are "
        f"{np.mean([r.score for r in clean]):.0f}\n"
    )
    print("| degradation | issue | AUC | flagged | flagged as they are | mean score |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (code, degrade) in DEGRADATIONS.items():
        bad = [analyzer.analyze(degrade(photo, seed)) for seed, photo in enumerate(photos)]
        area = area_under_curve([r.scores[code] for r in bad], [r.scores[code] for r in clean])
        flagged = np.mean([is_flagged(r, code) for r in bad])
        alarms = np.mean([is_flagged(r, code) for r in clean])
        mean = np.mean([r.score for r in bad])
        print(f"| {name} | {code} | {area:.3f} | {flagged:.2f} | {alarms:.3f} | {mean:.0f} |")
    codes = [code for code, _ in DEGRADATIONS.values()]
    any_alarm = np.mean([any(is_flagged(r, code) for code in codes) for r in clean])
    print(f"\nPhotos as they are with any of these issues: {any_alarm:.3f}")


if __name__ == "__main__":
    main()
