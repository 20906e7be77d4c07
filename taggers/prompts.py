"""The phrases whose text embeddings stand for the labels of each set."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from taggers.datafile import DATA, read_table
from taggers.facets import load_facets
from taggers.taxonomy import load_taxonomy

NOT_LISTING = "not_listing."
CATEGORY = "category"


@dataclass(frozen=True)
class NotListing:
    """Something people photograph but do not sell. `id` starts with `not_listing.`."""

    id: str
    name: str
    prompts: tuple[str, ...]


def load_not_listing(folder: Path = DATA) -> Mapping[str, NotListing]:
    """The things of `folder/not_listing.toml` by id, in file order.

    Raises `DataFileError` naming the file and the key where one breaks the schema.
    """
    things: dict[str, NotListing] = {}
    for thing_id, table in read_table(folder / "not_listing.toml").tables():
        if not thing_id.startswith(NOT_LISTING):
            raise table.error(f"an id starts with '{NOT_LISTING}'")
        things[thing_id] = NotListing(thing_id, table.text("name"), table.texts("prompts"))
        table.finish()
    return things


def prompts_for_sets(folder: Path = DATA) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The prompts of every label of every set: `category` and one `facet.<name>` per facet.

    The labels of `category` are all nodes of the taxonomy, then all `not_listing` ids.
    """
    facets = {
        facet_set(facet.name): {label.id: label.prompts for label in facet.labels.values()}
        for facet in load_facets(folder).values()
    }
    return {CATEGORY: category_prompts(folder), **facets}


def category_prompts(folder: Path = DATA) -> Mapping[str, tuple[str, ...]]:
    """The prompts of all nodes of the taxonomy, then of all `not_listing` ids."""
    nodes = {node.id: node.prompts for node in load_taxonomy(folder).nodes.values()}
    return nodes | {thing.id: thing.prompts for thing in load_not_listing(folder).values()}


def facet_set(name: str) -> str:
    """The name of a facet's label set."""
    return f"facet.{name}"
