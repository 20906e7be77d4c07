"""Running a bundle over files of labelled photos."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from taggers import load_facets
from taggers.datasets import load_dataset_mapping
from vision.evaluation.columns import BASE_COLOR, LabelColumn, label_columns
from vision.evaluation.errors import EvaluationError
from vision.evaluation.findings import BundleName, FileFindings, Findings
from vision.evaluation.judgement import Judge, Judgement
from vision.evaluation.reading import Reader, Unreadable
from vision.evaluation.rows import LabelledPhoto, column_names, read_rows, select_rows
from vision.evaluation.samples import gather_samples
from vision.evaluation.summary import summarise_category, summarise_color, summarise_columns
from weights.bundle import NEEDED, Bundle
from weights.linear_head import is_head

Progress = Callable[[Path, int, int], None]
"""Told the file, how many of its photos are done, and how many there are."""


def evaluate(
    paths: Sequence[Path],
    reader: Reader,
    *,
    dataset: str | None = None,
    split: str | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Findings:
    """Measures the reader's bundle on each file.

    `dataset` names the mapping of labels, by default each file's own name without its ending;
    `split` takes the photos of that split alone; `limit` at most so many of each file, evenly
    spread over it.

    Raises `EvaluationError` for a file that cannot be evaluated, `taggers.UnknownNameError` where
    there is no mapping of that name. All files are looked at before any photo is read.
    """
    tasks = [_Task(path, dataset or path.stem, reader.bundle, split, limit) for path in paths]
    return Findings(
        _name(reader.bundle),
        tuple(task.run(reader, progress) for task in tasks),
    )


def _name(bundle: Bundle) -> BundleName:
    stated = bundle.manifest.files
    files = {name: stated[name] for name in (*NEEDED, *filter(is_head, stated))}
    return BundleName(bundle.name, bundle.version, bundle.sha256, files)


class _Task:
    """One file, its rows and its columns."""

    def __init__(
        self, path: Path, dataset: str, bundle: Bundle, split: str | None, limit: int | None
    ) -> None:
        self.path, self.dataset, self.split = path, dataset, split
        mapping = load_dataset_mapping(dataset)
        self.columns = label_columns(mapping, column_names(path), bundle)
        if not self.columns:
            raise EvaluationError(
                path, f"has none of the label columns of '{dataset}': {', '.join(mapping.columns)}"
            )
        self.rows = select_rows(path, split, limit)
        self.judge = Judge(self.columns, mapping.taxonomy, load_facets())

    def run(self, reader: Reader, progress: Progress | None) -> FileFindings:
        unreadable: list[Unreadable] = []
        judgements: list[Judgement] = []
        unknown = _UnknownLabels(self.columns)
        photos = read_rows(self.path, self.rows, [column.name for column in self.columns])
        started = time.perf_counter()
        for done, seen in enumerate(reader.read(unknown.counting(photos)), start=1):
            if isinstance(seen, Unreadable):
                unreadable.append(seen)
            else:
                judgements.append(self.judge.judge(seen))
            if progress is not None:
                progress(self.path, done, len(self.rows))
        seconds = time.perf_counter() - started
        colored = next((one.name for one in self.columns if one.kind == BASE_COLOR), None)
        return FileFindings(
            path=self.path,
            dataset=self.dataset,
            split=self.split,
            photos=len(judgements),
            photos_per_second=len(judgements) / seconds,
            unreadable=tuple(unreadable),
            columns=summarise_columns(self.columns, judgements),
            category=summarise_category(self.columns, judgements),
            color=summarise_color(colored, judgements),
            samples=gather_samples(self.columns, judgements),
            unknown_labels=unknown.found,
        )


class _UnknownLabels:
    """Counts the label values that the mapping does not know, by column."""

    def __init__(self, columns: Sequence[LabelColumn]) -> None:
        self._columns = columns
        self._counts = {column.name: Counter[str]() for column in columns}

    def counting(self, photos: Iterable[LabelledPhoto]) -> Iterator[LabelledPhoto]:
        """The same photos."""
        for photo in photos:
            for column in self._columns:
                value = photo.labels[column.name]
                if value not in column.places and not column.says_nothing(value):
                    self._counts[column.name][value] += 1
            yield photo

    @property
    def found(self) -> dict[str, dict[str, int]]:
        """The counts, most frequent first; columns without any left out."""
        return {
            column: dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
            for column, counts in self._counts.items()
            if counts
        }
