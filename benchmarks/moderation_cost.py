"""What moderation costs on photos that show nothing wrong: how many a person must look at.

    python benchmarks/moderation_cost.py FASHION.parquet [--sample N] [--detections FILE]

Runs the body-part detector over the photos (or reads what it said from FILE, where that exists),
and decides under every policy that ships. The category and the department are those of the
parquet's own labels. Rates are shares of photos with the 95 % interval of Wilson (1927).
"""

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import pyarrow.parquet as parquet
from tqdm import tqdm

from moderation import (
    Context,
    Detection,
    Evidence,
    Picture,
    Policy,
    assess_photo,
    look_many,
    policy_names,
)
from moderation.nudenet import NudeNetDetector
from vision.photo import open_photo

INTIMATE = frozenset({"Innerwear", "Loungewear and Nightwear"})
BATCH = 16


@dataclass(frozen=True)
class Item:
    """One photo of the catalogue: its labels, and what the detector said of it."""

    id: str
    kind: str
    gender: str
    intimate: bool
    evidence: Evidence

    @property
    def context(self) -> Context:
        """The item as a seller would have filed it."""
        return Context(category_id=self.kind, department=self.gender)


def wilson(hits: int, number: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share, both ends within 0..1."""
    if number == 0:
        return 0.0, 1.0
    share, spread = hits / number, z * z / number
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / number + spread / (4 * number)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def drawn(rows: list[dict[str, object]], sample: int | None) -> list[dict[str, object]]:
    """The whole table, or `sample` rows of it: those whose ids have the smallest hashes."""
    ranked = sorted(rows, key=lambda row: hashlib.sha256(str(row["id"]).encode()).digest())
    return ranked[: sample or len(ranked)]


def seen(rows: Sequence[dict[str, object]], file: Path | None) -> Iterator[Evidence]:
    """The evidence on each row, from `file` as far as that goes, and added to it beyond."""
    known = file.read_text("utf-8").splitlines() if file is not None and file.exists() else []
    detector = NudeNetDetector(threads=1)
    reference = f"{detector.name}@{detector.version}"
    stored = dict(map(json.loads, known))
    for start in tqdm(range(0, len(rows), BATCH), unit=" batches"):
        part = rows[start : start + BATCH]
        missing = [row for row in part if row["id"] not in stored]
        photos = [[Picture(open_photo(row["image"]).pixels)] for row in missing]
        for row, evidence in zip(missing, look_many(photos, [detector]), strict=True):
            if evidence.failures:
                raise SystemExit(f"photo {row['id']}: {evidence.failures[0]}")
            stored[row["id"]] = [(d.label, d.score, d.box) for _, _, d in evidence.rows()]
            if file is not None:
                with file.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps((row["id"], stored[row["id"]])) + "\n")
        for row in part:
            found = [
                ("shown", None, Detection(label, score, tuple(box), detector.name))
                for label, score, box in stored[row["id"]]
            ]
            yield Evidence.from_rows(found, (reference,))


def items(file: Path, sample: int | None, detections: Path | None) -> list[Item]:
    """The photos of the catalogue with the detector's evidence on each."""
    columns = ["id", "image", "sub_category", "article_type", "gender"]
    rows = drawn(parquet.read_table(file, columns=columns).to_pylist(), sample)
    return [
        Item(
            id=str(row["id"]),
            kind=str(row["article_type"]),
            gender=str(row["gender"]),
            intimate=row["sub_category"] in INTIMATE or row["article_type"] == "Swimwear",
            evidence=evidence,
        )
        for row, evidence in zip(rows, seen(rows, detections), strict=True)
    ]


def show_rates(title: str, photos: list[Item]) -> None:
    """For every policy the shares of photos blocked and sent to review, and the labels that did."""
    print(f"\n{title}: {len(photos)} photos")
    for name in policy_names():
        policy = Policy.load(name)
        results = [assess_photo(one.evidence, policy, one.context) for one in photos]
        for verdict in ("block", "review"):
            hits = sum(result.verdict == verdict for result in results)
            low, high = wilson(hits, len(photos))
            share = hits / len(photos) if photos else 0.0
            print(f"  {name:<9} {verdict:<6} {hits:>5}  {share:7.2%}  [{low:.2%}, {high:.2%}]")
        labels = Counter(
            label
            for result in results
            for label in {flag.label for flag in result.labels if flag.verdict != "clear"}
        )
        print(f"  {'':<9} by label: {dict(labels.most_common())}")


def show_kinds(photos: list[Item]) -> None:
    """The share sent to review under the default policy, for each kind of garment."""
    policy = Policy.load("default")
    numbers = Counter(one.kind for one in photos)
    sent = Counter(
        one.kind
        for one in photos
        if assess_photo(one.evidence, policy, one.context).verdict != "clear"
    )
    print("\nsent to review under the default policy, by kind:")
    for kind, number in numbers.most_common():
        low, high = wilson(sent[kind], number)
        print(f"  {kind:<18} {sent[kind]:>4} of {number:<5} [{low:.1%}, {high:.1%}]")


def show_scores(photos: list[Item]) -> None:
    """The distribution of the highest score of each of the detector's labels, over photos."""
    best: dict[str, list[float]] = {}
    for one in photos:
        tops: dict[str, float] = {}
        for _, _, found in one.evidence.rows():
            tops[found.label] = max(found.score, tops.get(found.label, 0.0))
        for label, score in tops.items():
            best.setdefault(label, []).append(score)
    print("\nhighest score a photo, outside the three: share of photos at or above a score")
    steps = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    print(f"  {'':<26}" + "".join(f"{step:>8}" for step in steps) + "     max")
    for label in sorted(best):
        shares = [sum(score >= step for score in best[label]) / len(photos) for step in steps]
        cells = "".join(f"{share:>8.2%}" for share in shares)
        print(f"  {label:<26}{cells}  {max(best[label]):6.3f}")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure what moderation costs on a catalogue.")
    parser.add_argument("parquet", type=Path, help="the catalogue, with labels")
    parser.add_argument("--sample", type=int, default=None, help="so many photos, at random")
    parser.add_argument("--detections", type=Path, default=None, help="kept here, taken from here")
    options = parser.parse_args()
    photos = items(options.parquet, options.sample, options.detections)
    plain = [one for one in photos if not one.intimate]
    intimate = [one for one in photos if one.intimate]
    show_rates("outside underwear, nightwear and swimwear", plain)
    show_rates("underwear, nightwear and swimwear", intimate)
    show_kinds(intimate)
    show_scores(plain)


if __name__ == "__main__":
    main()
