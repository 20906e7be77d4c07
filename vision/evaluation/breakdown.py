"""Categories by what else is known of a photo: its class, its department, its other labels."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from vision.evaluation.columns import CATEGORY, LabelColumn
from vision.evaluation.findings import ClassAnswers, Slice
from vision.evaluation.judgement import Judgement
from weights.labels import department_of

DEPARTMENT = "department"
"""The slices by the department of the label, beside those by the file's other columns."""


def class_answers(column: LabelColumn, judgements: Sequence[Judgement]) -> tuple[ClassAnswers, ...]:
    """What was said of each class of the column that some photo carries, in the column's order."""
    likeliest = [Counter[str]() for _ in column.classes]
    suggested = [Counter[str]() for _ in column.classes]
    for one in judgements:
        if one.category is not None:
            likeliest[one.category.truth][one.category.likeliest] += 1
            if one.category.suggested is not None:
                suggested[one.category.truth][one.category.suggested] += 1
    return tuple(
        ClassAnswers(known.name, photos, _ordered(likeliest[place]), _ordered(suggested[place]))
        for place, known in enumerate(column.classes)
        if (photos := likeliest[place].total())
    )


def slices(
    main: LabelColumn, columns: Sequence[LabelColumn], judgements: Sequence[Judgement]
) -> tuple[Slice, ...]:
    """The photos for sale by department, and by each column that names no categories.

    Classes in order; those of no photo left out.
    """
    for_sale = [one for one in judgements if one.category is not None and one.category.for_sale]
    departments = [_department(main, one) for one in for_sale]
    known = sorted({one for one in departments if one is not None})
    found = list(_slices(DEPARTMENT, main, known, for_sale, lambda row: departments[row]))
    for column in columns:
        if column.kind != CATEGORY:
            names = [one.name for one in column.classes]
            found += _slices(column.name, main, names, for_sale, _labels_of(column, for_sale))
    return tuple(found)


def _slices(
    name: str,
    main: LabelColumn,
    values: Sequence[str],
    judgements: Sequence[Judgement],
    value_of: Callable[[int], str | None],
) -> Iterator[Slice]:
    groups: dict[str, list[Judgement]] = {value: [] for value in values}
    for row, one in enumerate(judgements):
        value = value_of(row)
        if value is not None:
            groups[value].append(one)
    for value, members in groups.items():
        if members:
            yield _slice(name, value, main, members)


def _slice(name: str, value: str, main: LabelColumn, members: Sequence[Judgement]) -> Slice:
    categories = [one.category for one in members if one.category is not None]
    suggested = [one for one in categories if one.suggested is not None]
    return Slice(
        column=name,
        label=value,
        photos=len(members),
        top1=_share([one.labels[main.name].ranking.rank == 0 for one in members]),
        coverage=_share([one.suggested is not None for one in categories]),
        precision=_share([one.right for one in suggested]),
    )


def _labels_of(column: LabelColumn, judgements: Sequence[Judgement]) -> Callable[[int], str | None]:
    def value_of(row: int) -> str | None:
        label = judgements[row].labels.get(column.name)
        return None if label is None else column.classes[label.truth].name

    return value_of


def _department(main: LabelColumn, one: Judgement) -> str | None:
    """The department that all of a label's ids are of, None for a label of several."""
    found = {department_of(label) for label in main.classes[one.labels[main.name].truth].ids}
    return found.pop() if len(found) == 1 else None


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
