"""Vitrine against the chain that one would write today from the best-known parts.

    python benchmarks/chain.py [--photos FOLDER] [--bundle NAME|FOLDER|random:ViT-B-32]
        [--backend torch|openvino] [--device cpu|cuda] [--detector-precision float32|bfloat16]
        [--threads N] [--workers N] [--repeat 3] [--json OUT]

The chain is open_clip's ViT-B/32 one photo at a time, ColorThief, the nudenet package and
cleanvision (extra `bench`); see `chain_parts/usual.py`. Vitrine does all of its own work, every
analyser and the installed detectors on, in as many worker processes as a backfill is given with
`--workers`, each with its share of the threads; by default one for each thread, at most 8. Rounds
of both sides alternate, and medians are given. Calls with one photo, and each part alone, are
measured in one process with all threads. `overhead` is the whole time of Vitrine over the sum of
decoding, the encoder's and the detector's forward passes at their best batch sizes.

Vitrine takes the quickest that this installation and processor have and that decides as float32
does on 99.5 % of photos: OpenVINO for the bundle, in float32, and bfloat16 for the detector (see
`docs/performance.md`).

Without `--photos` it runs on the photos that scikit-image carries. `random:ARCHITECTURE` is a
bundle of that architecture with random weights, since weights do not matter for speed.
"""

import argparse
import importlib.util
import json
import os
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from benchmarks.chain_parts import findings
from benchmarks.chain_parts.setting import NEEDED, Setting
from benchmarks.chain_parts.side import Side
from benchmarks.chain_parts.workers import open_workers
from moderation import DetectorError, Precision
from moderation.detector_network import require_precision
from weights.catalog import find_bundle

RANDOM = "random:"
CARRIED = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
COPIES = 8
WARM_CALLS = 5
MOST_WORKERS = 8


def measure(photos: list[Path], setting: Setting, repeat: int) -> dict[str, Any]:
    """Runs both sides in turn; all figures."""
    bundle = find_bundle(setting.bundle)
    prompts = sum(len(labels.matrix.ids) for labels in bundle.label_sets.values())
    theirs, ours = [], []
    with Side(prompts) as chain, open_workers(setting) as vitrine:
        chain.ask("run", photos[:WARM_CALLS])
        vitrine.run(photos[: setting.workers * WARM_CALLS])
        for _ in range(repeat):
            theirs.append(chain.ask("run", photos))
            ours.append(vitrine.run(photos))
        chain_peak, peak = chain.ask("peak", []), vitrine.peak()
    with Side(setting) as alone:
        calls = alone.ask("calls", photos)[min(WARM_CALLS, len(photos) - 1) :]
        parts = alone.ask("parts", photos)
    speed = findings.rate(ours, len(photos))
    chain_speed = findings.rate(theirs, len(photos))
    return {
        "photos": len(photos),
        "rounds": repeat,
        "ratio": speed / chain_speed,
        "overhead": findings.overhead(speed, parts, NEEDED),
        "peak_memory_mb": peak,
        "vitrine": {
            "bundle": bundle.name,
            "backend": setting.backend,
            "device": setting.device,
            "detector_precision": setting.detector_precision,
            "threads": setting.threads or "all",
            "workers": setting.workers,
            "photos_per_second": speed,
            "peak_memory_mb": peak,
            "call_ms": {
                "median": statistics.median(calls),
                "p99": findings.percentile(calls, 0.99),
            },
            "parts_ms": parts,
        },
        "chain": {
            "photos_per_second": chain_speed,
            "peak_memory_mb": chain_peak,
            "parts": findings.part_rates(theirs, len(photos)),
        },
    }


def carried_photos(folder: Path) -> list[Path]:
    """The photos of scikit-image's wheel, several times over, as files of the folder."""
    import skimage.data

    source = Path(skimage.data.__file__).parent
    found = []
    for copy in range(COPIES):
        for name in CARRIED:
            found.append(folder / f"{copy}-{name}")
            found[-1].write_bytes((source / name).read_bytes())
    return found


def photos_in(folder: Path) -> list[Path]:
    """All files of a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.is_file())


def quickest_precision(device: str) -> Precision:
    """`bfloat16` where the extra and the processor allow it."""
    try:
        require_precision("bfloat16", device)
    except DetectorError:
        return "float32"
    return "bfloat16"


def default_workers(device: str, threads: int | None) -> int:
    """A worker for each thread, at most `MOST_WORKERS`; on a GPU one."""
    return min(threads or os.cpu_count() or 1, MOST_WORKERS) if device == "cpu" else 1


def main() -> None:
    """Measures and prints."""
    fast = "torch" if importlib.util.find_spec("openvino") is None else "openvino"
    parser = argparse.ArgumentParser(description="Measure Vitrine against the usual chain.")
    parser.add_argument("--photos", type=Path, default=None, help="a folder of photos")
    parser.add_argument("--bundle", default="vitrine-tiny")
    parser.add_argument("--backend", default=fast, help=f"torch or openvino; here {fast}")
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--detector-precision",
        choices=get_args(Precision),
        default=None,
        help="by default bfloat16, where it can be had",
    )
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument(
        "--workers", type=int, default=None, help="processes; by default one a thread, at most 8"
    )
    parser.add_argument("--repeat", type=int, default=3, help="rounds")
    parser.add_argument("--json", type=Path, default=None, help="write the figures here")
    options = parser.parse_args()
    workers = options.workers or default_workers(options.device, options.threads)
    setting = Setting(
        options.bundle,
        options.backend,
        options.device,
        options.detector_precision or quickest_precision(options.device),
        options.threads,
        workers,
    )
    with tempfile.TemporaryDirectory() as made:
        aside = Path(made)
        if setting.bundle.startswith(RANDOM):
            from benchmarks.chain_parts.random_bundle import make_random_bundle

            bundle = make_random_bundle(setting.bundle.removeprefix(RANDOM), aside / "bundle")
            setting = replace(setting, bundle=str(bundle.folder))
        photos = photos_in(options.photos) if options.photos else carried_photos(aside)
        found = findings.rounded(measure(photos, setting, options.repeat))
    print(findings.table(found))
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
