"""The label columns of a file that can be measured, and the classes that each tells apart."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from taggers.datasets import ColumnMapping, DatasetMapping
from taggers.prompts import NOT_LISTING
from weights.bundle import Bundle
from weights.labels import SetCalibration

CATEGORY = "category"
BASE_COLOR = "facet.base_color"


@dataclass(frozen=True)
class LabelClass:
    """What a label value stands for; values that stand for the same ids are one class.

    `name` are its values, joined by " / ". `ids` are the right ids with all below them, `visible`
    those that the bundle can see: a class with none can never be told, and counts as missed.
    `threshold` is the least probability, 0..1, from which one of its own ids is suggested; None
    where the bundle can see none.
    """

    name: str
    ids: frozenset[str]
    visible: tuple[str, ...]
    threshold: float | None

    @property
    def for_sale(self) -> bool:
        """Whether it names anything that people sell."""
        return any(not label.startswith(NOT_LISTING) for label in self.ids)


@dataclass(frozen=True)
class LabelColumn:
    """One column: the bundle's label set it is read by (`kind`), and its classes.

    `places` gives each label value's class, by its place in `classes`; `leave_out` are the values
    that say nothing.
    """

    name: str
    kind: str
    classes: tuple[LabelClass, ...]
    places: Mapping[str, int]
    leave_out: frozenset[str]

    def says_nothing(self, value: str) -> bool:
        """Whether a value is no label at all, rather than an unknown one."""
        return not value or value in self.leave_out


def label_columns(
    mapping: DatasetMapping, present: Collection[str], bundle: Bundle
) -> tuple[LabelColumn, ...]:
    """The mapped columns among `present` whose label set the bundle has, in the mapping's order."""
    sets = bundle.label_sets
    return tuple(
        _column(name, column, mapping.expanded(name), sets[column.kind].calibration)
        for name, column in mapping.columns.items()
        if name in present and column.kind in sets
    )


def main_category(columns: Collection[LabelColumn]) -> LabelColumn | None:
    """The column that suggested categories are judged by: the first that names categories."""
    return next((column for column in columns if column.kind == CATEGORY), None)


def _column(
    name: str,
    mapping: ColumnMapping,
    expanded: Mapping[str, frozenset[str]],
    calibration: SetCalibration,
) -> LabelColumn:
    values: dict[frozenset[str], list[str]] = {}
    for value, ids in expanded.items():
        values.setdefault(ids, []).append(value)
    classes = tuple(
        _class(" / ".join(same), ids, mapping.labels[same[0]], calibration)
        for ids, same in values.items()
    )
    places = {value: place for place, same in enumerate(values.values()) for value in same}
    return LabelColumn(name, mapping.kind, classes, places, frozenset(mapping.leave_out))


def _class(
    name: str, ids: frozenset[str], own: tuple[str, ...], calibration: SetCalibration
) -> LabelClass:
    visible = tuple(sorted(ids & calibration.visible))
    thresholds = [calibration.threshold(one) for one in own if one in calibration.visible]
    thresholds = thresholds or [calibration.threshold(one) for one in visible]
    return LabelClass(name, ids, visible, min(thresholds, default=None))
