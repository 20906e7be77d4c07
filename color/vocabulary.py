"""A marketplace's colour words: data files in `vocabularies/`, checked on load.

A name gets its colours from the XKCD survey: each colour of a vocabulary lists words, and a survey
name goes to the colour that owns the last word of it known to the vocabulary or, failing that, to
the generic families. A vocabulary may instead give a hex code for each colour (CSS).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from color.families import FAMILIES

_FOLDER = Path(__file__).with_name("vocabularies")


@dataclass(frozen=True)
class VocabularyColor:
    """One name of a vocabulary.

    Attributes:
        name: as the marketplace displays it.
        family: the generic family it belongs to; None for names that no plain colour has.
        words: the words of survey names that it owns.
        hex: its own colour, where the vocabulary defines one.
        metallic: a surface as much as a hue: said only of what shines.
    """

    name: str
    family: str | None = None
    words: tuple[str, ...] = ()
    hex: str | None = None
    metallic: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """A marketplace's colour words.

    Attributes:
        name: as given to `load_vocabulary`.
        colors: its colours, in the marketplace's order.
        fallback: the display name for a family none of whose words the vocabulary owns.
        multicolor: the display name for a product of many colours; None when it has none.
    """

    name: str
    colors: tuple[VocabularyColor, ...]
    fallback: Mapping[str, str] = field(default_factory=dict)
    multicolor: str | None = None

    def __post_init__(self) -> None:
        """Check that names are unique and that every family can be said."""
        names = [color.name for color in self.colors]
        if len(set(names)) != len(names):
            raise ValueError(f"vocabulary {self.name}: a name is there twice")
        unknown = {color.family for color in self.colors} - {None, *FAMILIES}
        if unknown or set(self.fallback) - set(FAMILIES):
            raise ValueError(f"vocabulary {self.name}: unknown families {unknown}")
        if not {*self.fallback.values(), *filter(None, [self.multicolor])} <= set(names):
            raise ValueError(f"vocabulary {self.name}: a fallback is not one of its names")
        plain = {color.family for color in self.colors if not color.metallic}
        if missing := set(FAMILIES) - plain - set(self.fallback) - {"gold"}:
            raise ValueError(f"vocabulary {self.name}: no name for {sorted(missing)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The display names, in order."""
        return tuple(color.name for color in self.colors)


def available_vocabularies() -> tuple[str, ...]:
    """Names of the vocabularies the package carries, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def load_vocabulary(name: str) -> Vocabulary:
    """A vocabulary that the package carries.

    Raises:
        KeyError: there is none of that name; the message lists those there are.
    """
    if name not in available_vocabularies():
        known = ", ".join(available_vocabularies())
        raise KeyError(f"no colour vocabulary {name!r}; there are: {known}")
    return parse_vocabulary((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parse_vocabulary(text: str) -> Vocabulary:
    """A vocabulary from the text of a TOML file.

    Raises:
        ValueError: an unknown key, a wrong type, or an inconsistency.
    """
    document: dict[str, Any] = tomllib.loads(text)
    if unknown := set(document) - {"name", "title", "multicolor", "fallback", "color"}:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    try:
        colors = tuple(_color(entry) for entry in document["color"])
        return Vocabulary(
            document["name"], colors, document.get("fallback", {}), document.get("multicolor")
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a vocabulary: {error}") from error


@cache
def survey_colors() -> Mapping[str, str]:
    """The XKCD survey: the hex code of each name. See `build_names.py`."""
    text = Path(__file__).with_name("xkcd.json").read_text(encoding="utf-8")
    colors: dict[str, str] = json.loads(text)["colors"]
    return colors


def survey_owner(survey_name: str, vocabulary: Vocabulary) -> VocabularyColor | None:
    """The colour of the vocabulary that owns the last known word of a survey name."""
    owners = {word: color for color in vocabulary.colors for word in color.words}
    for word in reversed(survey_name.replace("/", " ").split()):
        if word in owners:
            return owners[word]
    return None


def _color(entry: Mapping[str, Any]) -> VocabularyColor:
    values = dict(entry)
    return VocabularyColor(words=tuple(values.pop("words", ())), **values)
