"""What was measured, as figures: medians over rounds, the ratio, the overhead, the table."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

DECIMALS = 3


def rate(rounds: Sequence[Mapping[str, float]], photos: int) -> float:
    """Photos a second: the median over rounds, each given as the seconds of its parts."""
    return photos / statistics.median(sum(one.values()) for one in rounds)


def part_rates(rounds: Sequence[Mapping[str, float]], photos: int) -> dict[str, float]:
    """Photos a second of each part alone."""
    return {name: photos / statistics.median(one[name] for one in rounds) for name in rounds[0]}


def overhead(photos_per_second: float, parts: Mapping[str, float], needed: Sequence[str]) -> float:
    """The whole time over the sum of the parts that nobody can do without, in milliseconds each."""
    return 1000 / photos_per_second / sum(parts[name] for name in needed)


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def rounded(figures: Any) -> Any:
    """The same with every float to three decimals."""
    if isinstance(figures, Mapping):
        return {name: rounded(value) for name, value in figures.items()}
    return round(figures, DECIMALS) if isinstance(figures, float) else figures


def table(findings: Mapping[str, Any]) -> str:
    """The findings for people."""
    ours, chain = findings["vitrine"], findings["chain"]
    lines = [
        f"{findings['photos']} photos, {findings['rounds']} rounds, bundle {ours['bundle']}, "
        f"backend {ours['backend']}, device {ours['device']}, detector in "
        f"{ours['detector_precision']}, {ours['threads']} threads in {ours['workers']} workers",
        "",
        f"{'':<24}{'photos/s':>10}{'peak MB':>10}",
        _row("Vitrine, all its work", ours),
        _row("the usual chain", chain),
        *(f"  {name:<22}{value:10.1f}" for name, value in chain["parts"].items()),
        "",
        f"ratio {findings['ratio']:.1f}, overhead {findings['overhead']:.2f}",
        f"one photo, warm: median {ours['call_ms']['median']:.1f} ms, "
        f"99th percentile {ours['call_ms']['p99']:.1f} ms",
        "",
        "where Vitrine's time goes, each part alone, ms a photo",
        *(f"  {name:<22}{value:10.2f}" for name, value in ours["parts_ms"].items()),
    ]
    return "\n".join(lines)


def _row(name: str, side: Mapping[str, Any]) -> str:
    return f"{name:<24}{side['photos_per_second']:10.1f}{side['peak_memory_mb']:10.0f}"
