"""The one error of an evaluation."""

from pathlib import Path


class EvaluationError(Exception):
    """A file of labelled photos cannot be evaluated as it stands.

    Raised for a file that is missing, damaged or no Parquet, that has no column of image bytes,
    none of the label columns of its data set, or no photo (of the split asked for). The message
    starts with the path.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason
