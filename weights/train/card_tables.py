"""The tables of the model card's measurements."""

from collections.abc import Mapping, Sequence
from typing import Any

from taggers.taxonomy import load_taxonomy
from weights.calibration import Calibration, SetEntry
from weights.train.card_markdown import markdown_table, percent, share
from weights.train.recipe import Recipe
from weights.train.trunk import TRUNK

File = Mapping[str, Any]
"""One file of an evaluation, as `vitrine.evaluation.document` writes it."""


def visible_kinds(visible: Sequence[str]) -> str:
    """How many kinds of each department the bundle can tell, of those in the taxonomy."""
    taxonomy, seen = load_taxonomy(), set(visible)
    rows = []
    for top in (node for node in taxonomy.nodes.values() if node.parent is None):
        below = set(taxonomy.descendants(top.id)) or {top.id}
        rows.append((top.name, str(len(seen & below)), str(len(below))))
    return markdown_table(("department", "kinds it can tell", "kinds in the taxonomy"), rows)


def measured_on(files: Sequence[File]) -> str:
    """Which photos of which files."""
    return ", ".join(
        f"`{file['file']}` ({file['photos']:,} photos"
        + (f" of the split `{file['split']}`)" if file["split"] else ")")
        for file in files
    )


def columns(files: Sequence[File]) -> str:
    """Top-1, top-5, macro F1 and the nearest neighbour of every label column."""
    headings = ("file", "column", "photos", "labels", "top-1", "top-5", "macro F1", "knn1")
    rows = [
        (
            file["file"],
            f"`{name}`",
            f"{file[f'{name}.support']:,}",
            str(len(labels)),
            *(share(file[f"{name}.{figure}"]) for figure in ("top1", "top5", "macro_f1")),
            share(file[f"embedding.{name}.knn1"]),
        )
        for file in files
        for name, labels in file["labels"].items()
    ]
    return markdown_table(headings, rows)


def suggestions(files: Sequence[File]) -> str:
    """Coverage, abstention, precision and calibration error of each file's categories."""
    headings = (
        "file",
        "given a category",
        "abstained",
        "right",
        "broader",
        "ECE",
        "by chance",
        "ECE of suggested",
        "by chance",
        "photos/s",
    )
    rows = [
        (
            file["file"],
            share(file["category.coverage"]),
            share(_rest(file["category.coverage"])),
            *(share(file[f"category.{name}"]) for name in ("precision", "broader")),
            *(share(file[f"category.{name}"]) for name in ("ece", "ece_noise")),
            *(share(file[f"category.{name}"]) for name in ("suggested_ece", "suggested_ece_noise")),
            f"{file['photos_per_second']:.0f}",
        )
        for file in files
        if file["category.column"]
    ]
    return markdown_table(headings, rows)


def not_for_sale(files: Sequence[File]) -> str:
    """How often photos of nothing for sale are given a category, in words."""
    sentences = [
        f"Of {file['category.not_listing']:,} photos of nothing for sale in `{file['file']}` "
        f"(faces, animals, scenes), {percent(file['category.not_listing_suggested'])} are given a "
        "category."
        for file in files
        if "category.not_listing_suggested" in file
    ]
    return " ".join(sentences) or "Photos of nothing for sale: not measured."


def colors(files: Sequence[File]) -> str:
    """How often the measured main colour is of the label's family, in words."""
    sentences = [
        f"The record's main colour, for which pixels and this model's words are weighed, is of the "
        f"labelled family for {percent(file['color.family_top1'])} of {file['color.support']:,} "
        f"photos in `{file['file']}` ({percent(file['color.primary_or_secondary'])} with the "
        f"second colour); that of the pixels alone for "
        f"{percent(file['color.pixels_family_top1'])}."
        for file in files
        if "color.family_top1" in file
    ]
    return " ".join(sentences) or "Colours: not measured."


def temperatures(category: SetEntry) -> str:
    """The logit scale of categories, and of the departments that have their own, in words."""
    common = f"Cosines are multiplied by {category.logit_scale:.1f} for categories"
    scales = category.department_scales
    if not scales:
        return f"{common}."
    own = ", ".join(f"{scale:.1f} for `{name}`" for name, scale in scales.items())
    return (
        f"{common}, and by a scale of its own where the likeliest label is of a department whose "
        f"photos are clearly better off with it: {own}."
    )


def calibration(fitted: Calibration) -> str:
    """The figures measured when each label set was fitted."""
    figures = ("top1", "expected_calibration_error", "calibration_error_noise", "coverage")
    headings = ("label set", "labels it can tell", "photos", "top-1", "ECE", "by chance", "given")
    rows = [
        (
            f"`{name}`",
            str(len(entry.visible)),
            f"{entry.measured['photos']:,.0f}",
            *(share(entry.measured.get(figure)) for figure in (*figures, "precision")),
        )
        for name, entry in fitted.sets.items()
    ]
    return markdown_table((*headings, "right"), rows)


def zero_shot(found: Mapping[str, Any] | None) -> str:
    """The section on labels that a run never saw; nothing where it was not measured."""
    if found is None:
        return ""
    types = ", ".join(found["types"])
    recipe = Recipe()
    return (
        "## Labels it never saw\n"
        f"A run of {found['steps']:,} steps at {found['pixels']} px with `{found['trunk']}`, where "
        f"the recipe has {recipe.total_steps:,} up to {recipe.image_size} px with "
        f"`{TRUNK.architecture}`, held {len(found['types'])} article types out of training "
        "entirely. Told apart by their names alone, their "
        f"{found['photos']:,} validation photos are put right at a rate of {share(found['top1'])} "
        f"(top-5 {share(found['top5'])}); chance is {share(found['chance'])}. "
        f"The types: {types}.\n\n"
    )


def _rest(value: float | None) -> float | None:
    return None if value is None else 1 - value
