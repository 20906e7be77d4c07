"""Reading a caller's own labels from a file: plain text, or TOML where they have prompts."""

from pathlib import Path

from taggers.datafile import read_table
from taggers.errors import DataFileError
from taggers.own_labels import OwnLabel, check_own_labels


def load_own_labels(path: str | Path) -> tuple[OwnLabel, ...]:
    """The labels of a file, in file order: TOML if its name ends in `.toml`, else plain text.

    Plain text has one label a line; blank lines, and lines that start with `#`, are skipped. TOML
    has a table `[labels.NAME]` for each label, with `prompts`, a list of noun phrases, or without.

    Raises `DataFileError` where the file cannot be read or breaks this form, and `OwnLabelError`,
    naming file and line or key, for a label that `check_own_labels` refuses.
    """
    file = Path(path)
    labels = _from_toml(file) if file.suffix.lower() == ".toml" else _from_text(file)
    return check_own_labels(labels, str(file))


def _from_text(file: Path) -> list[OwnLabel]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DataFileError(file, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataFileError(file, "", f"is not UTF-8: {error}") from error
    return [
        OwnLabel(line.strip(), place=f"{file}: line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]


def _from_toml(file: Path) -> list[OwnLabel]:
    top = read_table(file)
    labels = []
    for name, table in top.table("labels").tables():
        prompts = table.texts("prompts") if "prompts" in table.names else ()
        table.finish()
        labels.append(OwnLabel(name, prompts, f"{file}: {table.key}"))
    top.finish()
    return labels
