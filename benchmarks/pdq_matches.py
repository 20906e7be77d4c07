"""PDQ hashes: how long a search takes, and how often different photos are taken for one.

    python benchmarks/pdq_matches.py PHOTOS.parquet [--sample N] [--hashes N]

Searches one hash among N drawn at random. Then hashes a sample of the photos (column `image`), and
counts the pairs at a distance of 31 or less; exact duplicates should have been removed from them.
"""

import argparse
import hashlib
import statistics
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from moderation import compute_pdq
from moderation.hash_index import HashIndex
from vision.photo import open_photo

SEARCHES = 50


def show_search(number: int) -> None:
    """Prints the median milliseconds of a search that finds one match."""
    raw = np.random.default_rng(1).bytes(32 * number)
    hashes = [raw[at : at + 32].hex() for at in range(0, len(raw), 32)]
    index = HashIndex(hashes)
    seconds = []
    for search in range(SEARCHES):
        wanted = search * (number // SEARCHES)
        start = time.perf_counter()
        rows, _ = index.within(hashes[wanted])
        seconds.append(time.perf_counter() - start)
        assert rows.tolist() == [wanted]
    print(f"a search among {number} hashes: {1e3 * statistics.median(seconds):.2f} ms (median)")


def show_pairs(file: Path, sample: int) -> None:
    """Prints what hashing takes, how many hashes can be used, and how many pairs match."""
    rows = parquet.read_table(file, columns=["id", "image"]).to_pylist()
    rows.sort(key=lambda row: hashlib.sha256(str(row["id"]).encode()).digest())
    photos = [open_photo(row["image"]).pixels for row in rows[:sample]]
    start = time.perf_counter()
    hashes = [compute_pdq(pixels) for pixels in photos]
    took = (time.perf_counter() - start) / max(1, len(photos))
    usable = [one.hex for one in hashes if one.usable]
    index = HashIndex(usable)
    matched = [index.within(one)[0].size - 1 for one in usable]
    pairs, all_pairs = sum(matched) // 2, len(usable) * (len(usable) - 1) // 2
    print(f"{file.name}: {len(photos)} photos, {1e3 * took:.2f} ms a hash")
    print(f"  usable hashes: {len(usable)}; pairs that match: {pairs} of {all_pairs}")
    print(f"  photos that match another: {sum(count > 0 for count in matched)}")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="Measure PDQ hashes: searches, false matches.")
    parser.add_argument("parquet", type=Path, help="photos, in the column `image`")
    parser.add_argument("--sample", type=int, default=3000, help="so many photos, at random")
    parser.add_argument("--hashes", type=int, default=1_000_000, help="hashes to search among")
    options = parser.parse_args()
    show_search(options.hashes)
    show_pairs(options.parquet, options.sample)


if __name__ == "__main__":
    main()
