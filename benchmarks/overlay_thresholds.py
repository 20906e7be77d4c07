"""What photo quality's thresholds of words and watermarks are set by.

    python benchmarks/overlay_thresholds.py FOLDER [--draws N]

Takes the photos of a folder that are fitted on but that `overlay_fit` left out (a quarter), draws
words and watermarks over them as for the fit, and prints how well the network's answers tell them
from the photos as they are: for several numbers of strongest cells, of which `overlays` takes one,
the area under the ROC curve, and the share that is found above the 95th percentile of the photos
as they are. The thresholds themselves stand in `photo_quality/data/thresholds.toml`.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
from intervals import area_with_interval
from numpy.typing import NDArray
from overlay_cases import Photo, add_text
from overlay_fit import is_fitted_on
from quality_photos import load_photo, photo_paths
from watermark_cases import KINDS, mark_photo

from photo_quality.overlay_network import load_network
from photo_quality.planes import make_planes

COUNTS = (2, 4, 8, 16, 32, 64)

Floats = NDArray[np.float64]


def strongest(odds: NDArray[np.float32]) -> Floats:
    """Mean log odds of the strongest cells, for each number of them."""
    ordered = np.sort(odds.ravel().astype(np.float64))[::-1]
    return np.array([ordered[:count].mean() for count in COUNTS])


def show(name: str, marked: Floats, clean: Floats) -> None:
    """A line: for each number of cells the area, and the share that is found."""
    cells = []
    for one, plain in zip(marked.T, clean.T, strict=True):
        area, _, _ = area_with_interval(list(one), list(plain))
        cells.append(f"{area:.3f}, {np.mean(one > np.percentile(plain, 95)):.2f}")
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--draws", type=int, default=1, help="of each kind over a photo")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    network = load_network()

    def look(photo: Photo) -> Floats:
        return np.array([strongest(one) for one in network.look(make_planes(photo).medium_rgb)])

    paths = [path for path in photo_paths(options.folder, 0) if not is_fitted_on(path)]
    photos = [load_photo(path) for path in paths]
    numbered = [(seed, photos[seed % len(photos)]) for seed in range(options.draws * len(photos))]
    clean = np.array([look(photo) for photo in photos])
    print(f"| marks | {' | '.join(f'{count} cells' for count in COUNTS)} |")
    print(f"| --- |{' --- |' * len(COUNTS)}")
    words = np.array([look(add_text(photo, seed)) for seed, photo in numbered])
    show("words", words[:, 0], clean[:, 0])
    every = []
    for kind in KINDS:
        veils = [look(mark_photo(photo, seed, kind=kind).photo)[1] for seed, photo in numbered]
        show(kind, np.array(veils), clean[:, 1])
        every += veils
    show("all watermarks", np.array(every), clean[:, 1])
    for number, name in enumerate(("words", "watermark")):
        print(f"{name}, photos as they are, 50th, 80th, 90th, 95th and 100th percentile:")
        print(np.percentile(clean[:, number], (50, 80, 90, 95, 100), axis=0).round(2).T)


if __name__ == "__main__":
    main()
