"""What a marketplace takes: tags, styles, colours, photos."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path

from taggers.datafile import DATA, Table, read_table
from taggers.errors import UnknownNameError


@dataclass(frozen=True)
class TagRules:
    """How many tags, of how many characters (code points of the composed form), made of which.

    A character is allowed whose Unicode general category starts with one of `classes` (`L` letters,
    `Nd` decimal digits, `Zs` spaces), or that is one of `marks`.
    """

    max_count: int
    max_length: int
    classes: tuple[str, ...]
    marks: str

    def disallowed(self, text: str) -> str:
        """The characters of `text` that are not allowed, each once, in order."""
        return "".join(dict.fromkeys(char for char in text if not self._allows(char)))

    def _allows(self, char: str) -> bool:
        return char in self.marks or unicodedata.category(char).startswith(self.classes)


@dataclass(frozen=True)
class MarketplaceProfile:
    """The rules of one marketplace.

    `color_vocabulary` names the colour words that it takes. `minimum_longest_side` is the least
    length in pixels of a photo's longer side, None where the marketplace publishes none.
    """

    name: str
    title: str
    tags: TagRules
    max_styles: int
    max_colors: int
    color_vocabulary: str
    minimum_longest_side: int | None = None


def available_marketplaces() -> tuple[str, ...]:
    """The names of the profiles that come with Vitrine, sorted."""
    return tuple(sorted(file.stem for file in (DATA / "marketplaces").glob("*.toml")))


def load_marketplace(name_or_path: str | Path) -> MarketplaceProfile:
    """A profile by its name, or from a TOML file of your own.

    Raises `UnknownNameError`, listing the valid names, for a name that is neither, and
    `DataFileError`, naming the file and the key, where a file breaks the schema.
    """
    names = available_marketplaces()
    if str(name_or_path) in names:
        return _profile(DATA / "marketplaces" / f"{name_or_path}.toml")
    if Path(name_or_path).suffix == ".toml":
        return _profile(Path(name_or_path))
    raise UnknownNameError(
        f"no marketplace '{name_or_path}'; known: {', '.join(names)}, or the path of a .toml file"
    )


def _profile(file: Path) -> MarketplaceProfile:
    table = read_table(file)
    profile = MarketplaceProfile(
        name=file.stem,
        title=table.text("title"),
        tags=_tag_rules(table.table("tags")),
        max_styles=table.count("max_styles"),
        max_colors=table.count("max_colors"),
        color_vocabulary=table.text("color_vocabulary"),
        minimum_longest_side=table.optional_count("minimum_longest_side"),
    )
    table.finish()
    return profile


def _tag_rules(table: Table) -> TagRules:
    rules = TagRules(
        max_count=table.count("max_count"),
        max_length=table.count("max_length"),
        classes=table.texts("classes"),
        marks=table.text("marks"),
    )
    table.finish()
    return rules
