"""Photo quality on photos and their degraded twins.

    python benchmarks/photo_quality_degradations.py FOLDER [--all] [--photos N]

Degrades every photo of a folder in one way at a time (`degradations`, at strength 1) and prints,
for each: the area under the ROC curve of the matching issue's score against the photos as they
are, with its 95 % interval, and the share in which the issue is flagged at the shipped thresholds.
Then the same for words, watermarks, collages, frames and screenshots of held-out fonts and layouts
(`overlay_cases`, `layout_cases`), and how the photo's score ranks degrees of degradation. Only the
photos of the half that nothing was fitted on are used (`--all` for both).
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from degradations import DEGRADATIONS, LADDER, Degradation
from intervals import area_with_interval, bootstrap_interval
from layout_cases import add_frame, make_collage, make_screenshot
from overlay_cases import add_text
from quality_photos import Photo, load_photo, photo_paths
from scipy.stats import spearmanr
from watermark_cases import add_watermark

from photo_quality import PhotoQuality, QualityAnalyzer

Analyze = Callable[[Photo], PhotoQuality]


def is_flagged(result: PhotoQuality, code: str) -> bool:
    """Whether an issue is reported."""
    return any(issue.code == code for issue in result.issues)


def make_cases(photos: Sequence[Photo]) -> dict[str, tuple[str, list[Photo]]]:
    """Cases by name, each with the issue that should name it, of held-out fonts and layouts."""
    numbered = list(enumerate(photos))
    return {
        "words over the photo": ("text_overlay", [add_text(p, s, True) for s, p in numbered]),
        "watermark": ("watermark", [add_watermark(p, s, True) for s, p in numbered]),
        "collage": ("collage", [make_collage(photos, s, True) for s, _ in numbered]),
        "frame or bars": ("border", [add_frame(p, s, True) for s, p in numbered]),
        "screenshot": ("screenshot", [make_screenshot(p, s, True) for s, p in numbered]),
    }


def row(name: str, code: str, bad: Sequence[PhotoQuality], clean: Sequence[PhotoQuality]) -> str:
    """One line of the tables."""
    area, low, high = area_with_interval(
        [r.scores[code] for r in bad], [r.scores[code] for r in clean]
    )
    flagged = np.mean([is_flagged(r, code) for r in bad])
    alarms = np.mean([is_flagged(r, code) for r in clean])
    mean = np.mean([r.score for r in bad])
    return (
        f"| {name} | {code} | {area:.3f} ({low:.3f} to {high:.3f}) | {flagged:.2f} "
        f"| {alarms:.3f} | {mean:.0f} |"
    )


def rank_correlation(photos: Sequence[Photo], one: Degradation, analyze: Analyze) -> list[float]:
    """Spearman's correlation of strength and loss of score, over the ladder of each photo."""
    found = []
    for seed, photo in enumerate(photos):
        scores = [analyze(one(photo, seed, strength)).score for strength in LADDER]
        if len(set(scores)) > 1:
            found.append(float(-spearmanr(LADDER, scores).statistic))
        else:
            found.append(0.0)
    return found


def show_ranking(photos: Sequence[Photo], analyze: Analyze) -> None:
    """How well the score ranks strengths, within each photo and over all of them."""
    print("\n| ladder | Spearman, mean over photos | 95 % |\n| --- | --- | --- |")
    for one in DEGRADATIONS:
        within = rank_correlation(photos, one, analyze)
        low, high = bootstrap_interval(np.array(within), lambda values: float(values.mean()))
        print(f"| {one.name} | {np.mean(within):.3f} | {low:.3f} to {high:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="also the half that was fitted on")
    parser.add_argument("--photos", type=int, default=1000, help="at most so many")
    parser.add_argument("--ladders", type=int, default=10, help="photos to rank strengths of")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    paths = photo_paths(options.folder, None if options.all else 1)[: options.photos]
    photos = [load_photo(path) for path in paths]
    analyze = QualityAnalyzer().analyze
    clean, times = [], []
    for photo in photos:
        start = time.perf_counter()
        clean.append(analyze(photo))
        times.append(1000 * (time.perf_counter() - start))
    print(
        f"{len(photos)} photos, median {np.median(times):.1f} ms, mean score as they are "
        f"{np.mean([r.score for r in clean]):.0f}\n"
    )
    print("| case | issue | AUC (95 %) | flagged | flagged as they are | mean score |")
    print("| --- | --- | --- | --- | --- | --- |")
    for one in DEGRADATIONS:
        bad = [analyze(one(photo, seed)) for seed, photo in enumerate(photos)]
        print(row(one.name, one.code, bad, clean), flush=True)
    for name, (code, cases) in make_cases(photos).items():
        print(row(name, code, [analyze(case) for case in cases], clean), flush=True)
    codes = [one.code for one in DEGRADATIONS]
    any_alarm = np.mean([any(is_flagged(r, code) for code in codes) for r in clean])
    print(f"\nPhotos as they are with any of the nine issues: {any_alarm:.3f}")
    show_ranking(photos[: options.ladders], analyze)


if __name__ == "__main__":
    main()
