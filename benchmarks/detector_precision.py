"""What the detector in bfloat16 decides otherwise than in float32, and what it costs.

    python benchmarks/detector_precision.py PHOTOS... [--where COLUMN=VALUE] [--limit N]

PHOTOS are folders, or parquet files with a column `image`, of which `--where split=validation`,
say, takes the rows with this value. A photo is decided alike where, under
every policy that ships, its verdict, its labels and its being mature are the same. Shares have the
95 % interval of Wilson (1927). Times are processor time of one thread.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from tqdm import tqdm

from benchmarks.moderation_cost import wilson
from moderation import Detection, Evidence, Policy, View, assess_photo, policy_names
from moderation.nudenet import NudeNetDetector
from vision.photo import open_photo

BATCH = 8


@dataclass
class Tally:
    """Photos counted, and the seconds that each precision took for them."""

    photos: int = 0
    flagged: int = 0
    alike: int = 0
    verdict_alike: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Adds another source's."""
        self.photos += other.photos
        self.flagged += other.flagged
        self.alike += other.alike
        self.verdict_alike += other.verdict_alike
        for name, value in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + value

    def __str__(self) -> str:
        low, high = wilson(self.alike, self.photos)
        times = ", ".join(
            f"{name} {1000 * value / self.photos:.1f} ms" for name, value in self.seconds.items()
        )
        return (
            f"{self.photos} photos, {self.flagged} flagged: decided alike "
            f"{self.alike / self.photos:.2%} ({low:.2%} to {high:.2%}), "
            f"verdict alike {self.verdict_alike / self.photos:.2%}; {times}"
        )


def photos_of(source: Path, where: str | None, limit: int | None) -> list[Path | bytes]:
    """Files of a folder by name, or a parquet file's photos: all, or those `where` names."""
    if source.is_dir():
        return sorted(path for path in source.iterdir() if path.is_file())[:limit]
    column, _, value = (where or "").partition("=")
    filters = [(column, "=", value)] if where else None
    images = parquet.read_table(source, columns=["image"], filters=filters)["image"]
    return images.to_pylist()[:limit]


def compare(
    photos: Sequence[Path | bytes], detectors: Sequence[NudeNetDetector], policies: list[Policy]
) -> Tally:
    """What both detectors make of the photos; the first is the one held to."""
    tally = Tally(len(photos), seconds={one.precision: 0.0 for one in detectors})
    for start in tqdm(range(0, len(photos), BATCH), unit="batch", leave=False):
        pixels = [open_photo(photo).pixels for photo in photos[start : start + BATCH]]
        answers = []
        for one in detectors:
            began = time.process_time()
            answers.append(one.detect(pixels))
            tally.seconds[one.precision] += time.process_time() - began
        for said in zip(*answers, strict=True):
            held, other = (list(decisions(found, policies)) for found in said)
            tally.flagged += any(labels for _, labels, _ in held)
            tally.alike += held == other
            tally.verdict_alike += [one[0] for one in held] == [one[0] for one in other]
    return tally


def decisions(
    found: tuple[Detection, ...], policies: Sequence[Policy]
) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Under each policy the verdict, the labels, and whether the photo is mature."""
    evidence = Evidence((View("shown", found),), (NudeNetDetector.name,))
    for policy in policies:
        photo = assess_photo(evidence, policy)
        yield photo.verdict, tuple(sorted(flag.label for flag in photo.labels)), photo.mature


def main() -> None:
    """Compares and prints."""
    parser = argparse.ArgumentParser(description="Compare the detector's precisions.")
    parser.add_argument("photos", nargs="+", type=Path)
    parser.add_argument("--where", default=None, metavar="COLUMN=VALUE", help="rows to take")
    parser.add_argument("--limit", type=int, default=None, help="at most so many of each source")
    options = parser.parse_args()
    policies = [Policy.load(name) for name in policy_names()]
    detectors = [
        NudeNetDetector(threads=1, precision="float32"),
        NudeNetDetector(threads=1, precision="bfloat16"),
    ]
    for one in detectors:
        one.detect([np.zeros((64, 64, 3), np.uint8)])  # the model is loaded here, not in a time
    whole = Tally()
    for source in options.photos:
        photos = photos_of(source, options.where, options.limit)
        tally = compare(photos, detectors, policies)
        print(f"{source.name}: {tally}", flush=True)
        whole.add(tally)
    print(f"all: {whole}")


if __name__ == "__main__":
    main()
