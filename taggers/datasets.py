"""How the labels of known data sets map to taxonomy nodes and facet values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

from taggers.datafile import DATA, Table, read_table
from taggers.errors import UnknownNameError
from taggers.prompts import prompts_for_sets
from taggers.taxonomy import Taxonomy, load_taxonomy


@dataclass(frozen=True)
class ColumnMapping:
    """What one label column says.

    `kind` names the label set: `category` or `facet.<name>`. `labels` maps each label value to the
    ids that are right for it: an id of the category set stands for itself and all below it. Any two
    values name the same things or none in common, or one names kinds of the other ("windsor chair"
    beside "chair"), which the other then does not stand for. `leave_out` are values that say
    nothing.
    """

    kind: str
    labels: Mapping[str, tuple[str, ...]]
    leave_out: tuple[str, ...]


@dataclass(frozen=True)
class DatasetMapping:
    """The label columns of one data set."""

    name: str
    columns: Mapping[str, ColumnMapping]
    taxonomy: Taxonomy

    @cached_property
    def _expanded(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        return {
            column: _without_narrower(_all_below(mapping.labels, self.taxonomy))
            for column, mapping in self.columns.items()
        }

    def expanded(self, column: str) -> Mapping[str, frozenset[str]]:
        """Each label value of a column with its ids and all their descendants.

        Those that a narrower value of the column names are that value's alone. Raises KeyError for
        an unknown column.
        """
        return self._expanded[column]

    def singled_out(self, column: str) -> frozenset[str]:
        """The ids that some label value of a column names alone, so that photos tell them apart.

        The kinds that a value such as "outwear" lumps together are not among them.
        """
        return frozenset(ids[0] for ids in self.columns[column].labels.values() if len(ids) == 1)


def expand(ids: Iterable[str], taxonomy: Taxonomy) -> frozenset[str]:
    """The ids with their descendants, where they are nodes of the taxonomy."""
    expanded = set(ids)
    for node_id in tuple(expanded):
        if node_id in taxonomy.nodes:
            expanded.update(taxonomy.descendants(node_id))
    return frozenset(expanded)


def _all_below(
    labels: Mapping[str, tuple[str, ...]], taxonomy: Taxonomy
) -> dict[str, frozenset[str]]:
    return {label: expand(ids, taxonomy) for label, ids in labels.items()}


def _without_narrower(labels: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {
        label: ids.difference(*(other for other in labels.values() if other < ids))
        for label, ids in labels.items()
    }


def available_datasets(folder: Path = DATA) -> tuple[str, ...]:
    """The names of the data sets that have a mapping, sorted."""
    return tuple(sorted(file.stem for file in (folder / "datasets").glob("*.toml")))


def load_dataset_mapping(name: str, folder: Path = DATA) -> DatasetMapping:
    """The mapping of `folder/datasets/<name>.toml`, checked against the taxonomy and the facets.

    Raises `UnknownNameError`, listing the valid names, where there is no such file, and
    `DataFileError`, naming the file and the key, for an unknown label set or id, or for two values
    of a column that share some ids while each has others too.
    """
    if name not in (names := available_datasets(folder)):
        raise UnknownNameError(f"no mapping for the data set '{name}'; known: {', '.join(names)}")
    known = prompts_for_sets(folder)
    taxonomy = load_taxonomy(folder)
    columns = {
        column: _column(table, known, taxonomy)
        for column, table in read_table(folder / "datasets" / f"{name}.toml").tables()
    }
    return DatasetMapping(name, columns, taxonomy)


def _column(
    table: Table, known: Mapping[str, Mapping[str, tuple[str, ...]]], taxonomy: Taxonomy
) -> ColumnMapping:
    kind = table.text("kind")
    if kind not in known:
        raise table.error(f"'{kind}' is not a label set; known: {', '.join(known)}", "kind")
    listed = table.table("labels")
    labels = {label: listed.texts(label) for label in listed.names}
    for label, ids in labels.items():
        for label_id in ids:
            if label_id not in known[kind]:
                raise listed.error(f"'{label_id}' is not an id of '{kind}'", label)
    _check_nested_or_disjoint(listed, _all_below(labels, taxonomy))
    mapping = ColumnMapping(kind, labels, table.texts("leave_out", empty=True))
    table.finish()
    return mapping


def _check_nested_or_disjoint(table: Table, expanded: Mapping[str, frozenset[str]]) -> None:
    for (one, ids), (other, others) in combinations(expanded.items(), 2):
        if not (ids <= others or others <= ids) and (shared := ids & others):
            raise table.error(f"shares '{min(shared)}' with '{one}'", other)
