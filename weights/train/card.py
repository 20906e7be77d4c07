"""The model card, from what was measured: no number in it is typed.

python -m weights.train.card --evaluation EVALUATION.json --held-out ZERO_SHOT.json

EVALUATION.json is what `vitrine evaluate --json` wrote of the same bundle. The words are the
template `card.md`.
"""

import argparse
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from weights.bundle import CALIBRATION, NEEDED, Bundle, open_bundle, seal
from weights.bundle_copy import MODEL_CARD
from weights.calibration import Calibration
from weights.errors import BundleError
from weights.train import card_comparison, card_failures, card_tables
from weights.train.calibrate import CATEGORY_PRECISION, FACET_PRECISION
from weights.train.neighbours import ROOM
from weights.train.recipe import Recipe, Stage
from weights.train.teacher import TEACHER_SIZE
from weights.train.trunk import TRUNK

TEMPLATE = "card.md"
Document = Mapping[str, Any]


class CardError(Exception):
    """The card cannot be written: the evaluation is of another bundle, or is no evaluation."""


def write_card(output: Path, evaluation: Document, held_out: Document | None) -> Bundle:
    """Writes the card of the bundle whose folder `output` is in, and seals the bundle again.

    `evaluation` is what `vitrine evaluate --json` writes, `held_out` what `weights.train.zero_shot`
    writes. Name, version, taxonomy and licence stay. Raises `CardError` for an evaluation of
    another bundle, `BundleError` where there is no bundle.
    """
    bundle = open_bundle(output.parent)
    check_same(bundle, evaluation)
    try:
        text = card(bundle, evaluation, held_out, Recipe())
    except (KeyError, TypeError, IndexError) as error:
        raise CardError(f"the evaluation lacks what the card needs: {error!r}") from error
    output.write_text(text, encoding="utf-8", newline="\n")
    manifest = bundle.manifest
    return seal(
        bundle.folder,
        name=manifest.name,
        version=manifest.version,
        taxonomy=manifest.taxonomy,
        licence=manifest.licence,
    )


def check_same(bundle: Bundle, evaluation: Document) -> None:
    """Raises `CardError` where not just these network, text matrix and calibration were evaluated.

    The bundle's own SHA-256 is no help: it changes with the card.
    """
    named = evaluation.get("bundle", {})
    stated = named.get("files", {}) if isinstance(named, Mapping) else {}
    for name in NEEDED:
        if stated.get(name) != bundle.manifest.files[name]:
            raise CardError(
                f"the evaluation is not of bundle '{bundle.name}' {bundle.version} as it is: "
                f"its {name} is another; evaluate the bundle again"
            )


def card(bundle: Bundle, evaluation: Document, held_out: Document | None, recipe: Recipe) -> str:
    """The text of the card, for a bundle that `recipe` made."""
    calibration = Calibration.load(bundle.folder / CALIBRATION)
    category = calibration.sets["category"]
    measured = evaluation["files"]
    stages = ", then ".join(_stage(stage) for stage in recipe.stages)
    others = [name for name in bundle.manifest.files if name != MODEL_CARD]
    size = sum((bundle.folder / name).stat().st_size for name in others) / 1e6
    blanks = {
        "name": bundle.name,
        "size": f"{size:.1f}",
        "visible": card_tables.visible_kinds(category.visible),
        "image_size": str(recipe.image_size),
        "stages": stages,
        "batch": str(recipe.processes * recipe.batch_per_process),
        "trunk": TRUNK.architecture,
        "taught_stages": str(sum(stage.loss_weights["teacher"] > 0 for stage in recipe.stages)),
        "near_stages": str(sum(stage.loss_weights["neighbours"] > 0 for stage in recipe.stages)),
        "neighbours": f"{ROOM:,}",
        "teacher_size": str(TEACHER_SIZE),
        "head_steps": str(recipe.head_steps),
        "text_steps": str(recipe.text_steps),
        "measured_on": card_tables.measured_on(measured),
        "columns": card_tables.columns(measured),
        "suggestions": card_tables.suggestions(measured),
        "unsold": card_tables.not_for_sale(measured),
        "colors": card_tables.colors(measured),
        "fitted_on": calibration.fitted_on,
        "category_precision": f"{CATEGORY_PRECISION:.2f}",
        "facet_precision": f"{FACET_PRECISION:.2f}",
        "least_confidence": f"{category.least_confidence:g}",
        "temperatures": card_tables.temperatures(category),
        "calibration": card_tables.calibration(calibration),
        "zero_shot": card_tables.zero_shot(held_out),
        "phone": card_comparison.phone_and_catalogue(measured),
        "confusions": card_failures.confusions(measured),
        "least_support": str(card_failures.LEAST_SUPPORT),
        "extremes": card_failures.extremes(measured),
        "failures": card_failures.failures(measured),
    }
    text = (files("weights.train") / TEMPLATE).read_text(encoding="utf-8")
    for name, content in blanks.items():
        text = text.replace(f"{{{name}}}", content)
    return text


def _stage(stage: Stage) -> str:
    begun = "" if stage.restart is None else f" from {stage.restart:.0%} of the learning rate"
    mixed = f" with {stage.mixed:.0%} of the batches mixed in pairs" if stage.mixed else ""
    return f"{stage.steps:,} steps at {stage.image_size} px{begun}{mixed}"


def _read(path: Path) -> Document:
    document = json.loads(path.read_text("utf-8"))
    if not isinstance(document, dict):
        raise CardError(f"{path} holds no evaluation")
    return document


def main() -> None:
    """Reads the command line and writes the card."""
    parser = argparse.ArgumentParser(prog="python -m weights.train.card", description=__doc__)
    parser.add_argument(
        "--evaluation", type=Path, required=True, help="what `vitrine evaluate --json` wrote"
    )
    parser.add_argument(
        "--held-out", type=Path, help="what `python -m weights.train.zero_shot` wrote"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("weights/vitrine-tiny/MODEL_CARD.md"), help="the card"
    )
    options = parser.parse_args()
    try:
        held_out = _read(options.held_out) if options.held_out else None
        bundle = write_card(options.output, _read(options.evaluation), held_out)
    except (CardError, BundleError, OSError, ValueError) as error:
        parser.exit(1, f"{parser.prog}: {error}\n")
    print(f"{options.output}: bundle {bundle.name} {bundle.version} sealed with it")


if __name__ == "__main__":
    main()
