"""The facets of a listing beside its category: style, department, season, pattern, and so on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from taggers.datafile import DATA, Table, read_table
from taggers.taxonomy import load_departments

NONE_OF_THESE = "none_of_these"
"""The label that stands in a facet's label set for photos of which no label of the facet is true.

It is no label of the facet: it competes with them, and is never suggested.
"""


@dataclass(frozen=True)
class FacetLabel:
    """One value of a facet: its id, display name and prompts.

    `family` is the generic colour family of a `base_color` label (`navy_blue` is `blue`), None
    for labels of other facets. `applies_to` are the departments in which the label means
    something, empty for all.
    """

    id: str
    name: str
    prompts: tuple[str, ...]
    family: str | None = None
    applies_to: tuple[str, ...] = ()

    def applies(self, category: str | None) -> bool:
        """Whether the label means something for a category's id, None if it is not known."""
        if not self.applies_to:
            return True
        return category is not None and category.split(".")[0] in self.applies_to


@dataclass(frozen=True)
class Facet:
    """A set of labels.

    Of an `exclusive` facet at most one is true of a listing; of a facet that is said of
    `each_photo` at most one is true of a photo, and so several of a listing.
    """

    name: str
    description: str
    exclusive: bool
    labels: Mapping[str, FacetLabel]
    each_photo: bool = False


def load_facets(folder: Path = DATA) -> Mapping[str, Facet]:
    """The facets of `folder/facets.toml` by name, in file order.

    Raises `DataFileError` naming the file and the key where one breaks the schema, or applies to
    a department that the taxonomy has not.
    """
    _, departments = load_departments(folder)
    tables = read_table(folder / "facets.toml").tables()
    return {name: _facet(name, table, departments) for name, table in tables}


def _facet(name: str, table: Table, departments: tuple[str, ...]) -> Facet:
    applies_to = _applies_to(table, departments)
    labels = {
        label_id: _label(label_id, label, applies_to, departments)
        for label_id, label in table.table("labels").tables()
    }
    if not labels:
        raise table.error("has no labels")
    if NONE_OF_THESE in labels:
        raise table.error("is not a label of a facet", f"labels.{NONE_OF_THESE}")
    each_photo = table.flag("each_photo") if "each_photo" in table.names else False
    facet = Facet(name, table.text("description"), table.flag("exclusive"), labels, each_photo)
    table.finish()
    return facet


def _label(
    label_id: str, table: Table, applies_to: tuple[str, ...], departments: tuple[str, ...]
) -> FacetLabel:
    label = FacetLabel(
        id=label_id,
        name=table.text("name"),
        prompts=table.texts("prompts"),
        family=table.text("family") if "family" in table.names else None,
        applies_to=_applies_to(table, departments) or applies_to,
    )
    table.finish()
    return label


def _applies_to(table: Table, departments: tuple[str, ...]) -> tuple[str, ...]:
    if "applies_to" not in table.names:
        return ()
    named = table.texts("applies_to")
    for department in named:
        if department not in departments:
            raise table.error(f"'{department}' is not a department", "applies_to")
    return named
