"""How a backfill scales on Ray: measured with one worker and with two, simulated beyond.

    python benchmarks/ray_scaling.py measure FOLDER [--photos 512] [--json measured.json]
    python benchmarks/ray_scaling.py simulate [--json measured.json] [--chart scaling.svg]

`measure` runs the same photos of a folder through the Ray engine with one worker and with two, a
thread each, in turns, and prints photos a second from the first chunk that came back to the last,
and what a photo costs a worker and a chunk costs the driver in processor time. On a machine where
other work runs, a second worker may find no core: the processor time a photo then says what it
would have given. `simulate` plays a whole backfill chunk by chunk, event by event, under the
assumptions of `Plan`, and prints tables; `--json` replaces the driver's cost there by the measured
one.
"""

import argparse
import heapq
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from vision.backfill.options import BackfillRequest, EnricherOptions, Resources, RunOptions
from vision.backfill.progress import NoProgress
from vision.backfill.row import Row
from vision.backfill.run import run_backfill

PHOTOS_A_LISTING = 4
CORES = (32, 64, 128, 256, 512, 1024)
CORES_A_PART = 128
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Plan:
    """What the simulation assumes.

    A worker is what one actor is: `cores_a_worker` cores of one node. `seconds_a_photo` is
    processor time. A chunk's time varies by `spread` (the standard deviation over the mean,
    lognormal). The driver hands chunks out and takes them back one after the other, for
    `driver_seconds` each. A worker is lost every `hours_between_losses` on average (exponential),
    with the chunks that it holds, and is replaced after `seconds_to_replace`; it begins after
    `seconds_to_start`. `slow_share` of workers take `slow_factor` times as long.
    """

    photos: int = 300_000_000
    photos_a_chunk: int = 256
    seconds_a_photo: float = 0.042
    cores_a_worker: int = 4
    spread: float = 0.2
    driver_seconds: float = 0.06
    hours_between_losses: float = 100.0
    seconds_to_replace: float = 300.0
    seconds_to_start: float = 60.0
    slow_share: float = 0.05
    slow_factor: float = 1.5

    @property
    def chunk_seconds(self) -> float:
        """What a chunk takes on a worker, on average."""
        return self.photos_a_chunk * self.seconds_a_photo / self.cores_a_worker


@dataclass(frozen=True)
class Simulated:
    """A simulated backfill: hours to its end, the share of ideal speed, chunks done again."""

    cores: int
    hours: float
    efficiency: float
    lost_chunks: int
    driver_busy: float


