"""Fits what each issue takes off a photo's score, and writes it to a data file.

    python benchmarks/score_fit.py FOLDER... [--photos N] [--output FILE]

The photos of the folders whose names hash to the first half are degraded in nine ways at six
strengths each (`degradations`). A photo at strength 1 is to score 35, at half of it 60, as it is
100: a loss of 1.05 times the strength. The losses are broken lines over the log odds of each
issue's score with rises of 0 or more; they are fitted to the squared error, with a penalty where a
stronger degradation of a photo would score higher than a weaker one. What has no ladder of
strengths (frames, size) is declared in `DECLARED`; words and watermarks take nothing off, for blur
and light hide them, and no photo may gain by that. Needs scipy.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from degradations import DEGRADATIONS, LADDER
from numpy.typing import NDArray
from quality_photos import load_photo, photo_paths
from scipy.optimize import lsq_linear

from photo_quality import QualityAnalyzer

OUTPUT = Path(__file__).parents[1] / "photo_quality" / "data" / "score.json"
Floats = NDArray[np.float64]

KNOTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.5, 5.0, 9.0, 14.0, 22.0)
LOSS_AT_ONE = 1.05
MOST_EARLY = 0.1  # a rise before log odds of -1: doubts cost little
PENALTY = 0.3  # of a score that rises, over that of a score that is off
ROUNDS = 8  # of the fit, each with the steps that rise after the one before
MARGIN = 0.01
LEAST_RISE = ((-1.0, 0.03), (5.0, 0.08))  # from such log odds on: surer always takes more
DECLARED = {
    "too_small": 0.35,
    "odd_aspect": 0.16,
    "border": 0.2,
    "collage": 0.35,
    "screenshot": 0.5,
    "placeholder": 3.0,
}
"""Loss from log odds of 4 on; none up to the threshold."""

FITTED = tuple(degradation.code for degradation in DEGRADATIONS)


def basis(scores: dict[str, float]) -> Floats:
    """How far along each rise of each curve a photo is, 0..1, flat."""
    odds = np.array([log_odds(scores[code]) for code in FITTED])[:, None]
    knots = np.array(KNOTS)
    return np.clip((odds - knots[:-1]) / np.diff(knots), 0.0, 1.0).ravel()


def log_odds(score: float) -> float:
    return float(np.log(score / (1 - score))) if 0 < score < 1 else (-30.0, 30.0)[int(score)]


def measure_ladders(folders: list[Path], most: int) -> Floats:
    """The basis of each photo, degradation and strength: n x ladders x rungs x terms."""
    analyzer = QualityAnalyzer()
    paths = [path for folder in folders for path in photo_paths(folder, half=0)]
    step = max(1, len(paths) // most)
    rows = []
    for seed, path in enumerate(paths[::step]):
        photo = load_photo(path)
        clean = basis(dict(analyzer.analyze(photo).scores))
        rungs = [
            [clean]
            + [basis(dict(analyzer.analyze(one(photo, seed, s)).scores)) for s in LADDER[1:]]
            for one in DEGRADATIONS
        ]
        rows.append(rungs)
    return np.array(rows)


def fit(terms: Floats) -> Floats:
    """The rises of the curves, codes x (knots - 1)."""
    target = np.broadcast_to(LOSS_AT_ONE * np.array(LADDER), terms.shape[:3])
    flat, wanted = terms.reshape(-1, terms.shape[-1]), target.ravel()
    steps = np.diff(terms, axis=2).reshape(-1, terms.shape[-1])
    weight = np.exp(-wanted)  # an error counts by the points that it costs
    floors = [max([rise for start, rise in LEAST_RISE if at >= start], default=0.0) for at in KNOTS]
    least = np.tile(floors[:-1], len(FITTED))
    most = np.tile([MOST_EARLY if at < -1.0 else 9.0 for at in KNOTS[:-1]], len(FITTED))
    rises = least
    for _ in range(ROUNDS):
        short = steps[steps @ rises < MARGIN]  # what rises, or hardly falls
        penalty = np.sqrt(PENALTY * len(flat) / len(steps))
        rows = [flat * weight[:, None], penalty * short, 0.02 * np.eye(len(least))]
        wants = [wanted * weight, np.full(len(short), penalty * MARGIN), np.zeros(len(least))]
        matrix, goal = np.vstack(rows), np.concatenate(wants)
        found = lsq_linear(matrix, goal, (least, most)).x
        rises = (rises + found) / 2  # or the steps that rise would change to and fro
    loss = flat @ rises
    falls = float((steps @ rises < -0.005).mean())
    off = 100 * np.sqrt(((np.exp(-loss) - np.exp(-wanted)) ** 2).mean())
    print(f"root mean square error {off:.1f} points")
    print(f"steps at which the score rises by half a per cent or more: {falls:.4f}")
    return np.asarray(rises).reshape(len(FITTED), -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--photos", type=int, default=40)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    rises = fit(measure_ladders(options.folders, options.photos))
    losses = {
        code: {"at": list(KNOTS), "loss": [0.0, *np.round(np.cumsum(row), 4).tolist()]}
        for code, row in zip(FITTED, rises, strict=True)
    }
    for code, worst in DECLARED.items():
        losses[code] = {"at": [0.0, 4.0], "loss": [0.0, worst]}
    document = {"made_by": "benchmarks/score_fit.py", "fitted": list(FITTED), "losses": losses}
    options.output.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
