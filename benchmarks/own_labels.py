"""How often words typed by a caller find the right label, without any training.

    python benchmarks/own_labels.py FILE.parquet [--split validation] [--limit 200]
        [--bundle NAME] [--unlike DATASET ...]

The words are the label values of the file's first category column, in lower case, as a shop would
type them. Prints their top-1 and top-5 beside those of the calibrated tagger on the same photos,
and what `fit` says: how often the best word reaches a given fit, with the file's own words, and
with the words of the data sets named by `--unlike`, none of which is right for these photos.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from taggers.datasets import load_dataset_mapping
from vision import Enricher, Listing
from vision.evaluation.columns import CATEGORY
from vision.evaluation.command import evaluate_bundle
from vision.evaluation.document import figures
from vision.evaluation.rows import LabelledPhoto, read_rows, select_rows
from vision.record import OwnLabelRecord

FITS = (0.01, 0.02, 0.05, 0.1, 0.2)
Found = list[tuple[OwnLabelRecord, ...]]


def category_column(dataset: str) -> tuple[str, dict[str, str]]:
    """The first column of a data set that names categories, and each of its values as a word."""
    columns = load_dataset_mapping(dataset).columns
    name = next(name for name, column in columns.items() if column.kind == CATEGORY)
    return name, {value: value.replace("_", " ").lower() for value in columns[name].labels}


def find(bundle: str, words: Sequence[str], photos: Sequence[LabelledPhoto]) -> Found:
    """The nearest words of every photo that can be read, best first."""
    listings = (Listing.from_photos([photo.image], photo.id) for photo in photos)
    with Enricher(bundle, labels=words, moderation=False) as enricher:
        return [record.labels for record in enricher.enrich_many(listings)]


def top(found: Found, truths: Sequence[str], count: int) -> float:
    """The share of photos whose right word is among the `count` best."""
    right = [
        truth in [label.label for label in labels[:count]]
        for labels, truth in zip(found, truths, strict=True)
    ]
    return sum(right) / len(right)


def fitting(found: Found, least: float) -> float:
    """The share of photos whose best word has at least this fit."""
    return sum(bool(labels) and labels[0].fit >= least for labels in found) / len(found)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure labels of a caller's own.")
    parser.add_argument("file", type=Path, help="a Parquet file named as a known data set")
    parser.add_argument("--split", default="validation")
    parser.add_argument("--limit", type=int, default=200, help="photos, evenly spread")
    parser.add_argument("--bundle", default="vitrine-tiny")
    parser.add_argument("--unlike", nargs="*", default=[], metavar="DATASET")
    options = parser.parse_args()
    column, words = category_column(options.file.stem)
    rows = select_rows(options.file, options.split, options.limit)
    known = [p for p in read_rows(options.file, rows, [column]) if p.labels[column] in words]
    found = find(options.bundle, list(words.values()), known)
    truths = [words[photo.labels[column]] for photo in known]
    findings = evaluate_bundle(
        options.bundle, [options.file], split=options.split, limit=options.limit
    )
    tagger = figures(findings.files[0])
    print(f"{len(known)} photos of {options.file.name}, {len(words)} words of {column}")
    print(
        f"own labels         top-1 {top(found, truths, 1):.3f}, top-5 {top(found, truths, 5):.3f}"
    )
    top1, top5 = tagger[f"{column}.top1"], tagger[f"{column}.top5"]
    print(f"calibrated tagger  top-1 {top1:.3f}, top-5 {top5:.3f}")
    unlike = [word for name in options.unlike for word in category_column(name)[1].values()]
    others = find(options.bundle, unlike, known) if unlike else []
    print("best word's fit is at least" + "".join(f"{fit:>7}" for fit in FITS))
    for name, outcome in (("own words", found), ("unlike words", others)):
        if outcome:
            print(f"  {name:<25}" + "".join(f"{fitting(outcome, fit):7.3f}" for fit in FITS))


if __name__ == "__main__":
    main()
