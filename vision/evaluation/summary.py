"""From the judgements of single photos to the figures of a file."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from taggers.fitting.reliability import calibration_error, calibration_noise, reliability
from vision.evaluation.breakdown import class_answers, slices
from vision.evaluation.columns import LabelColumn, main_category
from vision.evaluation.findings import (
    Abstention,
    CategoryFindings,
    ClassFindings,
    ColorFindings,
    ColumnFindings,
    Confusion,
)
from vision.evaluation.judgement import CategoryJudgement, Judgement, LabelJudgement
from vision.evaluation.measures import (
    NONE,
    ClassCounts,
    class_counts,
    confusions,
    macro_f1,
    nearest_neighbour_rates,
    top_k,
)


def summarise_columns(
    columns: Sequence[LabelColumn], judgements: Sequence[Judgement]
) -> tuple[ColumnFindings, ...]:
    """The figures of each column over the photos that it labels."""
    nearest = _nearest(columns, judgements)
    return tuple(
        _column(column, judgements, rate) for column, rate in zip(columns, nearest, strict=True)
    )


def summarise_category(
    columns: Sequence[LabelColumn], judgements: Sequence[Judgement]
) -> CategoryFindings | None:
    """The figures of suggested categories; None where no column names categories."""
    column = main_category(columns)
    if column is None:
        return None
    judged = [one.category for one in judgements if one.category is not None]
    for_sale = [one for one in judged if one.for_sale]
    suggested = [one for one in for_sale if one.suggested is not None]
    not_listing = [one for one in judged if not one.for_sale]
    confidence = np.array([one.confidence for one in judged], np.float64)
    bins = reliability(confidence, np.array([one.likeliest_right for one in judged], np.bool_))
    shown = [one for one in judged if one.suggested is not None]
    shown_confidence = np.array([one.suggested_confidence for one in shown], np.float64)
    return CategoryFindings(
        column=column.name,
        for_sale=len(for_sale),
        coverage=_share([one.suggested is not None for one in for_sale]),
        precision=_share([one.right for one in suggested]),
        broader=_share([one.broader and one.right for one in suggested]),
        ece=calibration_error(bins),
        ece_noise=calibration_noise(confidence),
        suggested=len(shown),
        suggested_ece=_suggested_error(shown, shown_confidence),
        suggested_ece_noise=calibration_noise(shown_confidence),
        bins=bins,
        not_listing=len(not_listing),
        not_listing_suggested=_share([one.suggested is not None for one in not_listing]),
        abstentions=tuple(_abstentions(column, judgements)),
        answers=class_answers(column, judgements),
        slices=slices(column, columns, judgements),
    )


def summarise_color(column: str | None, judgements: Sequence[Judgement]) -> ColorFindings | None:
    """The figures of the primary and secondary colours; None where no photo has a family."""
    judged = [one.color for one in judgements if one.color is not None]
    primary = _share([one.primary for one in judged])
    either = _share([one.either for one in judged])
    pixels = _share([one.pixels for one in judged])
    if column is None or primary is None or either is None or pixels is None:
        return None
    return ColorFindings(column, len(judged), primary, either, pixels)


def _nearest(columns: Sequence[LabelColumn], judgements: Sequence[Judgement]) -> list[float | None]:
    if not judgements:
        return [None for _ in columns]
    embeddings = np.stack([one.embedding for one in judgements])
    truths = [
        np.array(
            [one.labels[c.name].truth if c.name in one.labels else NONE for one in judgements],
            np.int64,
        )
        for c in columns
    ]
    return nearest_neighbour_rates(embeddings, truths)


def _column(
    column: LabelColumn, judgements: Sequence[Judgement], knn1: float | None
) -> ColumnFindings:
    judged = [(one.row, one.labels[column.name]) for one in judgements if column.name in one.labels]
    truth = np.array([one.truth for _, one in judged], np.int64)
    predicted = np.array([one.ranking.predicted for _, one in judged], np.int64)
    ranks = np.array([one.ranking.rank for _, one in judged], np.int64)
    counts = class_counts(truth, predicted, len(column.classes))
    names = [known.name for known in column.classes]
    return ColumnFindings(
        name=column.name,
        kind=column.kind,
        support=len(judged),
        top1=top_k(ranks, 1),
        top5=top_k(ranks, 5),
        macro_f1=macro_f1(counts),
        knn1=knn1,
        classes=_classes(column, counts, [one for _, one in judged]),
        confusions=tuple(
            Confusion(
                names[label],
                names[other],
                tuple(judged[place][0] for place in places),
                counts[label].support,
            )
            for (label, other), places in confusions(truth, predicted).items()
        ),
    )


def _classes(
    column: LabelColumn, ranked: Sequence[ClassCounts], judged: Sequence[LabelJudgement]
) -> tuple[ClassFindings, ...]:
    given, right, silent = np.zeros((3, len(column.classes)), np.int64)
    for one in judged:
        given[list(one.suggested)] += 1
        right[one.truth] += one.truth in one.suggested
        silent[one.truth] += not one.suggested
    return tuple(
        ClassFindings(
            known,
            counts,
            ClassCounts(counts.support, int(given[place]), int(right[place])),
            float(silent[place] / counts.support) if counts.support else None,
        )
        for place, (known, counts) in enumerate(zip(column.classes, ranked, strict=True))
    )


def _suggested_error(
    shown: Sequence[CategoryJudgement], confidence: NDArray[np.float64]
) -> float | None:
    right = np.array([one.for_sale and one.right for one in shown], np.bool_)
    return calibration_error(reliability(confidence, right))


def _abstentions(column: LabelColumn, judgements: Sequence[Judgement]) -> list[Abstention]:
    return [
        Abstention(one.row, column.classes[one.labels[column.name].truth].name, one.category.reason)
        for one in judgements
        if one.category is not None and one.category.for_sale and one.category.suggested is None
    ]


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None
