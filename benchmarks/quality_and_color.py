"""Photo quality beside cleanvision, colour beside ColorThief, with confidence intervals.

    python benchmarks/quality_and_color.py FOLDER [--photos N] [--table PHOTOS.parquet]

Prints how well each tells the photos of a folder (those of the half that nothing was fitted on)
from their degraded twins, and how long it takes; then, where a labelled table is given, how often
each names the product's colour as the label does. The peers come with the extra `bench`; one that
is not installed has a dash.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from degradations import DEGRADATIONS
from intervals import area_with_interval
from PIL import Image
from quality_photos import Photo, load_photo, photo_paths

from photo_quality import QualityAnalyzer

Scores = dict[str, float]

PEER_ISSUES = {
    "blurry": "blurry",
    "motion_blur": "blurry",
    "upscaled": "blurry",
    "noisy": "blurry",
    "too_dark": "dark",
    "too_bright": "light",
}
"""The issue of cleanvision that comes nearest; it has none for the rest."""


def own_scores() -> Callable[[Photo], Scores]:
    """Vitrine's score of each issue."""
    analyzer = QualityAnalyzer()
    return lambda photo: dict(analyzer.analyze(photo).scores)


def peer_scores() -> Callable[[Photo], Scores] | None:
    """cleanvision's scores by its own issues, turned so that more is worse; None without it."""
    if importlib.util.find_spec("cleanvision") is None:
        return None
    from cleanvision.issue_managers.image_property import (
        BlurrinessProperty,
        BrightnessProperty,
    )

    # the parameters are those that its own managers give
    properties = {
        "blurry": (BlurrinessProperty(), {"normalizing_factor": 0.01, "color_threshold": 0.18}),
        "dark": (BrightnessProperty("dark"), {}),
        "light": (BrightnessProperty("light"), {}),
    }

    def look(photo: Photo) -> Scores:
        import pandas

        image, found = Image.fromarray(photo), {}
        for issue, (one, params) in properties.items():
            raw = pandas.DataFrame([one.calculate(image)])
            scores = one.get_scores(raw, issue, **params)
            found[issue] = 1.0 - float(scores.iloc[0].min())
        return found

    return look


def compare(photos: Sequence[Photo]) -> None:
    """The table of areas under the curve."""
    own, peer = own_scores(), peer_scores()
    clean = [own(photo) for photo in photos]
    peer_clean = [peer(photo) for photo in photos] if peer else []
    print("| degradation | issue | vitrine, AUC (95 %) | cleanvision, AUC (95 %) |")
    print("| --- | --- | --- | --- |")
    for one in DEGRADATIONS:
        bad = [one(photo, seed) for seed, photo in enumerate(photos)]
        cells = [area([own(p) for p in bad], clean, one.code)]
        issue = PEER_ISSUES.get(one.code)
        if peer and issue:
            cells.append(area([peer(p) for p in bad], peer_clean, issue))
        else:
            cells.append("-" if peer is None else "none")
        print(f"| {one.name} | {one.code} | {cells[0]} | {cells[1]} |", flush=True)


def area(bad: Sequence[Scores], clean: Sequence[Scores], code: str) -> str:
    """An area with its interval, in words."""
    value, low, high = area_with_interval([s[code] for s in bad], [s[code] for s in clean])
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def show_speed(photos: Sequence[Photo]) -> None:
    """Median milliseconds of photo quality on one core, as they are and at 768 px."""
    analyzer = QualityAnalyzer()
    for name, side in (("as they are", None), ("768 px on the long side", 768)):
        times = []
        for photo in photos:
            if side is not None:
                scale = side / max(photo.shape)
                photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            start = time.process_time()
            analyzer.analyze(photo)
            times.append(1000 * (time.process_time() - start))
        print(f"photo quality, {name}: {np.median(times):.1f} ms a photo (median, one core)")


def show_colors(table: Path, most: int) -> None:
    """The table of colours, where its benchmark is there."""
    if importlib.util.find_spec("color_naming") is None:
        print("\nThe colour benchmark (color_naming.py) is not there.")
        return
    import color_naming

    print("\n| colour of the product | top-1 (95 %) | photos |\n| --- | --- | --- |")
    for one in color_naming.measure(table, limit=most):
        print(f"| {one.name} | {one.top1:.3f} ({one.low:.3f} to {one.high:.3f}) | {one.photos} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=1000, help="at most so many")
    parser.add_argument("--table", type=Path, help="labelled photos for the colours")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    photos = [load_photo(path) for path in photo_paths(options.folder, 1)[: options.photos]]
    print(f"{len(photos)} photos that nothing was fitted on\n")
    compare(photos)
    print()
    show_speed(photos)
    if options.table is not None:
        show_colors(options.table, options.photos)


if __name__ == "__main__":
    main()
