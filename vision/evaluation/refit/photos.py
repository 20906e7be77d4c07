"""From the samples of evaluated files to what a label set is fitted on."""

from collections.abc import Sequence

from taggers.fitting import LabelledPhotos, join_photos
from taggers.scoring import LabelScorer
from vision.evaluation.columns import LabelColumn
from vision.evaluation.findings import FileFindings
from vision.evaluation.measures import NONE
from vision.evaluation.samples import Samples
from weights.labels import LabelSet


def photos_of_set(
    name: str, label_set: LabelSet, files: Sequence[FileFindings]
) -> LabelledPhotos | None:
    """The photos with a known label of the set, each counting once; None where there are none.

    Of a file with several columns of the set the first counts, as in its evaluation.
    """
    scorer = LabelScorer(label_set)
    parts = [
        _labelled(scorer, file.samples, column)
        for file in files
        if (column := _column(name, file.samples)) is not None
        and (file.samples.truths[column.name] != NONE).any()
    ]
    return join_photos(parts) if parts else None


def _column(kind: str, samples: Samples) -> LabelColumn | None:
    return next((column for column in samples.columns if column.kind == kind), None)


def _labelled(scorer: LabelScorer, samples: Samples, column: LabelColumn) -> LabelledPhotos:
    truth = samples.truths[column.name]
    known = truth != NONE
    cosines = scorer.measure(samples.embeddings[known])
    classes = [one.ids for one in column.classes]
    return LabelledPhotos.of_column(scorer.labels, cosines, classes, truth[known].tolist())
