"""The tree of categories that a marketplace sells under."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from taggers.datafile import DATA, Table, read_table
from taggers.errors import DataFileError

MAX_DEPTH = 4
_ID = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*(?:\.[a-z0-9]+(?:_[a-z0-9]+)*)*")


@dataclass(frozen=True)
class Node:
    """One category.

    `id` is dotted snake_case (`home.kitchen.drinkware.mugs`), and `parent` the id without its last
    part, None for a department. `path` holds the display names from the department down to this
    node. `synonyms` are what shoppers type, the plainest word first. `prompts` are the noun phrases
    whose text embeddings stand for the node.
    """

    id: str
    name: str
    path: tuple[str, ...]
    parent: str | None
    synonyms: tuple[str, ...]
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """A version of the tree. `nodes` maps id to node, each parent before its children."""

    version: str
    nodes: Mapping[str, Node]

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        children: dict[str, list[str]] = {node_id: [] for node_id in self.nodes}
        for node in self.nodes.values():
            if node.parent is not None:
                children[node.parent].append(node.id)
        return {node_id: tuple(below) for node_id, below in children.items()}

    def children(self, node_id: str) -> tuple[str, ...]:
        """The ids directly below a node. Raises KeyError for an unknown id."""
        return self._children[node_id]

    def descendants(self, node_id: str) -> tuple[str, ...]:
        """The ids below a node at any depth, itself not among them, each before its children."""
        below: list[str] = []
        for child in self.children(node_id):
            below += [child, *self.descendants(child)]
        return tuple(below)

    def ancestors(self, node_id: str) -> tuple[str, ...]:
        """The ids above a node, nearest first. Raises KeyError for an unknown id."""
        parent = self.nodes[node_id].parent
        return () if parent is None else (parent, *self.ancestors(parent))

    def leaves(self) -> tuple[str, ...]:
        """The ids with nothing below them."""
        return tuple(node_id for node_id, below in self._children.items() if not below)


def load_taxonomy(folder: Path = DATA) -> Taxonomy:
    """The tree in `folder/taxonomy.toml` and its departments' files in `folder/taxonomy/`.

    Raises `DataFileError` naming the file and the key for an id that is malformed, given twice,
    deeper than four levels, listed before its parent or without one, or for a node without name,
    synonyms or prompts.
    """
    version, departments = load_departments(folder)
    nodes: dict[str, Node] = {}
    for department in departments:
        for node_id, table in read_table(folder / "taxonomy" / f"{department}.toml").tables():
            nodes[node_id] = _node(node_id, table, department, nodes)
        if department not in nodes:
            raise DataFileError(folder / "taxonomy.toml", department, "has no node of that id")
    return Taxonomy(version, nodes)


def load_departments(folder: Path = DATA) -> tuple[str, tuple[str, ...]]:
    """The taxonomy's version and the ids of its departments, without reading the tree.

    Raises `DataFileError` where `folder/taxonomy.toml` breaks the schema.
    """
    index = read_table(folder / "taxonomy.toml")
    version, departments = index.text("version"), index.texts("departments")
    index.finish()
    return version, departments


def _node(node_id: str, table: Table, department: str, above: Mapping[str, Node]) -> Node:
    if not _ID.fullmatch(node_id):
        raise table.error("an id is dotted snake_case")
    if node_id in above:
        raise table.error("is given twice")
    if node_id.split(".")[0] != department:
        raise table.error(f"does not belong to the department '{department}'")
    if node_id.count(".") >= MAX_DEPTH:
        raise table.error(f"lies deeper than {MAX_DEPTH} levels")
    parent = node_id.rpartition(".")[0] or None
    if parent is not None and parent not in above:
        raise table.error(f"its parent '{parent}' is missing, or comes after it")
    name = table.text("name")
    node = Node(
        id=node_id,
        name=name,
        path=(name,) if parent is None else (*above[parent].path, name),
        parent=parent,
        synonyms=table.texts("synonyms"),
        prompts=table.texts("prompts"),
    )
    table.finish()
    return node