def simulate(plan: Plan, cores: int, seed: int = 1) -> Simulated:
    """Plays the backfill: an event is a worker that is free, and asks the driver for a chunk."""
    draw = random.Random(seed)
    workers = cores // plan.cores_a_worker
    slow = [draw.random() < plan.slow_share for _ in range(workers)]
    loss_rate = 1 / (3600 * plan.hours_between_losses)
    lost_at = [draw.expovariate(loss_rate) for _ in range(workers)]
    free = [(plan.seconds_to_start, worker) for worker in range(workers)]
    heapq.heapify(free)
    chunks = left = -(-plan.photos // plan.photos_a_chunk)
    driver_free, lost, end = 0.0, 0, 0.0
    while left:
        now, worker = heapq.heappop(free)
        driver_free = max(driver_free, now) + plan.driver_seconds
        took = plan.chunk_seconds * draw.lognormvariate(-(plan.spread**2) / 2, plan.spread)
        done = driver_free + took * (plan.slow_factor if slow[worker] else 1.0)
        if done > lost_at[worker]:  # the chunk is given to another, later
            lost += 1
            back = max(lost_at[worker], now) + plan.seconds_to_replace + plan.seconds_to_start
            lost_at[worker] = back + draw.expovariate(loss_rate)
            heapq.heappush(free, (back, worker))
            continue
        left -= 1
        end = max(end, done)
        heapq.heappush(free, (done, worker))
    ideal = plan.photos * plan.seconds_a_photo / cores
    return Simulated(cores, end / 3600, ideal / end, lost, chunks * plan.driver_seconds / end)


def simulate_parts(plan: Plan, cores: int) -> Simulated:
    """Plays it in parts, as `--shard I/N` divides it: a driver of its own for `CORES_A_PART`."""
    parts = max(1, cores // CORES_A_PART)
    part = replace(plan, photos=plan.photos // parts)
    found = [simulate(part, cores // parts, seed) for seed in range(1, parts + 1)]
    last = max(found, key=lambda one: one.hours)
    lost = sum(one.lost_chunks for one in found)
    return replace(last, cores=cores, lost_chunks=lost)


@dataclass(frozen=True)
class Measured:
    """One run: photos a second while chunks came back, processor time that the workers spent on a
    photo, and the driver's on a chunk, in seconds."""

    workers: int
    photos_a_second: float
    seconds_a_photo: float
    driver_seconds: float


class _Arrivals(NoProgress):
    """When chunks come back, and how many photos each has; the driver's processor time until then,
    and the workers'."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float, float, int]] = []
        self._spent: dict[str, float] = {}

    def enriched(self, rows: Sequence[Row]) -> None:
        photos = sum(row.photos for row in rows)
        self._spent |= worker_seconds()  # a worker that has ended keeps what it had
        spent = sum(self._spent.values())
        self.seen.append((time.monotonic(), time.process_time(), spent, photos))


def worker_seconds() -> dict[str, float]:
    """Processor time of the processes that the actors supervise, by process, so far (Linux)."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            values = stat.read_text().rpartition(")")[2].split()
            parent = Path("/proc", values[1], "cmdline").read_bytes()
            if b"ray::MapWorker" in parent:
                found[stat.parent.name] = (int(values[11]) + int(values[12])) / TICKS_A_SECOND
    return found


def measure(manifest: Path, workers: int, options: RunOptions) -> Measured:
    """A run with so many workers. Chunks up to the first round's last one are the start."""
    arrivals = _Arrivals()
    with tempfile.TemporaryDirectory() as folder:
        resources = Resources(workers=workers, threads=workers, engine="ray")
        request = BackfillRequest(str(manifest), Path(folder, "out"), options, resources)
        run_backfill(request, progress=arrivals)
    seen = arrivals.seen[workers - 1 :]
    first, last = seen[0], seen[-1]
    photos = sum(count for _, _, _, count in seen[1:])
    wall, driver, spent = (last[i] - first[i] for i in range(3))
    return Measured(workers, photos / wall, spent / photos, driver / (len(seen) - 1))


def write_manifest(folder: Path, photos: Path, wanted: int) -> Path:
    """Listings of four photos each, which are those of the folder again and again."""
    files = sorted(path.resolve() for path in photos.iterdir() if path.is_file())
    endless = (files[i % len(files)] for i in range(wanted))
    manifest = folder / "listings.jsonl"
    with manifest.open("w") as stream:
        number = 0
        while batch := list(islice(endless, PHOTOS_A_LISTING)):
            row = {"listing_id": f"l{number}", "photos": [str(path) for path in batch]}
            stream.write(json.dumps(row) + "\n")
            number += 1
    return manifest


def print_measured(given: argparse.Namespace) -> None:
    """Measures in turns, prints medians, and writes them."""
    options = RunOptions(EnricherOptions(batch_size=given.batch_size, backend=given.backend))
    with tempfile.TemporaryDirectory() as folder:
        manifest = write_manifest(Path(folder), given.folder, given.photos)
        runs = []
        for _ in range(given.repeat):
            for workers in (1, 2):
                runs.append(measure(manifest, workers, options))
                print(runs[-1], flush=True)
    rates = {
        workers: statistics.median(one.photos_a_second for one in runs if one.workers == workers)
        for workers in (1, 2)
    }
    driver = statistics.median(one.driver_seconds for one in runs)
    print(f"1 worker {rates[1]:.1f} photos/s, 2 workers {rates[2]:.1f} photos/s")
    spent = {
        workers: statistics.median(one.seconds_a_photo for one in runs if one.workers == workers)
        for workers in (1, 2)
    }
    print(f"processor time a photo {1000 * spent[1]:.0f} and {1000 * spent[2]:.0f} ms")
    print(f"speed-up {rates[2] / rates[1]:.2f}, driver {1000 * driver:.1f} ms a chunk")
    if given.json:
        measured = {"runs": [asdict(one) for one in runs], "driver_seconds": driver}
        given.json.write_text(json.dumps(measured | {"speed_up": rates[2] / rates[1]}, indent=1))


def print_simulated(given: argparse.Namespace) -> None:
    """Simulates, prints the table, and draws the chart."""
    plan = Plan()
    if given.json:
        measured = json.loads(given.json.read_text())
        plan = replace(plan, driver_seconds=measured["driver_seconds"])
    print(plan)
    one = [simulate(plan, cores) for cores in CORES]
    parts = [simulate_parts(plan, cores) for cores in CORES]
    for title, found in (("one run", one), (f"a run for each {CORES_A_PART} cores", parts)):
        print(f"\n{title}\n| cores | hours | core hours | efficiency | driver busy | done again |")
        for row in found:
            print(
                f"| {row.cores:,} | {row.hours:,.1f} | {row.cores * row.hours:,.0f} | "
                f"{row.efficiency:.0%} | {row.driver_busy:.0%} | {row.lost_chunks:,} |"
            )
    if given.chart:
        draw_chart(plan, one, parts, given.chart)


def draw_chart(
    plan: Plan, one: Sequence[Simulated], parts: Sequence[Simulated], path: Path
) -> None:
    """Photos a second over cores, beside the ideal."""
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "vitrine"
    figure, axes = plt.subplots(figsize=(7, 4.2), layout="constrained")
    ideal = [count / plan.seconds_a_photo for count in CORES]
    axes.plot(CORES, ideal, "--", color="#888888", label="ideal: every core always busy")
    lines = (
        (parts, "s-", "#2e8b57", f"a run for each {CORES_A_PART} cores (--shard I/N)", (-2, 8)),
        (one, "o-", "#1f5fa8", "one run, one driver", (2, -15)),
    )
    for found, style, color, label, offset in lines:
        rates = [plan.photos / row.hours / 3600 for row in found]
        axes.plot(CORES, rates, style, color=color, label=label)
        for row, rate in zip(found, rates, strict=True):
            if found is one or row.cores > CORES_A_PART:
                axes.annotate(
                    f"{row.hours:,.0f} h",
                    (row.cores, rate),
                    xytext=offset,
                    textcoords="offset points",
                    ha="right" if found is parts else "left",
                    fontsize=9,
                )
    axes.set(xscale="log", yscale="log", xlabel="cores", ylabel="photos a second")
    axes.set_xticks(CORES, [f"{count:,}" for count in CORES])
    axes.minorticks_off()
    axes.margins(0.1)
    axes.set_title(
        f"Simulated: a backfill of {plan.photos:,} photos, hours to its end", fontsize=11
    )
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="upper left")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
    plt.close(figure)


def main() -> None:
    """Parses, and does what is asked."""
    parser = argparse.ArgumentParser(description="Measure and simulate how a backfill scales.")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("measure")
    one.add_argument("folder", type=Path, help="a folder of photos")
    one.add_argument("--photos", type=int, default=512)
    one.add_argument("--batch-size", type=int, default=8, help="an eighth of a chunk's photos")
    one.add_argument("--backend", default="torch")
    one.add_argument("--repeat", type=int, default=1)
    one.add_argument("--json", type=Path)
    one.set_defaults(call=print_measured)
    other = commands.add_parser("simulate")
    other.add_argument("--json", type=Path, help="what `measure` wrote")
    other.add_argument("--chart", type=Path, help="a .svg or .png to draw")
    other.set_defaults(call=print_simulated)
    given = parser.parse_args()
    given.call(given)


if __name__ == "__main__":
    main()
