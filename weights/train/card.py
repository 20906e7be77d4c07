"""The model card: what the bundle is for, what it was made from, how it measured."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from taggers.taxonomy import load_taxonomy
from weights.calibration import Calibration
from weights.train.recipe import Recipe, Stage

TEMPLATE = "card.md"


def write_card(
    output: Path, scores: Mapping[str, float], calibration: Calibration, recipe: Recipe
) -> None:
    """Writes `MODEL_CARD.md`: the template beside this module with the measured numbers put in."""
    template = (files("weights.train") / TEMPLATE).read_text(encoding="utf-8")
    stages = ", then ".join(_stage(stage) for stage in recipe.stages)
    size = sum(path.stat().st_size for path in output.iterdir()) / 1e6
    card = (
        template.replace("{scores}", _scores(scores))
        .replace("{calibration}", _calibration(calibration))
        .replace("{decisions}", _decisions(calibration))
        .replace("{fitted_on}", calibration.fitted_on)
        .replace("{visible}", _visible(calibration))
        .replace("{stages}", stages)
        .replace("{batch}", str(recipe.processes * recipe.batch_per_process))
        .replace("{size}", f"{size:.1f}")
    )
    (output / "MODEL_CARD.md").write_text(card, encoding="utf-8")


def _stage(stage: Stage) -> str:
    unsold = f" with {stage.unsold:.0%} of the photos made into ones of nothing for sale"
    return f"{stage.steps:,} steps at {stage.image_size} px{unsold if stage.unsold else ''}"


def _scores(scores: Mapping[str, float]) -> str:
    rows = ["| data set and column | top-1 |", "| --- | --- |"]
    rows += [f"| {name.replace('.', ', `', 1)}` | {value:.3f} |" for name, value in scores.items()]
    return "\n".join(rows)


def _calibration(calibration: Calibration) -> str:
    rows = [
        "| label set | labels it can tell | top-1 over all of them | expected calibration error |",
        "| --- | --- | --- | --- |",
    ]
    for name, entry in calibration.sets.items():
        top1, error = entry.measured["top1"], entry.measured["expected_calibration_error"]
        rows.append(f"| `{name}` | {len(entry.visible)} | {top1:.3f} | {error:.3f} |")
    return "\n".join(rows)


def _decisions(calibration: Calibration) -> str:
    measured = calibration.sets["category"].measured
    return (
        f"a category is suggested for {measured['coverage']:.1%} of the photos of things for sale "
        f"and is right for {measured['precision']:.1%} of those; of the photos of nothing for sale "
        f"{measured['not_listing_given_a_category']:.1%} are given one"
    )


def _visible(calibration: Calibration) -> str:
    taxonomy = load_taxonomy()
    seen = set(calibration.sets["category"].visible)
    rows = ["| department | kinds it can tell | kinds in the taxonomy |", "| --- | --- | --- |"]
    for top in (node for node in taxonomy.nodes.values() if node.parent is None):
        below = taxonomy.descendants(top.id) or {top.id}
        rows.append(f"| {top.name} | {len(seen.intersection(below))} | {len(below)} |")
    return "\n".join(rows)
