"""How a linear head compares with zero-shot on photos that neither was fitted on.

    python benchmarks/linear_heads.py FOLDER [--bundle NAME] [--limit 4000] [--cache .cache/...]

FOLDER holds the data sets `furniture.parquet`, `clothing_photos.parquet`, and so on, each with the
splits `train` and `validation`. Heads are fitted on the train split and measured on the validation
split; embeddings are kept in the cache, so that a second run takes seconds. Of a bundle whose
network was trained on these train splits, the head learns from embeddings that are better than
those of photos that the network has not seen: the figures are of validation photos all the same.
"""

import argparse
from pathlib import Path

import numpy as np

from taggers.fitting import LabelledPhotos
from taggers.fitting.decisions import decide, outcome_figures
from taggers.scoring import LabelScorer
from taggers.taxonomy import load_taxonomy
from vision.evaluation.rows import column_names, select_rows
from vision.heads.embedded import EmbeddedPhotos, PhotoEmbedder
from vision.heads.labels import LabelMeanings, label_meanings, label_set_of
from vision.heads.train import HeadRequest, class_top1, fit_trained_head
from weights.bundle import Bundle
from weights.catalog import find_bundle
from weights.labels import LabelSet

SETS = (
    ("fashion_products", "category"),
    ("clothing_photos", "category"),
    ("furniture", "category"),
    ("musical_instruments", "category"),
    ("groceries", "category"),
    ("caltech101", "category"),
)
ROW = (
    "| {} | {} | {} | {} | {:.3f} | {:.3f} | {:+.3f} "
    "| {:.2f}/{:.2f} | {:.2f}/{:.2f} | {:.3f} | {:.0%} |"
)
HEADINGS = (
    "set",
    "train photos",
    "labels",
    "validation photos",
    "zero-shot top-1",
    "head top-1",
    "difference",
    "zero-shot coverage/precision",
    "head coverage/precision",
    "head calibration error",
    "learned",
)


class Embeddings:
    """Embedded photos by file and split, kept in a folder."""

    def __init__(self, bundle: Bundle, cache: Path, limit: int) -> None:
        self._bundle, self._cache, self._limit = bundle, cache, limit
        cache.mkdir(parents=True, exist_ok=True)

    def of(self, path: Path, column: str, split: str) -> EmbeddedPhotos:
        """The photos of a split, embedded now unless that was done before."""
        kept = self._cache / f"{path.stem}-{column}-{split}-{self._bundle.sha256[:12]}.npz"
        if not kept.is_file():
            rows = select_rows(path, split, self._limit)
            with PhotoEmbedder(self._bundle) as embedder:
                found = embedder.embed(path, rows, column)
            np.savez(kept, embeddings=found.embeddings, values=np.array(found.values))
        with np.load(kept) as stored:
            return EmbeddedPhotos(stored["embeddings"], tuple(stored["values"].tolist()))


def known_photos(
    label_set: LabelSet, meanings: LabelMeanings, photos: EmbeddedPhotos
) -> LabelledPhotos:
    """Every photo with a known label, whether or not any label of the head is right for it."""
    classes = tuple(dict.fromkeys(meanings.classes.values()))
    rows = [row for row, value in enumerate(photos.values) if value in meanings.classes]
    truth = [classes.index(meanings.classes[photos.values[row]]) for row in rows]
    scorer = LabelScorer(label_set)
    return LabelledPhotos.of_column(
        scorer.labels, scorer.measure(photos.embeddings[rows]), classes, truth
    )


def compare(bundle: Bundle, path: Path, facet: str, embeddings: Embeddings) -> str:
    """One row of the table."""
    name = label_set_of(facet)
    meanings = label_meanings(name, path, column_names(path), None, None)
    train = embeddings.of(path, meanings.column, "train")
    held_out = embeddings.of(path, meanings.column, "validation")
    request = HeadRequest(facet, (path,), split="train")
    trained = fit_trained_head(bundle, request, [(meanings, train)])
    sets = {
        "zero-shot": bundle.text_label_sets[name],
        "head": LabelSet(trained.head.matrix, trained.entry.calibration()),
    }
    figures = {}
    for way, label_set in sets.items():
        photos = known_photos(label_set, meanings, held_out)
        taxonomy = load_taxonomy() if facet == "category" else None
        outcome = decide(photos, label_set.calibration, taxonomy)
        figures[way] = {**outcome_figures(outcome), **class_top1(photos)}
    before, after = figures["zero-shot"], figures["head"]
    facts = trained.head.facts
    return ROW.format(
        f"{path.stem}, {meanings.column}",
        sum(facts.photos.values()),
        len(facts.photos),
        len(photos),
        before["top1_of_classes"],
        after["top1_of_classes"],
        after["top1_of_classes"] - before["top1_of_classes"],
        *(one.get(key, 0.0) for one in (before, after) for key in ("coverage", "precision")),
        after["expected_calibration_error"],
        facts.share,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bundle", default="vitrine-tiny")
    parser.add_argument("--limit", type=int, default=4000, help="photos of a split, at most")
    parser.add_argument("--cache", type=Path, default=Path(".cache/linear_heads"))
    parser.add_argument("--sets", nargs="*", help="these data sets alone")
    wanted = parser.parse_args()
    bundle = find_bundle(wanted.bundle)
    embeddings = Embeddings(bundle, wanted.cache, wanted.limit)
    print("| " + " | ".join(HEADINGS) + " |", "|" + " --- |" * len(HEADINGS), sep="\n")
    for name, facet in SETS:
        if wanted.sets is None or name in wanted.sets:
            row = compare(bundle, wanted.folder / f"{name}.parquet", facet, embeddings)
            print(row, flush=True)


if __name__ == "__main__":
    main()
