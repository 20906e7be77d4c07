"""How well watermarks are told, by kind, by opacity, and by how far they stand out.

    python benchmarks/watermark_kinds.py FOLDER [--draws N] [--clean FOLDER]

Lays a mark of each kind over every photo of the half of a folder that nothing was fitted on, in
held-out typefaces, names, signs and arrangements, and prints the area under the ROC curve of the
score of `watermark` against the photos as they are, and the share that is reported as a watermark
(or as words: a strong one is no less in the way). Then what is reported of photos as they are.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from intervals import area_with_interval
from quality_photos import load_photo, photo_paths
from watermark_cases import KINDS, mark_photo

from photo_quality import PhotoQuality, QualityAnalyzer

CODE = "watermark"
OPACITIES = ((0.15, 0.25), (0.25, 0.4), (0.4, 0.6))
CONTRASTS = ((0, 15), (15, 30), (30, 50), (50, 256))  # grey levels


@dataclass(frozen=True, eq=False, slots=True)
class Case:
    """What was drawn (see `watermark_cases.Marked`), and what was found."""

    kind: str
    opacity: float
    contrast: float
    result: PhotoQuality


def is_reported(result: PhotoQuality, *codes: str) -> bool:
    """Whether one of some issues is."""
    return any(issue.code in codes for issue in result.issues)


def row(name: str, cases: Sequence[Case], clean: Sequence[PhotoQuality]) -> str:
    """One line of the table."""
    if len(cases) < 2:
        return f"| {name} | {len(cases)} | - | - | - |"
    area, low, high = area_with_interval(
        [case.result.scores[CODE] for case in cases], [one.scores[CODE] for one in clean]
    )
    found = np.mean([is_reported(case.result, CODE) for case in cases])
    either = np.mean([is_reported(case.result, CODE, "text_overlay") for case in cases])
    return (
        f"| {name} | {len(cases)} | {area:.3f} ({low:.3f} to {high:.3f}) "
        f"| {found:.2f} | {either:.2f} |"
    )


def show_kinds(cases: Sequence[Case], clean: Sequence[PhotoQuality]) -> None:
    """The table of kinds, opacities and contrasts."""
    print(
        "| marks | cases | AUC (95 %) | reported | or as words |\n| --- | --- | --- | --- | --- |"
    )
    for kind in KINDS:
        print(row(kind, [c for c in cases if c.kind == kind], clean))
    for least, most in OPACITIES:
        some = [c for c in cases if least <= c.opacity < most]
        print(row(f"opacity {least:g} to {most:g}", some, clean))
    for low, high in CONTRASTS:
        some = [c for c in cases if low <= c.contrast < high]
        print(row(f"contrast {low} to {high}", some, clean))
    print(row("all", cases, clean))


def show_clean(name: str, results: Sequence[PhotoQuality]) -> None:
    """How many photos as they are have something reported."""
    counts = {c: sum(is_reported(r, c) for r in results) for c in (CODE, "text_overlay")}
    print(f"{name}: {len(results)} photos as they are, {counts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=1, help="marks of each kind for a photo")
    parser.add_argument("--clean", type=Path, nargs="*", default=[], help="folders without marks")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    analyze = QualityAnalyzer().analyze
    photos = [load_photo(path) for path in photo_paths(options.folder, 1)]
    clean = [analyze(photo) for photo in photos]
    cases = []
    for number in range(options.draws * len(photos)):
        for kind in KINDS:
            one = mark_photo(photos[number % len(photos)], number, True, kind)
            cases.append(Case(kind, one.opacity, one.contrast, analyze(one.photo)))
    show_kinds(cases, clean)
    show_clean(options.folder.name, clean)
    for folder in options.clean:
        show_clean(folder.name, [analyze(load_photo(path)) for path in photo_paths(folder)])


if __name__ == "__main__":
    main()
