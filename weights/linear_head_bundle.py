"""A copy of a bundle with a linear head."""

from pathlib import Path

from weights.bundle import CALIBRATION, Bundle, file_sha256
from weights.bundle_copy import MODEL_CARD, short_digest, write_copy
from weights.calibration import Calibration, SetEntry
from weights.linear_head import HEADS, HeadFacts, LinearHead, head_files

ADDED = "+head."
FIGURES = {
    "top1_of_classes": "the likeliest of the photos' own classes is right",
    "coverage": "photos for sale that are given a label",
    "precision": "given labels that are right",
    "expected_calibration_error": "expected calibration error",
}


def write_with_head(bundle: Bundle, head: LinearHead, entry: SetEntry, folder: Path) -> Bundle:
    """Copies the bundle's stated files to `folder` with a head and its calibration, sealed.

    Its version is `headed_version`'s, and its model card says what was added.

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
        digests = f"{file_sha256(copy / matrix_file)}{file_sha256(copy / CALIBRATION)}"
        return headed_version(bundle, digests)

    return write_copy(bundle, folder, add)


def headed_version(bundle: Bundle, text: str) -> str:
    """The version of a copy with a head, which `text` tells from other copies.

    That of the bundle without what an earlier copy added to it, `+head.` and digits of the text.
    """
    return f"{bundle.version.partition('+')[0]}{ADDED}{short_digest(text)}"


def write_in_card(path: Path, note: str, section: str) -> None:
    """Puts a note at the top of a model card and a section at its end; makes a card if need be."""
    card = path.read_text("utf-8") if path.is_file() else ""
    path.write_text(f"{note}\n{card.rstrip()}\n\n{section}", "utf-8", newline="\n")


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
