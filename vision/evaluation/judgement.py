"""Holding what was read of a photo against its labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from color import generic_families
from taggers import Categorization, Facet, FacetResult, Taxonomy
from vision.assemble import FACET_PREFIX
from vision.evaluation.columns import BASE_COLOR, CATEGORY, LabelColumn, main_category
from vision.evaluation.measures import Ranking, ranking
from vision.evaluation.reading import Reading
from vision.evaluation.testable import Testable
from weights.labels import FloatArray


@dataclass(frozen=True, slots=True)
class LabelJudgement:
    """One photo in one column: its class, how it ranked, and the classes that were suggested.

    A class is suggested where the shipped thresholds let one of its ids through.
    """

    truth: int
    ranking: Ranking
    suggested: frozenset[int]


@dataclass(frozen=True, slots=True)
class CategoryJudgement:
    """The category suggested for one photo, None with the `reason` where there is none.

    `right` where the node, or something below it, is what the label says; `broader` where the node
    is above what the label says. `likeliest` is the likeliest visible label, `confidence` the
    probability of the class of the column that it belongs to, 0..1, and `likeliest_right` whether
    that class is the photo's, `truth`. `suggested_confidence` is the probability that `right`
    holds, as far as the column's labels can tell (see `Testable`); 0 without a suggestion.
    """

    truth: int
    for_sale: bool
    suggested: str | None
    right: bool
    broader: bool
    reason: str
    likeliest: str
    confidence: float
    likeliest_right: bool
    suggested_confidence: float


@dataclass(frozen=True, slots=True)
class ColorJudgement:
    """Whether the label's colour family is the primary colour's, and whether either colour's.

    `primary` and `either` are of the record's colours, `pixels` of the primary colour that the
    pixels alone give.
    """

    primary: bool
    either: bool
    pixels: bool


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """One photo held against its labels. A column where it has none is not in `labels`."""

    row: int
    id: str
    embedding: FloatArray
    labels: Mapping[str, LabelJudgement]
    category: CategoryJudgement | None
    color: ColorJudgement | None


class Judge:
    """Judges readings by the columns of one data set."""

    def __init__(
        self, columns: Sequence[LabelColumn], taxonomy: Taxonomy, facets: Mapping[str, Facet]
    ) -> None:
        self._columns = columns
        self._main = main_category(columns)
        self._testable = Testable(self._main.classes, taxonomy) if self._main else None
        self._base_color = next((one for one in columns if one.kind == BASE_COLOR), None)
        self._families = _families(self._base_color, facets)

    def judge(self, reading: Reading) -> Judgement:
        """Unknown labels are left out, as are values that say nothing."""
        values = reading.photo.labels
        truths = {
            column.name: column.places[values[column.name]]
            for column in self._columns
            if values[column.name] in column.places
        }
        labels = {
            column.name: _judge_label(reading, column, truths[column.name])
            for column in self._columns
            if column.name in truths
        }
        return Judgement(
            row=reading.photo.row,
            id=reading.photo.id,
            embedding=reading.embedding,
            labels=labels,
            category=self._judge_category(reading.category, truths),
            color=self._judge_color(reading, truths),
        )

    def _judge_category(
        self, category: Categorization, truths: Mapping[str, int]
    ) -> CategoryJudgement | None:
        if self._main is None or self._testable is None or self._main.name not in truths:
            return None
        place = truths[self._main.name]
        truth = self._main.classes[place]
        probabilities = category.probabilities
        likeliest = max(probabilities, key=lambda label: probabilities[label])
        chosen = category.category.id if category.category else None
        return CategoryJudgement(
            truth=place,
            for_sale=truth.for_sale,
            suggested=chosen,
            right=chosen is not None and self._testable.agrees(chosen, truth),
            broader=chosen is not None and chosen not in truth.ids,
            reason=category.reason,
            likeliest=likeliest,
            confidence=_sum(probabilities, self._testable.class_of(likeliest)),
            likeliest_right=likeliest in truth.ids,
            suggested_confidence=(
                _sum(probabilities, self._testable.agreeing(chosen)) if chosen else 0.0
            ),
        )

    def _judge_color(self, reading: Reading, truths: Mapping[str, int]) -> ColorJudgement | None:
        column = self._base_color
        if column is None or not (wanted := self._families.get(truths.get(column.name, -1))):
            return None
        colors = reading.listing_colors
        primary, secondary, pixels = (
            color is not None and color.family in wanted
            for color in (colors.primary, colors.secondary, reading.colors.primary)
        )
        return ColorJudgement(primary, primary or secondary, pixels)


def _sum(probabilities: Mapping[str, float], ids: frozenset[str]) -> float:
    return min(1.0, sum(value for label, value in probabilities.items() if label in ids))


def _judge_label(reading: Reading, column: LabelColumn, truth: int) -> LabelJudgement:
    probabilities, suggested = _answers(reading, column.kind)
    scores = [sum(probabilities[one] for one in known.visible) for known in column.classes]
    named = frozenset(
        place for place, known in enumerate(column.classes) if not known.ids.isdisjoint(suggested)
    )
    return LabelJudgement(truth, ranking(scores, truth), named)


def _answers(reading: Reading, kind: str) -> tuple[Mapping[str, float], frozenset[str]]:
    """The probabilities of a label set, and the ids of it that the shipped thresholds let pass."""
    if kind == CATEGORY:
        chosen = reading.category.category
        return reading.category.probabilities, frozenset({chosen.id} if chosen else ())
    facet: FacetResult = reading.facets[kind.removeprefix(FACET_PREFIX)]
    return facet.probabilities, frozenset(value.label for value in facet.values)


def _families(
    column: LabelColumn | None, facets: Mapping[str, Facet]
) -> Mapping[int, frozenset[str]]:
    """The generic colour families of each class of a colour column; classes of none left out."""
    if column is None:
        return {}
    labels = facets[BASE_COLOR.removeprefix(FACET_PREFIX)].labels
    found = {
        place: frozenset(
            family for one in known.ids if (family := labels[one].family) in generic_families()
        )
        for place, known in enumerate(column.classes)
    }
    return {place: families for place, families in found.items() if families}
