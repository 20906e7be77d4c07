"""Every error that the taggers can raise."""

from pathlib import Path


class DataFileError(ValueError):
    """A data file (taxonomy, prompts, mapping, marketplace profile) breaks a rule of its schema.

    The message names the file and the key in it.
    """

    def __init__(self, file: Path, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}" if key else f"{file}: {problem}")
        self.file = file
        self.key = key
        self.problem = problem


class UnknownNameError(LookupError):
    """No data set mapping or marketplace has that name; the message lists the valid ones."""


class OwnLabelError(ValueError):
    """A label of the caller's own cannot be used; the message names its place in file or list."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem
