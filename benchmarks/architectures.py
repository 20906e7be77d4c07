"""How fast each architecture of the catalogue embeds photos here, beside the embedded bundle.

    python benchmarks/architectures.py [--rounds 5] [--threads 2]

Weights do not matter for speed, so they are random. Each architecture is measured in a process of
its own, from arrays, in turns with the embedded bundle; medians. Prints a Markdown table with what
the catalogue says of each.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

BATCH, LARGE_BATCH = 32, 8


def measure(architecture: str, rounds: int, threads: int) -> dict[str, float]:
    """Photos a second of one architecture and of the embedded bundle, and the peak memory in MB."""
    import open_clip
    import torch

    from weights.catalog import find_bundle
    from weights.clip import load_clip

    torch.set_num_threads(threads)
    tiny = load_clip(find_bundle("vitrine-tiny"))
    other = open_clip.create_model(architecture, pretrained=None).eval()
    size = other.visual.image_size
    side = size[0] if isinstance(size, tuple) else size
    batch = LARGE_BATCH if architecture.startswith("ViT-L") else BATCH
    rates: dict[str, list[float]] = {"embedded": [], "photos_per_second": []}
    with torch.inference_mode():
        for _ in range(rounds + 1):
            for name, network, count, pixels in (
                ("embedded", tiny.network, BATCH, 128),
                ("photos_per_second", other, batch, side),
            ):
                photos = torch.randn(count, 3, pixels, pixels)
                start = time.perf_counter()
                network.encode_image(photos)
                rates[name].append(count / (time.perf_counter() - start))
    found = {name: statistics.median(values[1:]) for name, values in rates.items()}
    found["parameters"] = sum(p.numel() for p in other.visual.parameters()) / 1e6
    found["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def main() -> None:
    """Reads the command line, measures all or, in a child process, one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.rounds, options.threads)))
        return
    from weights.catalog_entries import CATALOG, Catalog

    heads = ("bundle", "photos/s", "embedded bundle = 1", "peak MB", "file MB", "pixels")
    print("| " + " | ".join((*heads, "published accuracy", "licence", "commercial use")) + " |")
    print("| --- " * (len(heads) + 3) + "|")
    for entry in Catalog.load(CATALOG).entries.values():
        if entry.architecture is None or entry.hub is None:
            continue
        command = [sys.executable, __file__, "--only", entry.architecture]
        command += ["--rounds", str(options.rounds), "--threads", str(options.threads)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        share = found["photos_per_second"] / found["embedded"]
        accuracy = entry.accuracy
        said = f"{accuracy.value:.1%} {accuracy.measure}" if accuracy else "-"
        cells = (
            f"`{entry.name}`",
            f"{found['photos_per_second']:.0f}",
            f"{share:.3f}",
            f"{found['peak_memory_mb']:,.0f}",
            f"{entry.size_mb:,}",
            str(entry.pixels),
            said,
            entry.licence,
            "yes" if entry.commercial else "no",
        )
        print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
