"""A copy of a bundle with a linear head."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from weights.bundle import CALIBRATION, Bundle, file_sha256, open_bundle, seal
from weights.calibration import Calibration, SetEntry
from weights.linear_head import HEADS, HeadFacts, LinearHead, head_files
from weights.recalibrated import MODEL_CARD, SHOWN_DIGITS, check_vacant

ADDED = "+head."
FIGURES = {
    "top1_of_classes": "the likeliest of the photos' own classes is right",
    "coverage": "photos for sale that are given a label",
    "precision": "given labels that are right",
    "expected_calibration_error": "expected calibration error",
}


def write_with_head(bundle: Bundle, head: LinearHead, entry: SetEntry, folder: Path) -> Bundle:
    """Copies the bundle's stated files to `folder` with a head and its calibration, sealed.

    The name stays; the version becomes that of the bundle without what an earlier copy added to
    it, `+head.` and the first digits of a SHA-256. The model card says what was added. The copy is
    made beside the folder and moved there whole; the bundle's own folder is not touched.

    Raises `BundleError` where the folder is not vacant, OSError where it cannot be written.
    """
    matrix_file = head_files(head.facts.label_set)[0]

    def add(copy: Path) -> str:
        (copy / HEADS).mkdir(exist_ok=True)
        head.save(copy / HEADS)
        calibration = Calibration.load(copy / CALIBRATION)
        name = head.facts.label_set
        fitted_on = f"{name}: linear head, {head.facts.trained_on}; others: {calibration.fitted_on}"
        sets = {**calibration.sets, name: entry}
        Calibration(fitted_on=fitted_on, sets=sets).save(copy / CALIBRATION)
        write_in_card(copy / MODEL_CARD, _note(bundle, head.facts), _section(head.facts))
        return f"{file_sha256(copy / matrix_file)}{file_sha256(copy / CALIBRATION)}"

    return write_copy(bundle, folder, add)


def write_copy(bundle: Bundle, folder: Path, change: Callable[[Path], str]) -> Bundle:
    """A sealed copy of the bundle at `folder`, as `change` left it.

    `change` is given the folder of the copy and returns hex digits that tell it from other copies.
    """
    target = folder.resolve()
    check_vacant(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".head-", dir=target.parent) as aside:
        copy = Path(aside) / target.name
        copy.mkdir()
        for name in bundle.manifest.files:
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(bundle.folder / name, copy / name)
        digits = change(copy)
        manifest = bundle.manifest
        seal(
            copy,
            name=manifest.name,
            version=f"{manifest.version.partition('+')[0]}{ADDED}{_short(digits)}",
            taxonomy=manifest.taxonomy,
            licence=manifest.licence,
        )
        if target.is_dir():
            target.rmdir()
        copy.rename(target)
    return open_bundle(folder)


def write_in_card(path: Path, note: str, section: str) -> None:
    """Puts a note at the top of a model card and a section at its end; makes a card if need be."""
    card = path.read_text("utf-8") if path.is_file() else ""
    path.write_text(f"{note}\n{card.rstrip()}\n\n{section}", "utf-8", newline="\n")


def _short(digits: str) -> str:
    return hashlib.sha256(digits.encode()).hexdigest()[:SHOWN_DIGITS]


def _note(bundle: Bundle, facts: HeadFacts) -> str:
    return (
        f"> In this copy of {bundle.name} {bundle.version}, `{facts.label_set}` is told by a "
        "linear head, described at the end. What the card below says of that label set was "
        "measured without it.\n"
    )


def _section(facts: HeadFacts) -> str:
    figures = [
        f"| {words} | {_number(facts.zero_shot.get(name))} | {_number(facts.measured.get(name))} |"
        for name, words in FIGURES.items()
        if name in facts.measured
    ]
    left_out = [f"- left out: {value}: {why}" for value, why in facts.left_out.items()]
    lines = [
        f"## Linear head: {facts.label_set}",
        "",
        f"A multinomial logistic regression on the bundle's own embeddings of "
        f"{sum(facts.photos.values())} photos of {len(facts.photos)} labels, {facts.trained_on}; "
        f"C = {facts.strength:g}, {facts.share:.0%} learned and the rest zero-shot. "
        + (
            f"{facts.kept} other labels are told as before." if facts.kept else "It knows no other."
        ),
        "",
        "| | zero-shot | head, photos it was not fitted on |",
        "| --- | --- | --- |",
        *figures,
        "",
        *left_out,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
